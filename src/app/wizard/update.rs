//! Takes the messages of the first start.

use super::{CanKeep, Effect, FirstStartEnd, Msg, Purpose, Step, Test, Wizard, Wrong, name_of};
use crate::app::keymap::{self, Intent, Motion};
use crate::app::msg::{Key, Token};
use crate::app::update::scroll_by;
use crate::model::ApiVersion;
use crate::model::profile::{self as rules, CredentialKind};
use crate::sync::{Fault, PATIENCE, RequestId, SPIN};
use std::time::Duration;
use tui_input::{Input, InputRequest};

/// The most characters that a row takes. Valid answers are shorter. The limit is higher than theirs, so that the user
/// can see what is too long.
const ROW_LIMIT: usize = 200;

/// Reads the app's id from a text; `None` if it is not valid.
pub(super) fn app_id(text: &str) -> Option<i32> {
    let digits = Some(text.trim()).filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()))?;
    rules::app_id(digits.parse().ok()?)
}

impl Wizard {
    /// Takes a message, changes the state, and returns the effects to carry out.
    pub fn update(&mut self, msg: Msg) -> Vec<Effect> {
        match msg {
            Msg::Key(key) => return self.key(key),
            Msg::Pasted(text) => self.insert(&text),
            Msg::TooFast(text) => {
                self.insert(&text);
                self.wrong = Some(Wrong::TooFast);
            }
            Msg::Line(line) => return self.line(&line),
            Msg::LinesOver => return vec![Effect::End(FirstStartEnd::Unanswered)],
            Msg::SecretTyped { characters, caret, looks_like, left_out } => {
                self.caret = caret.min(characters);
                // If only the caret moved, the row still says what is wrong.
                if left_out || characters != self.characters {
                    self.wrong = left_out.then_some(Wrong::TooMuch);
                    self.token = self.token.take().filter(|_| left_out);
                }
                (self.characters, self.looks_like) = (characters, looks_like);
            }
            Msg::Clicked(hit) => return self.clicked(hit),
            Msg::Paged(lines) => self.scroll(Motion::Wheel(lines)),
            Msg::Resized { cramped } => self.cramped = cramped,
            Msg::Drawn(room) => self.room = room,
            Msg::Names(accounts) => {
                for name in accounts.iter().filter_map(|account| name_of(account)) {
                    if !self.names.contains(&name) {
                        self.names.push(name);
                    }
                }
            }
            Msg::Checked(token) => return self.checked(token),
            Msg::Looked(id, places) => self.looked(id, places),
            Msg::Foreseen(id, lines) => {
                if let Some(review) = self.review.as_mut().filter(|review| review.id == id) {
                    review.lines = Some(lines);
                }
            }
            Msg::Tested(id, took, outcome) => self.tested(id, took, outcome),
            Msg::Waited(id, waited) => return self.waited(id, waited),
            Msg::Written(written) => return self.written(written),
            Msg::Stop(stop) => return vec![Effect::End(FirstStartEnd::Left(stop.exit_code()))],
        }
        vec![]
    }

    fn key(&mut self, key: Key) -> Vec<Effect> {
        let Some(intent) = keymap::intent(self.scope(), key) else { return vec![] };
        let is_writing = self.review.as_ref().is_some_and(|review| review.writing);
        if is_writing || self.cramped && intent != Intent::Quit {
            // Writing takes only a moment, and must not be left half done.
            return vec![];
        }
        self.intent(intent)
    }

