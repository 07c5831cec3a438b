//! Shows what the working copy reports: marks on rows, messages in the strip, and overlays that open.

use crate::app::effect::Effect;
use crate::app::{App, Asked, Confirm, Mark, Mode, Notice, Overlay, Picker, Prompt, Rows, Side, Typed};
use crate::model::{Change, FieldId, Resource};
use crate::sync::{Doing, Ended, Event, Fault, Loaded, Obstacle, Outcome, Planned, Report, Stopped};

impl App {
    /// Takes the reports, one after the other.
    pub(in crate::app) fn hear(&mut self, reports: Vec<Report>) -> Vec<Effect> {
        reports.into_iter().flat_map(|report| self.heard_of(report)).collect()
    }

    fn heard_of(&mut self, report: Report) -> Vec<Effect> {
        match report {
            Report::Refused(why) => self.refused(why),
            Report::Began => {
                // Esc now cancels the save. It can no longer restore a value that is older than the one sent.
                self.arrive();
                self.asked_at.clone_from(&self.form.focus);
                self.marks.clear();
                self.fall_silent();
            }
            Report::GoesOn => self.fall_silent(),
            Report::Seen(at) => {
                if let Some(clock) = &mut self.clock {
                    clock.now = at;
                }
            }
            Report::Repeated(members, first) => self.news.push_back(Notice::Repeated { members, first }),
            Report::Reading { resource, watching } => {
                // The watch reads without being asked, so its marks stay until the user asks for something.
                let is_shown = |id: &FieldId, mark: &Mark| {
                    watching || id.resource != resource || !matches!(mark, Mark::Taken | Mark::Tidied)
                };
                self.marks.retain(|id, mark| is_shown(id, mark));
            }
            Report::Rebased { resource, changes, gone } => self.rebased(resource, &changes, gone),
            Report::Loaded(loaded) => return self.loaded(loaded),
            Report::NotLoaded(resource, why) => self.not_loaded(resource, why),
            Report::FieldsRefused(fields) => {
                self.marks.extend(fields.into_iter().map(|(id, words)| (id, Mark::Refused(words))));
            }
            Report::Ended(ended) => return self.ended(*ended),
            Report::NotOnDisk(why) => self.not_on_disk(why),
            Report::OnDiskAgain => {
                if !self.withdraw(|notice| matches!(notice, Notice::NotOnDisk(_))) {
                    self.tell(Notice::OnDiskAgain);
                }
            }
        }
        vec![]
    }

    fn refused(&mut self, why: Obstacle) {
        match why {
            Obstacle::Busy(doing) => self.notice = Some(Notice::Busy(doing)),
            // If the strip says already why nothing is loaded, that message stays.
            Obstacle::NotLoaded => {
                if !matches!(self.notice, Some(Notice::Outcome(Outcome::Failed(..) | Outcome::Cancelled(_)))) {
                    self.notice = Some(Notice::NotLoaded);
                }
            }
            Obstacle::Invalid(first, fields) => {
                self.focus(&first);
                self.form.typed = false;
                self.notice = Some(Notice::Outcome(Outcome::Invalid { fields }));
            }
            Obstacle::Doubtful(first, fields) => {
                self.focus(&first);
                self.form.typed = false;
                self.notice = Some(Notice::Doubtful { fields });
            }
            Obstacle::Conflicts => {
                self.mode = Mode::resolving();
                self.fall_silent();
            }
            Obstacle::Locked => self.notice = Some(Notice::Locked),
            Obstacle::NothingToSave => self.notice = Some(Notice::Outcome(Outcome::NothingToSave)),
            // Without a message the strip describes the doubt, and how to find out.
            Obstacle::InDoubt => self.notice = None,
        }
    }

    /// Does nothing but tell the user why.
    pub(super) fn refuse(&mut self, why: Notice) -> Vec<Effect> {
        self.notice = Some(why);
        vec![]
    }

    // ── a new base ──

