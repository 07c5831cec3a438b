//! The one server of the world: what it holds, what it held, and what becomes of a request.

use super::{OTHERS, Person};
use crate::transitions::representation;
use callset::model::merge::{Merge, merge};
use callset::model::refusal::{Refusal, Unreached};
use callset::model::{FieldId, Representation, Resource, Value};
use callset::sync::{Call, Fault};
use jiff::Timestamp;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
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
    /// Carried out, and sent again by something in between: the answer is that to the second copy.
    Twice(u16),
    /// Not carried out: something in between says that there is no such thing.
    Gateway,
    /// A write that could only leave when its check was too old: the process was stopped, or the disk slow.
    Late,
    /// A write that left and is cut; it is carried out later, or never.
    Slow,
}

impl Fate {
    /// Is the request carried out at once?
    pub(super) fn arrives(self) -> bool {
        use Fate::{Dropped, Gateway, Late, Refused, Slow, Unreached};
        !matches!(self, Dropped | Unreached | Refused(_) | Gateway | Late | Slow)
    }
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
        3 => prop::sample::select(&[101, 400, 401, 401, 409, 429, 503][..]).prop_map(Fate::Refused),
        2 => prop::sample::select(&[101, 200, 409, 412, 423, 429][..]).prop_map(Fate::Twice),
        1 => Just(Fate::Gateway),
        2 => Just(Fate::Late),
        3 => Just(Fate::Slow),
    ]
}

pub(super) struct Server {
    /// All it ever held, oldest first; the last is now. What it does not have is empty.
    past: Vec<BTreeMap<Resource, Representation>>,
    /// Everybody who wrote the value it holds.
    authors: BTreeMap<FieldId, BTreeSet<Person>>,
    /// Writes that are cut and may still be carried out.
    slow: VecDeque<(Person, Call)>,
}

impl Server {
    /// Of each resource a bit says whether it is there.
    pub(super) fn new(there: u8) -> Self {
        let is_there = |at: usize| there & (1 << at) != 0;
        let all = Resource::ALL.into_iter().enumerate();
        let start = all.map(|(at, resource)| {
            (resource, if is_there(at) { representation(resource) } else { Representation::default() })
        });
        Self { past: vec![start.collect()], authors: BTreeMap::new(), slow: VecDeque::new() }
    }

    pub(super) fn now(&self, resource: Resource) -> &Representation {
        &self.past.last().unwrap()[&resource]
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
    pub(super) fn is_own(&self, id: &FieldId, who: Person) -> bool {
        self.authors.get(id).is_none_or(|authors| authors.contains(&who))
    }

    /// Did it hold the value, perhaps tidied, at that moment or since?
    pub(super) fn held(&self, since: usize, id: &FieldId, value: &Value) -> bool {
        self.past[since..].iter().any(|then| holds(&then[&id.resource], &id.key, value))
    }

    /// Someone writes. A quiet change does not move `updatedAt`; the recording has none.
    pub(super) fn write<'a>(
        &mut self,
        by: Person,
        resource: Resource,
        members: impl IntoIterator<Item = (&'a FieldId, &'a Value)>,
        quiet: bool,
    ) {
        let mut next = self.now(resource).clone();
        for (id, value) in members {
            let authors = self.authors.entry(id.clone()).or_default();
            if next.get(&id.key) != Some(value) {
                next.set(&id.key, value.clone());
                authors.clear();
            }
            authors.insert(by);
        }
        if !quiet && resource != Resource::Recording {
            next.set("updatedAt", Value::Text(self.time().to_string()));
        }
        self.put(resource, next);
    }

    fn put(&mut self, resource: Resource, next: Representation) {
        let mut all = self.past.last().unwrap().clone();
        all.insert(resource, next);
        self.past.push(all);
    }

    /// Someone else writes to a field, and sets its resource up with that if it is not there.
    pub(super) fn meddle(&mut self, id: &FieldId, value: &Value, quiet: bool) {
        if self.now(id.resource).is_empty() {
            let anew = representation(id.resource);
            let member =
                |(key, value): (&str, &Value)| (FieldId { key: key.to_owned().into(), ..id.clone() }, value.clone());
            let members: Vec<(FieldId, Value)> = anew.members().map(member).collect();
            self.write(OTHERS, id.resource, members.iter().map(|(id, value)| (id, value)), quiet);
        }
        self.write(OTHERS, id.resource, [(id, value)], quiet);
    }

    /// Someone removes a resource.
    pub(super) fn remove(&mut self, resource: Resource) {
        self.authors.retain(|id, _| id.resource != resource);
        self.put(resource, Representation::default());
    }

