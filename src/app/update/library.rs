//! What one looks things up in: the history of saves, the log of requests. And the new token, which is asked for like them.

use crate::app::effect::Effect;
use crate::app::msg::Token;
use crate::app::reuse::History;
use crate::app::{App, Mode, Notice};
use crate::model::FieldId;
use crate::sync::{Disk, Event, Keeping, Stopped};

impl App {
    /// Ctrl-G.
    pub(super) fn open_history(&mut self) -> Vec<Effect> {
        self.mode = Mode::History { selected: 0 };
        self.read_history(true).into_iter().collect()
    }

    /// Asks the disk for the saves that it knows; nothing where there is none.
    pub(super) fn read_history(&mut self, awaited: bool) -> Option<Effect> {
        self.history.asked = true;
        if let Keeping::InMemory(why) = &self.sync.keeping {
            self.history.hear(Err(why.clone()));
            return None;
        }
        Some(Effect::Disk(Disk::ReadHistory { awaited }))
    }

    /// Changes what is known of the saves. On the open page the selected one stays selected, wherever it is then.
    pub(super) fn know_saves(&mut self, change: impl FnOnce(&mut History)) {
        let Mode::History { selected } = self.mode else { return change(&mut self.history) };
        let here = self.history.saves().nth(selected).cloned();
        change(&mut self.history);
        let at = here.and_then(|here| self.history.saves().position(|save| *save == here));
        self.mode = Mode::History { selected: at.unwrap_or(0) };
    }

    /// The old values of the selected save become edits, shown as what a save would change.
    pub(super) fn put_back(&mut self) -> Vec<Effect> {
        let Mode::History { selected } = self.mode else { return vec![] };
        let Some(save) = self.history.saves().nth(selected).cloned() else { return vec![] };
        if !self.sync.draft.is_loaded(save.resource) {
            // What the server has now would be replaced without anybody having seen it.
            self.mode = Mode::Editing;
            let unread = self.is_closed(save.resource);
            self.notice = Some(if unread { Notice::Closed(save.resource) } else { Notice::NotLoaded });
            return vec![];
        }
        let id = |key: &str| FieldId { resource: save.resource, key: key.to_owned().into() };
        let fields = self.take_over(save.before.members().map(|(key, value)| (id(key), value)));
        self.mode = if fields > 0 { Mode::Reviewing { scroll: 0 } } else { Mode::Editing };
        self.notice = Some(Notice::PutBack { fields });
        vec![]
    }

    // ── the token ──

    /// From the palette: another token, and then a look whether it works.
    pub(super) fn ask_for_token(&mut self) -> Vec<Effect> {
        self.mode = Mode::Token { characters: 0, wrong: None, stopped: Stopped::Reading };
        vec![Effect::ForgetToken]
    }

    /// So much has been typed.
    pub(super) fn token_typed(&mut self, typed: usize) -> Vec<Effect> {
        if let Mode::Token { characters, wrong, .. } = &mut self.mode {
            *characters = typed;
            *wrong = None;
        }
        vec![]
    }

    /// The new token is in use: what the old one stopped goes on.
    pub(super) fn token(&mut self, token: Result<Token, String>) -> Vec<Effect> {
        let Mode::Token { characters, wrong, stopped } = &mut self.mode else { return vec![] };
        match token {
            Err(why) => {
                *characters = 0;
                *wrong = Some(why);
                vec![]
            }
            Ok(Token { hint, looks_like, tidied }) => {
                let stopped = stopped.clone();
                self.target.credential_hint = hint;
                self.target.looks_like = looks_like;
                self.target.credential_source.clear();
                self.mode = Mode::Editing;
                self.fall_silent();
                if !tidied.is_empty() {
                    self.news.push_back(Notice::TokenTaken { tidied });
                }
                self.go_on_after(stopped)
            }
        }
    }

    /// What a missing or refused credential stopped goes on: just that, with the fields that were wanted then. What has been
    /// set back since is not wanted any more, as during any save.
    pub(super) fn go_on_after(&mut self, stopped: Stopped) -> Vec<Effect> {
        match stopped {
            Stopped::Reading => self.reload(),
            Stopped::Saving(save) => self.happen(Event::Resume(save)),
        }
    }
}
