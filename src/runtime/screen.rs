//! What the loop needs of a terminal: a screen to draw on, and what happens there.

use super::disk::DiskThread;
use crate::app::App;
use crate::term::events::TerminalEvent;
use crate::ui::{self, canvas::Canvas};
use ratatui::layout::Rect;
use std::io;

/// What the loop needs of a screen.
pub trait Screen {
    /// Shows what is painted.
    fn show(&mut self, paint: impl FnOnce(Rect, &mut Canvas)) -> io::Result<()>;
    /// Shows the editor's state.
    fn draw(&mut self, app: &App) -> io::Result<()> {
        self.show(|area, canvas| ui::paint(app, area, canvas))
    }
    /// The size, in cells.
    fn area(&self) -> Rect;
    /// The terminal says that it has another size. It may be the old one again, made smaller and larger before anyone
    /// looked, and what was cut off is lost then: the next frame is to be a whole one.
    fn resized(&mut self) -> io::Result<()>;
    /// Puts text on the clipboard.
    fn copy(&mut self, text: &str) -> io::Result<()>;
    /// Switches mouse reporting.
    fn set_mouse(&mut self, on: bool) -> io::Result<()>;
    /// A panic is to leave the disk in order before the process ends.
    fn before_a_crash(&mut self, disk: DiskThread);
    /// Suspends to the shell; does nothing where there is none.
    fn suspend(&mut self) -> io::Result<()>;
    /// The process was stopped and goes on: takes the terminal again, if it is ours, for a whole frame.
    fn continued(&mut self) -> io::Result<()>;
    /// Waits until the terminal has taken what it did not take at once, and for ever if that is nothing. No frame is drawn
    /// before.
    fn flushed(&mut self) -> impl Future<Output = io::Result<()>>;
}

/// What the loop needs of a keyboard.
pub trait EventSource {
    /// Everything that has happened, at least one event; an error once the terminal is gone.
    fn next(&mut self) -> impl Future<Output = io::Result<Vec<TerminalEvent>>>;
}

impl EventSource for crate::term::events::Events {
    async fn next(&mut self) -> io::Result<Vec<TerminalEvent>> {
        Self::next(self).await
    }
}
