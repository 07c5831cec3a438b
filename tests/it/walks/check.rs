//! What holds at every step of a walk.

use super::SETTINGS;
use callset::app::effect::Effect;
use callset::app::keymap::{self, Intent};
use callset::app::msg::{Heard, Hit, Key, Msg};
use callset::app::sync::{Save, Stage};
use callset::app::{App, Mode, Notice, Side, palette};
use callset::model::merge::{Merge, merge};
use callset::model::{Draft, Edit, FieldId, Patch, Representation, State, Value, validate};
use std::collections::BTreeMap;

pub(super) fn edits(draft: &Draft) -> BTreeMap<FieldId, Edit> {
    draft.dirty().filter_map(|field| Some((field.id.clone(), draft.edit(&field.id)?.clone()))).collect()
}

/// The unsaved edits but for those that the server holds in a tidier spelling: a step taken back and done again enters such a
/// one as it was typed.
fn unsettled(draft: &Draft) -> BTreeMap<FieldId, Edit> {
    let mut edits = edits(draft);
    edits.retain(|id, edit| {
        let mine = draft.field(id).and_then(|field| validate::value(field.kind, edit));
        mine.is_none_or(|mine| !matches!(merge(None, Some(&mine), draft.base(id)), Merge::Both | Merge::Settled))
    });
    edits
}

/// Which unsaved edits a message may change.
#[derive(Debug)]
enum Reach {
    Nothing,
    /// Typing, switching, resetting, Esc: one row, and it says which.
    Row(FieldId),
    /// Undo, redo, reset all.
    Everything,
    /// Going on from the conflict view: those for which the server's value was chosen.
    Chosen(Vec<FieldId>),
    /// A leftover: where nothing is edited.
    Restored(BTreeMap<FieldId, Edit>),
    /// The answer that is awaited: those it agrees with.
    Agreed(Representation),
}

/// The intent of a message, overlays looked through.
fn intent(app: &App, msg: &Msg) -> Option<Intent> {
    let chosen = |filter: &str, at: usize| palette::entries(filter).get(at).map(|binding| binding.intent);
    match (msg, &app.mode) {
        (Msg::Key(_), mode) if app.terminal.cramped && !matches!(mode, Mode::Quitting) => None,
        (Msg::Key(key), mode) => match (keymap::intent(app.scope(), *key)?, mode) {
            (Intent::Choose, Mode::Palette { filter, selected }) => chosen(filter.value(), *selected),
            (Intent::Type(_) | Intent::Text(_), mode) if !mode.is_editing() && !matches!(mode, Mode::Recent { .. }) => {
                None
            }
            (Intent::Escape, mode) if !mode.is_editing() => None,
            (intent, _) => Some(intent),
        },
        (Msg::Clicked(Hit::Item(at)), Mode::Palette { filter, .. }) => chosen(filter.value(), *at),
        _ => None,
    }
}

fn reach(app: &App, msg: &Msg, answer: Option<&Representation>) -> Reach {
    let here = || Reach::Row(app.form.focus.clone());
    match msg {
        Msg::Typed(_) | Msg::Pasted { .. } if app.mode.is_editing() || matches!(app.mode, Mode::Recent { .. }) => {
            return here();
        }
        Msg::Clicked(Hit::Item(_)) if matches!(app.mode, Mode::Recent { .. }) => return here(),
        Msg::Clicked(Hit::Switch(id)) if app.mode.is_editing() => return Reach::Row(id.clone()),
        Msg::Reply(_) => return answer.map_or(Reach::Nothing, |theirs| Reach::Agreed(theirs.clone())),
        Msg::Disk(Heard::Taken { leftover, .. }) => {
            let unsaved = app.leftovers.iter().find(|left| left.id == *leftover).and_then(|left| left.unsaved.clone());
            return Reach::Restored(unsaved.unwrap_or_default().edits);
        }
        _ => {}
    }
    if let (Some(Intent::Choose), Mode::Resolving(choices)) = (intent(app, msg), &app.mode) {
        let theirs = choices.sides.iter().filter(|(_, side)| **side == Side::Theirs);
        return Reach::Chosen(theirs.map(|(id, _)| id.clone()).collect());
    }
    match (intent(app, msg), &app.mode) {
        (Some(Intent::Choose), Mode::Presets { .. } | Mode::Comparing(_)) => return Reach::Everything,
        (Some(Intent::Choose), Mode::Recent { .. }) => return here(),
        _ => {}
    }
    match intent(app, msg) {
        Some(Intent::Undo | Intent::Redo | Intent::ResetAll | Intent::PutBack) => Reach::Everything,
        Some(
            Intent::Enter
            | Intent::Toggle
            | Intent::Switch(_)
            | Intent::Nudge(_)
            | Intent::Type(_)
            | Intent::Text(_)
            | Intent::Reset
            | Intent::Escape,
        ) => here(),
        Some(_) | None => Reach::Nothing,
    }
}

