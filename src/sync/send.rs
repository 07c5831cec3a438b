//! From the check to the write: the record on the disk, the request, and the age of the check.
//!
//! ```text
//!   check sent ── answer ── record on disk ── the write leaves
//!       └── at most: the fastest look of this run + one second ──────┘   if later: not sent, another check
//! ```

use super::{
    Act, Call, Disk, Doing, Effect, Exchange, Fault, Founded, Keeping, Moment, Request, Save, Stage, WorkingCopy,
};
use crate::model::record::Sending;
use std::time::Duration;

/// How long the answer of a check may be used, beyond the duration of a fast look. This limits the time in which a
/// change by others would go unseen.
const FRESH: Duration = Duration::from_secs(1);

/// How many checks may be too old before the save ends without sending anything.
const OUTDATED: u8 = 4;

impl WorkingCopy {
    /// How long the answer of a check may be used: a second more than the fastest of the last looks took. `None` if
    /// the check took longer than that. Its answer may have waited unread, while the process was stopped or the
    /// machine slept. After two checks that were too old only the durations of this save's own looks count, since
    /// the line may be slow.
    pub(super) fn founded(&self, save: &mut Save, began: Moment, took: Duration) -> Option<Founded> {
        let own = save.fastest.map_or(took, |fastest| fastest.min(took));
        save.fastest = Some(own);
        let usual =
            if save.outdated < OUTDATED / 2 { self.fastest_look().map_or(own, |look| look.min(own)) } else { own };
        let within = usual + FRESH;
        (took <= within).then_some(Founded { on: began, within })
    }

    /// The check, or the write after it, came too late. Starts another check, or ends the save after too many.
    pub(super) fn check_anew(&mut self, mut save: Box<Save>) -> Vec<Effect> {
        save.outdated += 1;
        if save.outdated < OUTDATED {
            return self.check(save);
        }
        let doing = if save.act == Act::Delete { Doing::Removing } else { Doing::Saving };
        self.end_failed(save, doing, Fault::Outdated)
    }

    /// Records a write on the disk, then sends it.
    pub(super) fn record(&mut self, save: Box<Save>) -> Vec<Effect> {
        let sending = save.sending();
        let is_noted = |noted: &Sending| noted.is_like(&sending) && noted.before == sending.before;
        if matches!(self.keeping, Keeping::InMemory(_)) || save.noted.as_ref().is_some_and(is_noted) {
            return self.send_write(save);
        }
        let resource = save.resource();
        let mut effects = self.go_on(save, Stage::Record, vec![]);
        let open = self.open_sendings().remove(&resource).unwrap_or_default();
        self.recorded.insert(resource, open.clone());
        effects.push(Effect::Disk(Disk::Record(resource, open)));
        effects
    }

    /// The record is on disk, or could not be written. The write is sent in both cases. If there is no record, the
    /// user is told now that the next run will not know of this write.
    pub(super) fn recorded(&mut self, written: Result<(), String>) -> Vec<Effect> {
        if let Err(why) = written {
            self.not_on_disk(why);
        }
        match self.save.take_if(|save| save.stage == Stage::Record) {
            Some(save) => self.send_write(save),
            None => vec![],
        }
    }

    fn send_write(&mut self, mut save: Box<Save>) -> Vec<Effect> {
        (save.refused, save.accepted) = (None, None);
        let id = self.next_request();
        let (call, doing, if_match) = match save.act {
            Act::Delete => (Call::Delete(save.resource()), Doing::Removing, None),
            Act::Write => (Call::of(save.patch.clone(), save.before.is_empty()), Doing::Saving, save.etag.clone()),
        };
        let effects = self.send(Request { id, call, doing, if_match, founded: save.founded });
        self.go_on(save, Stage::Send(Exchange::new(id)), effects)
    }
}
