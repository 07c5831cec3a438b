//! The answers of the disk, and what earlier runs left there.
//!
//! ```text
//!   found at start ──> settings loaded ──> is anything of it still unsaved? ──no──> trash, and the outcome is told
//!                                            │ yes: r restore  d show  l later  x discard
//!                                            v
//!                       renamed on disk ──> entered as edits, through the merge ──> this run's draft ──> trash
//! ```

use crate::app::effect::Effect;
use crate::app::msg::DiskReply;
use crate::app::{App, Asked, Mark, Mode, Notice, Overlay, Question};
use crate::model::doubt::{Fate, Rest};
use crate::model::record::{Aside, AsideOf, Found, Leftover, Sending};
use crate::model::{Change, Edit, FieldId, Patch, Resource};
use crate::sync::{Disk, Event, Outcome};

impl App {
    pub(super) fn not_on_disk(&mut self, why: String) {
        self.withdraw(|notice| matches!(notice, Notice::NotOnDisk(_) | Notice::OnDiskAgain));
        self.tell(Notice::NotOnDisk(why));
    }

    // ── what the disk says ──

    pub(super) fn heard(&mut self, heard: DiskReply) -> Vec<Effect> {
        // Any message of the disk shows that it answers again.
        let mut effects = self.happen(Event::Answers);
        effects.extend(match heard {
            DiskReply::Hangs(place) => self.happen(Event::Hangs(place)),
            DiskReply::Answers => vec![],
            DiskReply::Opened(Ok(found)) => self.opened(found),
            DiskReply::Opened(Err(why)) => {
                self.news.push_back(Notice::NotOnDisk(why.clone()));
                let mut effects = self.happen(Event::Opened(Err(why)));
                effects.extend(self.recover());
                effects
            }
            DiskReply::Kept(failed) => self.happen(Event::Kept(failed)),
            DiskReply::Failed(what) => {
                self.tell(Notice::DiskFailed(what));
                vec![]
            }
            DiskReply::Turn(turn) => self.happen(Event::Turn(turn)),
            DiskReply::Taken { leftover, moved } => self.taken(&leftover, moved),
            DiskReply::Recorded(written) => self.happen(Event::Recorded(written)),
            DiskReply::Surveyed(survey) => self.surveyed(survey),
            DiskReply::PresetKept { name, kept } => self.preset_kept(name, kept),
            DiskReply::History(read) => {
                self.know_saves(|history| history.hear(read));
                vec![]
            }
        });
        effects
    }

    fn opened(&mut self, found: Found) -> Vec<Effect> {
        let mut effects = self.happen(Event::Opened(Ok(())));
        (self.leftovers, self.resumed) = (found.leftovers, found.resumed);
        if let Some(last) = found.saved_last {
            self.begin_at(&last);
        }
        for of in AsideOf::ALL {
            let all: Vec<&Aside> = found.aside.iter().filter(|aside| aside.of == of).collect();
            if let [first, ..] = &all[..] {
                self.news.push_back(Notice::SetAside(of, all.len(), first.path.clone()));
            }
        }
        if found.without_locks {
            self.news.push_back(Notice::NoLocks);
        }
        if let Some(peer) = found.peers.first() {
            self.news.push_back(Notice::AlsoOpen(*peer));
        }
        effects.extend(self.recover());
        effects
    }

    /// Moves the focus to the row that was saved last, unless the user has begun elsewhere.
    fn begin_at(&mut self, last: &FieldId) {
        let is_untouched = self.asked_at == self.form.focus && !self.form.typed && !self.form.selected;
        if is_untouched && self.mode.is_editing() && self.rows().any(|field| field.id == *last) {
            self.focus(last);
            self.select_all();
            self.asked_at = last.clone();
        }
    }

    // ── leftovers ──

    /// Looks at what earlier runs left. This waits until the resources concerned are loaded and the form has the
    /// keyboard. A leftover without unsaved edits goes into the trash. About the others the user is asked, one after
    /// the other.
    pub(super) fn recover(&mut self) -> Vec<Effect> {
        let mut effects = Vec::new();
        if !self.mode.is_editing() || self.taking.is_some() {
            return effects;
        }
        while let Some(at) = self.leftovers.iter().position(|leftover| self.can_compare(leftover)) {
            self.leftovers[..=at].rotate_right(1);
            let leftover = &self.leftovers[0];
            let is_told = leftover.sendings.is_empty() || self.told.contains_key(&leftover.id);
            if !is_told {
                self.tell_outcomes(&leftover.clone());
            }
            let leftover = &self.leftovers[0];
            if self.still_unsaved(leftover) > 0 {
                effects.extend((!is_told).then(|| Effect::Disk(Disk::Told(leftover.id.clone()))));
                if self.resumes() {
                    effects.extend(self.restore());
                    break;
                }
                self.mode = Mode::asking(Asked::Restore { shown: false, discarding: false });
                break;
            }
            effects.push(Effect::Disk(Disk::Finish(leftover.id.clone())));
            self.leftovers.remove(0);
        }
        if self.notice.is_none() && self.mode.is_editing() && self.sync.draft.is_loaded(Resource::Settings) {
            self.notice = self.news.pop_front();
        }
        effects
    }

