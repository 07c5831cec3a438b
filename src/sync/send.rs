//! From the check to what leaves: the record on the disk, the request, and how old the check may be by then.
//!
//! ```text
//!   check sent ── answer ── record on disk ── the write leaves
//!       └────── at most: the fastest look of this run, and a second ──┘   later: nothing leaves, another check
//! ```

use super::{
    Act, Call, Disk, Doing, Effect, Exchange, Fault, Founded, Keeping, Moment, Request, Save, Stage, WorkingCopy,
};
use std::time::Duration;

/// What a check said is built upon this long after it came: whoever writes to the same field later than that is seen.
const FRESH: Duration = Duration::from_secs(1);

/// How often a check may be too old before the save ends without having sent anything.
const OUTDATED: u8 = 4;

impl WorkingCopy {
    /// How long what a check said may be built upon: a second more than a look takes at its fastest of late. One that took much
    /// longer may have lain here unread, in a process that was stopped or a machine that slept, and is none; unless those of
    /// this save all take as long: then the line is slow.
    pub(super) fn founded(&self, save: &mut Save, began: Moment, took: Duration) -> Option<Founded> {
        let own = save.fastest.map_or(took, |fastest| fastest.min(took));
        save.fastest = Some(own);
        let usual =
            if save.outdated < OUTDATED / 2 { self.fastest_look().map_or(own, |look| look.min(own)) } else { own };
        let within = usual + FRESH;
        (took <= within).then_some(Founded { on: began, within })
    }

    /// The check is too old, or what was to follow it was too late: another one, if that was not so too often.
    pub(super) fn check_anew(&mut self, mut save: Box<Save>) -> Vec<Effect> {
        save.outdated += 1;
        if save.outdated < OUTDATED {
            return self.check(save);
        }
        let doing = if save.act == Act::Delete { Doing::Removing } else { Doing::Saving };
        self.end_failed(save, doing, Fault::Outdated)
    }

    /// What is about to be sent goes to the disk first, and then it leaves.
    pub(super) fn record(&mut self, save: Box<Save>) -> Vec<Effect> {
        let sending = save.sending();
        if matches!(self.keeping, Keeping::InMemory(_)) || save.noted.as_ref() == Some(&sending) {
            return self.send_write(save);
        }
        self.go_on(save, Stage::Record, vec![Effect::Disk(Disk::Record(Box::new(sending)))])
    }

    /// What is about to be sent is on disk, or can not be: it is sent either way, and what the next start can not tell is
    /// said now.
    pub(super) fn recorded(&mut self, written: Result<(), String>) -> Vec<Effect> {
        if let Err(why) = written {
            self.not_on_disk(why);
        }
        match self.save.take_if(|save| save.stage == Stage::Record) {
            Some(save) => self.send_write(save),
            None => vec![],
        }
    }

    fn send_write(&mut self, save: Box<Save>) -> Vec<Effect> {
        let id = self.next_request();
        let (call, doing, if_match) = match save.act {
            Act::Delete => (Call::Delete(save.resource()), Doing::Removing, None),
            Act::Write => (Call::of(save.patch.clone(), save.before.is_empty()), Doing::Saving, save.etag.clone()),
        };
        let effects = self.send(Request { id, call, doing, if_match, founded: save.founded });
        self.go_on(save, Stage::Send(Exchange::new(id)), effects)
    }
}
