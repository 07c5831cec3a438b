//! Wiring: read the command line and the environment, take the terminal, run, give it back, say what is left to say.

use callset::api::{self, Client, Credential, Endpoint, EndpointError, Timeouts, aside::Lost, wire};
use callset::app::App;
use callset::app::effect::Exit;
use callset::app::wizard::{Given, Outcome, Wizard};
use callset::cli::choice::{self, Choice};
use callset::cli::profile::{self, Keeping, Places};
use callset::cli::{Cli, Colour, Command, Editor, SandboxOptions, Surroundings};
use callset::model::profile::{Profile, Source};
use callset::model::{self, Resource};
use callset::runtime::wizard::{self, ConnectTo, Desk, FirstStart};
use callset::runtime::{Connect, Credentials, Had, Lack, Network, Runtime, World, disk::Shelf, tty::Tty};
use callset::sandbox::{self, Sandbox};
use callset::secrets::{self, Found, Who};
use callset::store::config::{ConfigFile, Reading};
use callset::store::{self, Place, trust};
use callset::sync::Target;
use callset::term::{self, events::Events};
use callset::ui::text::visible;
use callset::ui::theme::Theme;
use clap::{ArgMatches, CommandFactory, FromArgMatches};
use jiff::Timestamp;
use std::ffi::OsString;
use std::io::{self, Write};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::OnceCell;

/// What the demo sends for a token; the sandbox takes any.
const DEMO_TOKEN: &str = "demo-token-of-the-sandbox";

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

/// Prints help or version. A reader that has gone is no failure.
fn print(answer: &clap::Error) -> ExitCode {
    let _ = answer.print();
    ExitCode::SUCCESS
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
    let places = Places { file: store::config::config_file(var), state: store::state_dir(var) };
    let outcome = profile::run(action, &places, profile::secret, keep);
    for line in &outcome.printed {
        // A reader that has gone is no failure.
        let _ = writeln!(io::stdout(), "{}", visible(line));
    }
    outcome.said.iter().for_each(|line| say(line));
    ExitCode::from(outcome.code)
}

