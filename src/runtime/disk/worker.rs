//! The body of the disk's thread: how it does each job, and when it writes the draft.

use super::{DiskPlaces, Job};
use crate::app::ProfilesOnDisk;
use crate::app::msg::{DiskReply, Msg};
use crate::model::profile::{Preset, Profile};
use crate::model::record::{Found, Leftover, SaveLock, Saved, Unsaved};
use crate::runtime::patience::Patience;
use crate::store::config::{ConfigEdit, ConfigFile};
use crate::store::{self, Store};
use crate::sync::Disk as Work;
use crate::words::{disk, farewell};
use jiff::Timestamp;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, TryRecvError};
use std::thread;
use std::time::{Duration, Instant};
use tokio::sync::mpsc::UnboundedSender;
use url::Url;

/// How long after its first edit a draft is written. Edits must be on disk within a second.
const WRITE: Duration = Duration::from_millis(300);

/// The interval of new attempts after a draft could not be written.
const RETRY: Duration = Duration::from_secs(2);

/// The state of the thread.
pub(super) struct DiskWorker {
    places: DiskPlaces,
    todo: Receiver<Job>,
    messages: UnboundedSender<Msg>,
    patience: Patience,
    store: Option<Store>,
    /// The draft that is still to be written. `due` says when.
    draft: Option<Arc<Unsaved>>,
    due: Option<Instant>,
    /// Why the last draft could not be written.
    failed: Option<String>,
    /// Finished leftovers whose edits are in a draft that is not written yet.
    unfinished: Vec<String>,
    /// How many jobs are not done yet.
    undone: Arc<AtomicUsize>,
}

impl DiskWorker {
    pub(super) fn new(
        places: DiskPlaces,
        todo: Receiver<Job>,
        messages: UnboundedSender<Msg>,
        undone: Arc<AtomicUsize>,
    ) -> Self {
        let place = places.dir.as_ref().map(|dir| dir.display().to_string()).unwrap_or_default();
        let patience = Patience::new(place, messages.clone());
        let (store, draft, due, failed, unfinished) = (None, None, None, None, vec![]);
        Self { places, todo, messages, patience, store, draft, due, failed, unfinished, undone }
    }

    pub(super) fn run(mut self) {
        loop {
            let job = match self.due {
                None => match self.todo.recv() {
                    Ok(job) => job,
                    Err(_) => return,
                },
                Some(due) => match self.todo.try_recv() {
                    Ok(job) => job,
                    Err(TryRecvError::Disconnected) => {
                        self.write();
                        return;
                    }
                    Err(TryRecvError::Empty) => {
                        let left = due.saturating_duration_since(Instant::now());
                        if left.is_zero() {
                            let _watched = self.patience.watch();
                            self.write();
                        } else {
                            thread::park_timeout(left);
                        }
                        continue;
                    }
                },
            };
            // No watch is set for a draft: typing a key must not start a timer.
            if let Job::Work(Work::Keep(unsaved)) = job {
                self.draft = Some(unsaved);
                self.due.get_or_insert_with(|| Instant::now() + WRITE);
                continue;
            }
            let watched = self.patience.watch();
            match job {
                Job::Work(work) => {
                    if !matches!(work, Work::ReadHistory { awaited: false }) {
                        self.write();
                    }
                    if let Some(heard) = self.work(work) {
                        self.say(heard);
                    }
                    drop(watched);
                    self.undone.fetch_sub(1, Ordering::Relaxed);
                }
                Job::Crash(report, done) => {
                    self.write();
                    let _ = done.send(self.report(&report));
                }
                Job::Close(done) => {
                    self.write();
                    let run = self.store.take().map(|store| store.run());
                    let _ = done.send(run);
                    return;
                }
                Job::Flush(done) => {
                    self.write();
                    let _ = done.send(self.failed.clone().filter(|_| self.draft.is_some()));
                }
            }
        }
    }

    /// Writes the report of a crash. Returns where the draft and the report are.
    fn report(&self, report: &str) -> Option<String> {
        let store = self.store.as_ref()?;
        let draft = store.draft();
        let report = store.report(report, crate::runtime::now()).ok()?;
        Some(farewell::after_crash(draft.exists().then_some(draft.as_path()), &report))
    }

    fn say(&self, heard: DiskReply) {
        let _ = self.messages.send(Msg::Disk(heard));
    }

    /// Writes the draft. A failure is reported once, and the attempt is repeated.
    fn write(&mut self) {
        self.due = None;
        let (Some(store), Some(draft)) = (&mut self.store, &self.draft) else {
            self.draft = None;
            return;
        };
        let failed = store.keep(draft, crate::runtime::now()).err().map(|why| why.to_string());
        if failed.is_none() {
            self.draft = None;
            let finished = std::mem::take(&mut self.unfinished);
            let lost = finished.iter().find_map(|leftover| store.finish(leftover, crate::runtime::now()).err());
            if let Some(why) = lost {
                self.say(DiskReply::Failed(why.to_string()));
            }
        } else {
            self.due = Some(Instant::now() + RETRY);
        }
        if failed.is_some() != self.failed.is_some() {
            self.say(DiskReply::Kept(failed.clone()));
        }
        self.failed = failed;
    }

