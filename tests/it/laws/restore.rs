//! The laws of what comes back: edits of an earlier run, old values, patches that are sent again.

use super::{SETTINGS, agrees, edits, left_by, loaded, representation, story, unsaved};
use callset::model::record::Unsaved;
use callset::model::{Change, Draft, Edit, FieldId, Fit, Kind, Representation, State, Stroke, Value, validate};
use proptest::prelude::*;
use proptest::sample::select;
use std::collections::BTreeMap;

fn dirty(draft: &Draft) -> BTreeMap<FieldId, Edit> {
    draft.dirty().map(|field| (field.id.clone(), draft.edit(&field.id).unwrap().clone())).collect()
}

fn id(key: &str) -> FieldId {
    FieldId { resource: SETTINGS, key: key.to_owned().into() }
}

/// Something that a server may say about when it changed.
fn time() -> impl Strategy<Value = Option<Value>> {
    let text = |text: &&str| Some(Value::Text((*text).to_owned()));
    let times =
        ["2026-09-18T07:55:41Z", "2026-09-18T07:55:41.000Z", "2026-09-18T09:55:42+02:00", "9999-12-31T23:59:59Z", "no"];
    let mut all: Vec<_> = times.iter().map(text).collect();
    all.extend([
        None,
        Some(Value::Null),
        Some(Value::Integer(7)),
        Some(Value::Other("1e99".into())),
        Some(Value::Withheld(7)),
    ]);
    select(all)
}

fn changed_at(time: Option<Value>) -> Representation {
    time.map(|time| ("updatedAt", time)).into_iter().collect()
}

