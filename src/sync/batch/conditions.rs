//! Looks, right before a write, at everything that a condition is about: also at resources that are not written.
//!
//! ```text
//!   GET of the check ──────────────┐
//!   GETs of the other resources ───┴── all are here ──> one answer, as old as the oldest of them ──> the save goes on
//!                                            └── a condition does not hold: nothing is sent
//! ```
//!
//! So the rule about the age of a check holds for conditions too.

use super::{Batch, Condition, Verdict};
use crate::model::{Representation, Resource, Value};
use crate::sync::{Doing, Effect, Fault, Outcome, Reply, RequestId, Stage, or_absent};
use std::collections::{BTreeMap, BTreeSet};

/// The looks beside the GET of a check or of a read-back.
#[derive(Clone, Debug)]
pub(super) struct Looks {
    /// The GET of the save.
    main: RequestId,
    /// The answer to it, which waits for the others.
    answer: Option<Reply>,
    /// The looks that are on their way.
    awaited: BTreeMap<RequestId, Resource>,
    /// The looks that have ended.
    ended: Vec<(Resource, Reply)>,
}

/// A condition that does not hold, and the value that the server has instead.
pub(super) type Unmet = (Condition, Option<Value>);

impl Batch {
    /// Where these effects look at the resource of the save, looks at the other resources of the conditions as well.
    pub(super) fn look_beside(&mut self, effects: &[Effect]) -> Vec<Effect> {
        let Some(look) = effects.iter().find_map(|effect| match effect {
            Effect::Send(request) if matches!(request.doing, Doing::Checking | Doing::ReadingBack) => Some(request),
            _ => None,
        }) else {
            return vec![];
        };
        let others: BTreeSet<Resource> = self.task.conditions.iter().map(Condition::resource).collect();
        let (mut awaited, mut beside) = (BTreeMap::new(), vec![]);
        for resource in others.into_iter().filter(|resource| *resource != look.call.resource()) {
            let (exchange, effects) = self.copy.get(resource, Doing::Checking);
            awaited.insert(exchange.request, resource);
            beside.extend(effects);
        }
        self.looks = (!awaited.is_empty()).then_some(Looks { main: look.id, answer: None, awaited, ended: vec![] });
        beside
    }

    /// An answer came. Returns the answer that the save takes, once all looks are here.
    ///
    /// # Errors
    ///
    /// A condition does not hold at the last look before a write.
    pub(super) fn gather(&mut self, reply: Reply) -> Result<Option<Reply>, Unmet> {
        let Some(looks) = &mut self.looks else { return self.judge(reply, vec![]).map(Some) };
        if reply.request == looks.main {
            looks.answer = Some(reply);
        } else if let Some(resource) = looks.awaited.remove(&reply.request) {
            self.copy.log_end(&reply);
            looks.ended.push((resource, reply));
        } else {
            return Ok(Some(reply));
        }
        match self.looks.take_if(|looks| looks.awaited.is_empty() && looks.answer.is_some()) {
            Some(Looks { answer: Some(answer), ended, .. }) => self.judge(answer, ended).map(Some),
            Some(_) | None => Ok(None),
        }
    }

    /// Judges the conditions by the answer to a look of the save, and by the looks beside it. If a read-back finds one
    /// unmet, the write is not sent a second time.
    fn judge(&mut self, mut reply: Reply, beside: Vec<(Resource, Reply)>) -> Result<Reply, Unmet> {
        let Some(save) = self.copy.save.as_ref() else { return Ok(reply) };
        if !save.stage.exchange().is_some_and(|exchange| exchange.awaits(reply.request)) {
            return Ok(reply);
        }
        let (resource, stage) = (save.resource(), save.stage.clone());
        // A copy of the write has left: its outcome is told, in place of the condition.
        let is_left = self.copy.is_left(&save.sending());
        let (exchange, is_check) = match stage {
            Stage::Check(exchange) => (exchange, true),
            Stage::ReadBack(exchange) => (exchange, false),
            Stage::Turn(_) | Stage::Record | Stage::Send(_) => return Ok(reply),
        };
        let (mut unmet, mut fault) = (None, None);
        if let Ok(theirs) = or_absent(reply.outcome.clone())
            && !self.copy.is_stale(resource, &theirs)
        {
            unmet = self.unmet_in(resource, &theirs);
        }
        let end = |reply: &Reply| reply.began.running + reply.took;
        for (resource, look) in beside {
            let last = end(&reply).max(end(&look));
            if look.began.running < reply.began.running {
                reply.began = look.began;
            }
            reply.took = last.saturating_sub(reply.began.running);
            match or_absent(look.outcome) {
                Ok(theirs) if self.copy.is_stale(resource, &theirs) => fault = fault.or(Some(Fault::Outdated)),
                Ok(theirs) => unmet = unmet.or_else(|| self.unmet_in(resource, &theirs)),
                Err(why) => fault = fault.or(Some(why)),
            }
        }
        if is_left && unmet.is_some() {
            if let Some(save) = &mut self.copy.save {
                (save.again, save.sent) = (false, true);
                save.stage = Stage::ReadBack(exchange);
            }
            return Ok(reply);
        }
        match (unmet, fault) {
            (Some(unmet), _) if is_check => return Err(unmet),
            // Without that look nobody knows whether the condition holds: the check has failed.
            (None, Some(fault)) if is_check => reply.outcome = reply.outcome.and(Err(fault)),
            (None, None) => {}
            (Some(_), _) | (None, Some(_)) => {
                if let Some(save) = &mut self.copy.save {
                    save.again = false;
                }
            }
        }
        Ok(reply)
    }

    /// The verdict, if a condition stops the save. If a copy of the write has left, nobody may say that nothing was sent.
    pub(super) fn stopped_by(&self, (unmet, now): Unmet) -> Verdict {
        match self.sent.iter().find(|(_, sent)| self.copy.doubts().any(|doubt| doubt == *sent)) {
            Some((resource, _)) => Verdict::Outcomes(vec![(*resource, Outcome::NotYet)]),
            None => Verdict::Unmet(unmet, now),
        }
    }

    /// The first condition about this resource that does not hold. What this batch itself has written there is no change
    /// of others.
    fn unmet_in(&self, resource: Resource, theirs: &Representation) -> Option<Unmet> {
        let left = self.copy.draft.representation(resource).filter(|_| self.sent.contains_key(&resource));
        let is_ours = |condition: &Condition| {
            let sent = self.sent.get(&resource).and_then(|sending| sending.patch());
            let is_written = match condition {
                Condition::Holds(id, _) => sent.is_some_and(|patch| patch.get(id).is_some()),
                Condition::Updated(..) => true,
            };
            is_written && left.is_some_and(|left| condition.found(left) == condition.found(theirs))
        };
        let about = self.task.conditions.iter().filter(|condition| condition.resource() == resource);
        let unmet = about.into_iter().find(|condition| !condition.holds(theirs) && !is_ours(condition))?;
        Some((unmet.clone(), unmet.found(theirs)))
    }
}
