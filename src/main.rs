//! Wiring: read the command line and the environment, take the terminal, run, give it back, say what is left to say.

use callset::cli::choice::{self, Choice};
use callset::cli::completing;
use callset::cli::input;
use callset::cli::options::Aim;
use callset::cli::profile::{self, secret};
use callset::cli::usage::UnreadLine;
use callset::cli::{Cli, Command, SandboxOptions, topics};
use callset::model::profile::Profile;
use callset::sandbox::{self, LoginRules, Sandbox};
use callset::start::Start;
use callset::start::profiles::ProfileKeeper;
use callset::store;
use callset::store::config::{ConfigFile, Reading};
use callset::term;
use clap::error::ErrorKind;
use clap::{CommandFactory, FromArgMatches};
use clap_complete::CompleteEnv;
use std::ffi::OsString;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use streams::Streams;

/// Set by the lines that `callset completions` prints: callset answers the shell then.
const COMPLETE: &str = "COMPLETE";

#[path = "main/ask.rs"]
mod ask;
#[path = "main/care.rs"]
mod care;
#[path = "main/check.rs"]
mod check;
#[path = "main/editor.rs"]
mod editor;
#[path = "main/follow.rs"]
mod follow;
#[path = "main/login.rs"]
mod login;
#[path = "main/orders.rs"]
mod orders;
#[path = "main/preview.rs"]
mod preview;
#[path = "main/scratch.rs"]
mod scratch;
#[path = "main/sheet.rs"]
mod sheet;
#[path = "main/streams.rs"]
mod streams;

fn main() -> ExitCode {
    if std::env::var_os(COMPLETE).is_some() {
        return complete();
    }
    let parsed = Cli::command().try_get_matches().and_then(|given| Ok((Cli::from_arg_matches(&given)?, given)));
    let (cli, given) = match parsed {
        Ok(parsed) => parsed,
        // Help and version are ours and go to stdout; what is wrong repeats what was given, which may hold anything.
        Err(answer) if answer.kind() == ErrorKind::DisplayVersion && asks_for_more() => {
            return Streams::new().print(&topics::version(var), false, false);
        }
        Err(answer) if !answer.use_stderr() => return print(&answer),
        // Nothing was asked for: the help says what can be.
        Err(help) if help.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            Streams::new().say(&help.render().to_string());
            return ExitCode::from(2);
        }
        Err(error) => {
            let unread = UnreadLine::new(std::env::args_os().skip(1).map(|word| word.to_string_lossy().into_owned()));
            return Streams::new().print(&unread.said(&error), unread.is_quiet(), true);
        }
    };
    let mut streams = Streams::new();
    let order = cli.command.as_ref().and_then(Command::order);
    let after = cli.command.as_ref().and_then(Command::target);
    let aim = Aim::new(&cli.editor.target, after, &given);
    if let (Some(_), None, Some(option)) = (&cli.command, after, aim.first()) {
        return streams
            .refuse(&format!("--{} is for the editor and for commands about an app", option.replace('_', "-")));
    }
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return streams.refuse(&format!("cannot start: {error}")),
    };
    runtime.block_on(async { term::events::outlive_file_limits() });
    let code = match (&cli.command, order) {
        (_, Some(order)) => {
            term::before_a_crash_of_a_command();
            runtime.block_on(orders::carry_out(order, &aim, &mut streams))
        }
        (Some(Command::Sandbox(options)), _) => runtime.block_on(run_sandbox(options, &streams)),
        (Some(Command::Check(options)), _) => runtime.block_on(check::check(options, &aim, &mut streams)),
        (Some(Command::Preview(options)), _) => runtime.block_on(preview::preview(options, &aim, &mut streams)),
        (Some(Command::Follow(options)), _) => {
            term::before_a_crash_of_a_command();
            runtime.block_on(follow::follow(options, &aim, &mut streams))
        }
        (Some(Command::Doctor(options)), _) => {
            term::before_a_crash_of_a_command();
            runtime.block_on(care::doctor(options, &aim, &mut streams))
        }
        (Some(Command::Auth(action)), _) => runtime.block_on(care::auth(action, &aim, &mut streams)),
        (Some(Command::Profile(profile::Action::Test(options))), _) => {
            runtime.block_on(care::profile_test(options, &cli.editor.target, &mut streams))
        }
        (Some(Command::Profile(action)), _) => profiles(action, &streams),
        (Some(Command::Completions(of)), _) => streams.print(&of.said(), false, true),
        (Some(Command::Man(of)), _) => streams.print(&of.said(callset::runtime::now(), var), false, true),
        (Some(Command::Schema(of)), _) => streams.print(&of.said(), false, false),
        (Some(Command::Help(of)), _) => {
            // As wide as the help that clap prints, which asks the same library.
            let columns = terminal_size::terminal_size().map(|(columns, _)| usize::from(columns.0));
            streams.print(&of.said(columns), false, true)
        }
        (Some(_) | None, None) => runtime.block_on(editor::edit(&cli.editor, &aim, &mut streams)),
    };
    // A thread still reading certificates must not hold up the end.
    runtime.shutdown_background();
    code
}