proptest! {
    #![proptest_config(crate::chance::fixed())]

    #[test]
    fn what_comes_back_on_the_same_base_is_what_was_left_and_nothing_to_tell(story in story()) {
        let left = story.draft();
        let mut draft = loaded(story.0.clone());
        prop_assert_eq!(draft.restore(&left_by(&left)), vec![]);
        prop_assert_eq!(dirty(&draft), dirty(&left));
        prop_assert_eq!(draft.patch(SETTINGS), left.patch(SETTINGS));
    }

    #[test]
    fn what_comes_back_is_one_step_and_touches_nothing_that_is_edited_here(here in story(), left in unsaved()) {
        let mut draft = here.draft();
        let before = dirty(&draft);
        let entered = draft.edits().clone();
        draft.restore(&left);
        for (id, edit) in &entered {
            prop_assert_eq!(draft.edit(id), Some(edit));
        }
        for (id, edit) in draft.edits().iter().filter(|(id, _)| !entered.contains_key(*id)) {
            prop_assert_eq!(left.edits.get(id), Some(edit), "invented");
        }
        let once = draft.clone();
        draft.restore(&left);
        prop_assert_eq!(edits(&draft), edits(&once), "twice is once");
        if dirty(&draft) != before {
            draft.undo();
            prop_assert_eq!(dirty(&draft), before);
            draft.redo();
            prop_assert_eq!(edits(&draft), edits(&once));
        }
    }

    /// Whatever the server has become: what was left is an edit again, or the server has it.
    #[test]
    fn what_was_left_is_never_lost_and_never_takes_back_a_change_of_others(left in unsaved(), theirs in representation()) {
        let mut draft = loaded(theirs.clone());
        let changes = draft.restore(&left);
        let base = &left.base[&SETTINGS];
        for (id, edit) in &left.edits {
            let now = theirs.get(&id.key);
            let kind = draft.field(id).map(|field| field.kind);
            let mine = kind.and_then(|kind| validate::value(kind, edit));
            let conflict = changes.contains(&(id.clone(), Change::Conflict(now.cloned())));
            if let Some(kept) = draft.edit(id) {
                prop_assert_eq!(kept, edit);
                prop_assert_eq!(conflict, base.get(&id.key) != now, "{}: others changed it, or did not", id.key);
            } else {
                let is_nothing = mine.as_ref() == base.get(&id.key);
                let has_it = mine.as_ref().is_some_and(|mine| agrees(mine, now));
                prop_assert!(is_nothing || has_it, "{} is lost: {:?} for {:?}", id.key, edit, now);
            }
        }
        for (id, value) in draft.patch(SETTINGS).members() {
            prop_assert!(left.edits.contains_key(id) && theirs.get(&id.key) != Some(value));
        }
    }

    #[test]
    fn what_is_still_unsaved_is_what_restoring_would_enter(left in unsaved(), theirs in representation()) {
        let mut draft = loaded(theirs.clone());
        draft.restore(&left);
        let on = left.on(&BTreeMap::from([(SETTINGS, theirs)]));
        prop_assert_eq!(dirty(&on), dirty(&draft));
    }

    #[test]
    fn of_what_the_server_has_by_now_nothing_is_unsaved(story in story()) {
        let left = story.draft();
        let saved = left.patch(SETTINGS).apply(&story.0);
        let on = left_by(&left).on(&BTreeMap::from([(SETTINGS, saved)]));
        prop_assert!(on.patch(SETTINGS).is_empty());
        prop_assert!(on.dirty().all(|field| on.state(field) == State::Invalid));
    }

    #[test]
    fn old_values_entered_after_a_save_are_the_inverse_of_it(story in story()) {
        let mut draft = story.draft();
        draft.revert_each(&draft.dirty().filter(|f| draft.state(f) == State::Invalid).cloned().collect::<Vec<_>>());
        let patch = draft.patch(SETTINGS);
        draft.rebase(SETTINGS, patch.apply(&story.0), Some(&patch));
        let before = dirty(&draft);
        let old: Representation =
            patch.members().filter_map(|(id, _)| Some((&id.key, story.0.get(&id.key)?.clone()))).collect();
        let entered = draft.enter(old.members().map(|(key, value)| (id(key), value)));
        // A value that its row could not have entered is not entered again.
        let may_be_entered = |id: &FieldId, value: &Value| {
            let field = draft.field(id).unwrap();
            let words = match value {
                Value::Text(text) => Edit::Text(text.clone()),
                Value::Integer(number) => Edit::Text(number.to_string()),
                Value::Switch(on) => Edit::Switch(*on),
                Value::Null | Value::Other(_) | Value::Withheld(_) => return false,
            };
            validate::value(field.kind, &words).as_ref() == Some(value)
        };
        prop_assert_eq!(draft.patch(SETTINGS), patch.invert(&story.0).only(may_be_entered));
        prop_assert_eq!(draft.patch(SETTINGS).len(), entered.len());
        if !entered.is_empty() {
            draft.undo();
            prop_assert_eq!(dirty(&draft), before);
        }
    }

    #[test]
    fn what_is_entered_from_elsewhere_fits_is_all_that_was_foreseen_and_undone_is_the_start(
        story in story(),
        values in representation(),
    ) {
        let mut draft = story.draft();
        let before = draft.clone();
        let fits: Vec<_> = values.members().map(|(key, value)| (id(key), value, before.fit(&id(key), value))).collect();
        let changes = || fits.iter().filter(|(.., fit)| *fit == Fit::Changes);
        let entered = draft.enter(changes().map(|(id, value, _)| (id.clone(), *value)));
        prop_assert_eq!(&entered, &changes().map(|(id, ..)| id.clone()).collect::<Vec<_>>());
        for (id, value, fit) in &fits {
            let now = draft.field(id).map(|field| draft.state(field));
            match fit {
                Fit::Changes | Fit::Same => {
                    let field = draft.field(id).unwrap();
                    prop_assert!(field.kind.is_editable() && field.kind.fits(value));
                    let holds = now == Some(State::Dirty((*value).clone())) || draft.base(id) == Some(*value);
                    prop_assert!(holds || now == Some(State::Clean), "{id:?} holds {value:?}");
                }
                Fit::Unfit | Fit::NotThere => prop_assert_eq!(draft.edit(id), before.edit(id)),
            }
        }
        for (id, edit) in draft.edits().iter().filter(|(id, _)| !entered.contains(id)) {
            prop_assert_eq!(Some(edit), before.edit(id), "an edit that nobody asked for");
        }
        if !entered.is_empty() {
            draft.undo();
        }
        prop_assert_eq!(draft.edits(), before.edits());
    }

    #[test]
    fn a_part_of_a_patch_and_the_rest_are_the_patch(story in story(), bits in any::<u64>()) {
        let patch = story.draft().patch(SETTINGS);
        let at = |id: &FieldId| patch.members().position(|(i, _)| i == id).unwrap_or(0);
        let part = patch.only(|id, _| bits >> (at(id) % 64) & 1 == 1);
        let rest = patch.only(|id, _| bits >> (at(id) % 64) & 1 == 0);
        prop_assert_eq!(part.len() + rest.len(), patch.len());
        prop_assert_eq!(patch.beyond(&part), rest.clone());
        for (id, value) in patch.members() {
            prop_assert_eq!(part.get(id).or(rest.get(id)), Some(value));
        }
        prop_assert_eq!(part.apply(&rest.apply(&story.0)), patch.apply(&rest.apply(&story.0)));
        prop_assert_eq!(patch.only(|_, _| true), patch);
    }

    #[test]
    fn older_is_an_order_among_those_that_say_when_they_changed(a in time(), b in time(), c in time()) {
        let (a, b, c) = (changed_at(a), changed_at(b), changed_at(c));
        prop_assert!(!a.is_older_than(&a));
        prop_assert!(!(a.is_older_than(&b) && b.is_older_than(&a)));
        prop_assert!(!(a.is_older_than(&b) && b.is_older_than(&c)) || a.is_older_than(&c));
        prop_assert!(!a.is_older_than(&b) || (a.updated().is_some() && b.updated().is_some()));
    }
}

#[test]
fn an_edit_comes_back_to_a_member_that_has_another_type_by_now() {
    let mut left = loaded([("hasFax", Value::Switch(false))].into_iter().collect());
    let fax = left.field(&FieldId::settings("hasFax")).unwrap().clone();
    left.set(&fax, Edit::Switch(true), Stroke::Whole);
    for now in [Value::Null, Value::Text("no".into())] {
        let mut draft = loaded([("hasFax", now.clone())].into_iter().collect());
        assert_eq!(draft.restore(&left_by(&left)), [(fax.id.clone(), Change::Conflict(Some(now)))]);
        assert_eq!(draft.field(&fax.id).unwrap().kind, Kind::Switch);
        assert_eq!(draft.patch(SETTINGS).body(), r#"{"hasFax":true}"#);
    }
}

#[test]
fn a_switch_with_text_in_a_file_of_foreign_hands_is_no_other_row() {
    let unsaved = Unsaved {
        edits: BTreeMap::from([(FieldId::settings("isReady"), Edit::Text("yes".into()))]),
        ..Unsaved::default()
    };
    let mut draft = loaded([("isReady", Value::Switch(false))].into_iter().collect());
    draft.restore(&unsaved);
    assert_eq!(draft.field(&FieldId::settings("isReady")).unwrap().kind, Kind::Switch);
    assert!(draft.patch(SETTINGS).is_empty());
}
