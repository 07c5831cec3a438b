//! The values that a row had before: those of the history, then those of presets. The history is read only when the
//! user first types in a row or opens the list.

use crate::app::effect::Effect;
use crate::app::{App, Mode, Overlay, Rows};
use crate::model::record::Saved;
use crate::model::{Draft, Edit, Kind, Resource, Stroke, Value};
use crate::sync::{Disk, Effect as Kept};
use std::collections::BTreeSet;

impl App {
    /// Asks the disk for the history, the first time that it is needed.
    pub(super) fn recollect(&mut self) -> Option<Effect> {
        let is_typing = self.mode.is_editing() && self.form.typed && self.focused().kind.is_typed();
        if is_typing {
            self.history.gather(&self.form.focus);
        }
        if self.history.asked || !(is_typing || self.mode.is(Overlay::Recent)) {
            return None;
        }
        self.read_history(false)
    }

    /// Adds the saves that the disk is asked to remember to the known history.
    pub(super) fn note_saves(&mut self, kept: &[Kept]) {
        let saved = kept.iter().filter_map(|effect| match effect {
            Kept::Disk(Disk::Remember(saved)) => Some((**saved).clone()),
            _ => None,
        });
        let saved: Vec<Saved> = saved.collect();
        if !saved.is_empty() {
            self.know_saves(|history| history.add(saved));
        }
    }

    /// Opens the list of tunnels and earlier values, if the row in focus can be edited as text. It fills in as the answers
    /// come.
    pub(super) fn open_recent(&mut self) -> Vec<Effect> {
        self.mode = Mode::Editing;
        let Some(field) = self.may_edit().filter(|field| field.kind.is_typed()) else { return vec![] };
        self.mode = Mode::picking(Rows::Recent);
        if field.kind == Kind::Url { Vec::from_iter(self.find_tunnels()) } else { vec![] }
    }

    /// The text that was typed since the row got the focus, by which the list is filtered.
    pub(in crate::app) fn typed_filter(&self) -> &str {
        let is_typed = self.form.typed && !self.form.selected;
        if is_typed { self.form.input.value().trim() } else { "" }
    }

    /// The values to offer for the row in focus: those that contain the typed text, newest first, each once. The row's
    /// own value and the server's value are left out.
    pub fn offers(&self) -> Vec<String> {
        let field = self.focused();
        if !field.kind.is_typed() || self.is_closed(field.id.resource) {
            return vec![];
        }
        let held = self.history.earlier(&field.id);
        let presets = self.target.setup.presets.iter().filter(|_| field.id.resource == Resource::Settings);
        let preset = presets.filter_map(|preset| preset.values.get(&field.id.key));
        let typed = self.typed_filter();
        let (mine, theirs) = (self.sync.draft.edit(&field.id), self.sync.draft.base(&field.id));
        // ASCII is as long in lower case, so it holds none that is longer.
        let is_shorter = |text: &str| text.len() < typed.len() && text.is_ascii() && typed.is_ascii();
        let may_hold = |value: &Value| !matches!(value, Value::Text(text) if is_shorter(text));
        let values = held.iter().chain(preset).filter(|value| may_hold(value) && Some(*value) != theirs);
        let mut values = values.peekable();
        if values.peek().is_none() {
            return vec![];
        }
        let typed = typed.to_lowercase();
        let (mut offers, mut seen) = (Vec::new(), BTreeSet::new());
        for edit in values.filter_map(|value| Draft::as_edit(field.kind, value)) {
            if let Edit::Text(text) = &edit
                && text.to_lowercase().contains(&typed)
                && mine != Some(&edit)
                && seen.insert(text.clone())
            {
                offers.push(text.clone());
            }
        }
        offers
    }

    /// Enters an earlier value in one undo step. The list then shows all values again.
    pub(super) fn take_earlier(&mut self, text: String) -> Vec<Effect> {
        let Some(field) = self.may_edit() else { return vec![] };
        self.sync.draft.seal();
        self.set(&field, Edit::Text(text), Stroke::Whole);
        self.sync.draft.seal();
        self.form.typed = false;
        self.show_entered();
        self.select_all();
        vec![]
    }
}