/// No edit goes, comes or changes but by what is about it.
pub(super) fn edits_stay(before: &App, msg: &Msg, answer: Option<&Representation>, after: &App) {
    let (old, new) = (edits(&before.draft), edits(&after.draft));
    match reach(before, msg, answer) {
        Reach::Nothing => assert_eq!(old, new, "{msg:?} reaches no edit"),
        Reach::Row(row) => {
            let others = |edits: &BTreeMap<FieldId, Edit>| {
                edits
                    .iter()
                    .filter(|(id, _)| **id != row)
                    .map(|(id, edit)| (id.clone(), edit.clone()))
                    .collect::<Vec<_>>()
            };
            assert_eq!(others(&old), others(&new), "{msg:?} is about {row:?} only");
        }
        Reach::Everything => {}
        Reach::Chosen(theirs) => {
            let mut left = old.clone();
            left.retain(|id, edit| !theirs.contains(id) || new.get(id) == Some(edit));
            assert_eq!(left, new, "the server's value was chosen for {theirs:?} only");
        }
        Reach::Restored(left) => {
            for (id, edit) in &new {
                assert!(old.get(id).or(left.get(id)) == Some(edit), "{id:?}: {edit:?} was not left");
            }
            assert!(old.keys().all(|id| new.contains_key(id)), "what is edited here stays");
        }
        Reach::Agreed(theirs) => {
            for (id, edit) in &old {
                let field = before.draft.field(id).unwrap();
                let settled = new.get(id) != Some(edit);
                let mine = validate::value(field.kind, edit);
                let agrees = matches!(merge(None, mine.as_ref(), theirs.get(&id.key)), Merge::Both | Merge::Settled);
                assert!(!settled || agrees, "{id:?}: {edit:?} is lost to {:?}", theirs.get(&id.key));
            }
            for (id, edit) in new.iter().filter(|(id, _)| !old.contains_key(*id)) {
                // Only what was set back while it was being saved, or while nobody knew whether it was.
                let field = before.draft.field(id).unwrap();
                let set_back = before.sync.sent().is_some_and(|patch| patch.get(id).is_some());
                let in_doubt = before.doubts().next().is_some_and(|patch| patch.get(id).is_some());
                assert!(
                    (set_back || in_doubt) && before.draft.entered(field).as_ref() == Some(edit),
                    "{id:?}: {edit:?} is invented"
                );
            }
        }
    }
    // What goes at one key comes back by undo, what undo takes by redo.
    let mut draft = after.draft.clone();
    match intent(before, msg) {
        Some(Intent::Reset | Intent::ResetAll | Intent::Escape | Intent::PutBack | Intent::Choose) if old != new => {
            draft.undo();
            assert_eq!(edits(&draft), old, "{msg:?}, undone");
        }
        Some(Intent::Undo) if before.draft.history().0 => {
            draft.redo();
            assert_eq!(unsettled(&draft), unsettled(&before.draft), "{msg:?}, done again");
        }
        Some(Intent::Redo) if before.draft.history().1 => {
            draft.undo();
            assert_eq!(unsettled(&draft), unsettled(&before.draft), "{msg:?}, undone");
        }
        _ => {}
    }
}

