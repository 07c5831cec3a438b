//! Deleting a resource: asked for by name, with the app's id typed, and confirmed like a save. What it held goes into the
//! history, from where it can be entered again.

use crate::app::effect::{Call, Disk, Effect, Request};
use crate::app::fault::Fault;
use crate::app::msg::Reply;
use crate::app::sync::{Act, Exchange, Save, Stage};
use crate::app::{App, Confirm, Doing, Keeping, Mode, Notice};
use crate::model::record::Saved;
use crate::model::{Representation, Resource};
use jiff::Timestamp;
use tui_input::Input;

impl App {
    /// From the palette: asks for the app's id.
    pub(super) fn ask_to_delete(&mut self, resource: Resource) {
        if self.is_locked() {
            self.mode = Mode::Editing;
            self.notice = Some(Notice::Locked);
        } else if self.draft.is_loaded(resource) && !self.draft.is_absent(resource) {
            let typed = Input::default();
            self.mode = Mode::Confirming { what: Confirm::Delete(resource), typed, scroll: 0 };
        } else {
            self.mode = Mode::Editing;
            self.notice = Some(Notice::NothingToDelete(resource));
        }
    }

    /// Confirmed: looks at what there is first, so that the history has it.
    pub(super) fn delete(&mut self, resource: Resource) -> Vec<Effect> {
        if self.sync.is_saving() {
            return self.refuse(Notice::Busy(Doing::Saving));
        }
        if self.sync.is_loading(resource) {
            // What was read before it went, and comes after, would say that it is still there.
            return self.refuse(Notice::Busy(Doing::Loading));
        }
        let nothing = self.draft.patch(resource).only(|_, _| false);
        let asked = (self.draft.edits().clone(), self.form.focus.clone());
        self.begin(Save { act: Act::Delete, ..Save::new(nothing, asked) })
    }

    /// What there is, is known: it goes.
    pub(super) fn remove(&mut self, mut save: Box<Save>, theirs: Representation) -> Vec<Effect> {
        let resource = save.resource();
        if theirs.is_empty() {
            return self.is_removed(save);
        }
        self.settle(resource, theirs.clone(), None);
        save.before = theirs;
        let id = self.next_request();
        let effects = self.send(Request { id, call: Call::Delete(resource), doing: Doing::Removing, if_match: None });
        self.go_on(save, Stage::Send(Exchange::new(id)), effects)
    }

    /// The DELETE is over.
    pub(super) fn removed(&mut self, save: Box<Save>, reply: Reply) -> Vec<Effect> {
        match reply.outcome {
            Ok(_) => self.forget(save, reply.at),
            // Someone else was quicker.
            Err(Fault::Refused(refusal)) if refusal.is_absent() => self.forget(save, reply.at),
            Err(fault) if fault.leaves_doubt() => {
                self.fall_silent();
                self.last_fault = Some((Doing::Removing, fault));
                let (exchange, effects) = self.get(save.resource(), Doing::ReadingBack);
                self.go_on(save, Stage::ReadBack(exchange), effects)
            }
            Err(fault) => self.end_failed(save, Doing::Removing, fault),
        }
    }

    /// The resource after a DELETE without an answer. It is never sent a second time by itself.
    pub(super) fn removal_read_back(&mut self, save: Box<Save>, theirs: Representation, at: Timestamp) -> Vec<Effect> {
        if theirs.is_empty() {
            return self.forget(save, at);
        }
        let resource = save.resource();
        self.settle(resource, theirs, None);
        self.end(save, Notice::NotRemoved(resource))
    }

    fn forget(&mut self, save: Box<Save>, at: Timestamp) -> Vec<Effect> {
        self.seen(save.resource(), at);
        let mut effects = Vec::new();
        if !matches!(self.keeping, Keeping::InMemory(_)) {
            let (resource, before, after) = (save.resource(), save.before.clone(), Representation::default());
            effects.push(Effect::Disk(Disk::Remember(Box::new(Saved { at, resource, before, after }))));
        }
        effects.extend(self.is_removed(save));
        effects
    }

    fn is_removed(&mut self, save: Box<Save>) -> Vec<Effect> {
        let resource = save.resource();
        self.settle(resource, Representation::default(), None);
        self.end(save, Notice::Removed(resource))
    }
}
