//! Moves the edits to a new base: the representation that the server sends now.

use super::outcome::{outcome, unclear};
use super::{Change, Draft, Edit, Entered};
use crate::model::merge::holds;
use crate::model::{Field, FieldId, Patch, Representation, Resource, Value, validate};

impl Draft {
    /// Moves the edits to a new base. Every edit that still differs from it stays. `sent` is the patch that this
    /// base answers, if any. Returns what the user should be told, in the order of the form. Law: no edit is lost
    /// unless the server has its value.
    pub fn rebase(
        &mut self,
        resource: Resource,
        theirs: Representation,
        sent: Option<&Patch>,
    ) -> Vec<(FieldId, Change)> {
        self.rebase_after(resource, theirs, sent, None)
    }

    /// Like `rebase`, if an earlier patch without an answer may have taken effect too. A value of that patch is no
    /// change by someone else, but it was not refused either.
    pub fn rebase_after(
        &mut self,
        resource: Resource,
        theirs: Representation,
        answered: Option<&Patch>,
        doubted: Option<&Patch>,
    ) -> Vec<(FieldId, Change)> {
        let sent = Patch::last_of(answered, doubted);
        let sent = sent.as_ref();
        // A field set back to its base while another value was being sent has no edit. On the new base it needs
        // one, in order to stay set back. If the resource is gone, there is nothing to set back.
        for (id, _) in sent.into_iter().flat_map(Patch::members).filter(|_| !theirs.is_empty()) {
            let old = self.field(id).and_then(|field| self.base_as_edit(field));
            if let (None, Some(old)) = (self.edits.get(id), old) {
                self.edits.insert(id.clone(), old);
            }
        }
        let originals: Vec<Option<Edit>> = self.fields.iter().map(|field| self.base_as_edit(field)).collect();
        let rows = std::mem::take(&mut self.fields);
        let old = self.base.insert(resource, theirs);
        self.lay_out();
        self.keep_rows(&rows);
        if let Some(old) = old.as_ref().filter(|old| !old.is_empty() && self.is_absent(resource)) {
            self.former.insert(resource, old.clone());
        }

        let former = self.former.get(&resource).filter(|_| old.as_ref().is_some_and(Representation::is_empty));

        let mut changes = Vec::new();
        let (mut moved, mut ours, mut stand) = (Vec::new(), Vec::new(), Vec::new());
        let edited: Vec<FieldId> = self.edits.keys().filter(|id| id.resource == resource).cloned().collect();
        let is_edited = |field: &Field| field.kind.is_editable() || edited.contains(&field.id);
        for field in self.fields.iter().filter(|field| field.id.resource == resource && is_edited(field)) {
            let (before, now) = (old.as_ref().and_then(|old| old.get(&field.id.key)), self.base(&field.id));
            // If a resource disappeared and came back with the same value, that field was not changed.
            let before = former.and_then(|former| former.get(&field.id.key)).filter(|was| Some(*was) == now).or(before);
            let sent = sent.and_then(|patch| patch.get(&field.id));
            let edit = self.edits.get(&field.id);
            let (stays, change) = match edit.map(|edit| validate::value(field.kind, edit)) {
                None => (false, (before != now && (sent.is_none() || sent != now)).then_some(Change::Taken)),
                Some(None) => unclear(before, now, sent),
                Some(Some(mine)) => outcome(before, &mine, now, sent),
            };
            let is_answered = answered.is_some_and(|patch| patch.get(&field.id).is_some());
            let change = match change {
                // The server did not refuse this value: it was never received, or another change followed it.
                Some(Change::Kept(now)) if !is_answered => (now.as_ref() != before).then_some(Change::Conflict(now)),
                change => change,
            };
            if before != now && sent.is_none() && change != Some(Change::Tidied) {
                moved.push(field.id.clone());
            }
            if before != now && sent.is_some_and(|sent| holds(before, sent, now)) {
                ours.push((field.id.clone(), before.cloned()));
            }
            let on = match (&change, self.made_on.get(&field.id)) {
                // An undecided conflict stays undecided, whatever the server's next value is.
                (_, Some(loaded)) => loaded.as_ref(),
                (Some(Change::Conflict(_)), None) => before,
                (_, None) => now,
            };
            // If the server has the value that the edit was made on again, there is no conflict.
            let change = change.filter(|change| !matches!(change, Change::Conflict(_)) || on != now);
            stand.push((field.id.clone(), stays.then(|| on.cloned())));
            if !stays {
                self.edits.remove(&field.id);
            }
            if old.is_some() {
                changes.extend(change.map(|change| (field.id.clone(), change)));
            }
        }
        for (id, on) in stand {
            match on {
                Some(on) => self.stand_on(&id, on),
                None => _ = self.made_on.remove(&id),
            }
        }
        self.understand_all();
        for (id, before) in ours {
            self.follow_ours(&id, before.as_ref());
        }
        for (row, original) in rows.iter().zip(&originals).filter(|(row, _)| moved.contains(&row.id)) {
            self.follow(row, original.as_ref());
        }
        self.open = false;
        changes
    }

    /// Keeps the row of an edited field if the server no longer sends its member, or sends another type. If the
    /// field is not edited, its undo and redo steps are dropped instead.
    fn keep_rows(&mut self, rows: &[Field]) {
        for (at, row) in rows.iter().enumerate() {
            let new = self.fields.iter().position(|field| field.id == row.id);
            match (new, self.edits.contains_key(&row.id)) {
                (Some(new), _) if self.fields[new].kind == row.kind => {}
                (Some(new), true) => self.fields[new] = row.clone(),
                (None, true) => self.fields.insert(at.min(self.fields.len()), row.clone()),
                (_, false) => {
                    for steps in [&mut self.past, &mut self.future] {
                        for step in steps.iter_mut() {
                            step.changes.retain(|(id, ..)| *id != row.id);
                        }
                        steps.retain(|step| !step.changes.is_empty());
                    }
                }
            }
        }
    }

    /// Adapts the undo and redo steps of a field whose base was changed by someone else. Steps from or to the old
    /// base now lead from or to the new one, so that undo takes back the user's own edits and never the change of
    /// others. A step end that meant the old base in another spelling ("400 ") moves too.
    fn follow(&mut self, row: &Field, original: Option<&Edit>) {
        let id = &row.id;
        let new =
            Entered { edit: self.field(id).and_then(|field| self.base_as_edit(field)), on: self.base(id).cloned() };
        let meaning = |edit: Option<&Edit>| edit.and_then(|edit| validate::value(row.kind, edit));
        let old = meaning(original);
        for (_, before, after) in
            self.past.iter_mut().chain(&mut self.future).flat_map(|step| &mut step.changes).filter(|(i, ..)| i == id)
        {
            for end in [before, after] {
                if end.edit.as_ref() == original || old.is_some() && meaning(end.edit.as_ref()) == old {
                    end.clone_from(&new);
                }
            }
        }
    }

    /// Adapts the steps of a field whose base was changed by our own save. Edits made on the old base now stand on
    /// the new one, and undo leads back to the values from before the save.
    fn follow_ours(&mut self, id: &FieldId, before: Option<&Value>) {
        let now = self.base(id).cloned();
        let steps = self.past.iter_mut().chain(&mut self.future).flat_map(|step| &mut step.changes);
        for (_, from, to) in steps.filter(|(of, ..)| of == id) {
            for end in [from, to].into_iter().filter(|end| end.on.as_ref() == before) {
                end.on.clone_from(&now);
            }
        }
    }
}
