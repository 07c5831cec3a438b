//! The history of saves, and the prompt for a new token.

use crate::app::effect::Effect;
use crate::app::msg::Token;
use crate::app::reuse::History;
use crate::app::{App, Mode, Notice, Page, PageText, Picker, Prompt, Rows, Typed};
use crate::model::FieldId;
use crate::model::login::Likeness;
use crate::sync::{Disk, Doing, Event, Fault, Keeping, Outcome, Stopped};
use crate::words::first_start::TOO_MUCH;

impl App {
    /// Opens the history, and reads it again.
    pub(super) fn open_history(&mut self) -> Vec<Effect> {
        self.mode = Mode::picking(Rows::History);
        self.read_history(true).into_iter().collect()
    }

    /// Asks the disk for the history. Without a disk there is no effect, and the history says why.
    pub(super) fn read_history(&mut self, awaited: bool) -> Option<Effect> {
        self.history.asked = true;
        if let Keeping::InMemory(why) = &self.sync.keeping {
            self.history.hear(Err(why.clone()));
            return None;
        }
        Some(Effect::Disk(Disk::ReadHistory { awaited }))
    }

    /// Changes the known history. In the open list the selected save stays selected, even if its row moves.
    pub(super) fn know_saves(&mut self, change: impl FnOnce(&mut History)) {
        let shown = self.terminal.room.rows;
        self.history.scatter();
        let Mode::Picking(picker @ Picker { rows: Rows::History, .. }) = self.mode.ground_mut() else {
            return change(&mut self.history);
        };
        let here = self.history.saves().nth(picker.selected).cloned();
        change(&mut self.history);
        let at = here.and_then(|here| self.history.saves().position(|save| *save == here));
        picker.select(at.unwrap_or(0), shown);
    }

    /// Enters the old values of the selected save as edits, and shows what a save would change.
    pub(super) fn put_back(&mut self, picker: Picker) -> Vec<Effect> {
        let Some(save) = self.history.saves().nth(picker.selected).cloned() else {
            self.mode = Mode::Picking(picker);
            return vec![];
        };
        if !self.sync.draft.is_loaded(save.resource) {
            // A value on the server would be replaced that the user has not seen.
            let unread = self.is_closed(save.resource);
            self.notice = Some(if unread { Notice::Closed(save.resource) } else { Notice::NotLoaded });
            return vec![];
        }
        let id = |key: &str| FieldId::new(save.resource, key);
        let fields = self.take_over(save.before.members().map(|(key, value)| (id(key), value)));
        if fields > 0 {
            self.mode = Mode::Paging(Page::of(PageText::Review));
        }
        self.notice = Some(Notice::PutBack { fields });
        vec![]
    }

    // ── the token ──

    /// Asks for a new token. The settings are then read with it, which shows whether it works.
    pub(super) fn ask_for_token(&mut self) -> Vec<Effect> {
        let refused = match &self.trouble {
            Some(Notice::Outcome(outcome)) => refusal([outcome]),
            Some(Notice::Several(outcomes)) => refusal(outcomes.iter().map(|(_, outcome)| outcome)),
            _ => None,
        };
        self.mode = Mode::Entering(Prompt::token(refused, Stopped::Reading));
        vec![Effect::ForgetToken]
    }

    /// The user typed into the prompt for a token: notes the length, the caret, and what the text looks like.
    pub(super) fn token_typed(
        &mut self,
        (typed, at): (usize, usize),
        likeness: Option<Likeness>,
        left_out: bool,
    ) -> Vec<Effect> {
        if let Mode::Entering(Prompt {
            what: Typed::Token { characters, caret, looks_like, wrong, .. }, scroll, ..
        }) = &mut self.mode
        {
            if left_out || typed != *characters {
                (*wrong, *scroll) = (left_out.then(|| TOO_MUCH.to_owned()), 0);
            }
            (*characters, *caret, *looks_like) = (typed, at.min(typed), likeness);
        }
        vec![]
    }

    /// The new token is in use, or was refused. If it is in use, the work that waited for it continues.
    pub(super) fn token(&mut self, token: Result<Token, String>) -> Vec<Effect> {
        let Mode::Entering(Prompt {
            what: Typed::Token { characters, caret, looks_like, wrong, stopped, .. },
            scroll,
            ..
        }) = self.mode.ground_mut()
        else {
            return vec![];
        };
        match token {
            Err(why) => {
                (*characters, *caret, *looks_like) = (0, 0, None);
                // What is wrong stands in the first line.
                (*wrong, *scroll) = (Some(why), 0);
                vec![]
            }
            Ok(Token { hint, looks_like, tidied }) => {
                let stopped = stopped.clone();
                self.target.credential_hint = hint;
                self.target.looks_like = looks_like;
                self.target.credential_source.clear();
                self.target.credential_renewal = None;
                self.mode = Mode::Editing;
                self.fall_silent();
                if !tidied.is_empty() {
                    self.news.push_back(Notice::TokenTaken { tidied });
                }
                self.go_on_after(stopped)
            }
        }
    }

    /// Continues the work that a missing or refused credential stopped. A save sends only the fields that it was asked
    /// for. It leaves out edits that the user has taken back since.
    pub(super) fn go_on_after(&mut self, stopped: Stopped) -> Vec<Effect> {
        match stopped {
            Stopped::Reading => self.reload(),
            Stopped::Saving(save) => self.happen(Event::Resume(save)),
        }
    }
}

/// The outcome that a missing or refused credential has stopped, if there is one.
pub(super) fn refusal<'a>(outcomes: impl IntoIterator<Item = &'a Outcome>) -> Option<(Doing, Fault)> {
    outcomes.into_iter().find_map(|outcome| match outcome {
        Outcome::Failed(doing, fault) if fault.is_about_token() => Some((*doing, fault.clone())),
        _ => None,
    })
}
