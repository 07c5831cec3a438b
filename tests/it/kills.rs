//! The real program, killed wherever a save may be, and started again: what was typed is there, and what is said of the save
//! is what the server holds.
//!
//! ```text
//!   callset in a pty ── HTTP ──> Gate on a thread of its own ──> sandbox
//!        │ SIGKILL while the gate, or the lock, holds it at a boundary
//!        v
//!   callset again, in the same home ──> looks, tells, offers
//! ```

use crate::beside::Beside;
use crate::gate::Fate;
use crate::hostile::whole;
use crate::pty::{End, Pty, Setup};
use crate::session::{APP, bare};
use callset::api::{Client, Credential, Endpoint, Timeouts};
use callset::app::App;
use callset::app::msg::Key;
use callset::model::record::SaveLock;
use callset::model::{ApiVersion, Resource};
use callset::runtime::{EventSource, Network, Runtime, disk::DiskPlaces, tty::Tty};
use callset::start::{Credentials, Variable};
use callset::store::{Place, Store};
use callset::sync::{Keeping, Target};
use callset::term::events::TerminalEvent;
use callset::term::input::Input;
use callset::ui::theme::{Palette, Theme};
use rustix::process::Signal;
use serde_json::json;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tokio::runtime::Builder;
use vt100::Screen;

/// Never to be found anywhere.
const CANARY: &str = "canary-5f0c2a9e-token";

impl Beside {
    /// Waits until the server has had this many requests.
    fn decided(&self, count: usize) {
        self.handle.block_on(self.gate.decided(count));
    }

    fn width(&self) -> serde_json::Value {
        self.handle.block_on(self.gate.holds("width"))
    }

    fn setup(&self, home: Arc<TempDir>) -> Setup {
        let app = APP.to_string();
        let arguments = ["--app", &app, "--base-url", self.gate.url()];
        Setup::again(home, &arguments).env("HUBSPOT_ACCESS_TOKEN", CANARY)
    }

    /// callset with the settings on the form.
    fn callset(&self, home: Arc<TempDir>) -> Pty {
        let mut pty = self.setup(home).start();
        pty.wait_for("the settings", |screen| has(screen, "Acme Dialer") && has(screen, "synced"));
        pty.begin_at_name();
        pty
    }

