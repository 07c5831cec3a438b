//! What has to hold in the world, after whatever happened.

use super::editor::Editor;
use super::server::{Fate, holds};
use super::{Known, Person, SETTINGS, Wish, World};
use callset::app::msg::{Heard, Msg};
use callset::app::{App, Keeping, Mark, Notice};
use callset::model::record::Leftover;
use callset::model::{FieldId, Patch, Value, validate};

impl World {
    /// Edits of a leftover are this run's now, but where something is edited here: that is newer, and stays.
    pub(super) fn move_wishes(&mut self, who: Person, leftover: &str) {
        let known = self.shelf(who).known.get(leftover).cloned().unwrap_or_default();
        let editor = &mut self.editors[who];
        let is_edited = |id: &FieldId| editor.app.draft.edit(id).is_some();
        if editor.app.leftovers.iter().all(|Leftover { id, .. }| id != leftover) {
            return;
        }
        self.wishes.retain(|wish| wish.run != leftover || !is_edited(&wish.id));
        for wish in self.wishes.iter_mut().filter(|wish| wish.run == leftover) {
            wish.run.clone_from(&editor.run);
        }
        let entered = known.into_iter().filter(|(id, _)| !is_edited(id)).collect::<Known>();
        editor.known.extend(entered);
    }

    /// Every edit that was entered, and not taken back, is still one, or in a draft, or was held by the server since.
    pub(super) fn check_wishes(&self) {
        for wish in &self.wishes {
            let is_edit =
                |editor: &Editor| editor.run == wish.run && editor.app.draft.edit(&wish.id) == Some(&wish.edit);
            let is_edit = self.editors.iter().any(is_edit);
            assert!(is_edit || self.is_safe(wish), "{wish:?} is lost");
        }
    }

    /// Would it outlive the editors?
    pub(super) fn is_safe(&self, wish: &Wish) -> bool {
        let held = value_of(wish).is_some_and(|value| self.server.held(wish.since, &wish.id.key, &value));
        held || self.shelves.iter().any(|shelf| shelf.has(&wish.run, &wish.id, &wish.edit))
    }

    /// What may have been carried out or not is in doubt until the server has answered, and nobody is told otherwise.
    pub(super) fn check_doubt(&self) {
        for editor in &self.editors {
            let Some(unknown) = &editor.unknown else { continue };
            let doubt = editor.app.doubts().next().expect("it is in doubt");
            assert!(unknown.members().all(|(id, _)| doubt.get(id).is_some()), "{unknown:?} is in doubt, not {doubt:?}");
        }
    }

    /// A PATCH that leaves is part of what was asked for, and news to the server; it is noted on the disk, and no other
    /// editor at this disk has one on its way.
    pub(super) fn check_patch(&mut self, who: Person, patch: &Patch) {
        let editor = &self.editors[who];
        assert!(!patch.is_empty());
        for (id, value) in patch.members() {
            assert_eq!(
                editor.wanted.as_ref().and_then(|wanted| wanted.get(id)),
                Some(value),
                "{id:?} was not asked for"
            );
            assert_ne!(editor.last.get(&id.key), Some(value), "the server has {id:?} already");
            let is_open = matches!(editor.app.marks.get(id), Some(Mark::Conflict { .. }));
            assert!(!is_open, "{id:?} is not decided");
        }
        let is_told = editor.unnoted || !matches!(editor.app.keeping, Keeping::OnDisk);
        let (run, other_run) = (editor.run.clone(), self.editors[1 - who].run.clone());
        let files = self.shelf(who);
        let noted = files.runs.get(&run).and_then(|run| run.intent.as_ref()).map(|(_, intent)| &intent.patch);
        assert!(noted == Some(patch) || is_told, "{patch:?} is not noted");
        let take_turns = files.runs.contains_key(&run) && files.runs.contains_key(&other_run);
        let other = self.editors[1 - who].patch();
        assert!(!take_turns || other.is_none(), "two at once: {patch:?} and {other:?}");
    }

    /// A value of somebody else's is overwritten only if it came after the last look, or the user knew it.
    pub(super) fn check_overwritten(&self, who: Person, patch: &Patch, fate: Fate) {
        if matches!(fate, Fate::Dropped | Fate::Unreached | Fate::Refused(_)) {
            return;
        }
        let editor = &self.editors[who];
        for (id, value) in patch.members() {
            let old = self.server.now().get(&id.key);
            let is_own = self.server.is_own(&id.key, who);
            let came_after = editor.last.get(&id.key) != old;
            let was_known = editor.known.get(id).is_some_and(|known| known.contains(&old.cloned()));
            assert!(
                is_own || old == Some(value) || came_after || was_known,
                "{id:?}: {old:?} is overwritten by {value:?}, but the user knew of {:?}",
                editor.known.get(id)
            );
        }
    }

    /// Nothing is called saved that the settings that just arrived do not hold.
    pub(super) fn check_words(&self, who: Person, before: &App, msg: &Msg) {
        let editor = &self.editors[who];
        let hold = |patch: &Patch| patch.members().filter(|(id, value)| holds(&editor.last, &id.key, value)).count();
        if editor.app.notice == before.notice && !before.sync.is_saving() {
            return;
        }
        match &editor.app.notice {
            Some(Notice::Saved { sent, kept, .. }) if matches!(msg, Msg::Reply(_)) => {
                let patch = before.sync.sent().or(before.doubts().next()).expect("something was sent");
                assert_eq!(*sent, patch.len());
                assert_eq!(patch.len() - kept, hold(patch), "saved, of {patch:?}");
            }
            Some(Notice::ReadBack { sent, saved }) if matches!(msg, Msg::Reply(_)) => {
                let patch = before.sync.sent().or(before.doubts().next()).expect("something was sent");
                assert_eq!(*sent, patch.len());
                assert!(*saved <= hold(patch), "{saved} of {patch:?} in {:?}", editor.last);
            }
            Some(Notice::AlreadyThere { fields }) if matches!(msg, Msg::Reply(_)) => {
                let wanted = editor.wanted.as_ref().unwrap();
                assert!(*fields > 0 && *fields <= hold(wanted), "{fields} of {wanted:?} in {:?}", editor.last);
            }
            Some(Notice::Earlier { saved, .. }) if before.leftovers != editor.app.leftovers => {
                let found = match msg {
                    Msg::Disk(Heard::Opened(Ok(found))) => found.leftovers.as_slice(),
                    _ => &[],
                };
                let all = before.leftovers.iter().chain(&editor.app.leftovers).chain(found);
                // An old copy that came since is not believed.
                let base = editor.app.draft.representation(SETTINGS).unwrap();
                let of_base = |patch: &Patch| patch.members().filter(|(id, value)| holds(base, &id.key, value)).count();
                let most = all.filter_map(|left| left.intents.first()).map(|(_, intent)| of_base(&intent.patch)).max();
                assert!(*saved <= most.unwrap_or(0), "{saved} of an earlier save in {:?}", editor.last);
            }
            _ => {}
        }
    }
}

/// The value that was wished for; `None` for text that is none yet.
pub(super) fn value_of(wish: &Wish) -> Option<Value> {
    let field = SETTINGS.fields().iter().find(|field| field.id == wish.id)?;
    validate::value(field.kind, &wish.edit)
}
