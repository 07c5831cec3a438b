//! What holds at every step of a walk.

use super::{Answer, SETTINGS, Walk};
use callset::app::effect::Effect;
use callset::app::keymap::{self, Decision, Intent};
use callset::app::msg::{DiskReply, Hit, Key, Msg};
use callset::app::palette::PaletteChoice;
use callset::app::{App, Confirm, Mode, Notice, Overlay, Picker, Prompt, Rows, Side, Typed};
use callset::model::merge::{Merge, merge};
use callset::model::{Draft, Edit, Field, FieldId, Kind, Patch, Representation, Resource, State, Value, validate};
use callset::sync::{Act, Outcome, Save, Stage};
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
        mine.is_none_or(|mine| !matches!(merge(None, Some(&mine), draft.base(id)), Merge::Both | Merge::Tidied))
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
    /// Setting up: rows of this resource where nothing is edited.
    SetUp(Resource),
    /// The answer that is awaited: those of its resource that it agrees with.
    Agreed(Answer),
}

/// The intent of a message, overlays looked through.
fn intent(app: &App, msg: &Msg) -> Option<Intent> {
    if let Msg::Clicked(Hit::Key(key)) = msg {
        return intent(app, &Msg::Key(*key));
    }
    let chosen = |filter: &str, at: usize| match &app.palette(filter).get(at)?.choice {
        PaletteChoice::Act(binding) => Some(binding.intent),
        PaletteChoice::Row(_) => None,
    };
    match (msg, &app.mode) {
        (Msg::Key(_), mode) if app.terminal.cramped && !mode.is(Overlay::Quit) => None,
        (Msg::Key(key), mode) => match (keymap::intent(app.scope(), *key)?, mode) {
            (Intent::Choose, Mode::Picking(Picker { rows: Rows::Palette, filter, selected, .. })) => {
                chosen(filter.value(), *selected)
            }
            (Intent::Type(_) | Intent::Text(_), mode) if !mode.is_editing() && !mode.is(Overlay::Recent) => None,
            (Intent::Escape, mode) if !mode.is_editing() => None,
            (intent, _) => Some(intent),
        },
        (Msg::Clicked(Hit::Item(at)), Mode::Picking(Picker { rows: Rows::Palette, filter, .. })) => {
            chosen(filter.value(), *at)
        }
        // The second click on a row takes it.
        (Msg::Clicked(Hit::Item(at)), Mode::Picking(Picker { rows, selected, .. })) if at == selected => {
            matches!(rows, Rows::Presets | Rows::History).then_some(Intent::Choose)
        }
        _ => None,
    }
}

/// The resource that a message confirms the deleting of, with the app's id typed.
pub(super) fn confirmed(app: &App, msg: &Msg) -> Option<Resource> {
    let is_chosen = intent(app, msg) == Some(Intent::Choose);
    match &app.mode {
        Mode::Entering(Prompt { what: Typed::Id(Confirm::Delete(resource)), input: typed, .. })
            if is_chosen && typed.value().trim() == app.target.app_id.to_string() =>
        {
            Some(*resource)
        }
        _ => None,
    }
}

/// What setting up enters where the server never had anything.
fn first(field: &Field) -> Edit {
    match field.kind {
        Kind::Switch => Edit::Switch(field.first == "true"),
        _ => Edit::Text(field.first.into()),
    }
}

