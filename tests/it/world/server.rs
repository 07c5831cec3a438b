//! The one server of the world: what it holds, what it held, and what becomes of a request.

use super::{Person, SETTINGS};
use callset::app::effect::Call;
use callset::app::fault::Fault;
use callset::model::merge::{Merge, merge};
use callset::model::refusal::{Refusal, Unreached};
use callset::model::{Representation, Value};
use jiff::Timestamp;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// What becomes of a request.
#[derive(Clone, Copy, Debug)]
pub(super) enum Fate {
    /// Carried out, and answered in full.
    Whole,
    /// Carried out; the answer is a copy that lags this many changes behind.
    Stale(usize),
    /// Carried out, all but its first member: the server keeps what it had.
    Kept,
    /// Carried out, but the answer does not come.
    Lost,
    /// Carried out, and answered with an error of the server's.
    Failed,
    /// Carried out, and answered with nothing.
    Empty,
    /// Not carried out, though it left.
    Dropped,
    /// Never left.
    Unreached,
    /// Not carried out, and answered so.
    Refused(u16),
}

pub(super) fn fate() -> impl Strategy<Value = Fate> {
    prop_oneof![
        12 => Just(Fate::Whole),
        2 => (1..4_usize).prop_map(Fate::Stale),
        1 => Just(Fate::Kept),
        3 => Just(Fate::Lost),
        1 => Just(Fate::Failed),
        1 => Just(Fate::Empty),
        3 => Just(Fate::Dropped),
        1 => Just(Fate::Unreached),
        3 => prop::sample::select(&[400, 401, 409, 429, 503][..]).prop_map(Fate::Refused),
    ]
}

pub(super) struct Server {
    /// All it ever held, oldest first; the last is now.
    past: Vec<Representation>,
    /// Everybody who wrote the value it holds, by key.
    authors: BTreeMap<String, BTreeSet<Person>>,
}

impl Server {
    pub(super) fn new() -> Self {
        Self { past: vec![crate::transitions::settings()], authors: BTreeMap::new() }
    }

    pub(super) fn now(&self) -> &Representation {
        self.past.last().unwrap()
    }

    /// How often it changed: a moment to count from.
    pub(super) fn moment(&self) -> usize {
        self.past.len() - 1
    }

    pub(super) fn time(&self) -> Timestamp {
        let start: Timestamp = "2026-09-22T12:00:00Z".parse().unwrap();
        start + Duration::from_secs(self.past.len() as u64)
    }

    /// Does it hold what someone wrote, perhaps together with others, or what nobody has written?
    pub(super) fn is_own(&self, key: &str, who: Person) -> bool {
        self.authors.get(key).is_none_or(|authors| authors.contains(&who))
    }

    /// Did it hold the value, perhaps tidied, at that moment or since?
    pub(super) fn held(&self, since: usize, key: &str, value: &Value) -> bool {
        self.past[since..].iter().any(|then| holds(then, key, value))
    }

    /// Someone writes. A quiet change does not move `updatedAt`.
    pub(super) fn write<'a>(
        &mut self,
        by: Person,
        members: impl IntoIterator<Item = (&'a str, &'a Value)>,
        quiet: bool,
    ) {
        let mut next = self.now().clone();
        for (key, value) in members {
            let authors = self.authors.entry(key.to_owned()).or_default();
            if next.get(key) != Some(value) {
                next.set(key, value.clone());
                authors.clear();
            }
            authors.insert(by);
        }
        if !quiet {
            next.set("updatedAt", Value::Text(self.time().to_string()));
        }
        self.past.push(next);
    }

    /// The request arrives, or does not.
    pub(super) fn serve(&mut self, by: Person, call: &Call, fate: Fate) -> Result<Representation, Fault> {
        let carried_out = !matches!(fate, Fate::Dropped | Fate::Unreached | Fate::Refused(_));
        if let Call::Patch(patch) = call
            && carried_out
        {
            assert_eq!(patch.resource(), SETTINGS);
            let skipped = usize::from(matches!(fate, Fate::Kept));
            self.write(by, patch.members().skip(skipped).map(|(id, value)| (&*id.key, value)), false);
        }
        match fate {
            Fate::Whole | Fate::Kept => Ok(self.now().clone()),
            Fate::Stale(changes) => Ok(self.past[self.moment().saturating_sub(changes)].clone()),
            Fate::Lost | Fate::Dropped => Err(Fault::TimedOut(Duration::from_secs(30))),
            Fate::Empty => Err(Fault::Unreadable { what: "it is empty".into(), correlation_id: None }),
            Fate::Unreached => Err(Fault::Unreached(Unreached::Refused)),
            Fate::Failed => Err(refused(502)),
            Fate::Refused(status) => Err(refused(status)),
        }
    }
}

fn refused(status: u16) -> Fault {
    Fault::Refused(Box::new(Refusal { status, ..Refusal::default() }))
}

/// Is it the value, or what a server makes of it by tidying?
pub(super) fn holds(settings: &Representation, key: &str, value: &Value) -> bool {
    matches!(merge(None, Some(value), settings.get(key)), Merge::Both | Merge::Settled)
}

/// May a request have been carried out, for all that this answer says?
pub(super) fn leaves_open(fault: &Fault) -> bool {
    match fault {
        Fault::Setup(_) | Fault::NoCredential(_) | Fault::Untrusted(_) | Fault::Unreached(_) => false,
        Fault::TimedOut(_) | Fault::Broken(_) | Fault::Unreadable { .. } => true,
        Fault::Refused(refusal) => refusal.status >= 500,
    }
}
