//! What has to hold in the world, after whatever happened.

use super::editor::Editor;
use super::server::{Fate, holds};
use super::{Known, Person, Wish, World};
use crate::walks;
use callset::app::msg::{DiskReply, Msg};
use callset::app::{App, Notice};
use callset::model::record::{Leftover, Sending};
use callset::model::{FieldId, Patch, Representation, Resource, Value, validate};
use callset::sync::{Act, Call, Disk, Keeping, Outcome};

impl World {
    /// Edits of a leftover are this run's now, but where something is edited here: that is newer, and stays.
    pub(super) fn move_wishes(&mut self, who: Person, leftover: &str) {
        let known = self.shelf(who).known.get(leftover).cloned().unwrap_or_default();
        let editor = &mut self.editors[who];
        let is_edited = |id: &FieldId| editor.app.sync.draft.edit(id).is_some();
        if editor.app.leftovers.iter().all(|Leftover { id, .. }| id != leftover) {
            return;
        }
        // What the settings that were loaded have already is no edit, even if they were an old copy.
        let is_there = |wish: &Wish| {
            let base = editor.app.sync.draft.representation(wish.id.resource);
            base.zip(value_of(wish)).is_some_and(|(base, value)| holds(base, &wish.id.key, &value))
        };
        self.wishes.retain(|wish| wish.run != leftover || !is_edited(&wish.id) && !is_there(wish));
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
                |editor: &Editor| editor.run == wish.run && editor.app.sync.draft.edit(&wish.id) == Some(&wish.edit);
            let is_edit = self.editors.iter().any(is_edit);
            assert!(is_edit || self.is_safe(wish), "{wish:?} is lost");
        }
    }

    /// Would it outlive the editors?
    pub(super) fn is_safe(&self, wish: &Wish) -> bool {
        let held = value_of(wish).is_some_and(|value| self.server.held(wish.since, &wish.id, &value));
        held || self.shelves.iter().any(|shelf| shelf.has(&wish.run, &wish.id, &wish.edit))
    }

    /// What may have been carried out or not is in doubt until the server has answered, and nobody is told otherwise.
    pub(super) fn check_doubt(&self) {
        for editor in &self.editors {
            for (resource, unknown) in &editor.unknown {
                let is_it = |doubt: &Sending| match (unknown, doubt.patch()) {
                    (Call::Patch(unknown) | Call::Create(unknown), Some(doubt)) => unknown == doubt,
                    (Call::Delete(_), None) => doubt.resource() == *resource,
                    _ => false,
                };
                assert!(editor.app.sync.doubts().any(is_it), "{unknown:?} is in doubt");
            }
        }
    }

    /// A write of ours that was carried out late is known as ours by the look that shows it first: the history has it.
    pub(super) fn check_landed(&mut self, who: Person, before: &App, resource: Resource, theirs: &Representation) {
        let editor = &mut self.editors[who];
        let landed: Vec<_> = editor.landed.extract_if(.., |(id, _)| id.resource == resource).collect();
        for (id, value) in landed {
            let base = before.sync.draft.representation(resource).and_then(|base| base.get(&id.key));
            let is_news = theirs.get(&id.key) == Some(&value) && base.is_some() && base != Some(&value);
            let is_kept = |(job, _): &(Disk, Known)| match job {
                Disk::Remember(saved) => saved.resource == resource && saved.after.get(&id.key) == Some(&value),
                _ => false,
            };
            let is_in_memory = matches!(editor.app.sync.keeping, Keeping::InMemory(_));
            let is_known = is_in_memory || editor.jobs.iter().any(is_kept);
            assert!(!is_news || is_known, "{id:?} is {value:?} by us, and the history does not have it");
        }
    }

    /// What leaves to change the server leaves alone: no other editor at this disk has such a thing on its way.
    pub(super) fn check_alone(&mut self, who: Person, call: &Call) {
        assert_eq!(self.editors[who].write(), None, "while {call:?}");
        let (run, other_run) = (self.editors[who].run.clone(), self.editors[1 - who].run.clone());
        let files = self.shelf(who);
        let take_turns = files.runs.contains_key(&run) && files.runs.contains_key(&other_run);
        let other = self.editors[1 - who].write();
        assert!(!take_turns || other.is_none(), "two at once: {call:?} and {other:?}");
        let (has_turn, command) = (self.shelf(who).runs.contains_key(&run), self.command_write(who));
        assert!(!has_turn || command.is_none(), "two at once: {call:?} and {command:?}");
    }

    /// A PATCH or POST that leaves is part of what was asked for, and news to the server; it is noted on the disk.
    pub(super) fn check_patch(&mut self, who: Person, patch: &Patch, is_post: bool) {
        let editor = &self.editors[who];
        let resource = patch.resource();
        let last = editor.last(resource);
        assert!(!patch.is_empty());
        assert_eq!(is_post, last.is_empty(), "a POST is for what the server does not have");
        for (id, value) in patch.members() {
            let wanted = editor.wants(resource).and_then(|wanted| wanted.get(id));
            assert_eq!(wanted, Some(value), "{id:?} was not asked for");
            assert_ne!(last.get(&id.key), Some(value), "the server has {id:?} already");
            let is_open = editor.app.sync.draft.conflict(id).is_some();
            assert!(!is_open, "{id:?} is not decided");
        }
        let is_told = editor.unnoted || !matches!(editor.app.sync.keeping, Keeping::OnDisk);
        let run = editor.run.clone();
        let files = self.shelf(who);
        let noted =
            files.runs.get(&run).and_then(|run| run.sendings.get(&resource)).and_then(|noted| noted.last()?.patch());
        assert!(noted == Some(patch) || is_told, "{patch:?} is not noted");
    }

    /// A value of somebody else's is overwritten only if it came after the last look, or the user knew it. A resource that is
    /// there is never overwritten by a POST: the server does not let it.
    pub(super) fn check_overwritten(&self, who: Person, call: &Call, fate: Fate) {
        let Call::Patch(patch) = call else { return };
        let now = self.server.now(patch.resource());
        if !fate.arrives() || now.is_empty() {
            return;
        }
        let editor = &self.editors[who];
        let last = editor.last(patch.resource());
        for (id, value) in patch.members() {
            let old = now.get(&id.key);
            let is_own = self.server.is_own(id, who);
            let came_after = last.get(&id.key) != old;
            let is_back = old.is_some() && editor.former.get(&patch.resource()).and_then(|was| was.get(&id.key)) == old;
            let knows_of_gone = editor.known.get(id).is_some_and(|known| known.contains(&None));
            let was_known = editor.known.get(id).is_some_and(|known| known.contains(&old.cloned()));
            let was_known = was_known || is_back && knows_of_gone;
            assert!(
                is_own || old == Some(value) || came_after || was_known,
                "{id:?}: {old:?} is overwritten by {value:?}, but the user knew of {:?}",
                editor.known.get(id)
            );
        }
    }

    /// Nothing is called saved, there or gone that what just arrived does not say. At the end of a save each resource of it
    /// is told.
    pub(super) fn check_words(&self, who: Person, before: &App, msg: &Msg) {
        let editor = &self.editors[who];
        let told = walks::told(before, msg, editor.answer.as_ref(), &editor.app);
        if let (Some(save), None) = (&before.sync.save, &editor.app.sync.save)
            && save.act == Act::Write
        {
            let earlier = save.ended.iter().map(|(resource, _)| *resource);
            let all: Vec<_> = earlier.chain(told.iter().map(|(resource, _)| *resource)).collect();
            assert_eq!(all, editor.wanted.iter().map(Patch::resource).collect::<Vec<_>>(), "each is told");
        }
        for (resource, notice) in told {
            let last = editor.last(resource);
            let hold = |patch: &Patch| patch.members().filter(|(id, value)| holds(&last, &id.key, value)).count();
            let of = |patch: &&Patch| patch.resource() == resource;
            let patch = before.sync.sent().filter(of).or(before.sync.doubts().filter_map(Sending::patch).find(of));
            match &notice {
                Notice::Outcome(Outcome::Saved { sent, kept, .. }) => {
                    let patch = patch.expect("something was sent");
                    assert_eq!(*sent, patch.len());
                    assert_eq!(patch.len() - kept, hold(patch), "saved, of {patch:?}");
                }
                Notice::Outcome(Outcome::SetUp { sent, .. }) => {
                    let patch = patch.expect("something was sent");
                    assert_eq!((*sent, *sent), (patch.len(), hold(patch)));
                }
                Notice::Outcome(Outcome::ReadBack { sent, saved }) => {
                    let open = walks::open_patches(before, resource);
                    assert!(walks::is_of_some(*sent, &open), "{sent} of {open:?}");
                    assert!(*saved <= open.iter().copied().map(hold).sum(), "{saved} of {open:?} in {last:?}");
                }
                Notice::Outcome(Outcome::AlreadyThere { fields }) => {
                    let wanted = editor.wants(resource).unwrap();
                    assert!(*fields > 0 && *fields <= hold(wanted), "{fields} of {wanted:?} in {last:?}");
                }
                Notice::Outcome(Outcome::Removed(_) | Outcome::Gone(_)) => {
                    assert!(last.is_empty(), "{notice:?}, but {last:?}");
                }
                Notice::Outcome(Outcome::NotRemoved(_)) => assert!(!last.is_empty()),
                _ => {}
            }
        }
        if let Some(Notice::Earlier { saved, .. }) = &editor.app.notice
            && before.leftovers != editor.app.leftovers
        {
            let found = match msg {
                Msg::Disk(DiskReply::Opened(Ok(found))) => found.leftovers.as_slice(),
                _ => &[],
            };
            let all = before.leftovers.iter().chain(&editor.app.leftovers).chain(found);
            // An old copy that came since is not believed.
            let of_base = |patch: &Patch| {
                let base = editor.app.sync.draft.representation(patch.resource());
                base.map_or(0, |base| patch.members().filter(|(id, value)| holds(base, &id.key, value)).count())
            };
            let of_leftover = |left: &Leftover| left.sendings.iter().filter_map(Sending::patch).map(of_base).sum();
            let most: usize = all.map(of_leftover).max().unwrap_or(0);
            assert!(*saved <= most, "{saved} of an earlier save in {:?}", editor.last);
        }
    }
}

/// The value that was wished for; `None` for text that is none yet.
pub(super) fn value_of(wish: &Wish) -> Option<Value> {
    let field = wish.id.resource.fields().iter().find(|field| field.id == wish.id)?;
    validate::value(field.kind, &wish.edit)
}
