//! A dialogue in place of a screen and a keyboard: sentences out, lines in.

use super::disk::DiskThread;
use super::{EventSource, Screen};
use crate::app::msg::Room;
use crate::app::wizard::Wizard;
use crate::app::{App, CopiedTo};
use crate::term::LineModes;
use crate::term::events::TerminalEvent;
use crate::term::input::{Input, TerminalAnswer};
use crate::term::lines::{self, LineReader};
use crate::ui::canvas::Canvas;
use crate::ui::plain::{Narration, Narrator, Questioner, SIZE};
use crate::words::sheet::no_terminal;
use ratatui::layout::Rect;
use std::collections::VecDeque;
use std::io;
use std::time::Instant;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

/// Standard output, told what changes.
#[derive(Debug, Default)]
pub struct Conversation {
    narrator: Narrator,
    questioner: Questioner,
    /// Is the terminal kept from showing what is typed?
    is_hidden: bool,
    /// The modes of the terminal, while another program has it.
    lent: Option<LineModes>,
}

impl Conversation {
    fn hide(&mut self, is_hidden: bool) {
        if self.is_hidden != is_hidden {
            self.is_hidden = is_hidden;
            lines::echo(!is_hidden);
        }
    }
}

impl Conversation {
    fn write(&mut self, Narration { lines: told, prompt, is_secret }: Narration) -> io::Result<()> {
        // Nothing may be typed in sight once the question can be read.
        self.hide(is_secret);
        let mut text: String = told.iter().flat_map(|line| [line.as_str(), "\n"]).collect();
        text.extend(prompt);
        if text.is_empty() { Ok(()) } else { lines::write(&text) }
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
        if self.lent.is_some() {
            return Ok(None);
        }
        self.questioner = Questioner::default();
        let told = self.narrator.tell(app);
        self.write(told)?;
        Ok(crate::ui::room(app, SIZE))
    }

    fn ask(&mut self, wizard: &Wizard) -> io::Result<Option<Room>> {
        self.narrator = Narrator::default();
        let told = self.questioner.tell(wizard);
        self.write(told).map(|()| None)
    }

    fn close(&mut self, app: &App) -> io::Result<()> {
        let Narration { lines, .. } = self.narrator.tell(app);
        self.write(Narration { lines, prompt: None, is_secret: false })
    }

    fn is_drawn(&self) -> bool {
        false
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

    fn copy(&mut self, text: &str) -> io::Result<CopiedTo> {
        let end = if self.narrator.leaves_prompt() { "\n" } else { "" };
        lines::write(&format!("{end}{text}\n"))?;
        Ok(CopiedTo::Printed)
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

    fn lend(&mut self) -> io::Result<()> {
        if let Some(missing) = crate::term::missing() {
            return Err(io::Error::other(no_terminal(missing)));
        }
        self.lent = Some(LineModes::current());
        Ok(())
    }

    fn take_back(&mut self) -> io::Result<()> {
        if let Some(modes) = self.lent.take() {
            modes.restore();
        }
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
    reader: LineReader,
    /// Lines that were put back.
    again: VecDeque<Option<String>>,
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
        let reader = LineReader::start(move |line| _ = sender.send(line))?;
        Ok(Self { lines, reader, again: VecDeque::new(), is_over: false, signals, came: Instant::now() })
    }
}

impl EventSource for LineInput {
    async fn next(&mut self, _: bool) -> io::Result<Vec<TerminalEvent>> {
        if let Some(line) = self.again.pop_front() {
            return Ok(vec![TerminalEvent::Input(line.map_or(Input::LinesOver, Input::Line))]);
        }
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

    fn put_back(&mut self, lines: VecDeque<Option<String>>) {
        self.again = lines.into_iter().chain(self.again.drain(..)).collect();
    }

    fn lend(&mut self, is_lent: bool) {
        if is_lent {
            self.reader.pause();
        } else {
            self.reader.go_on();
        }
    }

    fn came(&self) -> Instant {
        self.came
    }

    fn now(&self) -> Instant {
        Instant::now()
    }
}
