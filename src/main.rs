//! Wiring: read the command line and the environment, take the terminal, run, give it back, say what is left to say.

use callset::api::{self, Credential, Endpoint, EndpointError, aside::Lost};
use callset::app::App;
use callset::app::effect::Exit;
use callset::app::wizard::{FirstStartEnd, Given, Wizard};
use callset::cli::choice::{self, Choice};
use callset::cli::exit::Said;
use callset::cli::options::{Aim, TargetOptions};
use callset::cli::profile::{self, NewSecret, ProfileFiles, secret};
use callset::cli::{Cli, Colour, Command, Editor, SandboxOptions, Surroundings, topics};
use callset::model::profile::{Profile, Source};
use callset::model::{self};
use callset::runtime::wizard::{self, ConnectTo, FirstStart, FirstStartTools};
use callset::runtime::{Network, Runtime, World, disk::DiskPlaces, tty::Tty};
use callset::sandbox::{self, Sandbox};
use callset::secrets::{self, Who};
use callset::start::{self, Start, Variable};
use callset::store::config::ConfigFile;
use callset::store::{self};
use callset::term::{self, events::Events};
use callset::ui::text::visible;
use callset::ui::theme::Theme;
use clap::error::ErrorKind;
use clap::{CommandFactory, FromArgMatches};
use clap_complete::CompleteEnv;
use jiff::Timestamp;
use std::ffi::OsString;
use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

/// Set by the lines that `callset completions` prints: callset answers the shell then.
const COMPLETE: &str = "COMPLETE";

#[path = "main/ask.rs"]
mod ask;
#[path = "main/care.rs"]
mod care;
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
        (Some(_) | None, None) => runtime.block_on(edit(&cli.editor, &aim)),
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

async fn edit(options: &Editor, aim: &Aim) -> ExitCode {
    let file = store::config::config_file(var);
    let reading = file.as_ref().map(ConfigFile::read).unwrap_or_default();
    let mut is_first = false;
    let (profile, is_demo, is_named) = match choice::choose(aim, &reading, var) {
        Ok(Choice::Demo(app_id)) => (Profile::new("", app_id), true, false),
        Ok(Choice::Profile(profile)) => (profile, false, true),
        Ok(Choice::App(profile)) => (profile, false, false),
        Ok(Choice::Nothing) if file.is_some() && term::missing().is_none() => {
            is_first = true;
            let template = Profile::new("", 0);
            let (base_url, api_version) = (options.target.base_url.clone(), options.target.api_version);
            (Profile { base_url, api_version, ..template }, false, true)
        }
        Ok(Choice::Nothing) => {
            return refuse(choice::NOTHING);
        }
        Err(why) => return refuse(&why),
    };
    let (environment, now): (Variable, _) = (Arc::new(var), Timestamp::now);
    let mut start = Start { profile, is_first, is_demo, is_named, ready: None, reading, file, var: environment, now };
    // Without a profile the token is in the environment, or it is nowhere.
    if !is_demo
        && !is_named
        && let Err(why) = start.read()
    {
        return refuse(&why);
    }
    if let Some(missing) = term::missing() {
        return refuse(&format!("{missing}; the editor needs one"));
    }
    match run(&mut start, options).await {
        Ok(exit) => {
            if let Some(farewell) = &exit.farewell {
                say(farewell);
            }
            ExitCode::from(exit.code)
        }
        Err(error) => {
            say(&format!("callset: {error}"));
            if matches!(error, NotStarted::Terminal(_)) { ExitCode::FAILURE } else { ExitCode::from(2) }
        }
    }
}

fn var(name: &str) -> Option<OsString> {
    std::env::var_os(name)
}

/// Starts the sandbox beside us.
async fn demo(app_id: i32) -> io::Result<String> {
    let mut sandbox = Sandbox::bind(sandbox::Options::new(Timestamp::now)).await?;
    sandbox.seed_demo(app_id);
    let base_url = sandbox.base_url();
    tokio::spawn(sandbox.serve());
    Ok(base_url)
}

fn theme(options: &Editor, wanted: model::profile::Appearance) -> Theme {
    use model::profile::Appearance as Wanted;
    let surroundings = Surroundings::new(var);
    let colour = match (options.color, wanted) {
        (Colour::Auto, Wanted::Colour) => Colour::Always,
        (Colour::Auto, Wanted::Mono | Wanted::Ascii) => Colour::Never,
        (given, _) => given,
    };
    let ascii = options.ascii || wanted == Wanted::Ascii || surroundings.ascii();
    Theme { colour: surroundings.colour(colour), ascii }
}

