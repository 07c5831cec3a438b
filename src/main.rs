//! Wiring: read the command line and the environment, take the terminal, run, give it back, say what is left to say.

use callset::api::Credential;
use callset::cli::choice::{self, Choice};
use callset::cli::exit::Said;
use callset::cli::options::Aim;
use callset::cli::profile::{self, NewSecret, ProfileFiles, secret};
use callset::cli::{Cli, Command, SandboxOptions, topics};
use callset::model::profile::{Profile, Source};
use callset::runtime::wizard;
use callset::sandbox::{self, Sandbox};
use callset::secrets::{self, Who};
use callset::start::Start;
use callset::store;
use callset::store::config::ConfigFile;
use callset::term;
use callset::ui::text::visible;
use clap::error::ErrorKind;
use clap::{CommandFactory, FromArgMatches};
use clap_complete::CompleteEnv;
use jiff::Timestamp;
use std::ffi::OsString;
use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;
use std::sync::Arc;

/// Set by the lines that `callset completions` prints: callset answers the shell then.
const COMPLETE: &str = "COMPLETE";

#[path = "main/ask.rs"]
mod ask;
#[path = "main/care.rs"]
mod care;
#[path = "main/editor.rs"]
mod editor;
#[path = "main/orders.rs"]
mod orders;

fn main() -> ExitCode {
    if std::env::var_os(COMPLETE).is_some() {
        return complete();
    }
    let parsed = Cli::command().try_get_matches().and_then(|given| Ok((Cli::from_arg_matches(&given)?, given)));
    let (cli, given) = match parsed {
        Ok(parsed) => parsed,
        // Help and version are ours and go to stdout; what is wrong repeats what was given, which may hold anything.
        Err(answer) if answer.kind() == ErrorKind::DisplayVersion && asks_for_more() => {
            return print_said(&topics::version(var), false);
        }
        Err(answer) if !answer.use_stderr() => return print(&answer),
        Err(error) => {
            say(&error.render().to_string());
            return ExitCode::from(2);
        }
    };
    let order = cli.command.as_ref().and_then(Command::order);
    let after = cli.command.as_ref().and_then(Command::target);
    let aim = Aim::new(&cli.editor.target, after, &given);
    if let (Some(_), None, Some(option)) = (&cli.command, after, aim.first()) {
        return refuse(&format!("--{} is for the editor and for commands about an app", option.replace('_', "-")));
    }
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return refuse(&format!("cannot start: {error}")),
    };
    let code = match (&cli.command, order) {
        (_, Some(order)) => {
            term::before_a_crash_of_a_command();
            runtime.block_on(orders::carry_out(order, &aim))
        }
        (Some(Command::Sandbox(options)), _) => runtime.block_on(run_sandbox(options)),
        (Some(Command::Doctor(options)), _) => runtime.block_on(care::doctor(options, &aim)),
        (Some(Command::Auth(action)), _) => runtime.block_on(care::auth(action, &aim)),
        (Some(Command::Profile(profile::Action::Test(options))), _) => {
            runtime.block_on(care::profile_test(options, &cli.editor.target))
        }
        (Some(Command::Profile(action)), _) => profiles(action),
        (Some(Command::Completions(of)), _) => print_as(&of.said(), false, true),
        (Some(Command::Man(of)), _) => print_as(&of.said(), false, true),
        (Some(Command::Schema(of)), _) => print_said(&of.said(), false),
        (Some(Command::Help(of)), _) => print_as(&of.said(), false, true),
        (Some(_) | None, None) => runtime.block_on(editor::edit(&cli.editor, &aim)),
    };
    // A thread still reading certificates must not hold up the end.
    runtime.shutdown_background();
    code
}

/// A shell wants to know what Tab would offer.
fn complete() -> ExitCode {
    let completer = CompleteEnv::with_factory(Cli::command).var(COMPLETE);
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
            say(&format!("callset: cannot write to standard output: {error}"));
            ExitCode::FAILURE
        }
        _ => ExitCode::SUCCESS,
    }
}

/// One sentence on stderr, exit code 2: nothing was started.
fn refuse(why: &str) -> ExitCode {
    say(&format!("callset: {why}"));
    ExitCode::from(2)
}

fn say(words: &str) {
    let lines: Vec<String> = words.lines().map(visible).collect();
    term::say(&lines.join("\n"));
}

