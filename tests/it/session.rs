//! The whole program without a terminal: keys in, frames and requests out, real HTTP, the loop that the program runs.
//!
//! ```text
//!   Session ── keys ──> Runtime::turn ── HTTP ──> Gate ──┬── the sandbox, or an account of the test's own
//!      <───── frames ───┘                                └── what a test scripts: a refusal, a lost answer, a held one
//! ```
//!
//! Every frame of every session is looked at: no control or bidirectional character in any cell, and the token nowhere. Nothing
//! sleeps. What is waited for has a deadline that no working machine reaches, and says where the session stood.

use crate::gate::within;
use callset::api::{ApiVersion, Client, Credential, Endpoint, Timeouts, wire};
use callset::app::effect::Exit;
use callset::app::msg::{Code, Key};
use callset::app::{App, Target};
use callset::model::Resource;
use callset::model::validate::is_invisible;
use callset::runtime::{Connect, Runtime, Screen, Source};
use callset::term::events::Event;
use callset::term::input::Input;
use callset::ui::{self, theme::Theme};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::layout::Rect;
use std::collections::VecDeque;
use std::future::pending;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use unicode_width::UnicodeWidthStr;

/// The token of every session: it changes when percent-encoded or put into JSON, and must never be seen.
pub(crate) const TOKEN: &str = "pat-na1/CANARY+0123456789=c41f";

/// Every spelling of the token has this in it.
pub(crate) const CANARY: &str = "CANARY";

/// The app that is edited.
pub(crate) const APP: i32 = 1_234_567;

/// The usual size.
pub(crate) const SIZE: (u16, u16) = (80, 24);

/// Long enough for any machine: where a session uses these, something else ends the exchange.
pub(crate) const PATIENT: Timeouts =
    Timeouts { connect: Duration::from_mins(1), get: Duration::from_mins(1), patch: Duration::from_mins(1) };

/// How many frames are told about when a session fails.
const TOLD: usize = 8;

/// A keyboard that is played by the test; silent when nothing is queued.
struct Keyboard(mpsc::UnboundedReceiver<Vec<Event>>);

impl Source for Keyboard {
    async fn next(&mut self) -> io::Result<Vec<Event>> {
        match self.0.recv().await {
            Some(events) => Ok(events),
            None => pending().await,
        }
    }
}

/// A screen of cells that keeps what was copied.
struct Cells {
    terminal: Terminal<TestBackend>,
    copied: Vec<String>,
    /// The strip and state after each of the last frames, for a session that fails.
    told: VecDeque<String>,
}

impl Screen for Cells {
    fn draw(&mut self, app: &App) -> io::Result<()> {
        let theme = Theme { colour: true, ascii: false };
        let Ok(_) = self.terminal.draw(|frame| ui::draw(app, theme, frame));
        let told = format!("{:?} {:?} {:?}", app.mode, app.sync, app.notice);
        if self.told.back() != Some(&told) {
            self.told.push_back(told);
        }
        if self.told.len() > TOLD {
            self.told.pop_front();
        }
        for cell in &self.terminal.backend().buffer().content {
            // The joiner and the emoji variation are parts of what one sees.
            let raw = cell.symbol().chars().any(is_invisible);
            assert!(!raw, "J12, J13: {:?} in\n{}", cell.symbol(), self.text());
        }
        // A word that is wrapped has the end of a line in it.
        let shown: String = self.text().split_whitespace().collect();
        assert!(!shown.contains(CANARY), "S2: the token is on the screen:\n{}", self.text());
        assert!(!format!("{app:?}").contains(CANARY), "S2: the token is in the state: {app:?}");
        Ok(())
    }

    fn area(&self) -> Rect {
        *self.terminal.backend().buffer().area()
    }

