//! The edits on a new base: what the server says now.

use super::outcome::{outcome, unclear};
use super::{Change, Draft, Edit, Entered};
use crate::model::merge::holds;
use crate::model::{Field, FieldId, Patch, Representation, Resource, Value, validate};

impl Draft {
    /// Puts the edits on a new base: every edit that still differs stays. `sent` is the patch this base answers, if any.
    /// Returns what the user should be told, in the order of the form. Law: no unsettled edit is lost.
    pub fn rebase(
        &mut self,
        resource: Resource,
        theirs: Representation,
        sent: Option<&Patch>,
    ) -> Vec<(FieldId, Change)> {
        self.rebase_after(resource, theirs, sent, None)
    }

    /// The same where another patch may have been carried out before: what it set is not the change of others, but nobody
    /// refused it either.
    pub fn rebase_after(
        &mut self,
        resource: Resource,
        theirs: Representation,
        answered: Option<&Patch>,
        doubted: Option<&Patch>,
    ) -> Vec<(FieldId, Change)> {
        let sent = Patch::last_of(answered, doubted);
        let sent = sent.as_ref();
        // What was set back while its replacement was on its way left no edit behind; on the new base it is one, unless there
        // is nothing any more to set it back on.
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
        for field in self.fields.iter().filter(|f| f.id.resource == resource && f.kind.is_editable()) {
            let (before, now) = (old.as_ref().and_then(|old| old.get(&field.id.key)), self.base(&field.id));
            // What is there again as it was before it went, nobody has changed.
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
                // Nobody refused this value: it never came there, or something else came after it.
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
                // What was not decided stays so, wherever the server goes.
                (_, Some(loaded)) => loaded.as_ref(),
                (Some(Change::Conflict(_)), None) => before,
                (_, None) => now,
            };
            // Where the server is back at what the edit was made on, nobody is in the way any more.
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
        for (id, before) in ours {
            self.follow_ours(&id, before.as_ref());
        }
        for (row, original) in rows.iter().zip(&originals).filter(|(row, _)| moved.contains(&row.id)) {
            self.follow(row, original.as_ref());
        }
        self.open = false;
        changes
    }

    /// A row that is edited stays as it is when the server stops sending its member, or sends another type. If it is not
    /// edited, the steps that led to it are over.
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

    /// Someone else moved the base of a field: steps that led from or to it lead from or to the new one, so that undo
    /// takes one's own edits back and never the change of others. An end that meant the old base in other words ("400 ") was
    /// no edit of the value, and goes with it.
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

    /// A save of ours moved the base of a field: what was entered on the old one stands on the new one, and undo is the way
    /// back to before the save.
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
