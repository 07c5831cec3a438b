//! The end of a save, of each resource and of all: what is reported.

use super::{Approval, Doing, Effect, Ended, Fault, Outcome, Report, Save, Stage, WorkingCopy};
use crate::model::{Field, FieldId, Patch, State};

impl WorkingCopy {
    pub(super) fn end_failed(&mut self, save: Box<Save>, doing: Doing, fault: Fault) -> Vec<Effect> {
        self.last_fault = Some((doing, fault.clone()));
        self.end(save, Outcome::Failed(doing, fault))
    }

    /// What became of this resource is known, or nobody can say it. The next one comes, if there is one; not with a token that
    /// is refused.
    pub(super) fn end(&mut self, mut save: Box<Save>, outcome: Outcome) -> Vec<Effect> {
        if let Outcome::Failed(doing, fault) = &outcome
            && fault.is_about_token()
        {
            let (doing, fault) = (*doing, fault.clone());
            return self.stop_for_token(save, doing, fault);
        }
        let Some(wanted) = save.next.pop_front() else { return self.conclude(save, outcome) };
        save.ended.push((save.resource(), outcome));
        self.go_to(*save, wanted)
    }

    fn go_to(&mut self, save: Save, wanted: Patch) -> Vec<Effect> {
        let Save { next, ended, asked, review, .. } = save;
        self.check(Box::new(Save { next, ended, review, ..Save::new(wanted, asked) }))
    }

    /// The save ends here. With another credential it goes on, as it is.
    fn stop_for_token(&mut self, mut save: Box<Save>, doing: Doing, fault: Fault) -> Vec<Effect> {
        // Its record on the disk goes with the end.
        let again = !save.sent;
        let rest = Save { ended: vec![], stage: Stage::Turn(None), again, outdated: 0, noted: None, ..(*save).clone() };
        save.ended.push((save.resource(), Outcome::Failed(doing, fault.clone())));
        save.pass_over_the_rest();
        self.told(*save, Some((fault, Box::new(rest))))
    }

    /// What would be sent of this resource is known, and nothing is sent before all of it was shown.
    pub(super) fn look_at_next(&mut self, mut save: Box<Save>) -> Vec<Effect> {
        match save.next.pop_front() {
            Some(wanted) => self.go_to(*save, wanted),
            None => self.told(*save, None),
        }
    }

    /// The save is over: nothing of what was to follow is tried.
    pub(super) fn conclude(&mut self, mut save: Box<Save>, outcome: Outcome) -> Vec<Effect> {
        save.ended.push((save.resource(), outcome));
        save.pass_over_the_rest();
        self.told(*save, None)
    }

    fn told(&mut self, mut save: Save, stopped: Option<(Fault, Box<Save>)>) -> Vec<Effect> {
        let is_untouched = self.is_untouched_since(&save);
        save.ended.sort_by_key(|(resource, _)| *resource);
        // What went well after it does not take the failure away that is told.
        let failed = save.ended.iter().find_map(|(_, outcome)| match outcome {
            Outcome::Failed(doing, fault) => Some((*doing, fault.clone())),
            _ => None,
        });
        self.last_fault = failed.or(self.last_fault.take());
        let is_whole = save.ended.iter().all(|(_, outcome)| outcome.is_whole());
        let plan = match save.review {
            Approval::Looking { plan, again } if is_whole && !plan.is_empty() => Some((plan, again)),
            Approval::Looking { .. } | Approval::Without | Approval::Shown(_) => None,
        };
        let ended = Ended { outcomes: save.ended, plan, is_whole, is_untouched, stopped };
        self.report(Report::Ended(Box::new(ended)));
        vec![]
    }

    /// Server words about single fields, but for those that were edited since.
    pub(super) fn refused(&mut self, save: &Save, fault: &Fault) {
        let Fault::Refused(refusal) = fault else { return };
        let fields = self.draft.fields();
        // A conflict that came up meanwhile is still to be decided.
        let is_open = |field: &Field| self.draft.conflict(&field.id).is_some();
        let unchanged = |field: &Field| match (save.patch.get(&field.id), self.draft.state(field)) {
            (Some(sent), State::Dirty(now)) => *sent == now,
            (Some(_), State::Clean | State::Invalid) => false,
            (None, _) => true,
        };
        let is_named = |field: &&Field, key: &str| field.id.resource == save.resource() && field.id.key == key;
        let refused: Vec<(FieldId, String)> = refusal
            .fields
            .iter()
            .filter_map(|error| {
                let field =
                    fields.iter().find(|field| is_named(field, &error.key)).filter(|f| unchanged(f) && !is_open(f))?;
                Some((field.id.clone(), error.message.clone()))
            })
            .collect();
        self.report(Report::FieldsRefused(refused));
    }

    /// Has nothing been entered since the save was asked for?
    pub(super) fn is_untouched_since(&self, save: &Save) -> bool {
        self.draft.edits().iter().all(|(id, edit)| save.asked.get(id) == Some(edit))
    }
}
