//! A dialogue in place of a screen and a keyboard: sentences out, lines in.

use super::disk::DiskThread;
use super::{EventSource, Screen};
use crate::app::App;
use crate::app::msg::Room;
use crate::term::events::TerminalEvent;
use crate::term::input::{Input, TerminalAnswer};
use crate::term::lines;
use crate::ui::canvas::Canvas;
use crate::ui::plain::{Narration, Narrator, SIZE};
use ratatui::layout::Rect;
use std::io;
use std::time::Instant;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

/// Standard output, told what changes.
#[derive(Debug, Default)]
pub struct Conversation {
    narrator: Narrator,
    /// Is the terminal kept from showing what is typed?
    is_hidden: bool,
}

impl Conversation {
    fn hide(&mut self, is_hidden: bool) {
        if self.is_hidden != is_hidden {
            self.is_hidden = is_hidden;
            lines::echo(!is_hidden);
        }
    }
}

impl Drop for Conversation {
    fn drop(&mut self) {
        self.hide(false);
    }
}

impl Screen for Conversation {
    fn show(&mut self, _: impl FnOnce(Rect, &mut Canvas)) -> io::Result<()> {
        Ok(())
    }

    fn draw(&mut self, app: &App) -> io::Result<Option<Room>> {
        let Narration { lines: told, prompt, is_secret } = self.narrator.tell(app);
        // Nothing may be typed in sight once the question can be read.
        self.hide(is_secret);
        let mut text: String = told.iter().flat_map(|line| [line.as_str(), "\n"]).collect();
        text.extend(prompt);
        if !text.is_empty() {
            lines::write(&text)?;
        }
        Ok(crate::ui::room(app, SIZE))
    }

    fn is_shown(&self) -> bool {
        true
    }

    fn area(&self) -> Rect {
        SIZE
    }

    fn resized(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn copy(&mut self, text: &str) -> io::Result<()> {
        lines::write(&format!("{text}\n"))
    }

    fn set_mouse(&mut self, _: bool) -> io::Result<()> {
        Ok(())
    }

    fn change_looks(&mut self) {}

    fn before_a_crash(&mut self, disk: DiskThread) {
        crate::term::before_a_crash_of_a_dialogue(move |words| disk.last_words(words));
    }

    fn suspend(&mut self) -> io::Result<()> {
        crate::term::stop()
    }

    fn continued(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn told(&mut self, _: TerminalAnswer) {}

    async fn flushed(&mut self) -> io::Result<()> {
        std::future::pending().await
    }
}

/// Standard input, line by line.
#[derive(Debug)]
pub struct LineInput {
    lines: UnboundedReceiver<Option<String>>,
    is_over: bool,
    signals: [(Signal, TerminalEvent); 4],
    came: Instant,
}

impl LineInput {
    /// Reads from now on.
    ///
    /// # Errors
    ///
    /// There is no thread left, or the signals cannot be listened for.
    pub fn new() -> io::Result<Self> {
        let on = |kind, event| Ok::<_, io::Error>((signal(kind)?, event));
        let signals = [
            on(SignalKind::terminate(), TerminalEvent::Terminate)?,
            on(SignalKind::hangup(), TerminalEvent::HangUp)?,
            on(SignalKind::interrupt(), TerminalEvent::Interrupt)?,
            on(SignalKind::quit(), TerminalEvent::Quit)?,
        ];
        let (sender, lines) = unbounded_channel();
        lines::each(move |line| _ = sender.send(line))?;
        Ok(Self { lines, is_over: false, signals, came: Instant::now() })
    }
}

impl EventSource for LineInput {
    async fn next(&mut self, _: bool) -> io::Result<Vec<TerminalEvent>> {
        let [terminate, hang_up, interrupt, quit] = &mut self.signals;
        let event = tokio::select! {
            biased;
            _ = terminate.0.recv() => terminate.1.clone(),
            _ = hang_up.0.recv() => hang_up.1.clone(),
            _ = interrupt.0.recv() => interrupt.1.clone(),
            _ = quit.0.recv() => quit.1.clone(),
            line = self.lines.recv(), if !self.is_over => {
                let line = line.flatten();
                self.is_over = line.is_none();
                TerminalEvent::Input(line.map_or(Input::LinesOver, Input::Line))
            }
        };
        self.came = Instant::now();
        Ok(vec![event])
    }

    fn came(&self) -> Instant {
        self.came
    }

    fn now(&self) -> Instant {
        Instant::now()
    }
}
