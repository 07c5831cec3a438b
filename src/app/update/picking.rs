//! Lists: how many rows each has, and what Enter and a click do in it.

use super::overlay::{moved, scroll_by};
use crate::app::effect::Effect;
use crate::app::keymap::Motion;
use crate::app::{App, CopyItem, Mode, Picker, Rows, palette};

/// More rows than any screen has.
pub(super) const PAGES: usize = usize::MAX;

impl App {
    /// How many rows a list has now.
    pub fn entries(&self, picker: &Picker) -> usize {
        let filter = picker.filter.value();
        match &picker.rows {
            Rows::Palette => palette::entries(filter).len(),
            Rows::Copy => CopyItem::ALL.len(),
            Rows::Profiles { .. } => self.listed(filter).len(),
            Rows::Presets => self.presets(filter).len(),
            Rows::Recent => self.offers().len(),
            Rows::History => self.history.saves().count(),
            Rows::Log => self.sync.log.len(),
            Rows::Conflicts(_) => self.sync.draft.conflicts().count(),
            Rows::Comparison(comparison) => self.pairs(comparison).len(),
        }
    }

    /// Enter in a list. The form has the keyboard, unless the list takes it back.
    pub(super) fn choose_row(&mut self, picker: Picker) -> Vec<Effect> {
        let row = picker.selected;
        match &picker.rows {
            Rows::Palette => match palette::entries(picker.filter.value()).get(row) {
                Some(binding) => self.intent(binding.intent),
                None => vec![],
            },
            Rows::Copy => CopyItem::ALL.get(row).map_or(vec![], |item| self.copy(*item)),
            Rows::Profiles { comparing: false, .. } => self.switch(picker),
            Rows::Profiles { comparing: true, .. } => {
                self.mode = Mode::Picking(picker);
                self.compare()
            }
            Rows::Presets => self.apply(picker),
            Rows::Recent => self.take_recent(row),
            Rows::History => self.put_back(picker),
            Rows::Log => {
                self.mode = Mode::Picking(picker);
                self.copy_logged(row)
            }
            Rows::Conflicts(_) => {
                self.mode = Mode::Picking(picker);
                self.decide()
            }
            Rows::Comparison(_) => self.copy_marked(picker),
        }
    }

    /// A click on a row. Where there is more to know of it, the first one selects it, and only the next one takes it.
    pub(super) fn pick(&mut self, row: usize) -> Vec<Effect> {
        let Mode::Picking(picker) = &self.mode else { return vec![] };
        let is_selected = picker.selected == row;
        match &picker.rows {
            Rows::Palette | Rows::Copy | Rows::Recent => {
                self.select(row);
                return self.choose();
            }
            Rows::Profiles { .. } | Rows::Presets | Rows::History | Rows::Log if is_selected => {
                return self.choose();
            }
            Rows::Comparison(_) if is_selected => self.choose_field(),
            Rows::Profiles { .. }
            | Rows::Presets
            | Rows::History
            | Rows::Log
            | Rows::Comparison(_)
            | Rows::Conflicts(_) => self.select(row),
        }
        vec![]
    }

    /// Selects a row of the list that is open.
    pub(super) fn select(&mut self, row: usize) {
        let shown = self.terminal.room.rows;
        if let Mode::Picking(picker) = &mut self.mode {
            picker.select(row, shown);
        }
    }

    /// Another row, or other lines of what is told of the selected one.
    pub(super) fn move_row(&mut self, motion: Motion) {
        let room = self.terminal.room;
        let Mode::Picking(picker) = &self.mode else { return };
        let entries = self.entries(picker);
        let Mode::Picking(picker) = &mut self.mode else { return };
        let (Some(last), page) = (entries.checked_sub(1), room.rows.max(1)) else { return };
        let at = picker.selected.min(last);
        match motion {
            Motion::Detail(_) => scroll_by(&mut picker.scroll, motion, room),
            Motion::Step(by) => picker.select(wrapped(at, by as isize, entries), page),
            Motion::Wheel(_) | Motion::Page(_) | Motion::First | Motion::Last => {
                picker.select(moved(at, motion, page).min(last), page);
            }
        }
    }
}

fn wrapped(at: usize, by: isize, len: usize) -> usize {
    (at + len).saturating_add_signed(by % len.cast_signed()) % len
}