/// Keeps a credential where a profile will look for it.
fn keep(keeping: &Keeping<'_>) -> Result<(), String> {
    let who = Who { profile: keeping.profile.to_owned(), host: keeping.host.to_owned() };
    let (credential, _) = Credential::new(keeping.kind, keeping.secret).map_err(|why| why.to_string())?;
    let state = store::state_dir(var);
    wizard::keep(keeping.source, &who, &credential, keeping.replace, state.as_deref(), var)
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
    let mut start = Start { profile, is_first, is_demo, is_named, ready: None, reading, file };
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
            if matches!(error, Stopped::Terminal(_)) { ExitCode::FAILURE } else { ExitCode::from(2) }
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

fn theme(options: &Editor, wanted: model::profile::Theme) -> Theme {
    use model::profile::Theme as Wanted;
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
enum Stopped {
    #[error("the terminal can not be used: {0}")]
    Terminal(io::Error),
    #[error("{0}")]
    Thread(Lost),
    #[error("cannot start the sandbox: {0}")]
    Sandbox(io::Error),
    #[error("--base-url can not be used: {0}")]
    Address(#[from] EndpointError),
}

impl From<io::Error> for Stopped {
    fn from(error: io::Error) -> Self {
        error.downcast().map_or_else(Self::Terminal, Self::Thread)
    }
}

/// Runs the editor, one profile after the other; the terminal is the shell's again when this returns.
async fn run(start: &mut Start, options: &Editor) -> Result<Exit, Stopped> {
    let first = start.first()?;
    if first.is_none() {
        start.settle().await?;
    }
    let mut events = Events::new()?;
    let mut screen = Tty::new(theme(options, start.reading.config.theme))?;
    if let Some((given, desk)) = first {
        let (asked, effects) = Wizard::new(given);
        let mut first = FirstStart::start(asked, effects, screen, desk)?;
        let outcome = first.run(&mut events).await;
        (screen, start.ready) = first.end();
        match outcome {
            Outcome::Left(code) => return Ok(Exit { code, farewell: None }),
            Outcome::Demo => {
                let app_id = Editor { demo: true, ..options.clone() }.app().unwrap_or_default();
                (start.profile, start.is_demo, start.is_named) = (Profile::new("", app_id), true, false);
            }
            Outcome::Written(profile) => {
                start.profile = *profile;
                start.reading = start.file.as_ref().map(ConfigFile::read).unwrap_or_default();
            }
        }
        start.settle().await?;
    }
    let mut endpoint = start.endpoint()?;
    loop {
        let (app, effects) = App::new(start.target(&endpoint, options));
        let mut runtime = Runtime::start(app, effects, screen, start.world(&endpoint))?;
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

fn connect(endpoint: &Endpoint) -> Connect {
    let endpoint = endpoint.clone();
    Arc::new(move |credential| Client::new(endpoint.clone(), credential, Timeouts::default()))
}

/// Another profile, with its own address, credential and trust, as if callset had been started with it.
fn elsewhere(profile: &Profile) -> Result<(Connect, Credentials), String> {
    let (reading, profile) = (Reading::default(), profile.clone());
    let start = Start { profile, is_first: false, is_demo: false, is_named: true, ready: None, reading, file: None };
    let endpoint = start.endpoint().map_err(|why| why.to_string())?;
    Ok((connect(&endpoint), start.credentials()))
}

/// What a run of the editor starts from.
struct Start {
    profile: Profile,
    /// Is nothing set up? Then the profile has only an address, and the rest is asked for.
    is_first: bool,
    is_demo: bool,
    is_named: bool,
    /// The credential, if it was typed and is kept nowhere.
    ready: Option<Credential>,
    reading: Reading,
    file: Option<ConfigFile>,
}

impl Start {
    /// What the first start needs, if there is one to come.
    fn first(&self) -> Result<Option<(Given, Desk)>, EndpointError> {
        let Some(config) = self.file.clone().filter(|_| self.is_first) else { return Ok(None) };
        let at = |profile: &Profile, app_id| Endpoint::new(&profile.base_url, profile.api_version, app_id);
        let is_own = at(&self.profile, 1)?.is_own();
        let given = Given { template: self.profile.clone(), is_own, config: config.path.clone() };
        let connect: ConnectTo = Arc::new(move |profile, credential| {
            let endpoint = at(profile, profile.app_id).map_err(|why| api::Error::Setup(why.to_string()))?;
            Client::new(endpoint, credential, Timeouts::default())
        });
        Ok(Some((
            given,
            Desk { config, state: store::state_dir(var), var: Arc::new(var), connect, network: Network::beside },
        )))
    }

    /// Starts the sandbox, if it is wanted; and the address can be used.
    async fn settle(&mut self) -> Result<(), Stopped> {
        if self.is_demo {
            self.profile.base_url = demo(self.profile.app_id).await.map_err(Stopped::Sandbox)?;
        }
        self.endpoint()?;
        Ok(())
    }

    fn endpoint(&self) -> Result<Endpoint, EndpointError> {
        Endpoint::new(&self.profile.base_url, self.profile.api_version, self.profile.app_id)
    }

    /// The credential from where the profile says. The error is a sentence.
    fn read(&self) -> Result<Found, String> {
        let who = Who { profile: self.profile.name.clone(), host: self.profile.host().unwrap_or_default() };
        let read = secrets::read(self.profile.kind, &self.profile.sources, &who, var);
        read.map_err(|missing| match (self.is_named, missing.tried.iter().any(|tried| tried.is_broken)) {
            (false, false) => {
                "set HUBSPOT_ACCESS_TOKEN to an OAuth access token of the app's account; --demo needs none".to_owned()
            }
            _ => missing.to_string(),
        })
    }

    fn target(&self, endpoint: &Endpoint, options: &Editor) -> Target {
        let config = &self.reading.config;
        // In production nobody asks for it by the way.
        let watch = config.watch.filter(|_| !self.profile.production);
        Target {
            app_id: endpoint.app_id,
            host: self.profile.host().unwrap_or_default(),
            base_url: endpoint.base_url.as_str().trim_end_matches('/').to_owned(),
            paths: Resource::ALL
                .map(|resource| (resource, wire::path(endpoint.version, endpoint.app_id, resource)))
                .into(),
            kind: self.profile.kind,
            credential_hint: String::new(),
            looks_like: None,
            credential_source: String::new(),
            sandbox: self.is_demo,
            profile: self.is_named.then(|| self.profile.clone()),
            setup: config.clone(),
            complaints: self.reading.complaints.iter().map(ToString::to_string).collect(),
            watch: options.watch.or(watch),
            seed: u64::from(std::process::id()),
        }
    }

    fn world(&self, endpoint: &Endpoint) -> World {
        let app_id = endpoint.app_id;
        let place = if self.is_demo { Place::demo(app_id) } else { Place::new(&endpoint.base_url, app_id) };
        let (dir, config) = (store::state_dir(var), self.file.clone());
        let (connect, other) = (connect(endpoint), Arc::new(elsewhere));
        World {
            connect,
            credentials: self.credentials(),
            shelf: Shelf { dir, place, config },
            other,
            network: Network::beside,
        }
    }

    /// Reads the credential when it is needed, and lets it go to no host that nobody has said yes to.
    fn credentials(&self) -> Credentials {
        if let (true, Ok((credential, _))) = (self.is_demo, Credential::bearer(DEMO_TOKEN)) {
            return Credentials::ready(credential);
        }
        if let Some(credential) = &self.ready {
            return Credentials::ready(credential.clone());
        }
        let start =
            Self { reading: Reading::default(), file: None, ready: None, profile: self.profile.clone(), ..*self };
        let (dir, host) = (store::state_dir(var), self.profile.host().unwrap_or_default());
        // What was read last, and whether the host was said yes to in this run.
        let last: Arc<OnceCell<Source>> = Arc::default();
        let is_trusted: Arc<AtomicBool> = Arc::default();
        let is_own = start.endpoint().is_ok_and(|endpoint| endpoint.is_own());
        let read = {
            let (dir, host, last, is_trusted) = (dir.clone(), host.clone(), Arc::clone(&last), Arc::clone(&is_trusted));
            move || {
                let Found { credential, source, tidied } = start.read().map_err(Lack::None)?;
                let words = source.words();
                let _ = last.set(source.clone());
                let is_approved =
                    || dir.as_ref().is_some_and(|dir| trust::approved(dir, &secrets::full_name(&source), &host));
                if is_own || is_trusted.load(Ordering::Relaxed) || is_approved() {
                    Ok(Had { credential, source: words, tidied })
                } else {
                    Err(Lack::Untrusted(words))
                }
            }
        };
        let trust = move || {
            is_trusted.store(true, Ordering::Relaxed);
            let (Some(dir), Some(source)) = (&dir, last.get()) else { return Ok(()) };
            let noted = trust::approve(dir, &secrets::full_name(source), &host, Timestamp::now());
            noted.map_err(|why| format!("It will be asked again: {why}"))
        };
        Credentials { read: Arc::new(read), trust: Arc::new(trust) }
    }
}
