//! The edits on a new base: what the server says now.

use super::outcome::{outcome, unclear};
use super::{Change, Draft, Edit};
use crate::model::{Field, FieldId, Patch, Representation, Resource, validate};

impl Draft {
    /// Puts the edits on a new base: every edit that still differs stays. `sent` is the patch this base answers, if any.
    /// Returns what the user should be told, in the order of the form. Law: no unsettled edit is lost.
    pub fn rebase(
        &mut self,
        resource: Resource,
        theirs: Representation,
        sent: Option<&Patch>,
    ) -> Vec<(FieldId, Change)> {
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
        let mut moved = Vec::new();
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
            if before != now && sent.is_none() && change != Some(Change::Settled) {
                moved.push(field.id.clone());
            }
            if !stays {
                self.edits.remove(&field.id);
            }
            if old.is_some() {
                changes.extend(change.map(|change| (field.id.clone(), change)));
            }
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
        let new = self.field(id).and_then(|field| self.base_as_edit(field));
        let meaning = |edit: Option<&Edit>| edit.and_then(|edit| validate::value(row.kind, edit));
        let old = meaning(original);
        for (_, before, after) in
            self.past.iter_mut().chain(&mut self.future).flat_map(|step| &mut step.changes).filter(|(i, ..)| i == id)
        {
            for end in [before, after] {
                if end.as_ref() == original || old.is_some() && meaning(end.as_ref()) == old {
                    end.clone_from(&new);
                }
            }
        }
    }
}
