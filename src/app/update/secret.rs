//! Where the session's credential does not belong. The machine never sees one: it is told where it stands.

use crate::app::effect::Effect;
use crate::app::{App, Mode, Notice, Overlay};
use crate::model::FieldId;

impl App {
    /// The session's credential is in these fields: they forget it, and so do the edits that are asked about. It was about to
    /// be typed if there are none.
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
        // Perhaps nothing is left to ask about.
        self.mode = Mode::Editing;
        self.recover()
    }
}
