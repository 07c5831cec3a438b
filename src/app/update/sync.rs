//! Load, save, late answers.
//!
//! ```text
//!            ┌── Get ok: rebase ─────────────────────────────┐
//!   Loading ─┴── failed: strip says why, ^R tries again ──┐  │
//!      ^                                                  v  v
//!      └──────────────────── ^R ─────────────────────── Idle ── ^S, nothing wrong, something dirty ──> Saving
//!                                                        ^                                               │
//!                                                        └── answer: rebase, edits made meanwhile stay ──┤
//!                                                        └── failed: nothing changes, strip says why ────┘
//! ```

use crate::app::effect::{Call, Effect, Request, Timer};
use crate::app::fault::Fault;
use crate::app::msg::Reply;
use crate::app::{App, Doing, Mark, Mode, Notice, PATIENCE, Sync};
use crate::model::{Change, Field, FieldId, Patch, Representation, Resource, State};
use std::time::Duration;

/// The spinner's pace.
pub(super) const SPIN: Duration = Duration::from_millis(250);

impl App {
    /// Ctrl-S. At most one save is in flight; errors stop it and take the focus; warnings do not.
    pub(super) fn save(&mut self) -> Vec<Effect> {
        match self.sync {
            Sync::Loading { .. } => return self.refuse(Notice::Busy(Doing::Loading)),
            Sync::Saving { .. } => return self.refuse(Notice::Busy(Doing::Saving)),
            Sync::Idle => {}
        }
        let resource = Resource::Settings;
        if !self.draft.is_loaded(resource) {
            return match self.notice {
                Some(Notice::Failed(..) | Notice::Cancelled(_)) => vec![],
                _ => self.refuse(Notice::NotLoaded),
            };
        }
        let invalid: Vec<FieldId> = self.invalid().map(|field| field.id.clone()).collect();
        if let Some(first) = invalid.first() {
            self.focus(first);
            self.form.typed = false;
            return self.refuse(Notice::Invalid { fields: invalid.len() });
        }
        let patch = self.draft.patch(resource);
        if patch.is_empty() && self.doubt.is_some() {
            // The base is then only what the server had once. The strip says so, and how to find out.
            self.notice = None;
            return vec![];
        }
        if patch.is_empty() {
            return self.refuse(Notice::NothingToSave);
        }
        // What Esc gives back is no longer older than what was sent: Esc now cancels the save.
        self.arrive();
        self.marks.clear();
        self.fall_silent();
        self.saved_from = Some(self.form.focus.clone());
        let request = self.next_request();
        self.sync = Sync::Saving { request, patch: patch.clone(), waited: Duration::ZERO };
        vec![
            Effect::Send(Request { id: request, call: Call::Patch(patch) }),
            Effect::Wake { timer: Timer::Patience(request), after: PATIENCE },
        ]
    }

    /// Ctrl-R.
    pub(super) fn reload(&mut self) -> Vec<Effect> {
        match self.sync {
            Sync::Loading { .. } => self.refuse(Notice::Busy(Doing::Loading)),
            Sync::Saving { .. } => self.refuse(Notice::Busy(Doing::Saving)),
            Sync::Idle => {
                self.fall_silent();
                self.load()
            }
        }
    }

    fn refuse(&mut self, notice: Notice) -> Vec<Effect> {
        self.notice = Some(notice);
        vec![]
    }

    /// Esc while something is in flight.
    pub(super) fn cancel(&mut self) -> Option<Vec<Effect>> {
        let (request, doing) = match std::mem::replace(&mut self.sync, Sync::Idle) {
            Sync::Idle => return None,
            Sync::Loading { request, .. } => (request, Doing::Loading),
            Sync::Saving { request, patch, .. } => {
                self.leave_in_doubt(&patch);
                (request, Doing::Saving)
            }
        };
        self.leaving = false;
        self.trouble(Notice::Cancelled(doing));
        Some(vec![Effect::Cancel(request)])
    }

    /// A request is over. One that is not awaited any more changes nothing.
    pub(super) fn reply(&mut self, reply: Reply) -> Vec<Effect> {
        let sent = match &self.sync {
            Sync::Loading { request, .. } if *request == reply.request => None,
            Sync::Saving { request, patch, .. } if *request == reply.request => Some(patch.clone()),
            Sync::Idle | Sync::Loading { .. } | Sync::Saving { .. } => return vec![],
        };
        self.sync = Sync::Idle;
        match reply.outcome {
            Ok(theirs) => {
                self.synced = Some(reply.at);
                self.last_fault = None;
                if let Some(clock) = &mut self.clock {
                    clock.now = reply.at;
                }
                self.confirm(theirs, sent.as_ref(), reply.took);
                let left = std::mem::take(&mut self.leaving);
                if left && self.unsaved() == 0 {
                    return vec![self.exit(0)];
                }
                if left {
                    // Something was entered since, or kept: asked again rather than left open without a word.
                    self.mode = Mode::Quitting;
                }
                vec![]
            }
            Err(fault) => {
                self.fail(sent.as_ref(), fault);
                vec![]
            }
        }
    }

