//! What a run leaves behind for the next one: edits that were not saved, a save whose end nobody saw, saves that were made.
//!
//! ```text
//!   Unsaved   base + edits ─────────── comes back as edits, through the merge; never sent by itself
//!   Intent    a PATCH, POST or DELETE about to be sent ─── found again, its end is unknown: the server is asked
//!   Saved     before and after ─────── history; its old values can be entered again
//! ```
//!
//! Plain data, and never a credential in it. Where and how it is kept is the store's business.

use super::field::{Edit, FieldId};
use super::merge::holds;
use super::patch::Patch;
use super::representation::Representation;
use super::resource::Resource;
use jiff::Timestamp;
use std::collections::BTreeMap;

/// Unsaved edits, with the base they were made on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unsaved {
    /// What the server had last confirmed, by resource.
    pub base: BTreeMap<Resource, Representation>,
    /// What was entered, as entered.
    pub edits: BTreeMap<FieldId, Edit>,
    /// The row in focus.
    pub focus: Option<FieldId>,
}

/// A request that changes a resource, from just before it leaves until it is known what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sending {
    /// What is sent.
    pub write: Write,
    /// What the server had just before; empty if it did not have the resource.
    pub before: Representation,
}

/// What a request does to a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Write {
    /// A PATCH; a POST where the server did not have the resource.
    Fields(Patch),
    /// A DELETE.
    Removal(Resource),
}

impl Sending {
    /// The resource it is about.
    pub fn resource(&self) -> Resource {
        match &self.write {
            Write::Fields(patch) => patch.resource(),
            Write::Removal(resource) => *resource,
        }
    }

    /// The fields it sets, if it is no DELETE.
    pub fn patch(&self) -> Option<&Patch> {
        match &self.write {
            Write::Fields(patch) => Some(patch),
            Write::Removal(_) => None,
        }
    }

    /// Does it delete the resource?
    pub fn is_removal(&self) -> bool {
        self.patch().is_none()
    }

    /// How many of its fields the server holds as sent, now that it has this. None of a DELETE.
    pub fn arrived(&self, now: &Representation) -> usize {
        self.kept(now).map_or(0, |kept| kept.len())
    }

    /// What goes into the history, now that the server has this: what of it took effect, with the values that it replaced.
    /// Nothing if nothing of it did.
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

    /// The fields that the server holds as they were sent, perhaps in a tidier spelling.
    fn kept(&self, now: &Representation) -> Option<Patch> {
        let patch = self.patch()?;
        Some(patch.only(|id, sent| holds(self.before.get(&id.key), sent, now.get(&id.key))))
    }
}

/// A save or a removal that the server confirmed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saved {
    /// When it was confirmed.
    pub at: Timestamp,
    /// What was saved.
    pub resource: Resource,
    /// The values that were replaced. A field that had none is not in it.
    pub before: Representation,
    /// The values that replaced them; none where the resource was deleted.
    pub after: Representation,
}

/// What another run left behind: its process is gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leftover {
    /// Names it to the store.
    pub id: String,
    /// When it was last written.
    pub at: Timestamp,
    /// Its edits, if there are any.
    pub unsaved: Option<Unsaved>,
    /// Saves whose end it did not see, and when each was about to leave: at most one of a resource.
    pub sendings: Vec<(Timestamp, Sending)>,
}

impl Leftover {
    /// Its edits, on what its own saves have put there by now: what it has sent itself is no change of others.
    pub fn unsaved_on(&self, bases: &BTreeMap<Resource, Representation>) -> Option<Unsaved> {
        let mut unsaved = self.unsaved.clone()?;
        for (_, sending) in &self.sendings {
            let Some(now) = bases.get(&sending.resource()) else { continue };
            let Some(base) = unsaved.base.get_mut(&sending.resource()) else { continue };
            for (id, _) in sending.kept(now).iter().flat_map(Patch::members) {
                base.put(&id.key, now.get(&id.key).cloned());
            }
        }
        Some(unsaved)
    }

    /// Does it hold edits of this resource, or a save of it?
    pub fn concerns(&self, resource: Resource) -> bool {
        let edits = self.unsaved.iter().flat_map(|unsaved| unsaved.edits.keys());
        edits
            .map(|id| id.resource)
            .chain(self.sendings.iter().map(|(_, sending)| sending.resource()))
            .any(|r| r == resource)
    }

    /// Takes out what was entered in a field, and what the server had for it.
    pub fn forget(&mut self, id: &FieldId) {
        let Some(unsaved) = &mut self.unsaved else { return };
        unsaved.edits.remove(id);
        if let Some(base) = unsaved.base.get_mut(&id.resource) {
            base.put(&id.key, None);
        }
    }
}

/// Another callset that edits the same settings now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peer {
    /// Its process.
    pub pid: u32,
    /// When it started.
    pub since: Timestamp,
}

/// Whose turn it is to save: saves of the same settings on one machine take turns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SaveLock {
    /// Ours, until it is given back. Also where the file system has no locks.
    Ours,
    /// Another callset's, this one if that is known.
    Theirs(Option<Peer>),
}

/// What there was when the store was opened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Newest first.
    pub leftovers: Vec<Leftover>,
    /// Longest running first.
    pub peers: Vec<Peer>,
    /// Files that could not be read or restored and were set aside, where they are now.
    pub aside: Vec<String>,
    /// Does the file system have no locks? Then nobody can tell who lives, and nothing of others is offered.
    pub without_locks: bool,
}
