//! A region as it was painted: its view, its rows, and what the terminal still shows of it.

use super::Pane;
use super::row::PaneRows;
use ratatui::layout::Position;
use std::any::Any;
use std::fmt;

/// A region as it was painted.
pub(super) struct Painted {
    pub(super) pane: Pane,
    /// Is it one of the steady regions?
    pub(super) is_steady: bool,
    /// What it was painted from. `None` if it is to be painted anew.
    pub(super) view: Option<Box<dyn Any>>,
    pub(super) rows: PaneRows,
    /// What the terminal shows of it, if that may be something else.
    pub(super) before: Option<PaneRows>,
    /// Rows that are not used, for their memory.
    pub(super) spare: PaneRows,
    pub(super) caret: Option<Position>,
    /// Is it part of this frame?
    pub(super) is_seen: bool,
}

impl Painted {
    pub(super) fn new(pane: Pane) -> Self {
        let (rows, spare) = (PaneRows::default(), PaneRows::default());
        Self { pane, is_steady: false, view: None, rows, before: None, spare, caret: None, is_seen: false }
    }

    /// Takes the rows away, to paint them anew. What the terminal shows is kept.
    pub(super) fn begin(&mut self) {
        (self.view, self.caret) = (None, None);
        if self.before.is_none() {
            self.before = Some(std::mem::replace(&mut self.rows, std::mem::take(&mut self.spare)));
        }
        self.rows.clear();
    }

    /// Does every character take one cell in this row, now and as the terminal shows it?
    pub(super) fn is_steady_in(&self, y: u16) -> bool {
        self.rows.is_steady(y) && self.before.as_ref().is_none_or(|before| before.is_steady(y))
    }

    /// What the terminal shows of it.
    pub(super) fn shown(&self) -> &PaneRows {
        self.before.as_ref().unwrap_or(&self.rows)
    }
}

impl fmt::Debug for Painted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { pane, rows, before, caret, is_seen, .. } = self;
        write!(f, "{pane:?} {rows:?} {before:?} {caret:?} {is_seen}")
    }
}