fn reach(app: &App, msg: &Msg, answer: Option<&Answer>) -> Reach {
    let here = || Reach::Row(app.form.focus.clone());
    match msg {
        Msg::Typed(_) | Msg::Pasted { .. } if app.mode.is_editing() || app.mode.is(Overlay::Recent) => {
            return here();
        }
        Msg::Clicked(Hit::Item(_)) if app.mode.is(Overlay::Recent) => return here(),
        Msg::Clicked(Hit::Switch(id)) if app.mode.is_editing() => return Reach::Row(id.clone()),
        Msg::Reply(_) => return answer.map_or(Reach::Nothing, |answer| Reach::Agreed(answer.clone())),
        Msg::Disk(DiskReply::Taken { leftover, .. }) => {
            let unsaved = app.leftovers.iter().find(|left| left.id == *leftover).and_then(|left| left.unsaved.clone());
            return Reach::Restored(unsaved.unwrap_or_default().edits);
        }
        _ => {}
    }
    if let (Some(Intent::Choose), Mode::Picking(Picker { rows: Rows::Conflicts(sides), .. })) =
        (intent(app, msg), &app.mode)
    {
        let theirs = sides.iter().filter(|(_, side)| **side == Side::Theirs);
        return Reach::Chosen(theirs.map(|(id, _)| id.clone()).collect());
    }
    if let (Some(Intent::Choose), Mode::Picking(picker)) = (intent(app, msg), &app.mode) {
        match picker.rows {
            Rows::Presets | Rows::Comparison(_) | Rows::History => return Reach::Everything,
            Rows::Recent => return here(),
            _ => {}
        }
    }
    match intent(app, msg) {
        Some(Intent::Undo | Intent::Redo | Intent::ResetAll | Intent::Decide(Decision::MoveAll)) => Reach::Everything,
        Some(Intent::SetUp) => Reach::SetUp(app.form.focus.resource),
        Some(
            Intent::Enter
            | Intent::Toggle
            | Intent::Page(_)
            | Intent::ChangeLooks
            | Intent::Nudge(_)
            | Intent::Type(_)
            | Intent::Text(_)
            | Intent::Reset
            | Intent::Escape
            | Intent::Decide(Decision::MoveOne),
        ) => here(),
        Some(_) | None => Reach::Nothing,
    }
}

/// No edit goes, comes or changes but by what is about it.
pub(super) fn edits_stay(before: &App, msg: &Msg, answer: Option<&Answer>, after: &App) {
    for id in after.sync.draft.edits().keys() {
        assert!(after.sync.draft.is_loaded(id.resource), "{id:?} is edited over what nobody has seen");
    }
    let (old, new) = (edits(&before.sync.draft), edits(&after.sync.draft));
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
        Reach::SetUp(resource) => {
            assert!(old.iter().all(|(id, edit)| new.get(id) == Some(edit)), "what is edited here stays");
            for (id, edit) in new.iter().filter(|(id, _)| !old.contains_key(*id)) {
                assert!(
                    id.resource == resource && before.sync.draft.is_absent(resource),
                    "{id:?}: {edit:?} is invented"
                );
            }
        }
        Reach::Agreed((resource, theirs)) => {
            for (id, edit) in &old {
                let field = before.sync.draft.field(id).unwrap();
                let settled = new.get(id) != Some(edit);
                if settled && forgotten(before, after, id) {
                    continue;
                }
                let mine = validate::value(field.kind, edit);
                let agrees = matches!(merge(None, mine.as_ref(), theirs.get(&id.key)), Merge::Both | Merge::Tidied);
                assert!(
                    !settled || agrees && id.resource == resource,
                    "{id:?}: {edit:?} is lost to {:?}",
                    theirs.get(&id.key)
                );
            }
            // What is edited here of a resource that went is on its way to set it up anew, with what it had for the rest.
            let is_there = |app: &App| app.sync.draft.representation(resource).is_some_and(|now| !now.is_empty());
            let anew =
                is_there(before) && after.sync.draft.is_absent(resource) && before.sync.draft.is_edited(resource);
            for (id, edit) in new.iter().filter(|(id, _)| !old.contains_key(*id)) {
                // Else only what was set back while it was being saved, or while nobody knew whether it was.
                let field = before.sync.draft.field(id).unwrap();
                let set_back = before.sync.sent().is_some_and(|patch| patch.get(id).is_some());
                let in_doubt =
                    before.sync.doubts().filter_map(|doubt| doubt.patch()).any(|patch| patch.get(id).is_some());
                let had = before.sync.draft.entered(field);
                // What stood on a row in other words ("400 ") was no edit, and is set up as the server had it.
                let meaning = |edit: &Edit| validate::value(field.kind, edit);
                let is_old = match &had {
                    Some(had) => had == edit || anew && meaning(had) == meaning(edit),
                    None => anew && first(field) == *edit,
                };
                assert!(
                    (set_back || in_doubt || anew) && is_old && id.resource == resource,
                    "{id:?}: {edit:?} is invented"
                );
            }
        }
    }
    // What goes at one key comes back by undo, what undo takes by redo.
    let mut draft = after.sync.draft.clone();
    match intent(before, msg) {
        Some(
            Intent::Reset
            | Intent::ResetAll
            | Intent::Escape
            | Intent::Choose
            | Intent::SetUp
            | Intent::Decide(Decision::MoveAll | Decision::MoveOne),
        ) if old != new => {
            draft.undo();
            assert_eq!(edits(&draft), old, "{msg:?}, undone");
        }
        Some(Intent::Undo) if before.sync.draft.history().0 => {
            draft.redo();
            assert_eq!(unsettled(&draft), unsettled(&before.sync.draft), "{msg:?}, done again");
        }
        Some(Intent::Redo) if before.sync.draft.history().1 => {
            draft.undo();
            assert_eq!(unsettled(&draft), unsettled(&before.sync.draft), "{msg:?}, undone");
        }
        _ => {}
    }
}

