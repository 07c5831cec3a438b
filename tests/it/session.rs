//! The whole program without a terminal: keys in, frames and requests out, real HTTP, the loop that the program runs.
//!
//! ```text
//!   Session ── keys ──> Runtime::turn ── HTTP ──> Gate ──┬── the sandbox, or an account of the test's own
//!      <───── frames ───┘                                └── what a test scripts: a refusal, a lost answer, a held one
//! ```
//!
//! Every frame of every session is looked at: no control or bidirectional character in any cell, and the token nowhere, nor
//! in any file it leaves. Nothing sleeps. What is waited for has a deadline that no working machine reaches, and says
//! where the session stood.

mod cells;
mod home;

use crate::gate::{Gate, within};
use callset::api::{Client, Credential, Endpoint, Timeouts, wire};
use callset::app::effect::Exit;
use callset::app::msg::Key;
use callset::app::reuse::Other;
use callset::app::{App, Mode, Picker, Rows};
use callset::model::profile::{Config, CredentialKind, Profile, Source};
use callset::model::{ApiVersion, Resource};
use callset::probe::tunnel::TunnelPlaces;
use callset::runtime::disk::DiskPlaces;
use callset::runtime::doctor::Patient;
use callset::runtime::{Network, Runtime, World};
use callset::start::{Connect, Credentials, NoCredential, Reach, Start, Variable};
use callset::store::Place;
use callset::store::config::ConfigFile;
use callset::sync::{Keeping, Stage, Target};
use callset::term::events::TerminalEvent;
use callset::term::input::Input;
use home::assert_no_token;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;
use tokio::sync::mpsc;
use unicode_width::UnicodeWidthStr;

pub(crate) use cells::{Cells, Keyboard};
pub(crate) use home::runs;

/// The token of every session: it changes when percent-encoded or put into JSON, and must never be seen.
pub(crate) const TOKEN: &str = "pat-na1/CANARY+0123456789=c41f";

/// One to give while it runs.
pub(crate) const NEW_TOKEN: &str = "pat-na1/CANARY+9876543210=9f3a";

/// The one of another profile.
pub(crate) const OTHER_TOKEN: &str = "pat-na1/CANARY+5555555555=77aa";

/// Every spelling of the tokens has this in it.
pub(crate) const CANARY: &str = "CANARY";

/// The app that is edited.
pub(crate) const APP: i32 = 1_234_567;

/// What most stories are about.
const SETTINGS: [Resource; 1] = [Resource::Settings];

/// The usual size.
pub(crate) const SIZE: (u16, u16) = (80, 24);

/// Long enough for any machine: where a session uses these, something else ends the exchange.
pub(crate) const PATIENT: Timeouts =
    Timeouts { connect: Duration::from_mins(1), get: Duration::from_mins(1), patch: Duration::from_mins(1) };

/// A running callset.
pub(crate) struct Session {
    runtime: Runtime<Cells>,
    keyboard: Keyboard,
    hands: mpsc::UnboundedSender<Vec<TerminalEvent>>,
    exit: Option<Exit>,
    /// The home of a session that has it for itself.
    home: Option<TempDir>,
    /// Where its files are.
    dir: Option<PathBuf>,
    /// The runs that had files there before it.
    before: Vec<PathBuf>,
}

impl Session {
    /// Starts callset on these settings; the first load is on its way.
    pub(crate) fn start(base_url: &str, size: (u16, u16)) -> Self {
        Self::with(base_url, size, ApiVersion::V3, PATIENT)
    }

    pub(crate) fn with(base_url: &str, size: (u16, u16), version: ApiVersion, timeouts: Timeouts) -> Self {
        let home = TempDir::new().unwrap();
        let mut session = Self::at(Some(home.path()), base_url, size, version, timeouts, None, &SETTINGS);
        session.home = Some(home);
        session
    }

    /// The whole configuration of the app: the settings with the resources beside them, as `main` starts it.
    pub(crate) fn whole(base_url: &str, size: (u16, u16)) -> Self {
        let home = TempDir::new().unwrap();
        let mut session = Self::whole_in(home.path(), base_url, size);
        session.home = Some(home);
        session
    }

