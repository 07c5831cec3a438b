//! Conflicts: fields that were changed here and on the server. Nothing is sent until the user has chosen a side for
//! each.

use crate::app::effect::Effect;
use crate::app::{App, Mode, Notice, Picker, Rows, Side};
use crate::model::{Field, FieldId};

impl App {
    /// Chooses a side for the selected conflict.
    pub(super) fn choose_side(&mut self, side: Side) {
        let ids: Vec<FieldId> = self.sync.draft.conflicts().map(|(field, ..)| field.id.clone()).collect();
        if let Mode::Picking(Picker { rows: Rows::Conflicts(sides), selected, .. }) = &mut self.mode
            && let Some(id) = ids.get(*selected)
        {
            sides.insert(id.clone(), side);
        }
    }

    /// Chooses a side for all conflicts.
    pub(super) fn choose_all(&mut self, side: Side) {
        let ids: Vec<FieldId> = self.sync.draft.conflicts().map(|(field, ..)| field.id.clone()).collect();
        if let Mode::Picking(Picker { rows: Rows::Conflicts(sides), .. }) = &mut self.mode {
            *sides = ids.into_iter().map(|id| (id, side)).collect();
        }
    }

    /// Goes back to the form, to the row of the selected conflict. An edit of the row decides the conflict as well.
    pub(super) fn edit_conflict(&mut self) {
        let Mode::Picking(Picker { rows: Rows::Conflicts(_), selected, .. }) = self.mode else { return };
        let id = self.sync.draft.conflicts().nth(selected).map(|(field, ..)| field.id.clone());
        self.mode = Mode::Editing;
        if let Some(id) = id {
            self.focus(&id);
            self.arrive();
        }
    }

    /// Applies the chosen sides and saves, if every conflict has a side. The save checks the server again first.
    pub(super) fn decide(&mut self) -> Vec<Effect> {
        let Mode::Picking(Picker { rows: Rows::Conflicts(sides), .. }) = &self.mode else { return vec![] };
        let sides = sides.clone();
        let conflicts: Vec<Field> = self.sync.draft.conflicts().map(|(field, ..)| field.clone()).collect();
        let open = conflicts.iter().position(|field| !sides.contains_key(&field.id));
        if let Some(open) = open {
            self.select(open);
            let fields = conflicts.iter().filter(|field| !sides.contains_key(&field.id)).count();
            self.notice = Some(Notice::Undecided { fields });
            return vec![];
        }
        self.mode = Mode::Editing;
        let (theirs, mine): (Vec<Field>, Vec<Field>) =
            conflicts.into_iter().partition(|field| sides.get(&field.id) == Some(&Side::Theirs));
        self.sync.draft.decide(mine.iter().map(|field| &field.id));
        // Undo takes back this choice as well. The edit is then in conflict again.
        self.sync.draft.revert_each(&theirs);
        self.show_entered();
        if self.sync.unsaved() == 0 && !theirs.is_empty() {
            self.fall_silent();
            self.notice = Some(Notice::TookTheirs { fields: theirs.len() });
            return vec![];
        }
        self.save()
    }
}