/// Why the editor did not go on.
#[derive(Debug, thiserror::Error)]
enum NotStarted {
    #[error("the terminal can not be used: {0}")]
    Terminal(io::Error),
    #[error("{0}")]
    Thread(Lost),
    #[error("cannot start the sandbox: {0}")]
    Sandbox(io::Error),
    #[error("--base-url can not be used: {0}")]
    Address(#[from] EndpointError),
}

impl From<io::Error> for NotStarted {
    fn from(error: io::Error) -> Self {
        error.downcast().map_or_else(Self::Terminal, Self::Thread)
    }
}

/// Runs the editor, one profile after the other; the terminal is the shell's again when this returns.
async fn run(start: &mut Start, options: &Editor) -> Result<Exit, NotStarted> {
    let first = first_start(start)?;
    if first.is_none() {
        be_ready(start).await?;
    }
    let mut events = Events::new()?;
    let mut screen = Tty::new(theme(options, start.reading.config.theme))?;
    if let Some((given, tools)) = first {
        let (asked, effects) = Wizard::new(given);
        let mut first = FirstStart::start(asked, effects, screen, tools)?;
        let outcome = first.run(&mut events).await;
        (screen, start.ready) = first.end();
        match outcome {
            FirstStartEnd::Left(code) => return Ok(Exit { code, farewell: None }),
            FirstStartEnd::Demo => {
                let app_id = TargetOptions { demo: true, ..options.target.clone() }.app().unwrap_or_default();
                (start.profile, start.is_demo, start.is_named) = (Profile::new("", app_id), true, false);
            }
            FirstStartEnd::Written(profile) => {
                start.profile = *profile;
                start.reading = start.file.as_ref().map(ConfigFile::read).unwrap_or_default();
            }
        }
        be_ready(start).await?;
    }
    let mut endpoint = start.endpoint()?;
    loop {
        let (app, effects) = App::new(start.target(&endpoint, options.watch, u64::from(std::process::id())));
        let mut runtime = Runtime::start(app, effects, screen, world(start, &endpoint))?;
        let exit = runtime.run(&mut events).await;
        let next;
        (screen, next) = runtime.end();
        let Some(profile) = next else { return Ok(exit) };
        let before = std::mem::replace(&mut start.profile, profile);
        start.reading = start.file.as_ref().map(ConfigFile::read).unwrap_or_default();
        start.ready = None;
        match start.endpoint() {
            Ok(there) => endpoint = there,
            // The configuration says the same of it, and with its place.
            Err(_) => start.profile = before,
        }
        start.is_named = true;
    }
}

/// What the first start needs, if there is one to come.
fn first_start(start: &Start) -> Result<Option<(Given, FirstStartTools)>, EndpointError> {
    let Some(config) = start.file.clone().filter(|_| start.is_first) else { return Ok(None) };
    let at = |profile: &Profile, app_id| Endpoint::new(&profile.base_url, profile.api_version, app_id);
    let is_own = at(&start.profile, 1)?.is_own();
    let given = Given { template: start.profile.clone(), is_own, config: config.path.clone() };
    let connect: ConnectTo = Arc::new(move |profile, credential| {
        let endpoint = at(profile, profile.app_id).map_err(|why| api::Error::Setup(why.to_string()))?;
        start::connect(&endpoint)(credential)
    });
    let (state, var, network) = (start.state(), Arc::clone(&start.var), Network::beside);
    Ok(Some((given, FirstStartTools { config, state, var, connect, network })))
}

/// Starts the sandbox, if it is wanted; and the address can be used.
async fn be_ready(start: &mut Start) -> Result<(), NotStarted> {
    if start.is_demo {
        start.profile.base_url = demo(start.profile.app_id).await.map_err(NotStarted::Sandbox)?;
    }
    start.endpoint()?;
    Ok(())
}

/// Where the log for support goes, if one is asked for.
fn support_log() -> Option<PathBuf> {
    let is_wanted = var("CALLSET_LOG").is_some_and(|value| value == "debug");
    store::state_dir(var).filter(|_| is_wanted).map(|state| state.join("callset.log"))
}

fn world(start: &Start, endpoint: &Endpoint) -> World {
    let places = DiskPlaces { dir: start.state(), place: start.place(endpoint), config: start.file.clone() };
    let (connect, credentials) = (start::connect(endpoint), start.credentials());
    let clipboard = start::clipboard_programs(|name| std::env::var_os(name));
    let log = support_log();
    World { connect, credentials, places, other: start.elsewhere(), network: Network::beside, clipboard, log }
}