    /// The same with this state directory.
    pub(crate) fn whole_in(home: &Path, base_url: &str, size: (u16, u16)) -> Self {
        Self::at(Some(home), base_url, size, ApiVersion::V3, PATIENT, None, &Resource::ALL)
    }

    /// Started with `--watch`.
    pub(crate) fn watching(base_url: &str, every: Duration) -> Self {
        let home = TempDir::new().unwrap();
        let mut session = Self::at(Some(home.path()), base_url, SIZE, ApiVersion::V3, PATIENT, Some(every), &SETTINGS);
        session.home = Some(home);
        session
    }

    /// With this state directory; none at all keeps drafts in memory only.
    pub(crate) fn in_home(home: Option<&Path>, base_url: &str) -> Self {
        Self::in_home_sized(home, base_url, SIZE)
    }

    /// The same on another screen.
    pub(crate) fn in_home_sized(home: Option<&Path>, base_url: &str, size: (u16, u16)) -> Self {
        Self::at(home, base_url, size, ApiVersion::V3, PATIENT, None, &SETTINGS)
    }

    fn at(
        home: Option<&Path>,
        base_url: &str,
        (width, height): (u16, u16),
        version: ApiVersion,
        timeouts: Timeouts,
        watch: Option<Duration>,
        resources: &[Resource],
    ) -> Self {
        let endpoint = Endpoint::new(base_url, version, APP).unwrap();
        // As `main` does it.
        let target = Target {
            app_id: APP,
            host: format!("127.0.0.1:{}", endpoint.base_url.port().unwrap()),
            base_url: endpoint.base_url.as_str().trim_end_matches('/').to_owned(),
            paths: resources.iter().map(|resource| (*resource, wire::path(version, APP, *resource))).collect(),
            kind: CredentialKind::Bearer,
            credential_hint: String::new(),
            looks_like: None,
            credential_source: String::new(),
            credential_renewal: None,
            profile: None,
            setup: Config::default(),
            complaints: vec![],
            sandbox: false,
            watch,
            seed: 0,
        };
        Self::run(home, target, (endpoint, timeouts), None, (width, height))
    }

    /// Started with a configuration, which is read from its file, and with the profile of this name in it.
    pub(crate) fn set_up(home: &Path, base_url: &str, file: &ConfigFile, profile: &str) -> Self {
        let setup = file.read().config;
        let profile = setup.profiles.iter().find(|other| other.name == profile).cloned();
        let endpoint = Endpoint::new(base_url, ApiVersion::V3, APP).unwrap();
        let target = Target {
            app_id: APP,
            host: format!("127.0.0.1:{}", endpoint.base_url.port().unwrap()),
            base_url: endpoint.base_url.as_str().trim_end_matches('/').to_owned(),
            paths: Resource::ALL.map(|resource| (resource, wire::path(ApiVersion::V3, APP, resource))).into(),
            profile,
            setup,
            ..crate::transitions::target()
        };
        Self::run(Some(home), target, (endpoint, PATIENT), Some(file.clone()), (100, 30))
    }

    /// Started as `main` starts it, with the credential read from the sources of its profile.
    pub(crate) fn of(start: &Start) -> Self {
        let endpoint = start.endpoint().unwrap();
        let paths = SETTINGS.map(|resource| (resource, wire::path(ApiVersion::V3, APP, resource)));
        let target = Target { paths: paths.into(), ..start.target(&endpoint, None, 0) };
        let tunnels = TunnelPlaces::default();
        Self::reading(start.state().as_deref(), target, (endpoint, PATIENT), None, SIZE, (start.credentials(), tunnels))
    }

    fn run(
        home: Option<&Path>,
        target: Target,
        at: (Endpoint, Timeouts),
        config: Option<ConfigFile>,
        size: (u16, u16),
    ) -> Self {
        Self::among(home, target, at, config, size, TunnelPlaces::default())
    }

