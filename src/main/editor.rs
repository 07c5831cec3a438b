//! The editor: what it starts from, the terminal, the first start, and the end of it.

use super::scratch::Scratch;
use super::streams::Streams;
use super::{chosen_or_several, var};
use callset::api::aside::Lost;
use callset::api::{self, Endpoint, EndpointError};
use callset::app::effect::Exit;
use callset::app::wizard::{FirstStartEnd, Given, Purpose, Wizard};
use callset::app::{App, Notice, ProfileNews};
use callset::cli::choice;
use callset::cli::options::{Aim, TargetOptions};
use callset::cli::{Colour, Editor, Surroundings};
use callset::model;
use callset::model::login::secret_variables;
use callset::model::profile::Profile;
use callset::probe::tunnel::TunnelPlaces;
use callset::runtime::disk::DiskPlaces;
use callset::runtime::doctor::Patient;
use callset::runtime::plain::{Conversation, LineInput};
use callset::runtime::wizard::{ConnectTo, FirstStart, FirstStartTools};
use callset::runtime::{EventSource, Network, Next, Runtime, Screen, World, tty::Tty};
use callset::sandbox::{self, Sandbox};
use callset::start::{self, Start};
use callset::store;
use callset::store::config::ConfigFile;
use callset::term::{self, events::Events};
use callset::ui::layout::fits;
use callset::ui::theme::{Palette, Theme};
use callset::words;
use callset::words::doctor::terminal::{Multiplexer, TerminalFacts};
use callset::words::preview::PreviewTold;
use callset::words::profile::NOT_WRITTEN;
use ratatui::layout::Rect;
use std::io;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