/// A shell wants to know what Tab would offer.
fn complete() -> ExitCode {
    let completer = CompleteEnv::with_factory(Cli::command).var(COMPLETE).shells(completing::SHELLS);
    let folder = std::env::current_dir().ok();
    match completer.try_complete(std::env::args_os(), folder.as_deref()) {
        Ok(_) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

/// `--version -v`.
fn asks_for_more() -> bool {
    std::env::args_os().any(|argument| argument == "-v" || argument == "--verbose")
}

/// Prints help or version. A reader that has gone is no failure; what could not be written is one.
fn print(answer: &clap::Error) -> ExitCode {
    match answer.print().and_then(|()| io::stdout().flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Streams::new().say(&format!("callset: standard output takes nothing: {}", input::words(&error)));
            ExitCode::FAILURE
        }
        _ => ExitCode::SUCCESS,
    }
}

/// The commands about profiles: no screen, no network.
fn profiles(action: &profile::Action, streams: &Streams) -> ExitCode {
    let (file, state) = (store::config::config_file(var), store::state_dir(var));
    let keeper = file.as_ref().map(|file| keeper(file, state.as_deref()));
    let mut action = action.clone();
    if let Some(account) = action.account_to_choose() {
        *account = ask::account(&callset::secrets::hubspot_cli_offer(var));
    }
    let secret = |profile: &Profile| care::secret_for(profile).map_err(|why| why.said(false));
    streams.print(&profile::run(&action, keeper, secret), false, false)
}

/// Changes profiles, and keeps their credentials.
fn keeper<'a>(file: &'a ConfigFile, state: Option<&'a Path>) -> ProfileKeeper<'a> {
    ProfileKeeper { file, state, var: &var, now: callset::runtime::now }
}

async fn run_sandbox(options: &SandboxOptions, streams: &Streams) -> ExitCode {
    let mut setup = sandbox::Options::new(callset::runtime::now);
    setup.port = options.port;
    setup.latency = options.latency;
    setup.failures.clone_from(&options.fail);
    setup.accepts = options.accepts;
    setup.unknown = options.unknown_members;
    let usual = setup.logins;
    let life = options.token_life.unwrap_or(usual.life);
    setup.logins = LoginRules { life, rotates: options.rotate, fault: options.token_fault, ..usual };
    let mut sandbox = match Sandbox::bind(setup).await {
        Ok(sandbox) => sandbox,
        Err(error) => {
            let why = input::words(&error);
            streams.say(&format!("callset: cannot listen on 127.0.0.1 port {}: {why}", options.port));
            return ExitCode::FAILURE;
        }
    };
    sandbox.seed_demo(options.app_id);
    if writeln!(io::stdout(), "{}", sandbox.base_url()).and_then(|()| io::stdout().flush()).is_err() {
        return ExitCode::FAILURE;
    }
    match sandbox.serve().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            streams.say(&format!("callset: the sandbox stopped: {error}"));
            ExitCode::FAILURE
        }
    }
}

/// What the command line, the environment and the configuration choose. If they choose nothing, it is the first start.
fn chosen(aim: &Aim, reading: Reading) -> Result<Start, String> {
    match chosen_or_several(aim, reading)? {
        (start, None) => Ok(start),
        (_, Some(why)) => Err(why),
    }
}

/// The same where the user can choose among several profiles. The second value is the sentence for where that cannot be.
fn chosen_or_several(aim: &Aim, reading: Reading) -> Result<(Start, Option<String>), String> {
    let file = store::config::config_file(var);
    let mut several = None;
    let (profile, is_demo, is_named) = match choice::choose(aim, &reading, var)? {
        Choice::Several(why) => {
            several = Some(why);
            (Some(Profile::new("", 1)), false, false)
        }
        Choice::Demo(profile) => {
            let is_named = !profile.name.is_empty();
            (Some(profile), true, is_named)
        }
        Choice::Profile(profile) => (Some(profile), false, true),
        Choice::App(profile) => (Some(profile), false, false),
        Choice::Nothing => (None, false, true),
    };
    let (is_first, ready) = (profile.is_none(), None);
    let (base_url, api_version) = (aim.options.base_url.clone(), aim.options.api_version);
    let profile = profile.unwrap_or_else(|| Profile { base_url, api_version, ..Profile::new("", 0) });
    let (var, now) = (Arc::new(var), callset::runtime::now);
    let start = Start { profile, is_first, is_demo, sandbox: None, is_named, ready, reading, file, var, now };
    Ok((start, several))
}

fn var(name: &str) -> Option<OsString> {
    std::env::var_os(name)
}