    pub(super) fn intent(&mut self, intent: Intent) -> Vec<Effect> {
        match intent {
            Intent::Help => {
                self.help = if self.help.is_some() { None } else { Some(0) };
                vec![]
            }
            Intent::Escape if self.help.is_some() => {
                self.help = None;
                vec![]
            }
            Intent::Next if self.step == Step::Review => vec![],
            Intent::Next => self.go_on(),
            Intent::Escape | Intent::Previous => self.go_back(),
            Intent::Choose => self.write(),
            Intent::Reload => self.test(),
            Intent::Demo if self.given.purpose == Purpose::First => vec![Effect::End(FirstStartEnd::Demo)],
            Intent::Quit => self.leave(),
            Intent::Answer(yes) => self.answer(yes),
            Intent::Mend => self.mend(),
            Intent::Save => self.finish(),
            Intent::Redraw => vec![Effect::Redraw],
            Intent::Nudge(by) => self.choose(by),
            Intent::Move(motion) if self.help.is_some() || self.step == Step::Review => {
                self.scroll(motion);
                vec![]
            }
            Intent::Move(Motion::Step(by)) => self.suggest(by),
            Intent::Type(c) => {
                self.insert(c.encode_utf8(&mut [0; 4]));
                vec![]
            }
            Intent::Text(request) => self.edit(request),
            Intent::Move(_)
            | Intent::Step(_)
            | Intent::First
            | Intent::Last
            | Intent::Enter
            | Intent::Toggle
            | Intent::Page(_)
            | Intent::Demo
            | Intent::ChangeLooks
            | Intent::Undo
            | Intent::Redo
            | Intent::Reset
            | Intent::ResetAll
            | Intent::Open(_)
            | Intent::Manage(_)
            | Intent::SetUp
            | Intent::Delete(_)
            | Intent::Unlock
            | Intent::Watch
            | Intent::Leftovers
            | Intent::Mouse
            | Intent::Browse
            | Intent::StepPreset(_)
            | Intent::OpenPreview
            | Intent::StopPreview
            | Intent::Suspend
            | Intent::EditAll
            | Intent::Decide(_)
            | Intent::Side(_)
            | Intent::AllSides(_)
            | Intent::EditConflict
            | Intent::CheckAgain
            | Intent::CopyHeader
            | Intent::Mark
            | Intent::MarkAll
            | Intent::Tunnels
            | Intent::ShowEqual => vec![],
        }
    }

    // ── the rows ──

    /// The text that is typed for a step.
    pub fn typed(&self, step: Step) -> Option<&Input> {
        match step {
            Step::App => Some(&self.app_id),
            Step::Name => Some(&self.name),
            Step::Address => Some(&self.address),
            Step::Version
            | Step::Kind
            | Step::Secret
            | Step::Keep
            | Step::Production
            | Step::ReadOnly
            | Step::Mark
            | Step::Review => None,
        }
    }

    /// The one of the step in focus, to be changed.
    pub(super) fn row(&mut self) -> Option<&mut Input> {
        match self.step {
            Step::App => Some(&mut self.app_id),
            Step::Name => Some(&mut self.name),
            Step::Address => Some(&mut self.address),
            Step::Version
            | Step::Kind
            | Step::Secret
            | Step::Keep
            | Step::Production
            | Step::ReadOnly
            | Step::Mark
            | Step::Review => None,
        }
    }

    /// Types or pastes text into the row. Line ends and other control characters are left out.
    pub(super) fn insert(&mut self, text: &str) {
        let is_hidden = self.cramped || self.help.is_some();
        let Some(row) = self.row().filter(|_| !is_hidden) else { return };
        let room = ROW_LIMIT.saturating_sub(row.value().chars().count());
        for c in text.trim_matches(['\r', '\n', '\t']).chars().filter(|c| !c.is_control()).take(room) {
            row.handle(InputRequest::InsertChar(c));
        }
        (self.wrong, self.suggested) = (None, None);
    }

    pub(super) fn edit(&mut self, request: InputRequest) -> Vec<Effect> {
        if let Some(row) = self.row() {
            row.handle(request);
            (self.wrong, self.suggested) = (None, None);
        }
        vec![]
    }

    /// Puts the next name of an account into the row. After the last name comes the text that was typed.
    fn suggest(&mut self, by: i32) -> Vec<Effect> {
        let (at, typed) = match self.suggested.take() {
            Some((at, typed)) => (at + 1, typed),
            None => (0, self.name.value().to_owned()),
        };
        let choices = self.names.len() + 1;
        let step = usize::try_from(by.rem_euclid(i32::try_from(choices).unwrap_or(i32::MAX))).unwrap_or(0);
        let at = (at + step) % choices;
        self.wrong = None;
        match at.checked_sub(1).and_then(|at| Some((at, self.names.get(at)?))) {
            Some((at, name)) => {
                self.name = Input::new(name.clone());
                self.suggested = Some((at, typed));
            }
            None => self.name = Input::new(typed),
        }
        vec![]
    }

    /// The number of the chosen answer and how many there are, if there are a few to choose from.
    pub fn chosen(&self) -> Option<(usize, usize)> {
        fn place<T: PartialEq>(all: &[T], one: &T) -> (usize, usize) {
            (all.iter().position(|other| other == one).unwrap_or(0), all.len())
        }
        Some(match self.step {
            Step::Version => place(&ApiVersion::ALL, &self.version),
            Step::Kind => place(&CredentialKind::ALL, &self.kind),
            Step::Keep => place(self.keeps(), &self.keep),
            Step::Production => place(&[false, true], &self.production),
            Step::ReadOnly => place(&[false, true], &self.read_only),
            Step::Mark => place(&Self::marks(), &self.mark),
            Step::App | Step::Name | Step::Address | Step::Secret | Step::Review => return None,
        })
    }

