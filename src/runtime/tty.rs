//! The real screen. Of each frame only the parts that differ from the last one become cells and bytes.

use super::Screen;
use super::disk::DiskThread;
use crate::app::{App, CopiedTo};
use crate::term::{Guard, input::TerminalAnswer, output::Output};
use crate::ui;
use crate::ui::canvas::{Canvas, ChangedPart};
use crate::ui::theme::{Palette, Theme};
use crate::words::doctor::Diagnosis;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use std::io;

/// The terminal of this process.
#[derive(Debug)]
pub struct Tty {
    output: Output,
    guard: Guard,
    /// Another process has the terminal: nothing is drawn until this process has it again.
    away: bool,
    area: Rect,
    /// The background, if the terminal has told it.
    background: Option<[u8; 3]>,
    /// The title that the window has, and the edition of the state that it tells. `None` if it is not callset's.
    title: Option<(u64, String)>,
    canvas: Canvas,
}

impl Tty {
    /// Takes the terminal over until this is dropped; its title as well, if `has_title`.
    pub fn new(theme: Theme, has_title: bool) -> io::Result<Self> {
        let mut output = Output::new()?;
        let guard = Guard::enter(&mut output, has_title)?;
        let canvas = Canvas::new(theme);
        let mut tty = Self { output, guard, away: false, area: Rect::ZERO, background: None, title: None, canvas };
        tty.resized()?;
        Ok(tty)
    }
}

impl Screen for Tty {
    fn show(&mut self, paint: impl FnOnce(Rect, &mut Canvas)) -> io::Result<()> {
        if self.away || self.output.is_held_up() {
            return Ok(());
        }
        paint(self.area, &mut self.canvas);
        let (mut cells_shown, mut cells) = (Vec::new(), Vec::new());
        for ChangedPart { area, is_steady } in self.canvas.changed() {
            if is_steady {
                self.canvas.cells_shown(area, &mut cells_shown);
                self.canvas.cells(area, &mut cells);
                self.output.draw_steady(area.as_position(), &cells_shown, &cells);
                continue;
            }
            let (mut shown, mut wanted) = (Buffer::empty(area), Buffer::empty(area));
            self.canvas.render_shown(area.y, &mut shown);
            self.canvas.render(area.y, &mut wanted);
            if is_uncertain(&shown) || is_uncertain(&wanted) {
                self.output.clear_row(area.y);
                shown.reset();
            }
            self.output.draw(&shown, &wanted);
        }
        self.canvas.is_shown();
        self.output.finish(self.canvas.caret)?;
        // The question comes after the first frame, which nothing may delay.
        if self.canvas.theme().palette == Palette::Mono { Ok(()) } else { self.guard.ask(&mut self.output) }
    }

    fn is_shown(&self) -> bool {
        !self.away && !self.output.is_held_up()
    }

    fn area(&self) -> Rect {
        self.area
    }

    fn resized(&mut self) -> io::Result<()> {
        self.output.forget();
        self.output.clear();
        self.area = self.output.area()?;
        self.canvas.set_cell_ratio(self.output.cell_ratio());
        self.canvas.forget();
        Ok(())
    }

    fn copy(&mut self, text: &str) -> io::Result<CopiedTo> {
        self.guard.copy(text, &mut self.output).map(|()| CopiedTo::Terminal)
    }

    fn close(&mut self, _: &App) -> io::Result<()> {
        // Another run has other editions.
        self.title = None;
        self.canvas.paint_anew();
        Ok(())
    }

    fn set_mouse(&mut self, on: bool) -> io::Result<()> {
        self.guard.set_mouse(on, &mut self.output)
    }

    fn change_looks(&mut self) {
        self.title = None;
        self.canvas.change_looks();
        if let Some(background) = self.background {
            self.canvas.set_background(background);
        }
        // The rows are the same, but their signs are not. What is blank now may not be on the screen.
        self.output.clear();
        self.canvas.forget();
    }

    fn before_a_crash(&mut self, disk: DiskThread) {
        self.guard.before_a_crash(move |words| disk.last_words(words));
    }

    fn entitle(&mut self, app: &App) -> io::Result<()> {
        let edition = app.edition.number();
        if self.title.as_ref().is_some_and(|(of, _)| *of == edition) || !self.is_shown() {
            return Ok(());
        }
        let title = ui::title(app);
        let shown = self.title.replace((edition, title.clone()));
        if shown.is_some_and(|(_, shown)| shown == title) {
            return Ok(());
        }
        self.guard.entitle(&self.canvas.theme().text(&title), &mut self.output)
    }

    fn answers(&self) -> Option<Diagnosis> {
        let has_answered = self.guard.has_answered()?;
        Some(super::doctor::known(has_answered, self.background))
    }

    fn suspend(&mut self) -> io::Result<()> {
        if self.guard.suspend()? {
            self.output.drop_rest();
            self.away = true;
            self.title = None;
        }
        Ok(())
    }

    fn continued(&mut self) -> io::Result<()> {
        self.output.drop_rest();
        self.away = !self.guard.again(&mut self.output)?;
        self.title = None;
        if self.away { Ok(()) } else { self.resized() }
    }

    fn lend(&mut self) -> io::Result<()> {
        self.guard.lend();
        self.output.drop_rest();
        self.away = true;
        Ok(())
    }

    fn take_back(&mut self) -> io::Result<()> {
        self.guard.take_back();
        self.continued()
    }

    fn told(&mut self, answer: TerminalAnswer) {
        match answer {
            TerminalAnswer::Background(colour) => {
                self.background = Some(colour);
                self.canvas.set_background(colour);
            }
            TerminalAnswer::Kind => self.guard.answered(),
        }
    }

    async fn flushed(&mut self) -> io::Result<()> {
        self.output.flushed().await
    }
}

/// Does the row hold clusters of several characters? Terminals disagree about their width, so it is unknown what
/// such a row shows. It is drawn completely.
fn is_uncertain(row: &Buffer) -> bool {
    row.content.iter().any(|cell| cell.symbol().chars().nth(1).is_some())
}
