//! What a run leaves on disk for the next one: unsaved edits, saves without a known outcome, and confirmed saves.
//!
//! ```text
//!   Unsaved   base + edits ─────────── the next run merges them and offers them as edits; never sent by itself
//!   Sending   a PATCH, POST or DELETE about to be sent ─── a later run that finds one asks the server for its outcome
//!   Saved     before and after ─────── history; its old values can be entered again
//! ```
//!
//! Plain data that never holds a credential. The store decides where and how it is kept.

use super::field::{Edit, FieldId, Value};
use super::merge::holds;
use super::patch::Patch;
use super::representation::Representation;
use super::resource::Resource;
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;

/// How long after the look that it is based on a write may still take effect: the time limit of a PATCH, plus its way
/// to the server.
const UNDER_WAY: SignedDuration = SignedDuration::from_secs(35);

/// The member that says when a resource was set up.
const CREATED_AT: &str = "createdAt";

/// The member that says when a resource was last written.
const UPDATED_AT: &str = "updatedAt";

/// Unsaved edits, with the base they were made on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unsaved {
    /// The representation that the server last confirmed, by resource.
    pub base: BTreeMap<Resource, Representation>,
    /// The edits, exactly as entered.
    pub edits: BTreeMap<FieldId, Edit>,
    /// The row in focus.
    pub focus: Option<FieldId>,
}

/// A request that changes a resource, from just before it leaves until its outcome is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sending {
    /// The change that is sent.
    pub write: Write,
    /// The representation on the server just before; empty if the server did not have the resource.
    pub before: Representation,
    /// When the look began that the request is based on. The request left right after that look.
    pub at: Timestamp,
    /// When a later write to the resource was confirmed, if one was. If this one takes effect after that, it does so over
    /// the later one, and `before` is what that one left.
    pub passed: Option<Timestamp>,
}

/// What a request does to a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Write {
    /// A PATCH, or a POST if the server did not have the resource.
    Fields(Patch),
    /// A DELETE.
    Removal(Resource),
}

impl Sending {
    /// The resource that the request changes.
    pub fn resource(&self) -> Resource {
        match &self.write {
            Write::Fields(patch) => patch.resource(),
            Write::Removal(resource) => *resource,
        }
    }

    /// The fields that the request sets; `None` for a DELETE.
    pub fn patch(&self) -> Option<&Patch> {
        match &self.write {
            Write::Fields(patch) => Some(patch),
            Write::Removal(_) => None,
        }
    }

    /// Does the request delete the resource?
    pub fn is_removal(&self) -> bool {
        self.patch().is_none()
    }

    /// Is it the same change of the same resource, whenever it was sent?
    pub fn is_like(&self, other: &Self) -> bool {
        self.write == other.write
    }

    /// May the server still carry the request out at this time? True for as long as a server could take. A PATCH may do
    /// so even if the resource is gone: others may set it up anew.
    pub fn may_arrive(&self, at: Timestamp) -> bool {
        at.duration_since(self.at) < UNDER_WAY
    }

    /// Does the server hold exactly what the request asks for, if `now` is its representation?
    pub fn is_done(&self, now: &Representation) -> bool {
        match self.patch() {
            Some(patch) => patch.members().all(|(id, value)| now.get(&id.key) == Some(value)),
            None => now.is_empty(),
        }
    }

    /// This write, of these fields only, and as if it had left when the server had `before`.
    #[must_use]
    pub(super) fn part(&self, before: &Representation, of: impl Fn(&FieldId) -> bool) -> Self {
        let write = match &self.write {
            Write::Fields(patch) => Write::Fields(patch.only(|id, _| of(id))),
            Write::Removal(resource) => Write::Removal(*resource),
        };
        Self { write, before: before.clone(), ..self.clone() }
    }

    /// Does `now` show that somebody wrote to the resource since, and no effect of this request? Then it may have taken
    /// effect and been overwritten, or not.
    pub fn is_unclear(&self, now: &Representation) -> bool {
        let differs = |key: &str| self.before.get(key) != now.get(key);
        let moved = |key: &str| self.before.get(key).is_some() && now.get(key).is_some() && differs(key);
        match self.patch() {
            _ if self.arrived(now) > 0 => false,
            Some(_) if now.is_empty() => !self.before.is_empty(),
            Some(patch) => patch.members().any(|(id, _)| differs(&id.key)) || moved(CREATED_AT) || moved(UPDATED_AT),
            None => !now.is_empty() && moved(CREATED_AT),
        }
    }

    /// How many of the sent fields the server holds, if `now` is its representation. 0 for a DELETE.
    pub fn arrived(&self, now: &Representation) -> usize {
        self.kept(now).map_or(0, |kept| kept.len())
    }

    /// The sent fields that the server has with another value than the one that was sent, if `now` is its representation.
    pub fn differing<'a>(&'a self, now: &'a Representation) -> impl Iterator<Item = (&'a FieldId, &'a Value)> {
        let members = self.patch().into_iter().flat_map(Patch::members);
        members.filter(|(id, sent)| !self.is_held(now, id, sent))
    }

    /// The entry for the history, if `now` is the server's representation: the part of the write that took effect,
    /// with the values that it replaced. `None` if no part of it took effect.
    pub fn replaced(&self, now: &Representation, at: Timestamp) -> Option<Saved> {
        let resource = self.resource();
        let Some(kept) = self.kept(now) else {
            let (before, after) = (self.before.clone(), Representation::default());
            return (now.is_empty() && !before.is_empty()).then_some(Saved { at, resource, before, after });
        };
        let after = kept.members().filter_map(|(id, _)| Some((&id.key, now.get(&id.key)?.clone()))).collect();
        let replaced = kept.invert(&self.before);
        let before = replaced.members().map(|(id, value)| (&id.key, value.clone())).collect();
        (!kept.is_empty()).then_some(Saved { at, resource, before, after })
    }

    /// The sent fields that the server holds, perhaps in a tidier spelling. `None` for a DELETE.
    pub(super) fn kept(&self, now: &Representation) -> Option<Patch> {
        let patch = self.patch()?;
        Some(patch.only(|id, sent| self.is_held(now, id, sent)))
    }

    fn is_held(&self, now: &Representation, id: &FieldId, sent: &Value) -> bool {
        holds(self.before.get(&id.key), sent, now.get(&id.key))
    }
}