    fn rebased(&mut self, resource: Resource, changes: &[(FieldId, Change)], gone: bool) {
        self.unread.remove(&resource);
        if gone {
            self.marks.retain(|id, _| id.resource != resource);
        }
        self.mark(resource, changes);
        if self.mode.ground().is(Overlay::Conflicts) && self.sync.draft.conflicts().next().is_none() {
            self.mode = Mode::Editing;
            self.notice = Some(Notice::ClashOver);
        }
        // Focus and caret stay. Esc can no longer restore a value that is older than the server's.
        let (typed, selected) = (self.form.typed, self.form.selected);
        self.arrive();
        self.form.typed = typed && self.sync.draft.edit(&self.form.focus).is_some();
        self.form.selected = selected && !self.form.input.value().is_empty();
    }

    /// Marks the rows of the resource with what changed. If the server's value of a conflict changed, a choice of that
    /// side no longer counts.
    fn mark(&mut self, resource: Resource, changes: &[(FieldId, Change)]) {
        self.marks.retain(|id, mark| match mark {
            Mark::Taken | Mark::Tidied => true,
            Mark::Kept(_) | Mark::Refused(_) => id.resource != resource,
        });
        for (id, change) in changes {
            let mark = match change {
                Change::Taken => Mark::Taken,
                Change::Tidied => Mark::Tidied,
                Change::Kept(value) => Mark::Kept(value.clone()),
                Change::Conflict(_) => {
                    self.marks.remove(id);
                    if let Mode::Picking(Picker { rows: Rows::Conflicts(sides), .. }) = self.mode.ground_mut()
                        && sides.get(id) == Some(&Side::Theirs)
                    {
                        sides.remove(id);
                    }
                    continue;
                }
            };
            self.marks.insert(id.clone(), mark);
        }
    }

    // ── loads ──

    fn loaded(&mut self, loaded: Loaded) -> Vec<Effect> {
        let Loaded { resource, watching, first, taken, conflicts, told } = loaded;
        let is_main = resource == Resource::Settings;
        if is_main && first && self.asked_at == self.form.focus && !self.form.typed {
            self.show_entered();
            self.select_all();
        }
        match told {
            Some(told) => {
                // Several resources may have been in doubt, and the user is told about each.
                let told = match (told, &self.notice) {
                    (
                        Outcome::ReadBack { sent, saved },
                        Some(Notice::Outcome(Outcome::ReadBack { sent: before, saved: there })),
                    ) => Outcome::ReadBack { sent: before + sent, saved: there + saved },
                    // The new outcome replaces "not there yet".
                    (told, Some(Notice::Outcome(Outcome::NotYet | Outcome::Unclear))) => told,
                    (told, Some(other)) if other.is_of_a_write() => {
                        self.news.push_back(other.clone());
                        told
                    }
                    (told, _) => told,
                };
                self.fall_silent();
                self.notice = Some(Notice::Outcome(told));
            }
            None if watching => {
                if taken + conflicts > 0 {
                    self.notice = Some(Notice::Drift { taken, conflicts });
                }
            }
            None => {
                self.reloaded = (self.reloaded.0 + taken + conflicts, self.reloaded.1 + conflicts);
                if is_main && !self.notice.as_ref().is_some_and(Notice::is_of_a_write) {
                    self.fall_silent();
                }
                self.tell_unread(None);
                // Other messages matter more than the result of the reload.
                if !first && matches!(self.notice, None | Some(Notice::Reloaded { .. })) {
                    let (changed, conflicts) = self.reloaded;
                    self.notice = Some(Notice::Reloaded { changed, conflicts });
                }
            }
        }
        self.recover()
    }

    /// A resource was not read. For the settings, which fill the form, the strip says why. For another resource its
    /// section says why, if it has no values. If it was read before, its rows stay as they were, so the strip says why.
    fn not_loaded(&mut self, resource: Resource, why: Outcome) {
        if resource == Resource::Settings {
            self.leaving = false;
            if let Outcome::Failed(doing, fault) = &why {
                self.ask_for_token_after((*doing, fault), Stopped::Reading);
            }
            self.trouble(Notice::Outcome(why));
        } else {
            let told = self.not_reloaded();
            self.unread.insert(resource, why);
            if self.trouble.is_none() || self.trouble == told {
                self.tell_unread(told.as_ref());
            }
        }
    }