/// Nobody is left without a word about what was not saved.
pub(super) fn leaves_well(before: &App, msg: &Msg, after: &App, effect: &Effect) {
    let Effect::Quit(exit) = effect else { return };
    let stopped = matches!(msg, Msg::Stop(_));
    let confirmed = matches!(before.mode, Mode::Quitting);
    let open = |save: &Save| matches!(save.stage, Stage::Record | Stage::Send(_) | Stage::ReadBack(_));
    let sent = after.sync.save.as_deref().is_some_and(open);
    let is_certain = !sent && after.doubts().next().is_none();
    let safe = after.unsaved() == 0 && is_certain;
    assert!(safe || stopped || confirmed, "{msg:?} leaves {:?}", edits(&after.draft));
    // Discarding or keeping is an answer like any other, but not while it is unknown what was saved.
    let answered = confirmed && is_certain && [Key::char('d'), Key::char('k')].map(Msg::Key).contains(msg);
    assert!(safe || answered || exit.code != 0, "{exit:?}");
    let farewell = exit.farewell.as_deref().unwrap_or_default();
    assert!(!safe || farewell.is_empty(), "{farewell}");
    let patch = after.draft.patch(SETTINGS);
    assert!(patch.is_empty() || farewell.contains(&patch.body()), "{farewell} does not tell {}", patch.body());
    for field in after.draft.dirty().filter(|field| after.draft.state(field) == State::Invalid) {
        assert!(farewell.contains(&*field.id.key), "{farewell} does not tell {}", field.id.key);
    }
}

/// What is under the caret is what the draft holds.
pub(super) fn form_is_whole(app: &App) {
    let field = app.draft.field(&app.form.focus).expect("the focus is on a row");
    if let Some(Edit::Text(text)) = app.draft.entered(field) {
        assert_eq!(app.form.input.value(), text, "what is under the caret is what the draft holds");
    }
    assert!(app.form.input.cursor() <= app.form.input.value().chars().count());
}

/// What is in doubt stays so until the server answers.
pub(super) fn doubt_stays(before: &App, answer: Option<&Representation>, after: &App) {
    let Some(doubt) = before.doubts().next() else { return };
    let is_kept = after.doubts().next().is_some_and(|now| doubt.members().all(|(id, _)| now.get(id).is_some()));
    assert!(answer.is_some() || is_kept, "{doubt:?} is settled by nobody");
}

/// What is called saved is what the settings that just came hold.
pub(super) fn words_are_true(before: &App, last: &Representation, wanted: Option<&Patch>, after: &App) {
    let held = |patch: &Patch| {
        let holds = |(id, value): &(&FieldId, &Value)| {
            matches!(merge(None, Some(value), last.get(&id.key)), Merge::Both | Merge::Settled)
        };
        patch.members().filter(holds).count()
    };
    let sent = before.sync.sent().or(before.doubts().next());
    match (&after.notice, sent) {
        (notice, _) if *notice == before.notice => {}
        (Some(Notice::Saved { sent, kept, .. }), Some(patch)) => {
            assert_eq!(*sent, patch.len());
            assert!(sent - kept <= held(patch), "{sent} without {kept} of {patch:?} in {last:?}");
        }
        (Some(Notice::ReadBack { saved, .. }), Some(patch)) => assert!(*saved <= held(patch), "{saved} of {patch:?}"),
        (Some(Notice::AlreadyThere { fields }), _) => {
            assert!(*fields > 0 && *fields <= wanted.map_or(0, held), "{fields} of {wanted:?} in {last:?}");
        }
        (Some(notice @ (Notice::Saved { .. } | Notice::ReadBack { .. })), None) => panic!("{notice:?} about nothing"),
        _ => {}
    }
}