/// Was the field's resource deleted, and did the user ask for that with this edit on the form?
pub(crate) fn forgotten(before: &App, after: &App, id: &FieldId) -> bool {
    let is_asked = |save: &Save| {
        let is_it = save.act == Act::Delete && save.resource() == id.resource;
        is_it && save.asked.get(id) == before.sync.draft.edit(id)
    };
    after.sync.draft.is_absent(id.resource) && before.sync.save.as_deref().is_some_and(is_asked)
}

/// What was changed here and on the server is so until somebody has decided, or the server has answered.
pub(super) fn conflicts_stay(before: &App, msg: &Msg, answer: Option<&Answer>, after: &App) {
    let reach = reach(before, msg, answer);
    let goes_on =
        matches!(intent(before, msg), Some(Intent::Choose | Intent::Save)) && before.mode.is(Overlay::Conflicts);
    for (field, ..) in before.sync.draft.conflicts().filter(|_| !goes_on) {
        let is_reached = match &reach {
            Reach::Row(row) => *row == field.id,
            Reach::Agreed((resource, _)) => *resource == field.id.resource,
            Reach::Everything => true,
            Reach::Nothing | Reach::Chosen(_) | Reach::Restored(_) | Reach::SetUp(_) => false,
        };
        let is_open = after.sync.draft.conflicts().any(|(other, ..)| other.id == field.id);
        assert!(is_open || is_reached, "{msg:?} decides nothing of {:?}", field.id);
    }
}

/// Nobody is left without a word about what was not saved.
pub(super) fn leaves_well(before: &App, msg: &Msg, after: &App, effect: &Effect) {
    let Effect::Quit(exit) = effect else { return };
    let stopped = matches!(msg, Msg::Stop(_));
    let confirmed = before.mode.is(Overlay::Quit);
    let open = |save: &Save| matches!(save.stage, Stage::Record | Stage::Send(_) | Stage::ReadBack(_));
    let sent = after.sync.save.as_deref().is_some_and(open);
    let is_certain = !sent && after.sync.doubts().next().is_none();
    let safe = after.sync.unsaved() == 0 && is_certain;
    assert!(safe || stopped || confirmed, "{msg:?} leaves {:?}", edits(&after.sync.draft));
    // Discarding or keeping is an answer like any other, but not while it is unknown what was saved.
    let key = match msg {
        Msg::Key(key) | Msg::Clicked(Hit::Key(key)) => Some(*key),
        _ => None,
    };
    let answered = confirmed && is_certain && [Key::char('d'), Key::char('k')].map(Some).contains(&key);
    assert!(safe || answered || exit.code != 0, "{exit:?}");
    let farewell = exit.farewell.as_deref().unwrap_or_default();
    assert!(!safe || farewell.is_empty(), "{farewell}");
    for patch in Resource::ALL.map(|resource| after.sync.draft.patch(resource)) {
        assert!(patch.is_empty() || farewell.contains(&patch.body()), "{farewell} does not tell {}", patch.body());
    }
    for field in after.sync.draft.dirty().filter(|field| after.sync.draft.state(field) == State::Invalid) {
        assert!(farewell.contains(&*field.id.key), "{farewell} does not tell {}", field.id.key);
    }
}