    fn among(
        home: Option<&Path>,
        target: Target,
        at: (Endpoint, Timeouts),
        config: Option<ConfigFile>,
        size: (u16, u16),
        tunnels: TunnelPlaces,
    ) -> Self {
        let credential = Credential::bearer(TOKEN).unwrap().0;
        Self::reading(home, target, at, config, size, (Credentials::ready(credential), tunnels))
    }

    /// The whole configuration of the app, on a machine with these tunnels.
    pub(crate) fn beside_tunnels(base_url: &str, size: (u16, u16), tunnels: TunnelPlaces) -> Self {
        let home = TempDir::new().unwrap();
        let endpoint = Endpoint::new(base_url, ApiVersion::V3, APP).unwrap();
        let target = Target {
            app_id: APP,
            host: format!("127.0.0.1:{}", endpoint.base_url.port().unwrap()),
            base_url: endpoint.base_url.as_str().trim_end_matches('/').to_owned(),
            paths: Resource::ALL.map(|resource| (resource, wire::path(ApiVersion::V3, APP, resource))).into(),
            ..crate::transitions::target()
        };
        let mut session = Self::among(Some(home.path()), target, (endpoint, PATIENT), None, size, tunnels);
        session.home = Some(home);
        session
    }

    fn reading(
        home: Option<&Path>,
        target: Target,
        (endpoint, timeouts): (Endpoint, Timeouts),
        config: Option<ConfigFile>,
        (width, height): (u16, u16),
        (credentials, tunnels): (Credentials, TunnelPlaces),
    ) -> Self {
        let before = home.map(runs).unwrap_or_default();
        let dir = home.map(Path::to_owned);
        let places = DiskPlaces { dir: dir.clone(), place: Place::new(&endpoint.base_url, APP), config, ended: vec![] };
        let connect: Connect = Arc::new(move |credential| Client::new(endpoint.clone(), credential, timeouts));
        let (mut app, effects) = App::new(target);
        // Sessions count rows from the first one.
        app.form.focus = Resource::Settings.fields()[0].id.clone();
        let cells = Cells::new(width, height);
        let bare = bare((connect, credentials), places, Arc::new(|_| None), Network::here);
        let world = World { other: Arc::new(elsewhere), tunnels, ..bare };
        let runtime = Runtime::start(app, effects, cells, world).unwrap();
        let (hands, keys) = mpsc::unbounded_channel();
        Self { runtime, keyboard: Keyboard::new(keys), hands, exit: None, home: None, dir, before }
    }

    /// Ends it without a word, as a kill does. When this returns, its files are as the next run finds them.
    pub(crate) fn killed(self) {
        let own = self.dir.as_deref().map(runs).unwrap_or_default();
        let own = own.into_iter().filter(|run| !self.before.contains(run));
        let locks: Vec<File> = own.filter_map(|run| File::open(run.join("lock")).ok()).collect();
        drop(self);
        for lock in locks {
            lock.lock().unwrap();
            lock.unlock().unwrap();
        }
    }

    // ── in ──

    pub(crate) fn input(&mut self, input: Input) -> &mut Self {
        self.hands.send(vec![TerminalEvent::Input(input)]).unwrap();
        self
    }

    /// A key by its name: `ctrl-s`, `esc`, `down`, `f1`, or one character.
    pub(crate) fn key(&mut self, name: &str) -> &mut Self {
        let key = name.parse().unwrap_or_else(|_| panic!("no key {name}"));
        self.input(Input::Key(key))
    }

    /// From here on, keys and clicks are so far apart.
    pub(crate) fn pressed_every(&mut self, millis: u64) -> &mut Self {
        self.keyboard.pace = Duration::from_millis(millis);
        self
    }

    /// Keys by their names, with spaces between.
    pub(crate) fn keys(&mut self, names: &str) -> &mut Self {
        names.split(' ').for_each(|name| _ = self.key(name));
        self
    }

    /// Types, a key a character.
    pub(crate) fn type_text(&mut self, text: &str) -> &mut Self {
        text.chars().for_each(|c| _ = self.input(Input::Key(Key::char(c))));
        self
    }

    /// Pastes.
    pub(crate) fn paste(&mut self, text: &str) -> &mut Self {
        self.input(Input::Pasted { text: text.to_owned(), cut: false })
    }

