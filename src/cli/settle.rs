//! `callset settle`: reads back the writes in doubt, and tells whether they took effect. What another running callset holds
//! in doubt is told by that one.

use super::earlier::{aside_member, earlier_json, others_json};
use super::exit::{CommandError, Ending, Said, document};
use super::options::{Format, Shared};
use super::order::{Asking, Order, Prepared};
use super::outcome::CommandEnd;
use crate::model::json::string;
use crate::sync::{Batch, Earlier, Keeping, Wish};
use crate::words::disk::NO_LOCKS;
use crate::words::leftover;
use clap::Args;

/// Options of `settle`.
#[derive(Clone, Debug, Args)]
pub struct Settle {
    #[command(flatten)]
    shared: Shared,
}

impl Order for Settle {
    fn shared(&self) -> &Shared {
        &self.shared
    }

    fn formats(&self) -> &'static [Format] {
        &[Format::Table, Format::Json]
    }

    fn prepare(&self, _: &Asking<'_>) -> Result<Prepared, CommandError> {
        Ok(Wish::Settle.into())
    }

    fn said(&self, end: &CommandEnd<'_>) -> Said {
        if let Some(flaw) = end.flaw() {
            // What could not be asked stays in doubt, whatever the reason is. "Failed" would be read as "not saved".
            let is_left = end.stopped.is_none() && end.batch.found.leaves_doubts();
            let ending = if is_left { Ending::Unknown } else { flaw.ending };
            return end.fails(CommandError { ending, ..flaw });
        }
        if let Some(why) = unseen(end.batch) {
            let why = format!("cannot tell what is in doubt: {why}");
            return end.fails(CommandError::new(Ending::Unknown, "disk", why));
        }
        let (earlier, others) = (&end.batch.earlier, &end.batch.found.doubts);
        let is_lost = end.aside.iter().any(|aside| aside.of.may_be_of_a_write());
        let is_unknown = earlier.iter().any(Earlier::is_unknown) || !others.is_empty() || is_lost;
        let (outcome, ending) = if is_unknown {
            ("unknown", Ending::Unknown)
        } else if earlier.is_empty() {
            ("unchanged", Ending::Done)
        } else if earlier.iter().any(Earlier::is_late) {
            // What was confirmed last is not there any more.
            ("late", Ending::Failed)
        } else if earlier.iter().all(Earlier::is_whole) {
            ("saved", Ending::Done)
        } else {
            ("not_saved", Ending::Failed)
        };
        let printed = match end.format {
            Format::Json => {
                let members =
                    [("outcome", string(outcome)), ("earlier", earlier_json(earlier)), ("others", others_json(others))];
                vec![document(&members.into_iter().chain(aside_member(end.aside)).collect::<Vec<_>>())]
            }
            Format::Table | Format::Toml | Format::Env | Format::Value => {
                let about = end.about();
                let ended = earlier.iter().map(|earlier| leftover::fate(&about, &earlier.sending, &earlier.fate).title);
                ended.chain(others.iter().flat_map(|others| leftover::held_elsewhere(&about, others))).collect()
            }
        };
        let mut said = Vec::new();
        if outcome == "unchanged" {
            said.push("callset: nothing is in doubt".to_owned());
        }
        if earlier.iter().any(Earlier::is_awaited) {
            said.push("callset: it may still be on its way: callset settle tells in half a minute".to_owned());
        }
        if !others.is_empty() {
            said.push("callset: that callset tells when it knows; callset settle tells once it has ended".to_owned());
        }
        Said { printed, said, code: ending.code() }
    }
}

/// Why the records of other runs could not be looked at, if they could not.
fn unseen(batch: &Batch) -> Option<&str> {
    match &batch.copy.keeping {
        Keeping::InMemory(why) => Some(why),
        Keeping::Opening | Keeping::OnDisk | Keeping::Failing(_) => batch.found.without_locks.then_some(NO_LOCKS),
    }
}