    fn resized(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn copy(&mut self, text: &str) -> io::Result<()> {
        assert!(!text.contains(CANARY), "S2: the token was copied: {text}");
        self.copied.push(text.to_owned());
        Ok(())
    }

    fn set_mouse(&mut self, _: bool) -> io::Result<()> {
        Ok(())
    }

    fn suspend(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn continued(&mut self) -> io::Result<()> {
        Ok(())
    }

    async fn flushed(&mut self) -> io::Result<()> {
        pending().await
    }
}

impl Cells {
    /// The rows, as one reads them: no second cell of what takes two.
    fn rows(&self) -> Vec<String> {
        let buffer = self.terminal.backend().buffer();
        let row = |y| {
            let (mut row, mut x) = (String::new(), 0);
            while x < buffer.area.width {
                let symbol = buffer[(x, y)].symbol();
                row.push_str(symbol);
                x += u16::try_from(symbol.width()).unwrap().max(1);
            }
            row.trim_end().to_owned()
        };
        (0..buffer.area.height).map(row).collect()
    }

    fn text(&self) -> String {
        self.rows().join("\n")
    }
}

/// A running callset.
pub(crate) struct Session {
    runtime: Runtime<Cells>,
    keyboard: Keyboard,
    hands: mpsc::UnboundedSender<Vec<Event>>,
    exit: Option<Exit>,
}

impl Session {
    /// Starts callset on these settings; the first load is on its way.
    pub(crate) fn start(base_url: &str, size: (u16, u16)) -> Self {
        Self::with(base_url, size, ApiVersion::V3, PATIENT)
    }

    pub(crate) fn with(base_url: &str, (width, height): (u16, u16), version: ApiVersion, timeouts: Timeouts) -> Self {
        let endpoint = Endpoint::new(base_url, version, APP).unwrap();
        let credential = Credential::bearer(TOKEN).unwrap().0;
        // As `main` does it.
        let target = Target {
            app_id: APP,
            host: format!("127.0.0.1:{}", endpoint.base_url.port().unwrap()),
            base_url: endpoint.base_url.as_str().trim_end_matches('/').to_owned(),
            paths: Resource::ALL.map(|resource| (resource, wire::path(version, APP, resource))).into(),
            credential_hint: credential.hint(),
            sandbox: false,
        };
        let connect: Connect = Arc::new(move || Client::new(endpoint.clone(), credential.clone(), timeouts));
        let (app, effects) = App::new(target);
        let terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
        let cells = Cells { terminal, copied: Vec::new(), told: VecDeque::new() };
        let runtime = Runtime::start(app, effects, cells, connect).unwrap();
        let (hands, keys) = mpsc::unbounded_channel();
        Self { runtime, keyboard: Keyboard(keys), hands, exit: None }
    }

    // ── in ──

    fn input(&mut self, input: Input) -> &mut Self {
        self.hands.send(vec![Event::Input(input)]).unwrap();
        self
    }

    /// A key by its name: `ctrl-s`, `esc`, `down`, `f1`, or one character.
    pub(crate) fn key(&mut self, name: &str) -> &mut Self {
        let code = |name: &str| match name {
            "enter" => Code::Enter,
            "esc" => Code::Esc,
            "tab" => Code::Tab,
            "backspace" => Code::Backspace,
            "up" => Code::Up,
            "down" => Code::Down,
            "left" => Code::Left,
            "right" => Code::Right,
            "home" => Code::Home,
            "end" => Code::End,
            "space" => Code::Char(' '),
            "f1" => Code::F(1),
            "f5" => Code::F(5),
            "f10" => Code::F(10),
            one => Code::Char(one.chars().next().filter(|c| one.len() == c.len_utf8()).expect(one)),
        };
        let key = match name.strip_prefix("ctrl-") {
            Some(name) => Key { ctrl: true, ..Key::plain(code(name)) },
            None => Key::plain(code(name)),
        };
        self.input(Input::Key(key))
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

    /// Clicks where `what` starts in the row of a label, as the screen stands now.
    pub(crate) fn click(&mut self, label: &str, what: &str) -> &mut Self {
        let rows = self.runtime.screen().rows();
        let y = rows.iter().position(|row| is_of(row, label)).unwrap_or_else(|| panic!("no row {label}"));
        let at = rows[y].find(what).unwrap_or_else(|| panic!("no {what} in {:?}", rows[y]));
        let x = rows[y][..at].width();
        self.input(Input::Pressed { x: x.try_into().unwrap(), y: y.try_into().unwrap() })
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
        while self.exit.is_none() && !self.keyboard.0.is_empty() {
            self.turn().await;
        }
        self
    }

    /// Until nothing is in flight and no input waits, or callset has ended.
    pub(crate) async fn settled(&mut self) -> &mut Self {
        while self.exit.is_none() && (!self.keyboard.0.is_empty() || self.runtime.in_flight() > 0) {
            self.turn().await;
        }
        self
    }

    // ── out ──

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
        self.app().draft.patch(Resource::Settings).body()
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
        }
    }
}