    fn work(&mut self, work: Work) -> Option<DiskReply> {
        let now = crate::runtime::now();
        if let Work::Open = work {
            return Some(DiskReply::Opened(self.open(now)));
        }
        if let Work::Survey = work {
            return Some(DiskReply::Surveyed(self.survey()));
        }
        if let Work::KeepPreset { preset, replace } = work {
            return Some(self.keep_preset(*preset, replace));
        }
        let Some(store) = &mut self.store else {
            // Once the working copy knows that nothing is kept, it asks for nothing. Jobs can arrive before it
            // knows.
            return match work {
                Work::Turn => Some(DiskReply::Turn(SaveLock::Ours)),
                Work::Record(..) => Some(DiskReply::Recorded(Ok(()))),
                Work::ReadHistory { .. } => Some(DiskReply::History(self.history())),
                Work::Take(leftover) => Some(DiskReply::Taken { leftover, moved: Ok(()) }),
                Work::Open
                | Work::Survey
                | Work::KeepPreset { .. }
                | Work::Keep(_)
                | Work::Discard
                | Work::EndTurn
                | Work::StillOpen(..)
                | Work::Told(_)
                | Work::Finish(_)
                | Work::DiscardLeftover(_)
                | Work::Remember(_) => None,
            };
        };
        let done = match work {
            Work::Turn => {
                // If files cannot be locked, saves do not take turns. The check before each save still finds
                // changes of others.
                let turn = store.try_turn();
                if let Err(why) = &turn {
                    self.say(DiskReply::Failed(why.to_string()));
                }
                return Some(DiskReply::Turn(turn.unwrap_or(SaveLock::Ours)));
            }
            Work::EndTurn => {
                store.end_turn();
                Ok(())
            }
            Work::Record(resource, sendings) => {
                let written = store.record(resource, &sendings).map_err(|why| why.to_string());
                if let Err(why) = &written {
                    // The next draft that is written shows that the disk works again.
                    self.failed = Some(why.clone());
                }
                self.say(DiskReply::Recorded(written));
                // The PATCH is on its way now, so there is time to wait for the disk itself.
                return self
                    .store
                    .as_mut()
                    .and_then(|store| store.sync().err())
                    .map(|why| DiskReply::Failed(why.to_string()));
            }
            Work::StillOpen(resource, sendings) => store.record(resource, &sendings),
            Work::Told(leftover) => store.told(&leftover),
            Work::Take(leftover) => {
                let moved = store.take(&leftover).map_err(|why| why.to_string());
                return Some(DiskReply::Taken { leftover, moved });
            }
            Work::Finish(leftover) if self.draft.is_some() => {
                self.unfinished.push(leftover);
                Ok(())
            }
            Work::Finish(leftover) => store.finish(&leftover, now),
            Work::DiscardLeftover(leftover) => store.discard(&leftover, now),
            Work::Discard => store.discard_own(now),
            Work::Remember(saved) => store.remember(&saved),
            Work::ReadHistory { .. } => return Some(DiskReply::History(self.history())),
            Work::Open | Work::Survey | Work::KeepPreset { .. } | Work::Keep(_) => Ok(()),
        };
        done.err().map(|why| DiskReply::Failed(why.to_string()))
    }

    /// Reads the configuration, and counts the unsaved fields in the drafts of each profile's app.
    fn survey(&self) -> ProfilesOnDisk {
        let reading = self.places.config.as_ref().map(ConfigFile::read).unwrap_or_default();
        let unsaved = |profile: &Profile| {
            let place = self.places.place.beside(&Url::parse(&profile.base_url).ok()?, profile.app_id);
            Some(store::unsaved(self.places.dir.as_deref()?, &place))
        };
        ProfilesOnDisk {
            unsaved: reading.config.profiles.iter().map(|profile| unsaved(profile).unwrap_or(0)).collect(),
            complaints: reading.complaints.iter().map(ToString::to_string).collect(),
            is_broken: reading.is_broken,
            may_guard: reading.may_guard(),
            setup: reading.config,
        }
    }

    fn history(&self) -> Result<Vec<Saved>, String> {
        let store = self.store.as_ref().ok_or(disk::NOTHING_KEPT)?;
        store.history().map_err(|why| why.to_string())
    }

    /// Writes a preset into the configuration as it is now. Another program may have changed it meanwhile.
    fn keep_preset(&self, preset: Preset, replace: bool) -> DiskReply {
        let name = preset.name.clone();
        let keep = || {
            let file = self.places.config.as_ref().ok_or(disk::NO_CONFIG)?;
            if !replace && file.read().config.presets.iter().any(|other| other.name == name) {
                return Err(disk::PRESET_ADDED.to_owned());
            }
            let edited = file.edit(&[ConfigEdit::SetPreset(preset)]).map_err(|why| why.to_string())?;
            self.say_note(edited.note);
            Ok((edited.config, file.path.display().to_string()))
        };
        DiskReply::PresetKept { kept: keep(), name: name.clone() }
    }

    /// Says how the configuration was written, if that is unusual.
    fn say_note(&self, note: Option<String>) {
        if let Some(note) = note {
            self.say(DiskReply::Failed(note));
        }
    }

    fn open(&mut self, now: Timestamp) -> Result<Found, String> {
        let none = disk::NO_STATE.to_owned();
        let dir = self.places.dir.clone().ok_or(none)?;
        let (store, found) =
            Store::open(&dir, self.places.place.clone(), std::process::id(), now).map_err(|why| why.to_string())?;
        let without_locks = !store.has_locks();
        self.store = Some(store);
        let is_ended = |leftover: &&Leftover| self.places.ended.contains(&leftover.id);
        let resumed = found.leftovers.iter().filter(is_ended).map(|leftover| leftover.id.clone()).collect();
        Ok(Found { resumed, without_locks, ..found })
    }
}
