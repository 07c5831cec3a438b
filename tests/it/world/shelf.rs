//! A simulated disk: runs with their drafts and sendings, the turn to save. As `store`, but in memory and at once.

use super::Known;
use callset::app::msg::DiskReply;
use callset::model::record::{Aside, AsideOf, Found, Leftover, Peer, PeerDoubts, SaveLock, Saved, Sending, Unsaved};
use callset::model::{Edit, FieldId, Resource};
use callset::sync::Disk;
use jiff::Timestamp;
use std::collections::BTreeMap;

/// What a run has on the disk.
#[derive(Default)]
pub(super) struct Run {
    pub(super) dead: bool,
    draft: Option<(Timestamp, Unsaved)>,
    pub(super) sendings: BTreeMap<Resource, Vec<Sending>>,
    /// Leftovers it has taken over.
    taken: BTreeMap<String, Unsaved>,
}

impl Run {
    fn is_empty(&self) -> bool {
        self.draft.is_none() && self.sendings.is_empty()
    }
}

#[derive(Default)]
pub(super) struct Shelf {
    pub(super) runs: BTreeMap<String, Run>,
    /// What a run had taken over when it died: told, and never restored by itself.
    aside: Vec<Unsaved>,
    turn: Option<String>,
    /// What the user knew of the server when the edits of a run's draft were made. Not on any real disk.
    pub(super) known: BTreeMap<String, Known>,
    history: Vec<Saved>,
}

impl Shelf {
    /// Does it have this edit of a run, where a user finds it?
    pub(super) fn has(&self, run: &str, id: &FieldId, edit: &Edit) -> bool {
        let own = self.runs.get(run).into_iter();
        let drafts = own.clone().filter_map(|own| own.draft.as_ref().map(|(_, unsaved)| unsaved));
        let taken = own.flat_map(|own| own.taken.values());
        let taken_by_others = self.runs.values().filter_map(|other| other.taken.get(run));
        let mut all = drafts.chain(taken).chain(taken_by_others).chain(&self.aside);
        all.any(|unsaved| unsaved.edits.get(id) == Some(edit))
    }

    /// The end of a run, orderly or not.
    pub(super) fn end(&mut self, run: &str) {
        if self.turn.as_deref() == Some(run) {
            self.turn = None;
        }
        if let Some(own) = self.runs.get_mut(run) {
            own.dead = true;
        }
    }

    fn look_round(&mut self) -> Found {
        let mut found = Found::default();
        self.runs.retain(|id, run| {
            if run.dead {
                let taken = std::mem::take(&mut run.taken);
                found.aside.extend(taken.keys().map(|id| Aside { of: AsideOf::Draft, path: id.clone() }));
                self.aside.extend(taken.into_values());
            }
            let at = run
                .draft
                .iter()
                .map(|(at, _)| *at)
                .chain(run.sendings.values().flatten().map(|sending| sending.at))
                .max();
            if let Some(at) = at.filter(|_| run.dead) {
                let unsaved = run.draft.as_ref().map(|(_, unsaved)| unsaved.clone());
                found.leftovers.push(Leftover {
                    id: id.clone(),
                    at,
                    unsaved,
                    sendings: run.sendings.values().flatten().cloned().collect(),
                });
            }
            let sendings: Vec<Sending> = run.sendings.values().flatten().cloned().collect();
            if !run.dead && !sendings.is_empty() {
                let peer = Peer { pid: 812, since: Timestamp::UNIX_EPOCH };
                found.doubts.push(PeerDoubts { peer, sendings, unread: 0 });
            }
            !(run.dead && run.is_empty())
        });
        found.leftovers.sort_by_key(|leftover| std::cmp::Reverse(leftover.at));
        found
    }