    /// The answer becomes the base; edits that still differ stay.
    fn confirm(&mut self, theirs: Representation, sent: Option<&Patch>, took: Duration) {
        let reloaded = self.draft.is_loaded(Resource::Settings);
        // A save in doubt is answered by any settings: what it sent is not taken for the change of others, and what was set
        // back since is an edit again.
        let doubt = self.doubt.take();
        let told = match (sent, &doubt) {
            (Some(sent), Some(doubt)) => Some(sent.over(doubt)),
            (sent, doubt) => sent.or(doubt.as_ref()).cloned(),
        };
        let before = self.draft.representation(Resource::Settings).cloned().unwrap_or_default();
        let mut changes = self.draft.rebase(Resource::Settings, theirs, told.as_ref());
        changes.retain_mut(|(id, change)| match change {
            Change::Kept(now) if sent.is_none_or(|sent| sent.get(id).is_none()) => {
                // Nobody refused this value: it never came there, or something else came after it.
                let unmoved = now.as_ref() == before.get(&id.key);
                *change = Change::Conflict(now.take());
                !unmoved
            }
            Change::Kept(_) | Change::Taken | Change::Settled | Change::Conflict(_) => true,
        });
        let count = |of: fn(&Change) -> bool| changes.iter().filter(|(_, change)| of(change)).count();
        let kept = count(|change| matches!(change, Change::Kept(_)));
        let taken = count(|change| matches!(change, Change::Taken));
        let conflicts = count(|change| matches!(change, Change::Conflict(_)));
        self.notice = match (sent, &doubt) {
            (Some(patch), _) => Some(Notice::Saved { sent: patch.len(), kept, taken, took }),
            (None, Some(doubt)) => {
                let is_settled = |id| changes.iter().any(|(i, change)| i == id && *change == Change::Settled);
                let is_saved = |(id, value)| self.draft.base(id) == Some(value) || is_settled(id);
                Some(Notice::ReadBack { sent: doubt.len(), saved: doubt.members().filter(|m| is_saved(*m)).count() })
            }
            (None, None) if reloaded => Some(Notice::Reloaded { changed: taken + conflicts, conflicts }),
            (None, None) => None,
        };
        self.marks = changes.into_iter().map(|(id, change)| (id, Mark::from(change))).collect();
        if self.draft.field(&self.form.focus).is_none() {
            self.form.focus = self.draft.fields()[0].id.clone();
        }
        // Focus and caret stay; what Esc gives back is no longer older than what the server holds.
        let typed = self.form.typed;
        self.arrive();
        self.form.typed = typed && self.draft.edit(&self.form.focus).is_some();
    }

    /// Nobody knows whether this was saved.
    fn leave_in_doubt(&mut self, patch: &Patch) {
        self.doubt = Some(self.doubt.take().map_or_else(|| patch.clone(), |earlier| patch.over(&earlier)));
    }

    /// Nothing changes but what is said. HubSpot's words about a field go to its row, the focus to the first of them: but
    /// only if nothing was done since, or the next letters would go where nobody typed them.
    fn fail(&mut self, sent: Option<&Patch>, fault: Fault) {
        self.leaving = false;
        if let (Some(sent), Fault::Refused(refusal)) = (sent, &fault) {
            let fields = self.draft.fields();
            let unchanged = |field: &Field| match (sent.get(&field.id), self.draft.state(field)) {
                (Some(sent), State::Dirty(now)) => *sent == now,
                (Some(_), State::Clean | State::Invalid) => false,
                (None, _) => true,
            };
            let refused: Vec<(FieldId, Mark)> = refusal
                .fields
                .iter()
                .filter_map(|error| {
                    let field = fields.iter().find(|field| field.id.key == error.key).filter(|f| unchanged(f))?;
                    Some((field.id.clone(), Mark::Refused(error.message.clone())))
                })
                .collect();
            let first = fields.iter().find(|field| refused.iter().any(|(id, _)| *id == field.id));
            let is_idle =
                self.saved_from.as_ref() == Some(&self.form.focus) && self.draft.patch(Resource::Settings) == *sent;
            if let Some(id) = first.map(|field| field.id.clone()).filter(|_| is_idle) {
                self.focus(&id);
                self.form.typed = false;
            }
            self.marks.extend(refused);
        }
        if let Some(sent) = sent.filter(|_| fault.leaves_doubt()) {
            self.leave_in_doubt(sent);
        }
        let doing = if sent.is_some() { Doing::Saving } else { Doing::Loading };
        self.last_fault = Some((doing, fault.clone()));
        self.trouble(Notice::Failed(doing, fault));
    }
}

impl From<Change> for Mark {
    fn from(change: Change) -> Self {
        match change {
            Change::Taken => Mark::Taken,
            Change::Settled => Mark::Settled,
            Change::Kept(value) => Mark::Kept(value),
            Change::Conflict(value) => Mark::Conflict(value),
        }
    }
}