    /// Tells the outcome of an earlier run's writes, once. Later the values on the server may come from others.
    fn tell_outcomes(&mut self, leftover: &Leftover) {
        let told = outcomes_of(&self.sync.take_over(&leftover.sendings));
        let mut notices = told.iter().cloned();
        self.notice = notices.next();
        self.news.extend(notices);
        self.told.insert(leftover.id.clone(), told);
    }

    /// Are all resources loaded that a leftover concerns?
    fn can_compare(&self, leftover: &Leftover) -> bool {
        self.needed(leftover).is_none()
    }

    /// The first resource that a leftover needs and that is not loaded yet. Every leftover needs the settings.
    fn needed(&self, leftover: &Leftover) -> Option<Resource> {
        let is_needed = |resource: &Resource| *resource == Resource::Settings || leftover.concerns(*resource);
        Resource::ALL.into_iter().filter(is_needed).find(|resource| !self.sync.draft.is_loaded(*resource))
    }

    /// How many fields of a leftover are still unsaved.
    pub fn still_unsaved(&self, leftover: &Leftover) -> usize {
        leftover
            .unsaved_on(self.sync.draft.bases())
            .map_or(0, |unsaved| unsaved.on(self.sync.draft.bases()).dirty().count())
    }

    /// The outcome of the writes whose end an earlier run did not see.
    pub fn outcomes(&self, leftover: &Leftover) -> Vec<Notice> {
        let told = self.told.get(&leftover.id).cloned();
        told.unwrap_or_else(|| outcomes_of(&self.sync.fates_of_earlier(&leftover.sendings)))
    }

    /// Restores the edits of the leftover in question. Its file is renamed first, because edits that make callset crash
    /// would otherwise do so at every start. The question stays open until the disk has answered, so that the user
    /// cannot type in between. If the leftover has another value for a field that is edited here, it stays on disk,
    /// because one of the two values would be lost.
    pub(super) fn restore(&mut self) -> Vec<Effect> {
        let Some(leftover) = self.leftovers.first() else {
            self.mode = Mode::Editing;
            return vec![];
        };
        let clashes = self.edited_here_as_well(leftover);
        if clashes > 0 {
            return self.answer(Notice::NotRestored { fields: clashes }, Self::keep_for_later);
        }
        let id = leftover.id.clone();
        self.notice = None;
        self.taking = Some(id.clone());
        vec![Effect::Disk(Disk::Take(id))]
    }

    /// Are the edits of the first leftover restored without a question? So it is if the user has come back to its profile
    /// in the same process, and has edited none of its fields otherwise here.
    fn resumes(&self) -> bool {
        let resumed = self.leftovers.first().filter(|leftover| self.resumed.contains(&leftover.id));
        resumed.is_some_and(|leftover| self.edited_here_as_well(leftover) == 0)
    }

    /// Does the keyboard wait because the disk has not answered yet? The user must not type between question and answer.
    pub(super) fn is_taking(&self) -> bool {
        let waits = self.mode.is(Overlay::Restore) || self.mode.is_editing();
        self.taking.is_some() && waits
    }

    fn edited_here_as_well(&self, leftover: &Leftover) -> usize {
        let Some(unsaved) = &leftover.unsaved else { return 0 };
        let differs = |(id, edit): &(&FieldId, &Edit)| self.sync.draft.edit(id).is_some_and(|here| here != *edit);
        unsaved.edits.iter().filter(differs).count()
    }