/// The commands about profiles: no screen, no network.
fn profiles(action: &profile::Action) -> ExitCode {
    let places = ProfileFiles { file: store::config::config_file(var), state: store::state_dir(var) };
    print_said(&profile::run(action, &places, secret, keep, forget, care::rename), false)
}

/// Prints what a command has to say.
fn print_said(outcome: &Said, quiet: bool) -> ExitCode {
    print_as(outcome, quiet, false)
}

/// The same; `is_exact` for what programs read.
fn print_as(outcome: &Said, quiet: bool, is_exact: bool) -> ExitCode {
    let printed = write(&outcome.printed, is_exact);
    if !quiet {
        outcome.said.iter().for_each(|line| say(line));
    }
    ExitCode::from(if printed == Printed::Failed { outcome.code.max(1) } else { outcome.code })
}

/// What became of lines for standard output.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Printed {
    /// They are written.
    Whole,
    /// Nobody reads any more, which is no failure.
    Unread,
    /// They could not be written.
    Failed,
}

/// Lines on standard output, made harmless: what is piped may come to a terminal after all. What programs read is exact, unless a
/// terminal shows it.
fn write(lines: &[String], is_exact: bool) -> Printed {
    let mut text = String::new();
    let is_shown = !is_exact || io::stdout().is_terminal();
    for line in lines {
        text.push_str(&if is_shown { visible(line) } else { line.clone() });
        text.push('\n');
    }
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Ok(()) => Printed::Whole,
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Printed::Unread,
        Err(error) => {
            say(&format!("callset: standard output takes nothing: {error}"));
            Printed::Failed
        }
    }
}

/// Keeps a credential where a profile will look for it.
fn keep(keeping: &NewSecret<'_>) -> Result<(), String> {
    let who = Who { profile: keeping.profile.to_owned(), host: keeping.host.to_owned() };
    let (credential, _) = Credential::new(keeping.kind, keeping.secret).map_err(|why| why.to_string())?;
    let state = store::state_dir(var);
    wizard::keep(keeping.source, &who, &credential, keeping.replace, state.as_deref(), var)
}

/// Removes what the keyring has for a profile.
fn forget(profile: &Profile) -> Result<bool, String> {
    let who = Who { profile: profile.name.clone(), host: profile.host().unwrap_or_default() };
    secrets::forget(&Source::Keyring, &who, var).map_err(|why| why.to_string())
}

async fn run_sandbox(options: &SandboxOptions) -> ExitCode {
    let mut setup = sandbox::Options::new(Timestamp::now);
    setup.port = options.port;
    setup.latency = options.latency;
    setup.failures.clone_from(&options.fail);
    setup.accepts = options.accepts;
    let mut sandbox = match Sandbox::bind(setup).await {
        Ok(sandbox) => sandbox,
        Err(error) => return refuse(&format!("cannot listen on 127.0.0.1 port {}: {error}", options.port)),
    };
    sandbox.seed_demo(options.app_id);
    if writeln!(io::stdout(), "{}", sandbox.base_url()).and_then(|()| io::stdout().flush()).is_err() {
        return ExitCode::FAILURE;
    }
    match sandbox.serve().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&format!("callset: the sandbox stopped: {error}"));
            ExitCode::FAILURE
        }
    }
}

/// What the command line, the environment and the configuration choose. If they choose nothing, it is the first start.
fn chosen(aim: &Aim) -> Result<Start, String> {
    let file = store::config::config_file(var);
    let reading = file.as_ref().map(ConfigFile::read).unwrap_or_default();
    let (profile, is_demo, is_named) = match choice::choose(aim, &reading, var)? {
        Choice::Demo(app_id) => (Some(Profile::new("", app_id)), true, false),
        Choice::Profile(profile) => (Some(profile), false, true),
        Choice::App(profile) => (Some(profile), false, false),
        Choice::Nothing => (None, false, true),
    };
    let (is_first, ready) = (profile.is_none(), None);
    let (base_url, api_version) = (aim.options.base_url.clone(), aim.options.api_version);
    let profile = profile.unwrap_or_else(|| Profile { base_url, api_version, ..Profile::new("", 0) });
    Ok(Start { profile, is_first, is_demo, is_named, ready, reading, file, var: Arc::new(var), now: Timestamp::now })
}

fn var(name: &str) -> Option<OsString> {
    std::env::var_os(name)
}
