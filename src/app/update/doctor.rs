//! Looking at what stands between callset and its server, and the way out of the terminal: a browser.

use crate::app::effect::Effect;
use crate::app::{App, CopyItem, Mode, Notice, Page, PageText};
use crate::model::address::web;
use crate::model::{Edit, FieldId};
use crate::words::browser::BrowserNews;
use crate::words::doctor::{self, Check, Diagnosis, Examination};
use url::Url;

impl App {
    /// Begins an examination, and shows it. What an earlier one still finds is not awaited any more.
    pub(super) fn examine(&mut self) -> Vec<Effect> {
        self.examined += 1;
        let round = self.examined;
        self.mode = Mode::Paging(Page::of(PageText::Doctor(Examination { round, ..Examination::default() })));
        vec![Effect::Examine(round)]
    }

    /// The examination that is open, also under the help.
    fn examination(&self) -> Option<&Examination> {
        let Mode::Paging(Page { text: PageText::Doctor(examination), .. }) = self.mode.ground() else { return None };
        Some(examination)
    }

    /// Is an examination open whose answers are still to come?
    pub fn is_examining(&self) -> bool {
        self.examination().is_some_and(|examination| examination.open().next().is_some())
    }

    /// Takes what a look has found, if it is still wanted.
    pub(super) fn examined(&mut self, round: u64, check: Check, found: Vec<Diagnosis>) {
        if let Mode::Paging(Page { text: PageText::Doctor(examination), .. }) = self.mode.ground_mut()
            && examination.round == round
        {
            examination.found.insert(check, found);
        }
    }

    /// Copies what was found so far.
    pub(super) fn copy_findings(&mut self) -> Vec<Effect> {
        let Mode::Paging(Page { text: PageText::Doctor(examination), .. }) = &self.mode else { return vec![] };
        let found: Vec<&Diagnosis> = examination.found.values().flatten().collect();
        let text = doctor::text(&found);
        self.notice = None;
        vec![Effect::Copy(CopyItem::Findings, text)]
    }

    /// Opens the address of the row in focus, as it is edited; or that of the settings.
    pub(super) fn browse(&mut self) -> Vec<Effect> {
        self.mode = Mode::Editing;
        let entered = |id: &FieldId| match self.sync.draft.entered(self.sync.draft.field(id)?)? {
            Edit::Text(text) => web(&text),
            Edit::Switch(_) => None,
        };
        let found = entered(&self.form.focus).or_else(|| entered(&FieldId::settings("url")));
        if found.is_none() {
            self.notice = Some(Notice::Browser(BrowserNews::Nothing));
        }
        found.into_iter().map(Effect::Browse).collect()
    }

    /// Says which program has the address now. If there is none, the address goes to the clipboard.
    pub(super) fn browsed(&mut self, url: Url, program: Option<String>, is_remote: bool) -> Vec<Effect> {
        let Some(program) = program else {
            self.notice = Some(Notice::Browser(BrowserNews::None { url: url.to_string(), is_remote }));
            return vec![Effect::Copy(CopyItem::Address, url.into())];
        };
        self.tell(Notice::Browser(BrowserNews::Handed { url: url.into(), program }));
        vec![]
    }
}
