//! The screen as the terminal shows it: each frame changes only the parts that differ from the frame before.

use callset::app::App;
use callset::ui;
use callset::ui::canvas::{Canvas, ChangedPart};
use callset::ui::theme::Theme;
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;

/// A screen that is built up frame by frame.
pub(super) struct BuiltUp {
    theme: Theme,
    canvas: Canvas,
    cells: Buffer,
}

impl BuiltUp {
    pub(super) fn new(theme: Theme, width: u16, height: u16) -> Self {
        Self { theme, canvas: Canvas::new(theme), cells: Buffer::empty(Rect::new(0, 0, width, height)) }
    }

    /// The window has another size, and shows nothing.
    pub(super) fn resize(&mut self, width: u16, height: u16) {
        self.cells = Buffer::empty(Rect::new(0, 0, width, height));
        self.canvas.forget();
    }

    /// The next theme.
    pub(super) fn change_looks(&mut self) {
        self.canvas.change_looks();
        self.theme = self.canvas.theme();
        self.resize(self.cells.area.width, self.cells.area.height);
    }

    /// The states from now on are of another run.
    pub(super) fn another_run(&mut self) {
        self.canvas.paint_anew();
    }

    /// Shows a state. The screen is then the frame that is drawn from nothing, cell by cell, with its styles and its
    /// caret.
    pub(super) fn show(&mut self, app: &App) {
        let area = self.cells.area;
        ui::paint(app, area, &mut self.canvas);
        if area.is_empty() {
            return;
        }
        for ChangedPart { area: part, is_steady } in self.canvas.changed() {
            let (mut before, mut wanted) = (Buffer::empty(part), Buffer::empty(part));
            self.canvas.render_shown(part.y, &mut before);
            self.canvas.render(part.y, &mut wanted);
            if is_steady {
                let (mut drawn, of) = (Vec::new(), |cell: &Cell| {
                    (cell.symbol().chars().next().unwrap(), (cell.fg, cell.bg, cell.modifier))
                });
                self.canvas.cells_shown(part, &mut drawn);
                assert_eq!(drawn, before.content.iter().map(of).collect::<Vec<_>>(), "row {}", part.y);
                self.canvas.cells(part, &mut drawn);
                assert_eq!(drawn, wanted.content.iter().map(of).collect::<Vec<_>>(), "row {}", part.y);
            }
            let start = self.cells.index_of(part.x, part.y);
            let there = &mut self.cells.content[start..start + wanted.content.len()];
            assert_eq!(before.content, there, "what the terminal shows in row {} is known", part.y);
            there.clone_from_slice(&wanted.content);
        }
        self.canvas.is_shown();
        let (mut fresh, mut wanted) = (Canvas::new(self.theme), Buffer::empty(area));
        ui::paint(app, area, &mut fresh);
        (0..area.height).for_each(|y| fresh.render(y, &mut wanted));
        for y in 0..area.height {
            let row = |cells: &Buffer| cells.content.chunks(usize::from(area.width)).nth(y.into()).map(<[_]>::to_vec);
            assert_eq!(row(&self.cells), row(&wanted), "row {y} is stale in {:?}", app.mode);
        }
        assert_eq!(self.canvas.caret, fresh.caret);
    }
}