pub(super) async fn edit(options: &Editor, aim: &Aim, streams: &mut Streams) -> ExitCode {
    let chosen = chosen_or_several(aim, streams.configuration());
    let is_set = chosen.as_ref().is_ok_and(|(start, _)| start.reading.config.plain);
    let is_plain = options.plain || is_set || Surroundings::new(var).is_dumb();
    let (mut start, is_choosing) = match chosen {
        Ok((start, _)) if start.is_first && (start.file.is_none() || !is_plain && term::missing().is_some()) => {
            return streams.refuse(choice::NOTHING);
        }
        Ok((_, Some(why))) if !is_plain && term::missing().is_some() => return streams.refuse(&why),
        Ok((start, several)) => (start, several.is_some()),
        Err(why) => return streams.refuse(&why),
    };
    let missing = term::missing();
    let is_first = start.is_first;
    // Nobody can be asked. Without a profile the credential is in the environment, or it is nowhere.
    if missing.is_some()
        && !start.is_demo
        && !start.is_named
        && !is_choosing
        && !is_first
        && let Err(why) = start.read()
    {
        return streams.refuse(why.trim_end_matches('.'));
    }
    if let Some(missing) = missing.filter(|_| !is_plain) {
        return streams.refuse(&format!("{missing}; the editor needs one, and --plain does without"));
    }
    let ran = if is_plain {
        converse(&mut start, options, is_choosing).await
    } else {
        run(&mut start, options, is_choosing).await
    };
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
    sandbox.seed_profiles(app_id);
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

/// What is on the screen.
enum Showing {
    /// The questions about a profile.
    Questions(Given),
    /// The list of profiles, of which none is chosen yet.
    Choice,
    /// The form; with the list of profiles over it, if the user comes back to that.
    Form { in_list: bool },
}

/// Runs the editor as a dialogue.
async fn converse(start: &mut Start, options: &Editor, is_choosing: bool) -> Result<Exit, NotStarted> {
    let showing = begins_with(start, is_choosing)?;
    be_ready(start).await?;
    let scratch = Scratch::of(start);
    let mut lines = LineInput::new()?;
    one_after_the_other(start, options, (showing, scratch), Conversation::default(), &mut lines).await
}

/// Runs the editor, one profile after the other; the terminal is the shell's again when this returns.
async fn run(start: &mut Start, options: &Editor, is_choosing: bool) -> Result<Exit, NotStarted> {
    let showing = begins_with(start, is_choosing)?;
    be_ready(start).await?;
    // The demo has a configuration of its own, and looks as the user's says.
    let theme = theme(options, &start.reading.config);
    // The console of Linux has no window, and older ones print what would be its title.
    let is_console = var("TERM").is_some_and(|term| term == "linux");
    let has_title = start.reading.config.title != Some(false) && !is_console;
    let scratch = Scratch::of(start);
    let mut events = Events::new()?;
    let screen = Tty::new(theme, has_title)?;
    one_after_the_other(start, options, (showing, scratch), screen, &mut events).await
}

/// What is on the screen first.
fn begins_with(start: &Start, is_choosing: bool) -> Result<Showing, NotStarted> {
    Ok(match first_start(start)? {
        Some(given) => Showing::Questions(given),
        None if is_choosing => Showing::Choice,
        None => Showing::Form { in_list: false },
    })
}

/// Edits what the run starts from, then each profile that the user switches to.
async fn one_after_the_other<S: Screen>(
    start: &mut Start,
    options: &Editor,
    (mut showing, mut scratch): (Showing, Scratch),
    mut screen: S,
    events: &mut impl EventSource,
) -> Result<Exit, NotStarted> {
    // Is it known what is edited? It is not while the user still chooses among several profiles.
    let (mut is_chosen, mut ended, mut news) = (!matches!(showing, Showing::Choice), Vec::new(), None);
    loop {
        let in_list = match showing {
            Showing::Questions(given) => {
                let (purpose, name) = (given.purpose, given.template.name.clone());
                let (asked, effects) = Wizard::new(given);
                let mut questions = FirstStart::start(asked, effects, screen, tools(start))?;
                let outcome = questions.run(events).await;
                let (ready, lines);
                (screen, ready, lines) = questions.end();
                events.put_back(lines);
                let is_other = purpose == Purpose::Change && name != start.profile.name;
                match outcome {
                    FirstStartEnd::Left(code) => return Ok(Exit { code, farewell: None }),
                    FirstStartEnd::Unanswered => {
                        let why = if purpose == Purpose::First { choice::NOTHING } else { NOT_WRITTEN };
                        return Ok(Exit { code: 2, farewell: Some(format!("callset: {why}")) });
                    }
                    FirstStartEnd::Demo => {
                        let app_id = TargetOptions { demo: true, ..options.target.clone() }.app().unwrap_or_default();
                        (start.profile, start.is_demo) = (Profile::new("", app_id), true);
                        be_ready(start).await?;
                        scratch = Scratch::of(start);
                        showing = Showing::Form { in_list: false };
                        // Its configuration is known, and not on the disk yet.
                        continue;
                    }
                    FirstStartEnd::Written(profile) if !is_other => {
                        start.go_on_with(*profile, ready);
                        is_chosen = true;
                        showing = Showing::Form { in_list: false };
                    }
                    FirstStartEnd::Written(_) | FirstStartEnd::Back if is_chosen => {
                        showing = Showing::Form { in_list: true };
                    }
                    FirstStartEnd::Written(_) | FirstStartEnd::Back => showing = Showing::Choice,
                }
                start.reading = start.file.as_ref().map(ConfigFile::read).unwrap_or_default();
                continue;
            }
            Showing::Choice => false,
            Showing::Form { in_list } => in_list,
        };
        let endpoint = start.endpoint()?;
        let target = start.target(&endpoint, options.watch, u64::from(std::process::id()));
        let (mut app, mut effects) = if is_chosen { App::new(target) } else { App::choosing(target) };
        if in_list {
            effects.extend(app.open_profiles());
        }
        if let Some(news) = news.take() {
            app.notice = Some(news);
        }
        let world = World { first: scratch.write(), ..world(start, &endpoint, ended.clone()) };
        let mut runtime = Runtime::start(app, effects, screen, world)?;
        let exit = runtime.run(events).await;
        let had_preview = runtime.app().preview.is_some();
        let left = runtime.end();
        screen = left.screen;
        events.put_back(left.lines);
        ended.extend(left.run);
        showing = match left.next {
            None => return Ok(exit),
            Some(Next::Profile(profile)) => {
                let before = start.clone();
                start.go_on_with(*profile, None);
                if start.endpoint().is_err() {
                    // The configuration says the same of it, and with its place.
                    *start = before;
                } else {
                    is_chosen = true;
                }
                // Its page shows one app, and the other one may be of other people.
                news = had_preview.then_some(Notice::Preview(PreviewTold::Left));
                Showing::Form { in_list: false }
            }
            Some(Next::SetUp(purpose, of)) => {
                if let Some(file) = &start.file {
                    let TargetOptions { base_url, api_version, .. } = options.target.clone();
                    let base_url = start.sandbox.clone().unwrap_or(base_url);
                    let fresh = || Profile { base_url, api_version, ..Profile::new("", 0) };
                    let template = of.map_or_else(fresh, |profile| *profile);
                    Showing::Questions(Given { template, purpose, config: file.path.clone() })
                } else {
                    news = Some(Notice::Profiles(ProfileNews::NotChanged(words::profile::NO_PLACE.to_owned())));
                    if is_chosen { Showing::Form { in_list: true } } else { Showing::Choice }
                }
            }
        };
        // It lives as long as the demo.
        let _ = &scratch;
    }
}

/// The first questions, if nothing is set up.
fn first_start(start: &Start) -> Result<Option<Given>, EndpointError> {
    let Some(config) = start.file.as_ref().filter(|_| start.is_first) else { return Ok(None) };
    Endpoint::new(&start.profile.base_url, start.profile.api_version, 1)?;
    let config = config.path.clone();
    Ok(Some(Given { template: start.profile.clone(), purpose: Purpose::First, config }))
}

/// What the questions about a profile need. The file is there: without one nothing is asked.
fn tools(start: &Start) -> FirstStartTools {
    let connect: ConnectTo = Arc::new(move |profile, credential| {
        let endpoint = Endpoint::new(&profile.base_url, profile.api_version, profile.app_id);
        start::connect(&endpoint.map_err(|why| api::Error::Setup(why.to_string()))?)(credential)
    });
    let config = start.file.clone().unwrap_or_else(|| ConfigFile { path: PathBuf::new(), home: None });
    let (state, var, network) = (start.state(), Arc::clone(&start.var), Network::beside);
    FirstStartTools { config, state, var, connect, reach: start.elsewhere(), network }
}

/// Starts the sandbox, if it is wanted; and the address can be used.
pub(super) async fn be_ready(start: &mut Start) -> Result<(), NotStarted> {
    if start.is_demo {
        start.profile.base_url = demo(start.profile.app_id).await.map_err(NotStarted::Sandbox)?;
    }
    if !start.is_first {
        start.endpoint()?;
    }
    Ok(())
}

/// What `doctor` looks at, from the editor: all of it.
pub(super) fn patient(start: Result<Start, String>) -> Patient {
    let (surroundings, set) = (Surroundings::new(var), |name: &str| var(name).is_some_and(|value| !value.is_empty()));
    let programs = [("TMUX", Multiplexer::Tmux), ("STY", Multiplexer::Screen), ("ZELLIJ", Multiplexer::Zellij)];
    let size = term::size();
    let terminal = TerminalFacts {
        term: surroundings.term.as_ref().map(|term| term.to_string_lossy().into_owned()),
        size,
        is_small: size.is_some_and(|(columns, rows)| !fits(Rect::new(0, 0, columns, rows))),
        colours: surroundings.colour(Colour::Auto),
        utf8: !surroundings.ascii(),
        is_remote: set("SSH_CONNECTION") || set("SSH_TTY"),
        multiplexer: programs.into_iter().find(|(name, _)| set(name)).map(|(_, program)| program),
    };
    let file = start.as_ref().ok().and_then(|start| start.file.clone());
    let config = file.or_else(|| store::config::config_file(var));
    let (state, log) = (store::state_dir(var), support_log());
    Patient { config, state, log, terminal, ..Patient::new(start, Arc::new(var)) }
}

/// Where the log for support goes, if one is asked for.
pub(super) fn support_log() -> Option<PathBuf> {
    let is_wanted = var("CALLSET_LOG").is_some_and(|value| value == "debug");
    store::state_dir(var).filter(|_| is_wanted).map(|state| state.join("callset.log"))
}

/// `ended` are the names of the runs that this process has ended.
pub(super) fn world(start: &Start, endpoint: &Endpoint, ended: Vec<String>) -> World {
    let places = DiskPlaces { dir: start.state(), place: start.place(endpoint), config: start.file.clone(), ended };
    let (connect, credentials) = (start::connect(endpoint), start.credentials());
    let (clipboard, browsers) = (start::clipboard_programs(var), start::browser_programs(var));
    let (log, patient) = (support_log(), patient(Ok(start.clone())));
    let (other, var, network) = (start.elsewhere(), Arc::clone(&start.var), Network::beside);
    let profiles = start.reading.config.profiles.iter().chain([&start.profile]);
    let tunnels = TunnelPlaces::usual(super::var, secret_variables(profiles));
    let first = None;
    World { connect, credentials, places, first, other, var, network, clipboard, browsers, tunnels, log, patient }
}
