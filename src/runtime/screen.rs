//! What the loop needs of a terminal: a screen to draw on, and what happens there.

use super::disk::Disk;
use crate::app::App;
use crate::app::msg::Stop;
use crate::term::events::Event;
use crate::term::input::Input;
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
    fn before_a_crash(&mut self, disk: Disk);
    /// Suspends to the shell; does nothing where there is none.
    fn suspend(&mut self) -> io::Result<()>;
    /// The process was stopped and goes on: takes the terminal again, if it is ours, for a whole frame.
    fn continued(&mut self) -> io::Result<()>;
    /// Waits until the terminal has taken what it did not take at once, and for ever if that is nothing. No frame is drawn
    /// before.
    fn flushed(&mut self) -> impl Future<Output = io::Result<()>>;
}

/// What the loop needs of a keyboard.
pub trait Source {
    /// Everything that has happened, at least one event; an error once the terminal is gone.
    fn next(&mut self) -> impl Future<Output = io::Result<Vec<Event>>>;
}

impl Source for crate::term::events::Events {
    async fn next(&mut self) -> io::Result<Vec<Event>> {
        Self::next(self).await
    }
}

/// What is left of an event for a machine, once the screen has done its part.
pub(super) enum Seen {
    Input(Input),
    Resized { cramped: bool },
    Suspend,
    Stop(Stop),
}

/// Has the screen do its part. A screen that can not is a terminal that is gone.
pub(super) fn see(screen: &mut impl Screen, event: Event) -> Option<Seen> {
    let gone = Seen::Stop(Stop::TerminalGone);
    match event {
        Event::Input(input) => Some(Seen::Input(input)),
        Event::Resized if screen.resized().is_err() => Some(gone),
        Event::Resized => Some(Seen::Resized { cramped: !ui::layout::fits(screen.area()) }),
        Event::Continued => screen.continued().is_err().then_some(gone),
        Event::Suspend => Some(Seen::Suspend),
        Event::Terminate => Some(Seen::Stop(Stop::Terminated)),
        Event::HangUp => Some(Seen::Stop(Stop::HungUp)),
        Event::Interrupt => Some(Seen::Stop(Stop::Interrupted)),
        Event::Quit => Some(Seen::Stop(Stop::Quit)),
    }
}