    /// Why resources whose values are on the form could not be read again.
    fn not_reloaded(&self) -> Option<Notice> {
        let there = self.unread.iter().filter(|(resource, _)| self.sync.draft.is_loaded(**resource));
        let why: Vec<(Resource, Outcome)> = there.map(|(resource, why)| (*resource, why.clone())).collect();
        (!why.is_empty()).then_some(Notice::Several(why))
    }

    /// Says which resources could not be read again. `told` is the earlier message about them, which is replaced. Any
    /// other message in the strip is shown first.
    fn tell_unread(&mut self, told: Option<&Notice>) {
        let Some(unread) = self.not_reloaded() else { return };
        self.trouble = Some(unread.clone());
        if matches!(self.notice, None | Some(Notice::Reloaded { .. })) || self.notice.as_ref() == told {
            self.notice = Some(unread);
        }
    }

    // ── the end of a save ──

    /// Tells the outcome for each resource, and opens what the user has to do next. Nothing opens if the user did
    /// something in the meantime, because the next letters would then go to the wrong place.
    fn ended(&mut self, ended: Ended) -> Vec<Effect> {
        let Ended { outcomes, plan, is_whole, is_untouched, stopped } = ended;
        let is_untouched = is_untouched && self.asked_at == self.form.focus;
        let clashed =
            |outcome: &Outcome| matches!(outcome, Outcome::Clash { .. } | Outcome::ReadBack { .. } | Outcome::Unclear);
        let is_given_up = |outcome: &Outcome| matches!(outcome, Outcome::Cancelled(_));
        self.leaving &= !outcomes.iter().any(|(_, outcome)| is_given_up(outcome));
        if is_untouched {
            let is_refused = |id: &FieldId| matches!(self.marks.get(id), Some(Mark::Refused(_)));
            if let Some(first) = self.sync.draft.fields().iter().map(|field| field.id.clone()).find(is_refused) {
                self.focus(&first);
                self.form.typed = false;
            }
            if self.mode.is_editing()
                && outcomes.iter().any(|(_, outcome)| clashed(outcome))
                && self.sync.draft.conflicts().next().is_some()
            {
                self.mode = Mode::resolving();
            }
        }
        let removed = |(_, outcome): &(Resource, Outcome)| match outcome {
            Outcome::Removed(resource) => Some(*resource),
            _ => None,
        };
        self.deleted = outcomes.iter().find_map(removed);
        self.fall_silent();
        let refused = super::library::refusal(outcomes.iter().map(|(_, outcome)| outcome));
        if let Some((plan, again)) = plan {
            return self.show(plan, again, outcomes);
        }
        let notice = match outcomes.as_slice() {
            [(Resource::Settings, outcome)] => Notice::Outcome(outcome.clone()),
            _ => Notice::Several(outcomes),
        };
        if notice.is_sticky() {
            self.trouble(notice);
        } else {
            self.notice = Some(notice);
        }
        let effects = self.leave(is_whole);
        if let Some((fault, rest)) = stopped.filter(|_| is_untouched) {
            let doing = refused.map_or(Doing::Saving, |(doing, _)| doing);
            self.ask_for_token_after((doing, &fault), Stopped::Saving(rest));
        }
        effects
    }

    /// Shows what a save to production would send. `again` says that the server's values changed since the user saw the
    /// plan.
    fn show(&mut self, plan: Vec<Planned>, again: bool, ended: Vec<(Resource, Outcome)>) -> Vec<Effect> {
        self.notice = match (again, self.mode.is_editing()) {
            (_, false) => Some(Notice::NotShown),
            _ if !ended.is_empty() => Some(Notice::Several(ended)),
            (again, true) => again.then_some(Notice::Outdated),
        };
        if !self.mode.is_editing() {
            return vec![];
        }
        // The review tells what the check has found. It waits for none.
        let fields = plan.iter().flat_map(|planned| planned.patch.members());
        let urls: Vec<FieldId> = fields.map(|(id, _)| id.clone()).filter(|id| self.is_url(id)).collect();
        self.mode = Mode::confirming(Confirm::Save(plan));
        urls.iter().flat_map(|id| if self.found_at(id).is_some() { vec![] } else { self.look(id) }).collect()
    }

