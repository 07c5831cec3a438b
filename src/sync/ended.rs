//! The end of a save, for each resource and for the whole, and its report.

use super::{Approval, Doing, Effect, Ended, Fault, Outcome, Report, Save, Stage, WorkingCopy};
use crate::model::{Field, FieldId, Patch, Representation, State};
use jiff::Timestamp;
use std::time::Duration;

impl WorkingCopy {
    pub(super) fn end_failed(&mut self, save: Box<Save>, doing: Doing, fault: Fault) -> Vec<Effect> {
        self.last_fault = Some((doing, fault.clone()));
        self.end(save, Outcome::Failed(doing, fault))
    }

    /// The server has accepted the write, and this is what it has now.
    pub(super) fn accepted(
        &mut self,
        save: Box<Save>,
        theirs: &Representation,
        at: Timestamp,
        took: Duration,
    ) -> Vec<Effect> {
        let sending = save.sending();
        let rebased = self.rebase(save.resource(), theirs.clone(), at, Some(&sending));
        // Counts the fields that were edited since as well, although their rows show nothing about it.
        let (sent, kept) = (save.patch.len(), save.patch.len() - sending.arrived(theirs));
        let outcome = if save.before.is_empty() && kept == 0 {
            Outcome::SetUp { sent, took }
        } else {
            Outcome::Saved { sent, kept, taken: save.taken + rebased.taken(), took }
        };
        self.end(save, outcome)
    }

    /// The save of this resource ends, with a known or an unknown outcome. The next resource follows, unless the
    /// server refused the credential.
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

    /// Ends the save for lack of an accepted credential. With another credential it continues where it stopped.
    fn stop_for_token(&mut self, mut save: Box<Save>, doing: Doing, fault: Fault) -> Vec<Effect> {
        // The record on the disk is removed when the save ends, so a write that had left must not be sent again.
        let again = !save.sent;
        let rest = Save { ended: vec![], stage: Stage::Turn(None), again, outdated: 0, noted: None, ..(*save).clone() };
        save.ended.push((save.resource(), Outcome::Failed(doing, fault.clone())));
        save.pass_over_the_rest();
        self.told(*save, Some((fault, Box::new(rest))))
    }

    /// The plan for this resource is complete. All resources are looked at, and shown, before anything is sent.
    pub(super) fn look_at_next(&mut self, mut save: Box<Save>) -> Vec<Effect> {
        match save.next.pop_front() {
            Some(wanted) => self.go_to(*save, wanted),
            None => self.told(*save, None),
        }
    }

    /// Ends the save. Resources that were to follow are not tried.
    pub(super) fn conclude(&mut self, mut save: Box<Save>, outcome: Outcome) -> Vec<Effect> {
        save.ended.push((save.resource(), outcome));
        save.pass_over_the_rest();
        self.told(*save, None)
    }

    fn told(&mut self, mut save: Save, stopped: Option<(Fault, Box<Save>)>) -> Vec<Effect> {
        let is_untouched = self.is_untouched_since(&save);
        save.ended.sort_by_key(|(resource, _)| *resource);
        // A failure stays the last one even if a later resource was saved.
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

    /// Reports the server's complaints about single fields, but not about fields that were edited since.
    pub(super) fn refused(&mut self, save: &Save, fault: &Fault) {
        let Fault::Refused(refusal) = fault else { return };
        let fields = self.draft.fields();
        // A conflict that came up meanwhile must still be decided.
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

    /// Have the edits stayed the same since the save was asked for?
    pub(super) fn is_untouched_since(&self, save: &Save) -> bool {
        self.draft.edits().iter().all(|(id, edit)| save.asked.get(id) == Some(edit))
    }
}
