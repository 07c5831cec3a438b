//! Keeps the session's credential out of fields. The editor never sees the credential. The runtime finds it and names
//! the fields.

use crate::app::effect::Effect;
use crate::app::{App, Mode, Notice, Overlay};
use crate::model::FieldId;

impl App {
    /// The session's credential was found in these fields. The form forgets their edits, and so does a leftover that
    /// the user is being asked about. With an empty list the credential was kept out before it reached a field, so the
    /// user is only told.
    pub(super) fn forget_secret(&mut self, fields: &[FieldId]) -> Vec<Effect> {
        for id in fields {
            self.sync.draft.forget(id);
            self.marks.remove(id);
        }
        if fields.contains(&self.form.focus) {
            self.arrive();
        }
        let notice = Notice::Secret { fields: fields.len() };
        if fields.is_empty() || self.mode.is_editing() {
            self.notice = Some(notice);
            return vec![];
        }
        self.news.push_back(notice);
        let (true, Some(leftover)) = (self.mode.is(Overlay::Restore), self.leftovers.first_mut()) else {
            return vec![];
        };
        for id in fields {
            leftover.forget(id);
        }
        // The leftover may have no edits left to ask about.
        self.mode = Mode::Editing;
        self.recover()
    }
}