    /// Quits if the user asked to save and quit, and the server holds all that was to be saved. If something is unsaved
    /// or in doubt by now, asks first.
    fn leave(&mut self, whole: bool) -> Vec<Effect> {
        if !std::mem::take(&mut self.leaving) || !whole {
            return vec![];
        }
        if self.nothing_to_lose() {
            return vec![self.exit(0)];
        }
        self.mode = Mode::asking(Asked::Quit);
        vec![]
    }

    /// Asks for what a fault needs: a new token, or consent to send the credential to a host. It asks only while the
    /// form has the keyboard, because letters may be meant for an overlay. If the prompt for a token is open already
    /// for a load, the work given here continues instead once there is a token.
    fn ask_for_token_after(&mut self, (doing, fault): (Doing, &Fault), stopped: Stopped) {
        if let Mode::Entering(Prompt {
            what: Typed::Token { stopped: waiting @ Stopped::Reading, refused, .. }, ..
        }) = self.mode.ground_mut()
            && fault.is_about_token()
        {
            (*waiting, *refused) = (stopped, Some(Box::new((doing, fault.clone()))));
            return;
        }
        if !self.mode.is_editing() {
            return;
        }
        if let Fault::Untrusted(source) = fault {
            self.mode = Mode::asking(Asked::Trust { source: source.clone(), stopped });
        } else if fault.is_about_token() {
            self.mode = Mode::Entering(Prompt::token(Some((doing, fault.clone())), stopped));
        }
    }
}

// ── what the editor asks of the working copy ──

impl App {
    pub(super) fn save(&mut self) -> Vec<Effect> {
        let (review, locked) = (self.target.is_production(), self.is_locked());
        let effects = self.happen(Event::Save { review, locked });
        if self.sync.is_saving() {
            self.select_all();
        }
        effects
    }

    /// The user has confirmed the plan of a save to production.
    pub(super) fn save_reviewed(&mut self, plan: Vec<Planned>) -> Vec<Effect> {
        self.happen(Event::Confirm(plan))
    }

    /// The user has typed the app's id: deletes the resource.
    pub(super) fn delete(&mut self, resource: Resource) -> Vec<Effect> {
        self.happen(Event::Delete(resource))
    }

    /// Asks for the app's id before a resource is deleted.
    pub(super) fn ask_to_delete(&mut self, resource: Resource) {
        if self.is_locked() {
            self.mode = Mode::Editing;
            self.notice = Some(Notice::Locked);
        } else if self.sync.draft.is_loaded(resource) && !self.sync.draft.is_absent(resource) {
            self.mode = Mode::confirming(Confirm::Delete(resource));
        } else {
            self.mode = Mode::Editing;
            self.notice = Some(Notice::Outcome(Outcome::NothingToDelete(resource)));
        }
    }

    /// Reads all resources again. A request that waits for its next attempt is sent now.
    pub(super) fn reload(&mut self) -> Vec<Effect> {
        self.tunnels.is_due = true;
        if !self.sync.is_saving() && !self.sync.is_loading(Resource::Settings) {
            self.reloaded = (0, 0);
            // The reasons of resources with values are dropped. If one cannot be read again, the strip says so.
            self.unread.retain(|resource, _| !self.sync.draft.is_loaded(*resource));
        }
        self.select_all();
        self.happen(Event::Reload)
    }

    /// Switches the watch on or off.
    pub(super) fn switch_watch(&mut self) -> Vec<Effect> {
        const USUAL: std::time::Duration = std::time::Duration::from_secs(10);
        self.mode = Mode::Editing;
        let every = match self.sync.watch.every {
            Some(_) => None,
            None => Some(self.target.watch.unwrap_or(USUAL)),
        };
        self.notice = Some(Notice::Watch(every));
        self.happen(Event::Watch(every))
    }
}