/// A save or a removal that the server confirmed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saved {
    /// When it was confirmed.
    pub at: Timestamp,
    /// The resource that was saved.
    pub resource: Resource,
    /// The values that were replaced. A field that had no value is left out.
    pub before: Representation,
    /// The values that replaced them; empty if the resource was deleted.
    pub after: Representation,
}

impl Saved {
    /// Did the save set up a resource that the server did not have? It then gave every field its first value.
    pub fn is_set_up(&self) -> bool {
        let mut fields = self.resource.fields().iter().filter(|field| field.kind.is_editable());
        self.before.is_empty() && fields.all(|field| self.after.get(&field.id.key).is_some())
    }
}

/// What another run left behind. Its process has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leftover {
    /// The name of the leftover in the store.
    pub id: String,
    /// When the leftover was last written.
    pub at: Timestamp,
    /// The unsaved edits of that run, if there are any.
    pub unsaved: Option<Unsaved>,
    /// The writes whose outcome that run did not see. Those to one resource are in the order in which they left.
    pub sendings: Vec<Sending>,
}

impl Leftover {
    /// The edits of that run, on a base that includes the run's own saves. Otherwise those saves would look like
    /// changes of others.
    pub fn unsaved_on(&self, bases: &BTreeMap<Resource, Representation>) -> Option<Unsaved> {
        let mut unsaved = self.unsaved.clone()?;
        for sending in &self.sendings {
            let Some(now) = bases.get(&sending.resource()) else { continue };
            let Some(base) = unsaved.base.get_mut(&sending.resource()) else { continue };
            for (id, _) in sending.kept(now).iter().flat_map(Patch::members) {
                base.put(&id.key, now.get(&id.key).cloned());
            }
        }
        Some(unsaved)
    }

    /// Does the leftover hold edits or a save of this resource?
    pub fn concerns(&self, resource: Resource) -> bool {
        let edits = self.unsaved.iter().flat_map(|unsaved| unsaved.edits.keys());
        edits.map(|id| id.resource).chain(self.sendings.iter().map(Sending::resource)).any(|r| r == resource)
    }

    /// Removes the edit of a field, and the base's value for it.
    pub fn forget(&mut self, id: &FieldId) {
        let Some(unsaved) = &mut self.unsaved else { return };
        unsaved.edits.remove(id);
        if let Some(base) = unsaved.base.get_mut(&id.resource) {
            base.put(&id.key, None);
        }
    }
}

/// Another running callset that edits the same settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peer {
    /// The process id of the other callset.
    pub pid: u32,
    /// When the other callset started.
    pub since: Timestamp,
}

/// The writes that another running callset holds in doubt, or whose answers it waits for. That run finds out what became
/// of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeerDoubts {
    /// The other callset.
    pub peer: Peer,
    /// The writes. Those to one resource are in the order in which they left.
    pub sendings: Vec<Sending>,
    /// How many of its records of writes cannot be read: another version of callset wrote them.
    pub unread: usize,
}

/// Something that an ended run left, and that was set aside because it could not be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Aside {
    /// What it was.
    pub of: AsideOf,
    /// Where it is now.
    pub path: String,
}

/// What was set aside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AsideOf {
    /// Edits that cannot be read, or whose restoring was not finished.
    Draft,
    /// A record of writes that cannot be read: nobody knows whether they took effect.
    Sending,
    /// The files of another run that cannot be looked at, and stay where they are: nobody knows what is in them.
    Run,
    /// A file that is no record of this callset.
    Other,
}

impl AsideOf {
    /// All of them, the most important first.
    pub const ALL: [AsideOf; 4] = [AsideOf::Sending, AsideOf::Run, AsideOf::Draft, AsideOf::Other];

    /// May it hold a write whose outcome nobody knows?
    pub fn may_be_of_a_write(self) -> bool {
        matches!(self, AsideOf::Sending | AsideOf::Run)
    }
}

/// Who holds the save lock. Saves of the same settings on one machine take turns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SaveLock {
    /// This run holds the lock until it gives the lock back. Also used where the file system has no locks.
    Ours,
    /// Another callset holds the lock; `Some` if it is known which one.
    Theirs(Option<Peer>),
}

/// What the store found when it was opened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// The leftovers of runs that have ended, newest first.
    pub leftovers: Vec<Leftover>,
    /// The names of those that this process has left itself.
    pub resumed: Vec<String>,
    /// The other running callsets, longest running first.
    pub peers: Vec<Peer>,
    /// The writes that those hold in doubt, in the same order.
    pub doubts: Vec<PeerDoubts>,
    /// What could not be read or restored, and was set aside.
    pub aside: Vec<Aside>,
    /// The first field of the last save from this machine, if there was one.
    pub saved_last: Option<FieldId>,
    /// Does the file system have no locks? Then callset cannot tell whether another run has ended, and offers no
    /// leftovers.
    pub without_locks: bool,
}

impl Found {
    /// Has a run that ended left writes whose outcome nobody knows?
    pub fn leaves_doubts(&self) -> bool {
        self.leftovers.iter().any(|leftover| !leftover.sendings.is_empty())
    }
}