    /// Width 420 is entered, and on disk.
    fn widened(&self) -> Pty {
        let mut pty = self.callset(Arc::new(TempDir::new().unwrap()));
        // The settings, and what is read beside them.
        self.decided(3);
        pty.send("\t\t");
        pty.wait_for("the focus on Width", |screen| has(screen, "▌   Width"));
        pty.send("420");
        pty.wait_for("the width", |screen| has(screen, r#"{"width":420}"#));
        drafted(&pty, "\"420\"");
        pty
    }

    /// The width is being saved: the server has had so many requests in all, and deals with those from now on like this.
    fn saving<const N: usize>(&self, fates: [Fate; N], requests: usize) -> Pty {
        let mut pty = self.widened();
        self.gate.next(fates);
        pty.send("\x13");
        self.decided(requests);
        pty
    }
}

fn has(screen: &Screen, text: &str) -> bool {
    screen.contents().contains(text)
}

/// Waits until this is in the draft on disk.
pub(crate) fn drafted(pty: &Pty, text: &str) {
    let is_draft = |file: &Path| file.file_name().is_some_and(|name| name == "draft.json");
    let holds = |file: &PathBuf| is_draft(file) && fs::read_to_string(file).is_ok_and(|draft| draft.contains(text));
    until(|| files(&pty.file("state")).iter().any(holds));
}

/// What becomes true without telling.
pub(crate) fn until(is_true: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while !is_true() {
        assert!(Instant::now() < deadline, "it never became true");
        thread::yield_now();
    }
}

/// All files below a folder.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found
}

/// S2: the token is in no file, and was never written to the terminal.
fn nothing_leaked(pty: &Pty) {
    for file in files(&pty.file("")) {
        let bytes = fs::read(&file).unwrap();
        assert!(!contains(&bytes, CANARY), "S2: the token is in {}", file.display());
    }
    assert!(!contains(pty.raw(), CANARY), "S2: the token was on the terminal");
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

/// Kills callset and starts it again.
fn again(beside: &Beside, mut pty: Pty, signal: Signal) -> Pty {
    pty.kill(signal);
    pty.wait_end();
    nothing_leaked(&pty);
    beside.callset(pty.home())
}

/// The edits are offered, and come back.
fn is_offered(pty: &mut Pty) {
    pty.wait_for("the offer", |screen| has(screen, "1 edit is unsaved since") && has(screen, "r restore"));
    pty.send("r");
    pty.wait_for("the edit", |screen| has(screen, r#"{"width":420}"#) && has(screen, "1 unsaved"));
    pty.send("\x13");
    pty.wait_for("the save", |screen| has(screen, "Saved 1 field, confirmed"));
    leaves(pty);
}

/// Nothing is unsaved, and nothing stays behind.
fn leaves(pty: &mut Pty) {
    pty.wait_for("nothing unsaved", |screen| has(screen, "nothing unsaved"));
    pty.send("\x11");
    assert_eq!(pty.wait_exit(), End::Code(0));
    let left = files(&pty.file("state"));
    let is_draft = |file: &&PathBuf| !file.components().any(|part| part.as_os_str() == "trash");
    let names: Vec<_> = left.iter().filter(is_draft).filter_map(|file| file.file_name()?.to_str()).collect();
    assert!(!names.iter().any(|name| ["draft.json", "sending.json"].contains(name)), "{left:?}");
    nothing_leaked(pty);
}

#[test]
fn p1_p9_what_was_typed_survives_whatever_ends_the_process() {
    for signal in [Signal::KILL, Signal::ABORT] {
        let beside = Beside::start();
        let mut pty = again(&beside, beside.widened(), signal);
        is_offered(&mut pty);
        assert_eq!(beside.width(), json!(420));
    }
}

#[test]
fn p1_killed_while_it_waits_for_its_turn() {
    let beside = Beside::start();
    let mut pty = beside.widened();
    let place = Place::new(&beside.gate.url().parse().unwrap(), APP);
    let now = crate::gate::now();
    let (mut other, found) = Store::open(&pty.file("state/callset"), place, std::process::id(), now).unwrap();
    assert_eq!((found.peers.len(), other.try_turn().unwrap()), (1, SaveLock::Ours));
    pty.send("\x13");
    pty.wait_for_text("Another callset saves first");
    let mut pty = again(&beside, pty, Signal::KILL);
    drop(other);
    is_offered(&mut pty);
}

#[test]
fn p1_killed_during_the_check() {
    let beside = Beside::start();
    let pty = beside.saving([Fate::silence(true)], 4);
    let mut pty = again(&beside, pty, Signal::KILL);
    is_offered(&mut pty);
}

#[test]
fn p2_killed_with_a_patch_on_its_way_that_never_arrives() {
    let beside = Beside::start();
    let pty = beside.saving([Fate::own(), Fate::silence(false)], 5);
    let mut pty = again(&beside, pty, Signal::KILL);
    pty.wait_for_text("it did not go through");
    assert_eq!(beside.width(), json!(400));
    is_offered(&mut pty);
    assert_eq!(beside.width(), json!(420));
}

#[test]
fn p2_killed_between_the_patch_and_its_answer() {
    let beside = Beside::start();
    let pty = beside.saving([Fate::own(), Fate::silence(true)], 5);
    let mut pty = again(&beside, pty, Signal::KILL);
    pty.wait_for_text("went through: 1 field");
    assert_eq!(beside.width(), json!(420));
    leaves(&mut pty);
}

#[test]
fn p2_killed_while_it_reads_back() {
    let beside = Beside::start();
    let mut pty = beside.saving([Fate::own(), Fate::answered(whole("200 OK", "")), Fate::silence(true)], 6);
    pty.wait_for_text("We do not know whether HubSpot saved this");
    let mut pty = again(&beside, pty, Signal::KILL);
    pty.wait_for_text("went through: 1 field");
    leaves(&mut pty);
}

#[test]
fn p2_killed_after_the_answer_there_is_nothing_to_tell() {
    let beside = Beside::start();
    let mut pty = beside.widened();
    pty.send("\x13");
    pty.wait_for_text("Saved 1 field, confirmed");
    until(|| {
        !files(&pty.file("state")).iter().any(|file| file.ends_with("sending.json") || file.ends_with("draft.json"))
    });
    let mut pty = again(&beside, pty, Signal::KILL);
    assert!(!has(pty.screen(), "restore") && has(pty.screen(), "420"));
    leaves(&mut pty);
}

#[test]
fn x3_killed_after_the_patch_its_old_value_is_in_the_history_once() {
    let beside = Beside::start();
    let pty = beside.saving([Fate::own(), Fate::silence(true)], 5);
    let mut pty = again(&beside, pty, Signal::KILL);
    pty.wait_for_text("went through: 1 field");
    pty.send("\x07");
    pty.wait_for("the history", |screen| has(screen, "History of saves") && has(screen, "400"));
    pty.send("\x1b");
    leaves(&mut pty);
    let history = files(&pty.file("state")).into_iter().find(|file| file.ends_with("history.jsonl")).unwrap();
    assert_eq!(fs::read_to_string(history).unwrap().lines().count(), 1);
}

#[test]
fn f8_killed_after_a_draft_was_taken_it_is_not_replayed_at_every_start() {
    let beside = Beside::start();
    let mut pty = again(&beside, beside.widened(), Signal::KILL);
    pty.wait_for_text("r restore");
    pty.send("r");
    pty.wait_for("the edit", |screen| has(screen, r#"{"width":420}"#));
    // Its edits are this run's now: one offer, not two.
    until(|| files(&pty.file("state/callset/trash")).iter().any(|file| file.ends_with("draft.json")));
    let mut pty = again(&beside, pty, Signal::KILL);
    is_offered(&mut pty);
}

#[test]
fn p3_a_signal_leaves_the_draft_on_disk() {
    for (signal, code) in [(Signal::TERM, 143), (Signal::HUP, 129), (Signal::INT, 130)] {
        let beside = Beside::start();
        let mut pty = beside.callset(Arc::new(TempDir::new().unwrap()));
        pty.send("x");
        pty.wait_for_text("1 unsaved");
        pty.kill(signal);
        assert_eq!(pty.wait_exit(), End::Code(code));
        pty.assert_given_back();
        let mut pty = beside.callset(pty.home());
        pty.wait_for_text("1 edit is unsaved since");
        pty.send("x");
        pty.wait_for_text("x into the trash");
        pty.send("x");
        pty.wait_for_text("in the trash for 30 days");
        leaves(&mut pty);
    }
}

#[test]
fn c12_two_at_once_know_of_each_other_and_keep_their_drafts_apart() {
    let beside = Beside::start();
    let first = beside.widened();
    let mut second = beside.callset(first.home());
    second.wait_for_text(&format!("Also open in another terminal (pid {}", first.pid().as_raw_nonzero()));
    second.send("x");
    second.wait_for_text("1 unsaved");
    let mut first = again(&beside, first, Signal::KILL);
    first.wait_for("its own edit only", |screen| has(screen, "1 edit is unsaved since"));
    first.send("d");
    first.wait_for("what it was", |screen| has(screen, "SERVER NOW") && has(screen, "420"));
    assert!(!has(first.screen(), "Acme Dialerx"));
}

#[test]
fn f1_without_a_home_it_runs_and_says_that_drafts_are_in_memory() {
    let beside = Beside::start();
    let home = Arc::new(TempDir::new().unwrap());
    for (width, setup) in [
        ("420", beside.setup(Arc::clone(&home)).without("HOME").without("XDG_STATE_HOME")),
        ("430", beside.setup(Arc::clone(&home)).env("XDG_STATE_HOME", "/dev/null/state")),
    ] {
        let mut pty = setup.start();
        pty.wait_for("the words", |screen| has(screen, "in memory only") && has(screen, "! no draft on disk"));
        pty.begin_at_name();
        pty.send("\t\t");
        pty.send(width);
        let patch = format!(r#"{{"width":{width}}}"#);
        pty.wait_for("an edit", |screen| has(screen, &patch) && has(screen, "! no draft on disk"));
        pty.send("\x13");
        pty.wait_for("the save", |screen| has(screen, "Saved 1 field"));
        pty.send("\x11");
        assert_eq!(pty.wait_exit(), End::Code(0));
    }
}

#[test]
fn s2_h1_a_new_token_is_typed_in_place_and_found_nowhere() {
    let beside = Beside::start();
    let mut pty = beside.widened();
    let expired = r#"{"status":"error","message":"The OAuth token used to make this call expired 0 second(s) ago.","category":"EXPIRED_AUTHENTICATION"}"#;
    beside.gate.next([Fate::refused(whole("401 Unauthorized", expired))]);
    pty.send("\x13");
    pty.wait_for_text("A new access token");
    let cmdline = fs::read(format!("/proc/{}/cmdline", pty.pid().as_raw_nonzero())).unwrap();
    assert!(!contains(&cmdline, CANARY));
    pty.send(format!("\x1b[200~  Bearer {CANARY}\r\n\x1b[201~"));
    pty.wait_for_text("characters");
    pty.send("\r");
    pty.wait_for("the save goes on", |screen| has(screen, "Saved 1 field, confirmed"));
    pty.send("\x0c");
    pty.wait_for("the log", |screen| has(screen, "requests of this run") && has(screen, "401"));
    pty.send("\x1b");
    pty.wait_for_text("^S save");
    pty.send("\x07");
    pty.wait_for_text("History of saves");
    pty.send("\x1b");
    pty.wait_for_text("^S save");
    leaves(&mut pty);
    assert!(pty.home().path().join("state").exists());
}

/// The variable that makes this test its own child: the URL of the server.
const PANICKING: &str = "CALLSET_TEST_PANICS_WITH";

/// A keyboard that types one character once the settings are there, and then panics on the thread of the screen.
struct Stumbling(bool);

impl EventSource for Stumbling {
    async fn next(&mut self, _: bool) -> std::io::Result<Vec<TerminalEvent>> {
        assert!(!self.0, "planted: \"{CANARY}\" {CANARY}-{CANARY}");
        self.0 = true;
        Ok(vec![TerminalEvent::Input(Input::Key(Key::char('x')))])
    }

    fn came(&self) -> Instant {
        Instant::now()
    }

    fn now(&self) -> Instant {
        Instant::now()
    }
}

/// Nobody touches it.
struct Untouched;

impl EventSource for Untouched {
    async fn next(&mut self, _: bool) -> std::io::Result<Vec<TerminalEvent>> {
        std::future::pending().await
    }

    fn came(&self) -> Instant {
        Instant::now()
    }

    fn now(&self) -> Instant {
        Instant::now()
    }
}

async fn stumble(url: &str) {
    let endpoint = Endpoint::new(url, ApiVersion::V3, APP).unwrap();
    let credential = Credential::bearer(CANARY).unwrap().0;
    let host = url.trim_start_matches("http://").to_owned();
    let places = DiskPlaces {
        dir: callset::store::state_dir(|name| std::env::var_os(name)),
        place: Place::new(&endpoint.base_url, APP),
        config: None,
        ended: vec![],
    };
    let target = Target { host, base_url: url.to_owned(), ..crate::transitions::target() };
    let connect = Arc::new(move |credential| Client::new(endpoint.clone(), credential, Timeouts::default()));
    let screen = Tty::new(Theme { palette: Palette::Ansi, ascii: false, wide: false }, false).unwrap();
    let (mut app, effects) = App::new(target);
    app.form.focus = Resource::Settings.fields()[0].id.clone();
    let credentials = Credentials::ready(credential);
    let (var, network): (Variable, _) = (Arc::new(|name| std::env::var_os(name)), Network::beside as fn() -> Network);
    let world = bare((connect, credentials), places, var, network);
    let mut runtime = Runtime::start(app, effects, screen, world).unwrap();
    while !runtime.app().sync.draft.is_loaded(Resource::Settings) || runtime.app().sync.keeping != Keeping::OnDisk {
        runtime.turn(&mut Untouched).await;
    }
    let mut source = Stumbling(false);
    loop {
        runtime.turn(&mut source).await;
    }
}

#[test]
fn p6_a_panic_on_the_thread_of_the_screen_leaves_draft_report_and_terminal_in_order() {
    if let Ok(url) = std::env::var(PANICKING) {
        Builder::new_current_thread().enable_all().build().unwrap().block_on(stumble(&url));
    }
    let beside = Beside::start();
    let name = "kills::p6_a_panic_on_the_thread_of_the_screen_leaves_draft_report_and_terminal_in_order";
    let this = std::env::current_exe().unwrap();
    let mut pty = Setup::program(&this, &["--exact", name, "--nocapture"]).env(PANICKING, beside.gate.url()).start();
    assert_eq!(pty.wait_exit(), End::Code(70));
    pty.assert_given_back();
    let said = pty.farewell();
    assert!(said.starts_with("callset stopped because of a fault of its own at "), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(said.contains("planted: … …. Unsaved edits are in ") && said.contains("; the report is "), "{said}");
    let report = fs::read_to_string(said.trim_end().rsplit(' ').next().unwrap()).unwrap();
    assert!(report.contains("planted"), "{report}");
    nothing_leaked(&pty);
    let mut pty = beside.callset(pty.home());
    pty.wait_for_text("1 edit is unsaved since");
    pty.send("r");
    pty.wait_for_text(r#"{"name":"Acme Dialerx"}"#);
}
