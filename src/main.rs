//! Wiring: read the command line and the environment, take the terminal, run, give it back, say what is left to say.

use callset::api::{self, Credential, Endpoint, EndpointError, aside::Lost};
use callset::app::App;
use callset::app::effect::Exit;
use callset::app::wizard::{FirstStartEnd, Given, Wizard};
use callset::cli::choice::{self, Choice};
use callset::cli::profile::{self, NewSecret, ProfileFiles};
use callset::cli::{Cli, Colour, Command, Editor, SandboxOptions, Surroundings};
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
use clap::{ArgMatches, CommandFactory, FromArgMatches};
use jiff::Timestamp;
use std::ffi::OsString;
use std::io::{self, Write};
use std::process::ExitCode;
use std::sync::Arc;

fn main() -> ExitCode {
    let parsed = Cli::command().try_get_matches().and_then(|given| Ok((Cli::from_arg_matches(&given)?, given)));
    let (cli, given) = match parsed {
        Ok(parsed) => parsed,
        // Help and version are ours and go to stdout; what is wrong repeats what was given, which may hold anything.
        Err(answer) if !answer.use_stderr() => return print(&answer),
        Err(error) => {
            say(&error.render().to_string());
            return ExitCode::from(2);
        }
    };
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return refuse(&format!("cannot start: {error}")),
    };
    let code = match &cli.command {
        Some(Command::Sandbox(options)) => runtime.block_on(run_sandbox(options)),
        Some(Command::Profile(action)) => profiles(action),
        None => runtime.block_on(edit(&cli.editor, &given)),
    };
    // A thread still reading certificates must not hold up the end.
    runtime.shutdown_background();
    code
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
    let outcome = profile::run(action, &places, profile::secret, keep, forget);
    for line in &outcome.printed {
        // A reader that has gone is no failure.
        let _ = writeln!(io::stdout(), "{}", visible(line));
    }
    outcome.said.iter().for_each(|line| say(line));
    ExitCode::from(outcome.code)
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

async fn edit(options: &Editor, given: &ArgMatches) -> ExitCode {
    let file = store::config::config_file(var);
    let reading = file.as_ref().map(ConfigFile::read).unwrap_or_default();
    let mut is_first = false;
    let (profile, is_demo, is_named) = match choice::choose(options, given, &reading, var) {
        Ok(Choice::Demo(app_id)) => (Profile::new("", app_id), true, false),
        Ok(Choice::Profile(profile)) => (profile, false, true),
        Ok(Choice::App(profile)) => (profile, false, false),
        Ok(Choice::Nothing) if file.is_some() && term::missing().is_none() => {
            is_first = true;
            let template = Profile::new("", 0);
            let (base_url, api_version) = (options.base_url.clone(), options.api_version);
            (Profile { base_url, api_version, ..template }, false, true)
        }
        Ok(Choice::Nothing) => {
            return refuse(
                "give the app's id with --app or HUBSPOT_APP_ID and an access token in HUBSPOT_ACCESS_TOKEN, or set up a \
                 profile with callset profile add; --demo needs neither",
            );
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
                let app_id = Editor { demo: true, ..options.clone() }.app().unwrap_or_default();
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

fn world(start: &Start, endpoint: &Endpoint) -> World {
    let places = DiskPlaces { dir: start.state(), place: start.place(endpoint), config: start.file.clone() };
    let (connect, credentials) = (start::connect(endpoint), start.credentials());
    let clipboard = start::clipboard_programs(|name| std::env::var_os(name));
    World { connect, credentials, places, other: start.elsewhere(), network: Network::beside, clipboard }
}
