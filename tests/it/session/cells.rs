//! The terminal of a session: keys that are played, a screen of cells whose every frame is looked at.

use super::CANARY;
use callset::app::msg::Room;
use callset::app::{App, CopiedTo};
use callset::model::text::is_invisible;
use callset::runtime::disk::DiskThread;
use callset::runtime::{EventSource, Screen};
use callset::term::events::TerminalEvent;
use callset::term::input::TerminalAnswer;
use callset::ui;
use callset::ui::canvas::Canvas;
use callset::ui::theme::{Palette, Theme};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::layout::Rect;
use std::collections::VecDeque;
use std::future::pending;
use std::io;
use std::time::{Duration, Instant};
use tokio::sync::mpsc;
use unicode_width::UnicodeWidthStr;

/// How many frames are told about when a session fails.
const TOLD: usize = 8;

/// A keyboard that is played by the test; silent when nothing is queued. Its clock goes by `pace` before each press.
pub(crate) struct Keyboard {
    pub(crate) keys: mpsc::UnboundedReceiver<Vec<TerminalEvent>>,
    pub(crate) pace: Duration,
    now: Instant,
}

impl Keyboard {
    /// Pressed as slowly as by someone who reads what is on the screen.
    pub(crate) fn new(keys: mpsc::UnboundedReceiver<Vec<TerminalEvent>>) -> Self {
        Self { keys, pace: Duration::from_secs(1), now: Instant::now() }
    }
}

impl EventSource for Keyboard {
    async fn next(&mut self, _: bool) -> io::Result<Vec<TerminalEvent>> {
        let Some(events) = self.keys.recv().await else { return pending().await };
        self.now += self.pace;
        Ok(events)
    }

    fn came(&self) -> Instant {
        self.now
    }

    fn now(&self) -> Instant {
        self.now
    }
}

/// A screen of cells that keeps what was copied.
pub(crate) struct Cells {
    terminal: Terminal<TestBackend>,
    pub(super) copied: Vec<String>,
    /// The strip and state after each of the last frames, for a session that fails.
    pub(super) told: VecDeque<String>,
}

impl Screen for Cells {
    fn is_shown(&self) -> bool {
        true
    }

    fn show(&mut self, paint: impl FnOnce(Rect, &mut Canvas)) -> io::Result<()> {
        let theme = Theme { palette: Palette::Ansi, ascii: false, wide: false };
        let Ok(_) = self.terminal.draw(|frame| ui::render(theme, frame, paint));
        for cell in &self.terminal.backend().buffer().content {
            // The joiner and the emoji variation are parts of what one sees.
            let raw = cell.symbol().chars().any(is_invisible);
            assert!(!raw, "J12, J13: {:?} in\n{}", cell.symbol(), self.text());
        }
        // A word that is wrapped has the end of a line in it.
        let shown: String = self.text().split_whitespace().collect();
        assert!(!shown.contains(CANARY), "S2: the token is on the screen:\n{}", self.text());
        Ok(())
    }

    fn draw(&mut self, app: &App) -> io::Result<Option<Room>> {
        let told = format!("{:?} {:?} {:?}", app.mode, app.sync, app.notice);
        if self.told.back() != Some(&told) {
            self.told.push_back(told);
        }
        if self.told.len() > TOLD {
            self.told.pop_front();
        }
        let mut room = None;
        self.show(|area, canvas| room = ui::paint(app, area, canvas))?;
        assert!(!format!("{app:?}").contains(CANARY), "S2: the token is in the state: {app:?}");
        Ok(room)
    }

    fn area(&self) -> Rect {
        *self.terminal.backend().buffer().area()
    }

    fn resized(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn copy(&mut self, text: &str) -> io::Result<CopiedTo> {
        assert!(!text.contains(CANARY), "S2: the token was copied: {text}");
        self.copied.push(text.to_owned());
        Ok(CopiedTo::Terminal)
    }

    fn set_mouse(&mut self, _: bool) -> io::Result<()> {
        Ok(())
    }

    fn change_looks(&mut self) {}

    fn suspend(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn before_a_crash(&mut self, _: DiskThread) {}

    fn continued(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn told(&mut self, _: TerminalAnswer) {}

    async fn flushed(&mut self) -> io::Result<()> {
        pending().await
    }
}

impl Cells {
    pub(crate) fn new(width: u16, height: u16) -> Self {
        let terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
        Self { terminal, copied: Vec::new(), told: VecDeque::new() }
    }

    /// The rows, as one reads them: no second cell of what takes two.
    pub(super) fn rows(&self) -> Vec<String> {
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

    pub(crate) fn text(&self) -> String {
        self.rows().join("\n")
    }
}