    fn taken(&mut self, id: &str, moved: Result<(), String>) -> Vec<Effect> {
        if self.taking.take_if(|taking| taking == id).is_some() && self.mode.is(Overlay::Restore) {
            self.mode = Mode::Editing;
        }
        let Some(at) = self.leftovers.iter().position(|leftover| leftover.id == id) else { return vec![] };
        let leftover = self.leftovers.remove(at);
        if let Err(why) = moved {
            // Another callset may have taken the leftover. Its edits must not be in two places.
            self.put_off.push(leftover);
            self.notice = Some(Notice::DiskFailed(why));
            return self.recover();
        }
        let Some(unsaved) = leftover.unsaved_on(self.sync.draft.bases()) else { return vec![] };
        let before = self.sync.unsaved();
        for (id, change) in self.sync.draft.restore(&unsaved) {
            let mark = match change {
                Change::Conflict(_) => continue,
                Change::Taken => Mark::Taken,
                Change::Tidied | Change::Kept(_) => Mark::Tidied,
            };
            self.marks.insert(id, mark);
        }
        if let Some(focus) = unsaved.focus.filter(|focus| self.sync.draft.field(focus).is_some()) {
            self.focus(&focus);
        }
        self.arrive();
        let (fields, conflicts) = (self.sync.unsaved() - before, self.sync.draft.conflicts().count());
        self.notice = Some(Notice::Restored { fields, conflicts });
        let mut effects = vec![Effect::Disk(Disk::Finish(leftover.id))];
        effects.extend(self.recover());
        effects
    }

    /// Puts the leftover in question into the trash, when the key is pressed a second time.
    pub(super) fn discard_leftover(&mut self) -> Vec<Effect> {
        if let Mode::Asking(Question { what: Asked::Restore { discarding: discarding @ false, .. }, .. }) =
            &mut self.mode
        {
            *discarding = true;
            return vec![];
        }
        self.answer(Notice::Discarded, |leftover, _| vec![Effect::Disk(Disk::DiscardLeftover(leftover.id))])
    }

    /// Leaves the leftover in question on disk. The palette offers it again.
    pub(super) fn put_off(&mut self) -> Vec<Effect> {
        self.answer(Notice::Later, Self::keep_for_later)
    }

    /// Leaves the leftover in question on disk, and all that have not been asked about.
    pub(super) fn put_off_all(&mut self) -> Vec<Effect> {
        self.answer(Notice::Later, |leftover, app| {
            app.put_off.push(leftover);
            app.put_off.append(&mut app.leftovers);
            vec![]
        })
    }

    fn keep_for_later(leftover: Leftover, app: &mut App) -> Vec<Effect> {
        app.put_off.push(leftover);
        vec![]
    }

    fn answer(&mut self, notice: Notice, end: fn(Leftover, &mut App) -> Vec<Effect>) -> Vec<Effect> {
        self.mode = Mode::Editing;
        if self.leftovers.is_empty() {
            return vec![];
        }
        let leftover = self.leftovers.remove(0);
        let mut effects = end(leftover, self);
        self.notice = Some(notice);
        effects.extend(self.recover());
        effects
    }

    /// Asks again about the leftovers that were put off.
    pub(super) fn ask_again(&mut self) -> Vec<Effect> {
        self.mode = Mode::Editing;
        self.leftovers.append(&mut self.put_off);
        self.notice = None;
        let effects = self.recover();
        if self.mode.is_editing() && effects.is_empty() && self.taking.is_none() {
            let waits_for = self.leftovers.iter().find_map(|leftover| self.needed(leftover));
            self.notice = Some(waits_for.map_or(Notice::NoLeftovers, Notice::LeftoversWait));
        }
        effects
    }
}

/// What is told of the writes of an earlier run: one notice for all its saves, one for those that arrived over a later one,
/// and one for each deletion.
fn outcomes_of(fates: &[(Sending, Fate)]) -> Vec<Notice> {
    let (removals, writes): (Vec<_>, Vec<_>) = fates.iter().partition(|(sending, _)| sending.is_removal());
    let is_late = |(sending, fate): &&(Sending, Fate)| sending.passed.is_some() && fate.arrived() > 0;
    let (late, writes): (Vec<_>, Vec<_>) = writes.into_iter().partition(is_late);
    let late: usize = late.iter().map(|(_, fate)| fate.arrived()).sum();
    let late = (late > 0).then_some(Notice::Outcome(Outcome::CameLate { fields: late }));
    let is_one = |(_, fate): &&&(Sending, Fate)| !matches!(fate, Fate::Repeated { .. });
    let sent = writes.iter().filter(is_one).filter_map(|(sending, _)| sending.patch()).map(Patch::len).sum();
    let saved = writes.iter().map(|(_, fate)| fate.arrived()).sum();
    let rest = writes.iter().map(|(_, fate)| fate.rest()).max().unwrap_or(Rest::Lost);
    let last = writes.iter().map(|(sending, _)| sending.at).max();
    let told = last.map(|at| Notice::Earlier { at, sent, saved, rest });
    let removals = removals.iter().map(|(sending, fate)| {
        let (at, resource, removed) = (sending.at, sending.resource(), fate.arrived() > 0);
        Notice::EarlierRemoval { at, resource, removed, rest: fate.rest() }
    });
    late.into_iter().chain(told).chain(removals).collect()
}
