//! The editor: what it starts from, the terminal, the first start, and the end of it.

use super::streams::Streams;
use super::{chosen, var};
use callset::api::{self, Endpoint, EndpointError, aside::Lost};
use callset::app::App;
use callset::app::effect::Exit;
use callset::app::wizard::{FirstStartEnd, Given, Wizard};
use callset::cli::choice;
use callset::cli::options::{Aim, TargetOptions};
use callset::cli::{Colour, Editor, Surroundings};
use callset::model;
use callset::model::profile::Profile;
use callset::runtime::plain::{Conversation, LineInput};
use callset::runtime::wizard::{ConnectTo, FirstStart, FirstStartTools};
use callset::runtime::{EventSource, Network, Runtime, Screen, World, disk::DiskPlaces, tty::Tty};
use callset::sandbox::{self, Sandbox};
use callset::start::{self, Start};
use callset::store;
use callset::store::config::ConfigFile;
use callset::term::{self, events::Events};
use callset::ui::theme::{Palette, Theme};
use std::io;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

pub(super) async fn edit(options: &Editor, aim: &Aim, streams: &Streams) -> ExitCode {
    let chosen = chosen(aim);
    let is_set = chosen.as_ref().is_ok_and(|start| start.reading.config.plain);
    let is_plain = options.plain || is_set || Surroundings::new(var).is_dumb();
    let mut start = match chosen {
        Ok(start) if start.is_first && (start.file.is_none() || is_plain || term::missing().is_some()) => {
            return streams.refuse(choice::NOTHING);
        }
        Ok(start) => start,
        Err(why) => return streams.refuse(&why),
    };
    // Without a profile the token is in the environment, or it is nowhere.
    if !start.is_demo
        && !start.is_named
        && let Err(why) = start.read()
    {
        return streams.refuse(&why);
    }
    if let Some(missing) = term::missing().filter(|_| !is_plain) {
        return streams.refuse(&format!("{missing}; the editor needs one, and --plain does without"));
    }
    let ran = if is_plain { converse(&mut start, options).await } else { run(&mut start, options).await };
    match ran {
        Ok(exit) => {
            if let Some(farewell) = &exit.farewell {
                streams.say(farewell);
            }
            ExitCode::from(exit.code)
        }
        Err(error) => {
            streams.say(&format!("callset: {error}"));
            if matches!(error, NotStarted::Terminal(_)) { ExitCode::FAILURE } else { ExitCode::from(2) }
        }
    }
}

/// Starts the sandbox beside us.
async fn demo(app_id: i32) -> io::Result<String> {
    let mut sandbox = Sandbox::bind(sandbox::Options::new(callset::runtime::now)).await?;
    sandbox.seed_demo(app_id);
    let base_url = sandbox.base_url();
    tokio::spawn(sandbox.serve());
    Ok(base_url)
}

fn theme(options: &Editor, config: &model::profile::Config) -> Theme {
    use model::profile::Appearance as Wanted;
    let wanted = config.theme;
    let surroundings = Surroundings::new(var);
    let colour = match (options.color, wanted) {
        (Colour::Auto, Wanted::Colour) => Colour::Always,
        (Colour::Auto, Wanted::Mono | Wanted::Ascii) => Colour::Never,
        (given, _) => given,
    };
    let ascii = options.ascii || wanted == Wanted::Ascii || surroundings.ascii();
    let palette = if surroundings.colour(colour) { Palette::Ansi } else { Palette::Mono };
    Theme { palette, ascii, wide: config.ambiguous == model::profile::Ambiguous::Wide }
}

/// Why the editor did not go on.
#[derive(Debug, thiserror::Error)]
pub(super) enum NotStarted {
    #[error("the terminal cannot be used: {0}")]
    Terminal(io::Error),
    #[error("{0}")]
    Thread(Lost),
    #[error("cannot start the sandbox: {0}")]
    Sandbox(io::Error),
    #[error("--base-url cannot be used: {0}")]
    Address(#[from] EndpointError),
}

impl From<io::Error> for NotStarted {
    fn from(error: io::Error) -> Self {
        error.downcast().map_or_else(Self::Terminal, Self::Thread)
    }
}

/// Runs the editor as a dialogue.
async fn converse(start: &mut Start, options: &Editor) -> Result<Exit, NotStarted> {
    be_ready(start).await?;
    let mut lines = LineInput::new()?;
    one_after_the_other(start, options, Conversation::default(), &mut lines).await
}

/// Runs the editor, one profile after the other; the terminal is the shell's again when this returns.
async fn run(start: &mut Start, options: &Editor) -> Result<Exit, NotStarted> {
    let first = first_start(start)?;
    if first.is_none() {
        be_ready(start).await?;
    }
    let mut events = Events::new()?;
    let mut screen = Tty::new(theme(options, &start.reading.config))?;
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
    one_after_the_other(start, options, screen, &mut events).await
}

/// Edits what the run starts from, then each profile that the user switches to.
async fn one_after_the_other<S: Screen>(
    start: &mut Start,
    options: &Editor,
    mut screen: S,
    events: &mut impl EventSource,
) -> Result<Exit, NotStarted> {
    let mut endpoint = start.endpoint()?;
    loop {
        let (app, effects) = App::new(start.target(&endpoint, options.watch, u64::from(std::process::id())));
        let mut runtime = Runtime::start(app, effects, screen, world(start, &endpoint))?;
        let exit = runtime.run(events).await;
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
pub(super) async fn be_ready(start: &mut Start) -> Result<(), NotStarted> {
    if start.is_demo {
        start.profile.base_url = demo(start.profile.app_id).await.map_err(NotStarted::Sandbox)?;
    }
    start.endpoint()?;
    Ok(())
}

/// Where the log for support goes, if one is asked for.
pub(super) fn support_log() -> Option<PathBuf> {
    let is_wanted = var("CALLSET_LOG").is_some_and(|value| value == "debug");
    store::state_dir(var).filter(|_| is_wanted).map(|state| state.join("callset.log"))
}

pub(super) fn world(start: &Start, endpoint: &Endpoint) -> World {
    let places = DiskPlaces { dir: start.state(), place: start.place(endpoint), config: start.file.clone() };
    let (connect, credentials) = (start::connect(endpoint), start.credentials());
    let clipboard = start::clipboard_programs(var);
    let log = support_log();
    World { connect, credentials, places, other: start.elsewhere(), network: Network::beside, clipboard, log }
}