    /// Does a piece of work for a run, and says what is to be heard of it.
    pub(super) fn work(&mut self, run: &str, work: Disk, known: &Known, now: Timestamp) -> Option<DiskReply> {
        if matches!(work, Disk::Open) {
            let found = self.look_round();
            self.runs.insert(run.to_owned(), Run::default());
            return Some(DiskReply::Opened(Ok(found)));
        }
        let Some(own) = self.runs.get_mut(run) else { return without(work) };
        match work {
            Disk::Open => {}
            Disk::Keep(unsaved) => {
                self.known.insert(run.to_owned(), known.clone());
                own.draft = (!unsaved.edits.is_empty()).then(|| (now, (*unsaved).clone()));
            }
            Disk::Discard => (own.draft, own.sendings) = (None, BTreeMap::new()),
            Disk::Turn => {
                let ours = self.turn.get_or_insert_with(|| run.to_owned()) == run;
                return Some(DiskReply::Turn(if ours { SaveLock::Ours } else { SaveLock::Theirs(None) }));
            }
            Disk::EndTurn => {
                if self.turn.as_deref() == Some(run) {
                    self.turn = None;
                }
            }
            Disk::Record(resource, sendings) => {
                own.sendings.insert(resource, sendings);
                return Some(DiskReply::Recorded(Ok(())));
            }
            Disk::StillOpen(resource, sendings) if sendings.is_empty() => _ = own.sendings.remove(&resource),
            Disk::StillOpen(resource, sendings) => _ = own.sendings.insert(resource, sendings),
            Disk::Told(leftover) => {
                if let Some(old) = self.runs.get_mut(&leftover) {
                    old.sendings.clear();
                }
            }
            Disk::Take(leftover) => {
                let gone = Err("Another callset has it, or it is gone".to_owned());
                let moved = self.runs.remove(&leftover).map_or(gone, |old| {
                    let unsaved = old.draft.map(|(_, unsaved)| unsaved).unwrap_or_default();
                    self.runs.get_mut(run).unwrap().taken.insert(leftover.clone(), unsaved);
                    Ok(())
                });
                return Some(DiskReply::Taken { leftover, moved });
            }
            Disk::Finish(leftover) | Disk::DiscardLeftover(leftover) => {
                if own.taken.remove(&leftover).is_none() && self.runs.remove(&leftover).is_none() {
                    return Some(DiskReply::Kept(Some("Draft not in the trash".into())));
                }
            }
            Disk::Remember(saved) => {
                let is_same = |old: &Saved| Saved { at: saved.at, ..old.clone() } == *saved;
                let is_there = |old: &Saved| {
                    old.resource == saved.resource && (old.at == saved.at || old.at > saved.at && is_same(old))
                };
                if !self.history.iter().any(is_there) {
                    self.history.insert(0, *saved);
                }
            }
            Disk::ReadHistory { .. } => return Some(DiskReply::History(Ok(self.history.clone()))),
            Disk::Survey => return Some(DiskReply::Surveyed(callset::app::ProfilesOnDisk::default())),
            Disk::KeepPreset { preset, .. } => return Some(not_kept(preset.name)),
        }
        None
    }

    /// The same where the disk is full or broken. A draft that cannot be written is tried again until it can.
    pub(super) fn fail(&mut self, run: &str, work: Disk, known: &Known, now: Timestamp) -> Option<DiskReply> {
        let why = "disk full".to_owned();
        match work {
            Disk::Open => Some(DiskReply::Opened(Err(why))),
            Disk::Record(..) if self.runs.contains_key(run) => Some(DiskReply::Recorded(Err(why))),
            Disk::Take(leftover) => Some(DiskReply::Taken { leftover, moved: Err(why) }),
            Disk::ReadHistory { .. } => Some(DiskReply::History(Err(why))),
            Disk::Remember(_) => Some(DiskReply::Kept(Some(why))),
            Disk::Keep(_)
            | Disk::Discard
            | Disk::Turn
            | Disk::EndTurn
            | Disk::Record(..)
            | Disk::StillOpen(..)
            | Disk::Told(_)
            | Disk::Finish(_)
            | Disk::Survey
            | Disk::KeepPreset { .. }
            | Disk::DiscardLeftover(_) => self.work(run, work, known, now),
        }
    }
}

/// What a disk that could not be opened says.
fn without(work: Disk) -> Option<DiskReply> {
    match work {
        Disk::Turn => Some(DiskReply::Turn(SaveLock::Ours)),
        Disk::Record(..) => Some(DiskReply::Recorded(Ok(()))),
        Disk::Take(leftover) => Some(DiskReply::Taken { leftover, moved: Ok(()) }),
        Disk::ReadHistory { .. } => Some(DiskReply::History(Err("nothing is kept".to_owned()))),
        Disk::Survey => Some(DiskReply::Surveyed(callset::app::ProfilesOnDisk::default())),
        Disk::KeepPreset { preset, .. } => Some(not_kept(preset.name)),
        Disk::Open
        | Disk::Keep(_)
        | Disk::Discard
        | Disk::EndTurn
        | Disk::StillOpen(..)
        | Disk::Told(_)
        | Disk::Finish(_)
        | Disk::DiscardLeftover(_)
        | Disk::Remember(_) => None,
    }
}

/// There is no configuration here.
fn not_kept(name: String) -> DiskReply {
    DiskReply::PresetKept { name, kept: Err("there is none".to_owned()) }
}