    /// The process is told to end.
    pub(crate) fn terminated(&mut self) -> &mut Self {
        self.hands.send(vec![TerminalEvent::Terminate]).unwrap();
        self
    }

    /// Another window gets the focus.
    pub(crate) fn away(&mut self) -> &mut Self {
        self.input(Input::Unfocused)
    }

    /// The terminal has it again.
    pub(crate) fn back(&mut self) -> &mut Self {
        self.input(Input::Focused)
    }

    /// Clicks where `what` starts in the row of a label, as the screen stands now.
    pub(crate) fn click(&mut self, label: &str, what: &str) -> &mut Self {
        let rows = self.runtime.screen().rows();
        let y = rows.iter().position(|row| is_of(row, label)).unwrap_or_else(|| panic!("no row {label}"));
        let at = rows[y].find(what).unwrap_or_else(|| panic!("no {what} in {:?}", rows[y]));
        let x = rows[y][..at].width();
        self.input(Input::Pressed { x: x.try_into().unwrap(), y: y.try_into().unwrap(), with_text: false })
    }

    /// Clicks where these words start on the screen.
    pub(crate) fn click_on(&mut self, words: &str) -> &mut Self {
        let (x, y) = self.place_of(words);
        self.input(Input::Pressed { x, y, with_text: false })
    }

    /// The column and row where these words start on the screen.
    pub(crate) fn place_of(&self, words: &str) -> (u16, u16) {
        let rows = self.runtime.screen().rows();
        let found = rows.iter().enumerate().find_map(|(y, row)| Some((row[..row.find(words)?].width(), y)));
        let (x, y) = found.unwrap_or_else(|| panic!("no {words}"));
        (x.try_into().unwrap(), y.try_into().unwrap())
    }

    /// Takes the focus to a row.
    pub(crate) async fn focus(&mut self, label: &str) -> &mut Self {
        self.read().await;
        let row = self.row(label);
        let start = row.split_whitespace().find(|word| label.starts_with(word)).unwrap();
        self.click(label, start);
        self.read().await;
        self
    }

    /// Replaces the text of a row.
    pub(crate) async fn enter(&mut self, label: &str, text: &str) -> &mut Self {
        self.focus(label).await;
        self.keys("ctrl-e ctrl-u").type_text(text);
        self.read().await;
        self
    }

    /// Flips a switch.
    pub(crate) async fn flip(&mut self, label: &str) -> &mut Self {
        self.read().await;
        self.click(label, "[");
        self.read().await;
        self
    }

    // ── time ──

    async fn turn(&mut self) {
        let turn = within(self.runtime.turn(&mut self.keyboard)).await;
        self.exit = turn.unwrap_or_else(|| panic!("nothing happens any more"));
        if let Some(Exit { farewell: Some(farewell), .. }) = &self.exit {
            assert!(!farewell.contains(CANARY), "S2: {farewell}");
        }
    }

    /// Until all input was taken; requests may be on their way.
    pub(crate) async fn read(&mut self) -> &mut Self {
        while self.exit.is_none() && !self.keyboard.keys.is_empty() {
            self.turn().await;
        }
        self
    }

    /// Until the server has made up its mind about this many requests.
    pub(crate) async fn sent(&mut self, gate: &Gate, requests: usize) -> &mut Self {
        self.read().await;
        loop {
            tokio::select! {
                biased;
                () = gate.decided(requests) => return self,
                () = self.turn() => {}
            }
        }
    }

    /// Until nothing is under way and no input waits, or callset has ended. What waits for time to pass gets it.
    pub(crate) async fn settled(&mut self) -> &mut Self {
        while self.exit.is_none() && (!self.keyboard.keys.is_empty() || self.is_busy()) {
            if self.keyboard.keys.is_empty() {
                self.pass_time().await;
            }
            self.turn().await;
        }
        self
    }

    /// Until something waits before it is tried again.
    pub(crate) async fn pausing(&mut self) -> &mut Self {
        while !self.is_pausing() {
            self.turn().await;
        }
        self
    }

