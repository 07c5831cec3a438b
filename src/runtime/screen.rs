//! What the loop needs from a terminal: a screen to draw on, and its events.

use super::disk::DiskThread;
use crate::app::msg::Room;
use crate::app::wizard::Wizard;
use crate::app::{App, CopiedTo};
use crate::term::events::TerminalEvent;
use crate::term::input::TerminalAnswer;
use crate::ui::{self, canvas::Canvas};
use crate::words::doctor::Diagnosis;
use ratatui::layout::Rect;
use std::collections::VecDeque;
use std::io;
use std::time::Instant;

/// What the loop needs from a screen.
pub trait Screen {
    /// Paints a frame and shows it.
    fn show(&mut self, paint: impl FnOnce(Rect, &mut Canvas)) -> io::Result<()>;
    /// Shows the state of the editor. Returns how much of the form or of the open overlay can be seen, if that is known.
    fn draw(&mut self, app: &App) -> io::Result<Option<Room>> {
        let mut room = None;
        self.show(|area, canvas| room = ui::paint(app, area, canvas))?;
        Ok(room)
    }
    /// Shows the questions about a profile. Returns how much of their help or of the review can be seen, if one is shown.
    fn ask(&mut self, wizard: &Wizard) -> io::Result<Option<Room>> {
        let mut room = None;
        self.show(|area, canvas| {
            ui::wizard::paint(wizard, area, canvas);
            room = ui::wizard::room(wizard, area, canvas.theme());
        })?;
        Ok(room)
    }
    /// Has the terminal taken the last frame?
    fn is_shown(&self) -> bool;
    /// The size of the screen, in cells.
    fn area(&self) -> Rect;
    /// The terminal reports another size. The size may be the same again, if it became smaller and larger in the
    /// meantime; then the terminal has lost what was cut off. So the next frame is drawn completely.
    fn resized(&mut self) -> io::Result<()>;
    /// The run is over. What is told in lines gets its last ones.
    fn close(&mut self, _: &App) -> io::Result<()> {
        Ok(())
    }
    /// Are frames drawn? Otherwise changes are told.
    fn is_drawn(&self) -> bool {
        true
    }
    /// Puts text on the clipboard, and says how.
    fn copy(&mut self, text: &str) -> io::Result<CopiedTo>;
    /// Switches mouse reporting on or off.
    fn set_mouse(&mut self, on: bool) -> io::Result<()>;
    /// Draws with the next theme from now on: with colour, without, in ASCII.
    fn change_looks(&mut self);
    /// Prepares for a panic: before the process ends, the disk writes what is waiting.
    fn before_a_crash(&mut self, disk: DiskThread);
    /// Suspends the program and returns to the shell, if there is one.
    fn suspend(&mut self) -> io::Result<()>;
    /// Gives the terminal to another program until it is taken back. Nothing is drawn meanwhile. An error says why that
    /// cannot be.
    fn lend(&mut self) -> io::Result<()> {
        Ok(())
    }
    /// Takes the terminal again, in whatever state that program left it, and draws a complete frame.
    fn take_back(&mut self) -> io::Result<()> {
        Ok(())
    }
    /// The process was stopped and continues. Takes the terminal again, if this process may use it, and draws a
    /// complete frame.
    fn continued(&mut self) -> io::Result<()>;
    /// Gives the terminal's window its title, where that is possible and wanted.
    fn entitle(&mut self, _: &App) -> io::Result<()> {
        Ok(())
    }
    /// What the terminal has answered so far, for `doctor`; `None` if it was asked nothing.
    fn answers(&self) -> Option<Diagnosis> {
        None
    }
    /// The terminal has answered a question. The next frame has shades for its background.
    fn told(&mut self, answer: TerminalAnswer);
    /// Waits until the terminal has accepted the output that it did not accept at once; waits for ever if there is
    /// none. No frame is drawn before.
    fn flushed(&mut self) -> impl Future<Output = io::Result<()>>;
}

/// What the loop needs from a keyboard.
pub trait EventSource {
    /// Waits for events. Returns all that happened, at least one; an error once the terminal is gone. `typing`: characters
    /// are text now, not keys.
    fn next(&mut self, typing: bool) -> impl Future<Output = io::Result<Vec<TerminalEvent>>>;
    /// Another program reads the keyboard from now on, or does not any more. Meanwhile only signals are events.
    fn lend(&mut self, _is_lent: bool) {}
    /// Lines that were not taken come again, before all others. `None` is the end of all lines.
    fn put_back(&mut self, _lines: VecDeque<Option<String>>) {}
    /// When the bytes of the last events were read.
    fn came(&self) -> Instant;
    /// The time.
    fn now(&self) -> Instant;
}

impl EventSource for crate::term::events::Events {
    async fn next(&mut self, typing: bool) -> io::Result<Vec<TerminalEvent>> {
        Self::next(self, typing).await
    }

    fn lend(&mut self, is_lent: bool) {
        Self::lend(self, is_lent);
    }

    fn came(&self) -> Instant {
        Self::came(self)
    }

    fn now(&self) -> Instant {
        Instant::now()
    }
}