/// The focus is on a row that is shown, and what is under the caret is what the draft holds.
pub(super) fn form_is_whole(app: &App) {
    assert!(app.rows().any(|field| field.id == app.form.focus), "{:?} is not shown", app.form.focus);
    let field = app.sync.draft.field(&app.form.focus).expect("the focus is on a row");
    if let Some(Edit::Text(text)) = app.sync.draft.entered(field) {
        assert_eq!(app.form.input.value(), text, "what is under the caret is what the draft holds");
    }
    assert!(!app.mode.is(Overlay::Restore) || !app.leftovers.is_empty(), "there is something to restore");
    assert!(app.form.input.cursor() <= app.form.input.value().chars().count());
    let draft = &app.sync.draft;
    for field in draft.fields() {
        let meant = match draft.edit(&field.id).map(|edit| validate::value(field.kind, edit)) {
            None => State::Clean,
            Some(None) => State::Invalid,
            Some(Some(value)) if draft.base(&field.id) == Some(&value) => State::Clean,
            Some(Some(value)) => State::Dirty(value),
        };
        assert_eq!(draft.state(field), meant, "what the edit of {:?} means is up to date", field.id);
        let defect = draft.edit(&field.id).and_then(|edit| validate::check(field, edit));
        assert_eq!(draft.defect(&field.id), defect.as_ref(), "{:?}", field.id);
    }
}

/// What is in doubt of a resource stays so until the server answers for it, or the same write that was sent again is in doubt.
pub(super) fn doubt_stays(before: &App, answer: Option<&Answer>, after: &App) {
    for doubt in before.sync.doubts().filter(|doubt| answer.is_none_or(|(resource, _)| *resource != doubt.resource())) {
        let is_kept = after.sync.doubts().any(|now| now.is_like(doubt));
        assert!(is_kept, "{doubt:?} is settled by nobody");
    }
}

/// What a message tells of resources, without what was told of others before: of those that a save came to an end with,
/// or of the one that was read.
pub(crate) fn told(before: &App, msg: &Msg, answer: Option<&Answer>, after: &App) -> Vec<(Resource, Notice)> {
    let earlier = before.sync.save.as_ref().map_or(0, |save| save.ended.len());
    let notices = |outcomes: &[(Resource, Outcome)]| {
        outcomes.iter().map(|(resource, outcome)| (*resource, Notice::Outcome(outcome.clone()))).collect()
    };
    match (&before.sync.save, &after.sync.save, &after.notice) {
        (Some(_), Some(save), _) if save.ended.len() > earlier => notices(&save.ended[earlier..]),
        (Some(_), None, Some(Notice::Several(ended))) => notices(&ended[earlier..]),
        (Some(save), None, Some(notice)) => {
            assert!(earlier == 0 && save.resource() == SETTINGS, "{notice:?} leaves out what ended before");
            vec![(SETTINGS, notice.clone())]
        }
        (Some(_), None, None) => panic!("a save ends without a word"),
        (_, _, notice) if *notice == before.notice || !matches!(msg, Msg::Reply(_)) => vec![],
        (None, None, Some(Notice::Several(ended))) => {
            let is_his = |(resource, _): &&(Resource, Outcome)| answer.is_some_and(|(his, _)| his == resource);
            notices(&ended.iter().filter(is_his).cloned().collect::<Vec<_>>())
        }
        (_, _, Some(notice)) => {
            // What became of several saves in doubt is added up.
            let notice = match (notice, &before.notice) {
                (
                    Notice::Outcome(Outcome::ReadBack { sent, saved }),
                    Some(Notice::Outcome(Outcome::ReadBack { sent: earlier, saved: there })),
                ) => Notice::Outcome(Outcome::ReadBack { sent: sent - earlier, saved: saved - there }),
                (notice, _) => notice.clone(),
            };
            answer.map(|(resource, _)| (*resource, notice)).into_iter().collect()
        }
        (_, _, None) => vec![],
    }
}

/// What was sent of the resource and has no answer yet, each write once.
pub(crate) fn open_patches(app: &App, resource: Resource) -> Vec<&Patch> {
    let mut open: Vec<&Patch> = app.sync.doubts().filter_map(|doubt| doubt.patch()).collect();
    open.extend(app.sync.sent().filter(|sent| !open.contains(sent)));
    open.retain(|patch| patch.resource() == resource);
    open
}