    /// Until what is on the screen is so.
    pub(crate) async fn until(&mut self, words: &str) -> &mut Self {
        while !self.squeezed().contains(words) {
            self.pass_time().await;
            self.turn().await;
        }
        self
    }

    /// So much time passes, on the loop's clock. The disk knows the real one only: what it is at comes to its end first.
    async fn pass(&self, time: Duration) {
        while self.runtime.is_disk_at_work() {
            tokio::task::yield_now().await;
        }
        advance(time).await;
    }

    /// A second passes, if something waits for it.
    async fn pass_time(&mut self) {
        let queueing = self.app().sync.save.as_ref().is_some_and(|save| matches!(save.stage, Stage::Turn(Some(_))));
        if self.is_pausing() || queueing {
            self.pass(Duration::from_secs(1)).await;
        }
    }

    /// Until all that was handed to the disk is there: it works in order, and the history comes after it.
    pub(crate) async fn on_disk(&mut self) -> &mut Self {
        self.key("ctrl-g").settled().await.key("esc").settled().await
    }

    /// So much time passes that the watch looks. Waits until it has.
    pub(crate) async fn looked(&mut self, after: Duration) -> &mut Self {
        let requests = self.app().sync.log.len();
        self.pass(after).await;
        while self.app().sync.log.len() == requests {
            self.turn().await;
        }
        self.settled().await
    }

    /// So much time passes, and nobody waits for it.
    pub(crate) async fn idle(&mut self, time: Duration) -> &mut Self {
        self.pass(time).await;
        self
    }

    /// So much time passes, which at least one timer waits for.
    pub(crate) async fn passed(&mut self, time: Duration) -> &mut Self {
        self.pass(time).await;
        self.turn().await;
        self
    }

    /// A second of a pause passes, and is shown.
    pub(crate) async fn second(&mut self) -> &mut Self {
        self.pass(Duration::from_secs(1)).await;
        self.turn().await;
        self
    }

    fn is_pausing(&self) -> bool {
        self.app().sync.exchange().is_some_and(|exchange| exchange.pause.is_some())
    }

    fn is_busy(&self) -> bool {
        let app = self.app();
        let reading = match &app.mode {
            Mode::Picking(Picker { rows: Rows::Comparison(comparison), .. }) => {
                matches!(comparison.other, Other::Reading { .. })
            }
            Mode::Picking(Picker { rows: Rows::Profiles { survey, .. }, .. }) => survey.is_none(),
            _ => false,
        };
        let recalling = app.history.asked && app.history.read.is_none();
        let restoring =
            app.mode.is_editing() && !app.leftovers.is_empty() && app.sync.draft.is_loaded(Resource::Settings);
        let asked = self.runtime.asked_of_disk() > 0;
        let is_under_way = asked || reading || recalling || restoring || app.is_looking() || app.tunnels.is_looking;
        !app.sync.is_idle() || app.sync.keeping == Keeping::Opening || is_under_way
    }

    // ── out ──

    /// The text of a file of this run.
    pub(crate) fn file(&self, name: &str) -> Option<String> {
        let own = runs(self.dir.as_deref()?).into_iter().find(|run| !self.before.contains(run))?;
        fs::read_to_string(own.join(name)).ok()
    }

    pub(crate) fn screen(&self) -> String {
        self.runtime.screen().text()
    }

    pub(crate) fn app(&self) -> &App {
        self.runtime.app()
    }

    /// How callset ended.
    pub(crate) fn exit(&self) -> &Exit {
        self.exit.as_ref().unwrap_or_else(|| panic!("still running"))
    }

    pub(crate) fn is_running(&self) -> bool {
        self.exit.is_none()
    }

    /// The texts on the clipboard, oldest first.
    pub(crate) fn copied(&self) -> &[String] {
        &self.runtime.screen().copied
    }

    /// The row with this label, without its gutter.
    pub(crate) fn row(&self, label: &str) -> String {
        let rows = self.runtime.screen().rows();
        let row = rows.into_iter().find(|row| is_of(row, label));
        row.unwrap_or_else(|| panic!("no row {label}")).trim_start_matches(GUTTER).to_owned()
    }

