//! From question to question, and to the review. What is wrong with an answer is told before one goes on.

use super::update::app_id;
use super::{AskedHit, CanKeep, Effect, FirstStartEnd, Keep, Purpose, Step, Summary, Test, Wizard, Wrong};
use crate::model::profile::{self as rules, Source, is_profile_name};
use crate::sync::RequestId;
use tui_input::InputRequest;

impl Wizard {
    pub(super) fn go_on(&mut self) -> Vec<Effect> {
        self.go_on_to(self.after(1))
    }

    /// Goes on to a step, if the current answer is not wrong. The review comes after all answers.
    pub(super) fn go_on_to(&mut self, step: Step) -> Vec<Effect> {
        self.wrong = self.wrong_at(self.step);
        if self.wrong.is_some() {
            return vec![];
        }
        // The answer to the check leads to the next step, or says what is wrong.
        if self.step == Step::Secret && !self.is_left_empty() {
            return vec![Effect::Check(self.kind)];
        }
        let unchecked = |at: &Step| *at == Step::Secret && self.token.is_none() && !self.is_left_empty();
        let open = self.rows().iter().find(|at| unchecked(at) || self.wrong_at(**at).is_some()).copied();
        if let Some(open) = open.filter(|_| step == Step::Review) {
            let effects = self.go_to(open);
            self.wrong = self.wrong_at(open);
            return effects;
        }
        self.arrive(step)
    }

    /// What is wrong with an answer. The credential is checked elsewhere.
    pub(super) fn wrong_at(&self, step: Step) -> Option<Wrong> {
        match step {
            Step::App => app_id(self.app_id.value()).is_none().then_some(Wrong::App),
            Step::Name => (!is_profile_name(self.name.value().trim())).then_some(Wrong::Name),
            Step::Address => rules::base_url(self.address.value().trim()).err().map(Wrong::Address),
            Step::Keep => self.unfit_place(),
            Step::Version
            | Step::Kind
            | Step::Secret
            | Step::Production
            | Step::ReadOnly
            | Step::Mark
            | Step::Review => None,
        }
    }

    /// Was no credential typed where none need be?
    pub(super) fn is_left_empty(&self) -> bool {
        self.may_be_empty() && self.characters == 0
    }

    /// To the review, if all questions were asked; else to the next question.
    pub(super) fn finish(&mut self) -> Vec<Effect> {
        let step = if self.reached == Step::Review { Step::Review } else { self.after(1) };
        if self.step == Step::Review { vec![] } else { self.go_on_to(step) }
    }

    /// A step back. Before the first step is the list of profiles, if the user came from there.
    pub(super) fn go_back(&mut self) -> Vec<Effect> {
        if self.step == Step::App {
            return if self.given.purpose == Purpose::First { vec![] } else { self.leave() };
        }
        self.go_to(self.after(-1))
    }

    /// Leaves the review or a question for another question. No answer is lost.
    pub(super) fn go_to(&mut self, step: Step) -> Vec<Effect> {
        self.wrong = None;
        let is_testing = self.review.take().is_some_and(|review| matches!(review.test, Test::Running(_)));
        let mut effects = self.arrive(step);
        if is_testing {
            effects.insert(0, Effect::Cancel);
        }
        effects
    }

    /// From the review to the question that the failed test is about; else to the first question.
    pub(super) fn mend(&mut self) -> Vec<Effect> {
        self.go_to(self.cause().unwrap_or(Step::App))
    }

    pub(super) fn leave(&mut self) -> Vec<Effect> {
        let is_first = self.given.purpose == Purpose::First;
        vec![Effect::End(if is_first { FirstStartEnd::Left(0) } else { FirstStartEnd::Back })]
    }

    /// The step this many rows after the current one. The review follows the last row.
    pub(super) fn after(&self, rows: isize) -> Step {
        let all = self.rows();
        let at = all.iter().position(|step| *step == self.step).unwrap_or(all.len());
        all.get(at.saturating_add_signed(rows)).copied().unwrap_or(Step::Review)
    }

    pub(super) fn clicked(&mut self, hit: AskedHit) -> Vec<Effect> {
        let is_writing = self.review.as_ref().is_some_and(|review| review.writing);
        if is_writing || self.cramped || self.help.is_some() {
            return vec![];
        }
        match hit {
            AskedHit::Row(step) if step < self.step => self.go_to(step),
            // A step ahead is reached through the one that is asked, which may be wrong.
            AskedHit::Row(step) if step > self.step && step <= self.reached => self.go_on_to(step),
            AskedHit::Row(_) => vec![],
            AskedHit::Caret(at) => self.edit(InputRequest::SetCursor(at)),
            AskedHit::Choice(at) => self.choose_at(at),
        }
    }

    pub(super) fn arrive(&mut self, step: Step) -> Vec<Effect> {
        self.step = step;
        self.reached = self.reached.max(step);
        match step {
            Step::App
            | Step::Name
            | Step::Address
            | Step::Version
            | Step::Kind
            | Step::Secret
            | Step::Production
            | Step::ReadOnly
            | Step::Mark => vec![],
            Step::Keep => {
                self.places = None;
                self.looking = self.next_request();
                vec![Effect::Look(self.looking, Box::new(self.profile()), self.file())]
            }
            Step::Review => {
                let id = self.next_request();
                let profile = self.profile();
                let foresee = Effect::Foresee(id, Box::new(profile.clone()));
                self.review = Some(Summary {
                    id,
                    profile,
                    lines: None,
                    test: Test::Held,
                    writing: false,
                    is_written: false,
                    failed: None,
                    scroll: 0,
                });
                // The user sees a host that is not HubSpot's here for the first time, so the credential is not sent to
                // it yet.
                let test = if self.is_own() { self.test() } else { vec![] };
                [vec![foresee], test].concat()
            }
        }
    }

    pub(super) fn next_request(&mut self) -> RequestId {
        self.requests += 1;
        RequestId(self.requests)
    }

    /// Why the credential cannot be kept in the chosen place; `None` if it can.
    fn unfit_place(&self) -> Option<Wrong> {
        let place = |of: fn(&CanKeep) -> &Result<(), String>| match &self.places {
            None => Some(Wrong::Asking),
            Some(places) => of(places).clone().err().map(Wrong::Place),
        };
        let was_file = |source: &Source| *source == Source::File(self.file());
        match self.keep {
            Keep::AsBefore | Keep::Variable | Keep::Nowhere => None,
            Keep::File | Keep::Keyring if self.is_left_empty() => Some(Wrong::NothingToKeep),
            // The file that the profile has already is written anew.
            Keep::File if self.given.purpose == Purpose::Change && self.given.template.sources.iter().any(was_file) => {
                None
            }
            Keep::File => place(|places| &places.file),
            Keep::Keyring => place(|places| &places.keyring),
        }
    }
}
