//! Taking back: undo and redo, the server's value, what a row held when it got the focus.

use crate::app::{App, Mark, Notice};
use crate::model::{Draft, FieldId};

impl App {
    /// Undo or redo. The focus moves to the row that changed.
    pub(super) fn replay(&mut self, step: fn(&mut Draft) -> Option<FieldId>) {
        // What is undone then is older than the deletion, which the user may have meant.
        let deleted = self.deleted.take();
        let stands = deleted.map(Notice::DeletionStands);
        match step(&mut self.sync.draft) {
            Some(id) => {
                self.notice = stands.or(self.notice.take());
                self.marks.remove(&id);
                self.focus(&id);
                self.show_entered();
                self.select_all();
            }
            None => self.notice = Some(stands.unwrap_or(Notice::NothingToUndo)),
        }
    }

    pub(super) fn reset(&mut self) {
        let field = self.focused().clone();
        let marked = self.marks.remove(&field.id).is_some();
        if self.sync.draft.edit(&field.id).is_none() {
            if !marked {
                self.notice = Some(Notice::NothingToReset);
            }
            return;
        }
        self.sync.draft.revert(&field);
        self.show_entered();
        self.select_all();
    }

    pub(super) fn reset_all(&mut self) {
        let fields = self.sync.unsaved();
        self.sync.draft.revert_all();
        self.marks.retain(|_, mark| matches!(mark, Mark::Taken | Mark::Tidied));
        self.show_entered();
        self.select_all();
        self.notice = Some(if fields == 0 { Notice::NothingToReset } else { Notice::ResetAll { fields } });
    }

    /// Restores what the row held when it got the focus. Returns false if the row still holds it.
    pub(super) fn restore_row(&mut self) -> bool {
        let field = self.focused().clone();
        if self.sync.draft.entered(&field) == self.form.arrived.edit {
            return false;
        }
        self.sync.draft.give_back(&field, self.form.arrived.clone());
        self.marks.remove(&field.id);
        self.form.typed = false;
        self.show_entered();
        self.select_all();
        true
    }
}