    /// What a save would send.
    pub(crate) fn unsaved(&self) -> String {
        self.app().sync.draft.patch(Resource::Settings).body()
    }

    /// The sign of the row's state, if it has one.
    pub(crate) fn sign(&self, label: &str) -> Option<char> {
        let rows = self.runtime.screen().rows();
        let row = rows.iter().find(|row| is_of(row, label)).unwrap_or_else(|| panic!("no row {label}"));
        row.chars().take_while(|c| GUTTER.contains(c)).find(|c| !" ▌".contains(*c))
    }

    /// The screen holds these words, wherever lines were broken.
    #[track_caller]
    pub(crate) fn says(&mut self, words: &str) -> &mut Self {
        let squeezed = self.squeezed();
        assert!(squeezed.contains(words), "{words:?} is not on the screen");
        self
    }

    /// The screen does not hold these words.
    #[track_caller]
    pub(crate) fn says_not(&mut self, words: &str) -> &mut Self {
        let squeezed = self.squeezed();
        assert!(!squeezed.contains(words), "{words:?} is on the screen");
        self
    }

    fn squeezed(&self) -> String {
        self.screen().split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

/// Another profile, as `main` reaches it. Its first source says whether it has a credential.
fn elsewhere(profile: &Profile) -> Result<(Connect, Credentials), String> {
    let endpoint = Endpoint::new(&profile.base_url, profile.api_version, profile.app_id).map_err(|w| w.to_string())?;
    let credential = Credential::bearer(OTHER_TOKEN).unwrap().0;
    let connect: Connect = Arc::new(move |credential| Client::new(endpoint.clone(), credential, PATIENT));
    let lack = match profile.sources.first() {
        Some(Source::Variable(name)) if name == "NOTHING" => {
            Some(NoCredential::None("$NOTHING holds nothing".to_owned()))
        }
        Some(Source::Variable(name)) if name == "UNTRUSTED" => Some(NoCredential::Untrusted("$UNTRUSTED".to_owned())),
        _ => None,
    };
    let ready = Credentials::ready(credential);
    let credentials = match lack {
        Some(lack) => Credentials { read: Arc::new(move |_| Err(lack.clone())), ..ready },
        None => ready,
    };
    Ok((connect, credentials))
}

/// Nobody to compare with.
pub(crate) fn nobody() -> Reach {
    Arc::new(|_| Err("there is none".to_owned()))
}

/// A world of the API and the disk alone: no other profile, clipboard, browser, tunnel or log.
pub(crate) fn bare(
    (connect, credentials): (Connect, Credentials),
    places: DiskPlaces,
    var: Variable,
    network: fn() -> Network,
) -> World {
    let patient = Patient::new(Err(String::new()), Arc::clone(&var));
    let (other, tunnels) = (nobody(), TunnelPlaces::default());
    let (clipboard, browsers, log) = (vec![], vec![], None);
    World { connect, credentials, places, first: None, other, var, network, clipboard, browsers, tunnels, log, patient }
}

/// Lets time pass.
async fn advance(time: Duration) {
    // Timers that were just asked for begin first.
    tokio::task::yield_now().await;
    tokio::time::pause();
    tokio::time::advance(time).await;
    tokio::time::resume();
}

/// What may stand left of a label.
const GUTTER: [char; 5] = [' ', '▌', '●', '!', '✗'];

fn is_of(row: &str, label: &str) -> bool {
    let row = row.trim_start_matches(GUTTER);
    row.strip_prefix(label).is_some_and(|rest| rest.is_empty() || rest.starts_with("  "))
}

impl std::fmt::Display for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "{}\n", self.screen())?;
        self.runtime.screen().told.iter().try_for_each(|told| writeln!(f, "  {told}"))
    }
}

impl Drop for Session {
    #[expect(clippy::print_stderr, reason = "the test runner shows it with the failure")]
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("the session ended with\n{self}");
        } else if let Some(dir) = &self.dir {
            assert_no_token(dir);
        }
    }
}
