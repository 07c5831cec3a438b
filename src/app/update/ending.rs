//! The end of a save, of each resource and of all: what is told, and what has the keyboard then.

use crate::app::effect::Effect;
use crate::app::fault::Fault;
use crate::app::sync::{Planned, Review, Save, Stage, Stopped};
use crate::app::{App, Choices, Confirm, Doing, Mark, Mode, Notice};
use crate::model::{Field, FieldId, Patch, Resource, State};
use tui_input::Input;

impl App {
    pub(super) fn end_failed(&mut self, save: Box<Save>, doing: Doing, fault: Fault) -> Vec<Effect> {
        self.last_fault = Some((doing, fault.clone()));
        self.end(save, Notice::Failed(doing, fault))
    }

    /// What became of this resource is known, or nobody can say it. The next one comes, if there is one; not with a token that
    /// is refused.
    pub(super) fn end(&mut self, mut save: Box<Save>, notice: Notice) -> Vec<Effect> {
        if let Notice::Failed(doing, fault) = &notice
            && fault.is_about_token()
        {
            return self.stop_for_token(save, *doing, fault);
        }
        let Some(wanted) = save.next.pop_front() else { return self.conclude(save, notice) };
        save.ended.push((save.resource(), notice));
        self.go_to(*save, wanted)
    }

    fn go_to(&mut self, save: Save, wanted: Patch) -> Vec<Effect> {
        let Save { next, ended, asked, review, .. } = save;
        self.check(Box::new(Save { next, ended, review, ..Save::new(wanted, asked) }))
    }

    /// The save ends here. If another credential is asked for, this save waits with the question, as it is.
    fn stop_for_token(&mut self, save: Box<Save>, doing: Doing, fault: &Fault) -> Vec<Effect> {
        // Its record on the disk goes with the end.
        let again = !save.sent;
        let rest = Save { ended: vec![], stage: Stage::Turn(None), again, outdated: 0, noted: None, ..(*save).clone() };
        let untouched = self.is_untouched_since(&save);
        let effects = self.conclude(save, Notice::Failed(doing, fault.clone()));
        if untouched {
            self.ask_for_token_after(fault, Stopped::Saving(Box::new(rest)));
        }
        effects
    }

    /// What would be sent of this resource is known, and nothing is sent before all of it was shown.
    pub(super) fn look_at_next(&mut self, mut save: Box<Save>) -> Vec<Effect> {
        match save.next.pop_front() {
            Some(wanted) => self.go_to(*save, wanted),
            None => self.told(*save),
        }
    }

    /// The save is over: what became of each resource is told, and what there is to do next has the keyboard, unless the user
    /// did something meanwhile.
    pub(super) fn conclude(&mut self, mut save: Box<Save>, notice: Notice) -> Vec<Effect> {
        save.ended.push((save.resource(), notice));
        save.pass_over_the_rest();
        self.told(*save)
    }

    fn told(&mut self, mut save: Save) -> Vec<Effect> {
        save.ended.sort_by_key(|(resource, _)| *resource);
        // What went well after it does not take the failure away that is told.
        let failed = save.ended.iter().find_map(|(_, notice)| match notice {
            Notice::Failed(doing, fault) => Some((*doing, fault.clone())),
            _ => None,
        });
        self.last_fault = failed.or(self.last_fault.take());
        let whole = save.ended.iter().all(|(_, notice)| is_whole(notice));
        let clashed = |notice: &Notice| matches!(notice, Notice::Clash { .. } | Notice::ReadBack { .. });
        if self.is_untouched_since(&save) {
            let is_refused = |id: &FieldId| matches!(self.marks.get(id), Some(Mark::Refused(_)));
            if let Some(first) = self.draft.fields().iter().map(|field| field.id.clone()).find(is_refused) {
                self.focus(&first);
                self.form.typed = false;
            }
            if self.mode.is_editing()
                && save.ended.iter().any(|(_, notice)| clashed(notice))
                && self.conflicts().next().is_some()
            {
                self.mode = Mode::Resolving(Choices::default());
            }
        }
        self.fall_silent();
        if let Review::Looking { plan, again } = save.review
            && whole
            && !plan.is_empty()
        {
            self.show(plan, again, save.ended);
            return vec![];
        }
        let notice = match save.ended.as_slice() {
            [(Resource::Settings, notice)] => notice.clone(),
            ended => Notice::Several(ended.to_vec()),
        };
        if notice.is_sticky() {
            self.trouble(notice);
        } else {
            self.notice = Some(notice);
        }
        self.leave(whole)
    }

    /// What a save to production would send is shown, and anew if someone was there since it was.
    fn show(&mut self, plan: Vec<Planned>, again: bool, ended: Vec<(Resource, Notice)>) {
        self.notice = match (again, self.mode.is_editing()) {
            (_, false) => Some(Notice::NotShown),
            _ if !ended.is_empty() => Some(Notice::Several(ended)),
            (again, true) => again.then_some(Notice::Outdated),
        };
        if self.mode.is_editing() {
            self.mode = Mode::Confirming { what: Confirm::Save(plan), typed: Input::default(), scroll: 0 };
        }
    }

    /// If the user is leaving, this is when; but not with something open that was entered since, and not
    /// before it was told what of the save the server does not hold.
    fn leave(&mut self, whole: bool) -> Vec<Effect> {
        if !std::mem::take(&mut self.leaving) || !whole {
            return vec![];
        }
        // Another resource may be in doubt from before.
        if self.is_settled() {
            return vec![self.exit(0)];
        }
        self.mode = Mode::Quitting;
        vec![]
    }

    /// HubSpot's words about single fields go to their rows, unless they were edited since.
    pub(super) fn mark_refused(&mut self, save: &Save, fault: &Fault) {
        let Fault::Refused(refusal) = fault else { return };
        let fields = self.draft.fields();
        // A conflict that came up meanwhile is still to be decided.
        let is_open = |field: &Field| self.draft.conflict(&field.id).is_some();
        let unchanged = |field: &Field| match (save.patch.get(&field.id), self.draft.state(field)) {
            (Some(sent), State::Dirty(now)) => *sent == now,
            (Some(_), State::Clean | State::Invalid) => false,
            (None, _) => true,
        };
        let is_named = |field: &&Field, key: &str| field.id.resource == save.resource() && field.id.key == key;
        let refused: Vec<(FieldId, Mark)> = refusal
            .fields
            .iter()
            .filter_map(|error| {
                let field =
                    fields.iter().find(|field| is_named(field, &error.key)).filter(|f| unchanged(f) && !is_open(f))?;
                Some((field.id.clone(), Mark::Refused(error.message.clone())))
            })
            .collect();
        self.marks.extend(refused);
    }

    /// Has nothing been entered since the save was asked for, and is the focus where it was? Only then may it move, or a
    /// question open: the next letters would go where nobody typed them.
    pub(super) fn is_untouched_since(&self, save: &Save) -> bool {
        let (edits, focus) = &save.asked;
        *focus == self.form.focus && self.draft.edits().iter().all(|(id, edit)| edits.get(id) == Some(edit))
    }
}

/// Is nothing left of what was to be saved?
fn is_whole(notice: &Notice) -> bool {
    match notice {
        Notice::Saved { kept, .. } => *kept == 0,
        Notice::ReadBack { sent, saved } => sent == saved,
        _ => matches!(
            notice,
            Notice::SetUp { .. } | Notice::AlreadyThere { .. } | Notice::NothingToSave | Notice::Removed(_)
        ),
    }
}
