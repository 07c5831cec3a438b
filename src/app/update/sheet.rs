//! All settings as a file for the user's own editor.
//!
//! ```text
//!   EditAll ──> EditAsFile(text) ──> Msg::Edited ──┬── values ──────> one step of edits, RemoveFile
//!                     ^                            ├── unchanged ───> RemoveFile
//!                     └──── errors, told in it ────┤
//!                                                  └── the same errors, or the program failed: the file stays, and is named
//! ```

use crate::app::effect::Effect;
use crate::app::msg::EditedFile;
use crate::app::sheet::{CameBack, MadeEdit, SettingsSheet};
use crate::app::{App, Mode, Notice};
use crate::model::Resource;
use crate::words::sheet::SheetNews;

impl App {
    /// Hands all settings out as a file.
    pub(super) fn edit_all(&mut self) -> Vec<Effect> {
        self.mode = Mode::Editing;
        if !self.sync.draft.is_loaded(Resource::Settings) {
            return self.refuse(Notice::NotLoaded);
        }
        let problems =
            |field: &_| self.problems(field).into_iter().map(|problem| problem.text.into_owned()).collect::<Vec<_>>();
        let sheet = SettingsSheet::new(&self.sync.draft, &self.target, false, problems);
        let text = sheet.text().to_owned();
        self.sheet = Some(Box::new(sheet));
        vec![Effect::EditAsFile(text)]
    }

    /// The file came back, or the program for it failed.
    pub(super) fn edited(&mut self, file: EditedFile) -> Vec<Effect> {
        let Some(mut sheet) = self.sheet.take() else { return vec![] };
        let (news, is_done) = match file {
            EditedFile::Failed { why, kept } => (SheetNews::Failed(why, kept), false),
            EditedFile::Text { text, path } => match sheet.came_back(&text) {
                CameBack::Unchanged => (SheetNews::Unchanged, true),
                CameBack::Emptied => (SheetNews::Emptied, true),
                CameBack::StillFlawed => (SheetNews::StillWrong(path), false),
                CameBack::Entered(edits) => (self.enter_sheet(edits), true),
                CameBack::Flawed => {
                    let text = sheet.text().to_owned();
                    self.sheet = Some(sheet);
                    return vec![Effect::EditAsFile(text)];
                }
            },
        };
        self.notice = Some(Notice::Sheet(news));
        if is_done { vec![Effect::RemoveFile] } else { vec![] }
    }

    fn enter_sheet(&mut self, edits: Vec<MadeEdit>) -> SheetNews {
        let entered = self.sync.draft.enter_made_on(edits);
        self.marks.retain(|id, _| !entered.contains(id));
        self.deleted = None;
        if let Some(first) = entered.first() {
            self.focus(first);
        }
        self.arrive();
        self.select_all();
        let conflicts = entered.iter().filter(|id| self.sync.draft.conflict(id).is_some()).count();
        SheetNews::Entered { fields: entered.len(), conflicts }
    }
}