/// Is it the number of fields of one or several of these?
pub(crate) fn is_of_some(fields: usize, patches: &[&Patch]) -> bool {
    let sums = patches
        .iter()
        .fold(vec![0], |sums: Vec<usize>, patch| sums.iter().flat_map(|sum| [*sum, sum + patch.len()]).collect());
    fields > 0 && sums.contains(&fields)
}

/// What is called saved, there or gone is what the resource that just came is. At the end of a save each resource of it is
/// told.
pub(super) fn words_are_true(before: &App, msg: &Msg, answer: Option<&Answer>, walk: &Walk) {
    let after = &walk.app;
    let told = told(before, msg, answer, after);
    if let (Some(save), None) = (&before.sync.save, &after.sync.save) {
        let earlier = save.ended.iter().map(|(resource, _)| *resource);
        let all: Vec<Resource> = earlier.chain(told.iter().map(|(resource, _)| *resource)).collect();
        assert_eq!(all, walk.wanted.iter().map(Patch::resource).collect::<Vec<_>>(), "each that was wanted is told");
    }
    for (resource, notice) in told {
        let none = Representation::default();
        let last = walk.last.get(&resource).unwrap_or(&none);
        let held = |patch: &Patch| {
            let holds = |(id, value): &(&FieldId, &Value)| {
                matches!(merge(None, Some(value), last.get(&id.key)), Merge::Both | Merge::Tidied)
            };
            patch.members().filter(holds).count()
        };
        let of = |patch: &&Patch| patch.resource() == resource;
        let sent = before.sync.sent().filter(of).or(before.sync.doubts().filter_map(|doubt| doubt.patch()).find(of));
        let in_doubt = before.sync.doubts().any(|doubt| doubt.resource() == resource && doubt.is_removal());
        let act = before.sync.save.as_ref().map(|save| save.act);
        match (&notice, sent) {
            (Notice::Outcome(Outcome::Saved { sent, kept, .. }), Some(patch)) => {
                assert_eq!(*sent, patch.len());
                assert!(sent - kept <= held(patch), "{sent} without {kept} of {patch:?} in {last:?}");
            }
            (Notice::Outcome(Outcome::SetUp { sent, .. }), Some(patch)) => {
                assert_eq!((*sent, *sent), (patch.len(), held(patch)), "{patch:?} in {last:?}");
                assert!(before.sync.draft.is_absent(resource));
            }
            (Notice::Outcome(Outcome::ReadBack { sent, saved }), Some(_)) => {
                let open = open_patches(before, resource);
                assert!(is_of_some(*sent, &open), "{sent} of {open:?}");
                assert!(*saved <= open.iter().copied().map(held).sum(), "{saved} of {open:?} in {last:?}");
            }
            (Notice::Outcome(Outcome::AlreadyThere { fields }), _) => {
                let wanted = walk.wants(resource);
                assert!(*fields > 0 && *fields <= wanted.map_or(0, held), "{fields} of {wanted:?} in {last:?}");
            }
            (Notice::Outcome(Outcome::Saved { .. } | Outcome::SetUp { .. } | Outcome::ReadBack { .. }), None) => {
                panic!("{notice:?} about nothing")
            }
            (Notice::Outcome(Outcome::Removed(what)), _) => {
                assert!(*what == resource && (act == Some(Act::Delete) || in_doubt), "{what:?} was not to be removed");
                assert!(last.is_empty(), "{last:?}");
            }
            (Notice::Outcome(Outcome::NotRemoved(what)), _) => {
                assert!(*what == resource && (act == Some(Act::Delete) || in_doubt), "{what:?} was not to be removed");
                assert!(!last.is_empty());
            }
            (Notice::Outcome(Outcome::Gone(what)), _) => {
                assert_eq!(*what, resource);
                assert!(last.is_empty(), "{last:?}");
            }
            (Notice::Outcome(Outcome::NotTried), _) => {
                assert!(!walk.written.contains(&resource), "{resource:?} was sent");
            }
            (Notice::Reloaded { .. }, _) => {
                let unread = after.unread.keys().find(|unread| after.sync.draft.is_loaded(**unread));
                assert_eq!(unread, None, "it was not reloaded");
            }
            _ => {}
        }
    }
}