    /// The oldest write that was cut is carried out. Says whose it was, and what it changed.
    pub(super) fn land(&mut self) -> Option<(Person, Vec<(FieldId, Value)>)> {
        let (by, call) = self.slow.pop_front()?;
        let before = self.now(call.resource()).clone();
        let _ = self.serve(by, &call, Fate::Lost);
        let Call::Patch(patch) = call else { return None };
        let is_new = |(id, value): &(&FieldId, &Value)| !before.is_empty() && before.get(&id.key) != Some(value);
        Some((by, patch.members().filter(is_new).map(|(id, value)| (id.clone(), value.clone())).collect()))
    }

    /// The request arrives, or does not.
    pub(super) fn serve(&mut self, by: Person, call: &Call, fate: Fate) -> Result<Representation, Fault> {
        let resource = call.resource();
        let arrives = fate.arrives();
        if matches!(fate, Fate::Slow) && !matches!(call, Call::Get(_)) {
            self.slow.push_back((by, call.clone()));
        }
        let is_there = !self.now(resource).is_empty();
        let mut refusal = None;
        match call {
            Call::Create(_) if is_there => refusal = Some(exists()),
            Call::Patch(_) | Call::Delete(_) if !is_there => refusal = Some(refused(404)),
            Call::Patch(patch) | Call::Create(patch) if arrives => {
                let skipped = usize::from(matches!(fate, Fate::Kept));
                self.write(by, resource, patch.members().skip(skipped), false);
            }
            Call::Delete(_) if arrives => self.remove(resource),
            Call::Get(_) | Call::Patch(_) | Call::Create(_) | Call::Delete(_) => {}
        }
        let there = |now: &Representation| if now.is_empty() { Err(refused(404)) } else { Ok(now.clone()) };
        match (fate, refusal) {
            (Fate::Lost | Fate::Dropped | Fate::Slow, _) => Err(Fault::TimedOut(Duration::from_secs(30))),
            (Fate::Empty, _) => Err(Fault::Unreadable { what: "it is empty".into(), correlation_id: None }),
            (Fate::Unreached, _) => Err(Fault::Unreached(Unreached::Refused)),
            (Fate::Failed, _) => Err(refused(502)),
            (Fate::Refused(status) | Fate::Twice(status), _) => Err(refused(status)),
            (Fate::Late, _) if matches!(call, Call::Get(_)) => Err(Fault::Unreached(Unreached::Refused)),
            (Fate::Late, _) => Err(Fault::Outdated),
            (Fate::Gateway, _) => {
                Err(Fault::Refused(Box::new(Refusal { status: 404, foreign: true, ..Refusal::default() })))
            }
            (Fate::Whole | Fate::Kept | Fate::Stale(_), Some(refusal)) => Err(refusal),
            (Fate::Whole | Fate::Kept | Fate::Stale(_), None) if matches!(call, Call::Delete(_)) => {
                Ok(Representation::default())
            }
            (Fate::Whole | Fate::Kept, None) => there(self.now(resource)),
            (Fate::Stale(changes), None) => there(&self.past[self.moment().saturating_sub(changes)][&resource]),
        }
    }
}

/// What HubSpot says to a POST of what is there.
fn exists() -> Fault {
    let sub_category = Some("CallingSettingError.SETTINGS_ALREADY_EXISTS".into());
    Fault::Refused(Box::new(Refusal { status: 400, sub_category, ..Refusal::default() }))
}

fn refused(status: u16) -> Fault {
    Fault::Refused(Box::new(Refusal { status, ..Refusal::default() }))
}

/// Is it the value, or what a server makes of it by tidying?
pub(super) fn holds(settings: &Representation, key: &str, value: &Value) -> bool {
    matches!(merge(None, Some(value), settings.get(key)), Merge::Both | Merge::Tidied)
}

/// Is the answer to a PATCH a copy from before it, as far as can be seen? Then it says nothing.
pub(super) fn is_from_before(last: Option<&Representation>, call: &Call, theirs: &Representation) -> bool {
    let (Call::Patch(patch), Some(last)) = (call, last) else { return false };
    let is_as_before = patch.members().all(|(id, _)| theirs.get(&id.key) == last.get(&id.key));
    theirs.is_older_than(last) || is_as_before && !last.is_older_than(theirs)
}

/// May a request have changed something, for all that this answer says?
pub(super) fn leaves_open(call: &Call, fault: &Fault) -> bool {
    match fault {
        _ if matches!(call, Call::Get(_)) => false,
        Fault::Setup(_) | Fault::NoCredential(_) | Fault::Untrusted(_) | Fault::Outdated | Fault::Unreached(_) => false,
        Fault::TimedOut(_) | Fault::Broken(_) | Fault::Unreadable { .. } => true,
        Fault::Refused(refusal) => {
            let is_of_a_copy = matches!(refusal.status, 200 | 409 | 412 | 423 | 429) || refusal.sub_category.is_some();
            is_of_a_copy || refusal.status >= 500 || refusal.status < 200 || refusal.foreign
        }
    }
}