    /// Chooses the next or the previous answer. The last one is followed by the first.
    fn choose(&mut self, by: i32) -> Vec<Effect> {
        let Some((at, all)) = self.chosen() else { return vec![] };
        self.choose_at((at + if by < 0 { all - 1 } else { 1 }) % all)
    }

    /// Chooses an answer by its number.
    pub(super) fn choose_at(&mut self, at: usize) -> Vec<Effect> {
        self.wrong = None;
        match self.step {
            Step::Version => self.version = ApiVersion::ALL.get(at).copied().unwrap_or(self.version),
            Step::Kind => {
                self.kind = CredentialKind::ALL.get(at).copied().unwrap_or(self.kind);
                // The typed text stays, and is checked again as a credential of this kind.
                self.token = None;
            }
            Step::Keep => self.keep = self.keeps().get(at).copied().unwrap_or(self.keep),
            Step::Production => self.production = at == 1,
            Step::ReadOnly => self.read_only = at == 1,
            Step::Mark => self.mark = Self::marks().get(at).copied().unwrap_or(self.mark),
            Step::App | Step::Name | Step::Address | Step::Secret | Step::Review => {}
        }
        vec![]
    }

    /// Answers yes or no. The user sees the answer before going on.
    fn answer(&mut self, yes: bool) -> Vec<Effect> {
        self.choose_at(usize::from(yes))
    }

    // ── the credential ──

    fn checked(&mut self, token: Result<Token, String>) -> Vec<Effect> {
        if self.step != Step::Secret {
            return vec![];
        }
        match token {
            Ok(token) => {
                (self.token, self.wrong) = (Some(token), None);
                self.arrive(Step::Keep)
            }
            Err(why) => {
                self.wrong = Some(Wrong::Secret(why));
                vec![]
            }
        }
    }

    fn looked(&mut self, id: RequestId, places: CanKeep) {
        if id == self.looking {
            self.places = Some(places);
            if self.wrong == Some(Wrong::Asking) {
                self.wrong = None;
            }
        }
    }

    // ── the last step ──

    /// Starts the test call, unless it is running.
    pub(super) fn test(&mut self) -> Vec<Effect> {
        let Some(review) = self.review.as_mut().filter(|review| !matches!(review.test, Test::Running(_))) else {
            return vec![];
        };
        review.test = Test::Running(Duration::ZERO);
        vec![Effect::Test(review.id, Box::new(review.profile.clone())), Effect::Wake(review.id, PATIENCE)]
    }

    fn tested(&mut self, id: RequestId, took: Duration, outcome: Result<bool, Fault>) {
        if let Some(review) = self.review.as_mut().filter(|review| review.id == id) {
            review.test = Test::Ended(took, outcome);
        }
    }

    fn waited(&mut self, id: RequestId, waited: Duration) -> Vec<Effect> {
        let Some(review) = self.review.as_mut().filter(|review| review.id == id) else { return vec![] };
        if !matches!(review.test, Test::Running(_)) {
            return vec![];
        }
        review.test = Test::Running(waited);
        vec![Effect::Wake(id, SPIN)]
    }

    /// Writes the profile, whatever the result of the test call.
    fn write(&mut self) -> Vec<Effect> {
        let Some(review) = self.review.as_mut().filter(|review| matches!(review.lines, Some(Ok(_)))) else {
            return vec![];
        };
        (review.writing, review.failed, review.scroll) = (true, None, 0);
        vec![Effect::Write(Box::new(review.profile.clone()))]
    }

    fn written(&mut self, written: Result<(), String>) -> Vec<Effect> {
        let Some(review) = &mut self.review else { return vec![] };
        review.writing = false;
        match written {
            Ok(()) => {
                review.is_written = true;
                vec![Effect::End(FirstStartEnd::Written(Box::new(review.profile.clone())))]
            }
            Err(why) => {
                review.failed = Some(why);
                vec![]
            }
        }
    }

    fn scroll(&mut self, motion: Motion) {
        if let Some(scroll) = self.help.as_mut().or(self.review.as_mut().map(|review| &mut review.scroll)) {
            scroll_by(scroll, motion, self.room);
        }
    }
}
