//! The laws of the draft: what is sent is what was edited, nothing more, and no edit is lost.
//!
//! Values come from a small pool, so that edits, bases and answers meet often; texts from anywhere.

mod cases;
mod restore;

use crate::chance;
use callset::model::merge::{Merge, merge};
use callset::model::record::Unsaved;
use callset::model::{
    Change, Draft, Edit, Field, FieldId, Kind, Patch, Representation, Resource, State, Stroke, Value, validate,
};
use proptest::prelude::*;
use proptest::sample::{Index, select};

const SETTINGS: Resource = Resource::Settings;

// ── what there is to draw from ──

const TEXTS: [&str; 12] = [
    "",
    "Acme",
    " Acme ",
    "https://a.dev",
    "https://a.dev/",
    " https://a.dev",
    "42",
    "042",
    "-1",
    "99999999999",
    "e\u{301}\u{301}",
    "\u{1b}[2J\"'\n",
];

fn text() -> impl Strategy<Value = String> {
    prop_oneof![4 => select(&TEXTS[..]).prop_map(str::to_owned), 1 => any::<String>()]
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        4 => text().prop_map(Value::Text),
        3 => prop_oneof![Just(42), Just(-1), any::<i32>()].prop_map(Value::Integer),
        3 => any::<bool>().prop_map(Value::Switch),
        1 => Just(Value::Null),
        1 => select(&["4.2e1", "420.0", "[1,2]", "{\"a\":1}", "99999999999"][..]).prop_map(|json| Value::Other(json.into())),
    ]
}

/// A value that the table's kind takes, mostly.
fn value_for(kind: Kind) -> BoxedStrategy<Value> {
    let fitting = match kind {
        Kind::Text | Kind::Url | Kind::Time => text().prop_map(Value::Text).boxed(),
        Kind::Integer => prop_oneof![Just(42), Just(-1), Just(400)].prop_map(Value::Integer).boxed(),
        Kind::Switch => any::<bool>().prop_map(Value::Switch).boxed(),
        Kind::Json => value().boxed(),
    };
    prop_oneof![6 => fitting, 1 => value()].boxed()
}

/// An answer: any of the known members, and some that no table knows.
pub(crate) fn representation() -> impl Strategy<Value = Representation> {
    representation_of(SETTINGS)
}

/// The same of any resource.
pub(crate) fn representation_of(resource: Resource) -> impl Strategy<Value = Representation> {
    let known: Vec<_> = resource
        .fields()
        .iter()
        .map(|field| {
            let key = field.id.key.to_string();
            prop::option::weighted(0.85, value_for(field.kind)).prop_map(move |value| value.map(|v| (key.clone(), v)))
        })
        .collect();
    let unknown = prop::collection::vec((select(&["hasFax", "motto", "lines"][..]), value()), 0..3);
    (known, unknown).prop_map(|(known, unknown)| {
        let unknown = unknown.into_iter().map(|(key, value)| (key.to_owned(), value));
        known.into_iter().flatten().chain(unknown).collect()
    })
}

#[derive(Clone, Debug)]
pub(crate) enum Act {
    Enter(Index, String, bool, Stroke),
    Revert(Index),
    RevertAll,
    Undo,
    Redo,
    Seal,
}

fn act() -> impl Strategy<Value = Act> {
    let stroke = select(&[Stroke::Typing, Stroke::Deleting, Stroke::Nudging, Stroke::Whole][..]);
    prop_oneof![
        8 => (any::<Index>(), text(), any::<bool>(), stroke).prop_map(|(at, text, on, stroke)| Act::Enter(at, text, on, stroke)),
        2 => any::<Index>().prop_map(Act::Revert),
        1 => Just(Act::RevertAll),
        2 => Just(Act::Undo),
        1 => Just(Act::Redo),
        1 => Just(Act::Seal),
    ]
}

pub(crate) fn acts() -> impl Strategy<Value = Vec<Act>> {
    prop::collection::vec(act(), 0..14)
}

fn edit_for(field: &Field, text: &str, on: bool) -> Edit {
    if field.kind == Kind::Switch { Edit::Switch(on) } else { Edit::Text(text.to_owned()) }
}

pub(crate) fn play(draft: &mut Draft, acts: &[Act]) {
    for act in acts {
        let editable: Vec<Field> = draft.fields().iter().filter(|f| f.kind.is_editable()).cloned().collect();
        match act {
            Act::Enter(at, text, on, stroke) => {
                let field = at.get(&editable);
                draft.set(field, edit_for(field, text, *on), *stroke);
            }
            Act::Revert(at) => draft.revert(at.get(&editable)),
            Act::RevertAll => draft.revert_all(),
            Act::Undo => {
                draft.undo();
            }
            Act::Redo => {
                draft.redo();
            }
            Act::Seal => draft.seal(),
        }
    }
}

fn loaded(base: Representation) -> Draft {
    let mut draft = Draft::of([Resource::Settings]);
    draft.rebase(SETTINGS, base, None);
    draft
}

/// How a draft came to be: shorter to read than the draft when a law fails.
#[derive(Clone, Debug)]
struct Story(Representation, Vec<Act>);

impl Story {
    fn draft(&self) -> Draft {
        let mut draft = loaded(self.0.clone());
        play(&mut draft, &self.1);
        draft
    }
}

fn story() -> impl Strategy<Value = Story> {
    (representation(), acts()).prop_map(|(base, acts)| Story(base, acts))
}

/// What a run with such a story leaves behind.
fn unsaved() -> impl Strategy<Value = Unsaved> {
    story().prop_map(|story| left_by(&story.draft()))
}

fn left_by(draft: &Draft) -> Unsaved {
    Unsaved { base: draft.bases().clone(), edits: draft.edits().clone(), focus: None }
}

/// The demo app's settings, in short.
fn plain() -> Draft {
    let members = [
        ("name", Value::Text("Acme".into())),
        ("url", Value::Text("https://a.dev".into())),
        ("width", Value::Integer(400)),
        ("height", Value::Integer(650)),
        ("isReady", Value::Switch(false)),
    ];
    loaded(members.into_iter().collect())
}

fn row(draft: &Draft, key: &'static str) -> Field {
    draft.field(&FieldId::settings(key)).unwrap().clone()
}

fn enter(draft: &mut Draft, key: &'static str, text: &str, stroke: Stroke) {
    let field = row(draft, key);
    draft.set(&field, Edit::Text(text.into()), stroke);
}

fn edits(draft: &Draft) -> Vec<(FieldId, Option<Edit>)> {
    draft.fields().iter().map(|field| (field.id.clone(), draft.edit(&field.id).cloned())).collect()
}

/// What the user sees as the field's value: what was typed if it is a value, else what the server holds.
fn seen(draft: &Draft, field: &Field) -> Option<Value> {
    let typed = draft.edit(&field.id).and_then(|edit| validate::value(field.kind, edit));
    typed.or_else(|| draft.base(&field.id).cloned())
}

fn keys(patch: &Patch) -> Vec<&str> {
    patch.members().map(|(id, _)| &*id.key).collect()
}

/// Do the two mean the same, but for what servers tidy?
fn agrees(mine: &Value, theirs: Option<&Value>) -> bool {
    matches!(merge(None, Some(mine), theirs), Merge::Both | Merge::Tidied)
}

proptest! {
    #![proptest_config(chance::fixed())]

    #[test]
    fn a_patch_holds_exactly_the_valid_edits_that_differ_in_the_order_of_the_form(story in story()) {
        let draft = story.draft();
        let patch = draft.patch(SETTINGS);
        let expected: Vec<(FieldId, Value)> = draft
            .fields()
            .iter()
            .filter_map(|field| Some((field, validate::value(field.kind, draft.edit(&field.id)?)?)))
            .filter(|(field, value)| draft.base(&field.id) != Some(value))
            .map(|(field, value)| (field.id.clone(), value))
            .collect();
        let sent: Vec<_> = patch.members().map(|(id, value)| (id.clone(), value.clone())).collect();
        prop_assert_eq!(sent, expected);
        let dirty: Vec<&FieldId> =
            draft.dirty().filter(|field| draft.state(field) != State::Invalid).map(|field| &field.id).collect();
        prop_assert_eq!(dirty, patch.members().map(|(id, _)| id).collect::<Vec<_>>());
        for (id, value) in patch.members() {
            prop_assert!(draft.field(id).is_some_and(|field| field.kind.is_editable() && field.kind.fits(value)));
            prop_assert!(!matches!(value, Value::Null | Value::Other(_)), "never sent unedited: {:?}", value);
        }
    }

    #[test]
    fn a_patch_applied_to_its_base_is_what_the_user_sees(story in story()) {
        let draft = story.draft();
        let base = draft.representation(SETTINGS).unwrap();
        let patch = draft.patch(SETTINGS);
        let after = patch.apply(base);
        for field in draft.fields() {
            prop_assert_eq!(after.get(&field.id.key).cloned(), seen(&draft, field), "{}", field.id.key);
        }
        for (key, value) in base.members() {
            let is_sent = keys(&patch).contains(&key);
            prop_assert!(is_sent || after.get(key) == Some(value), "{} moved without being sent", key);
        }
    }

    #[test]
    fn inverting_puts_back_all_that_the_server_ever_had(story in story()) {
        let draft = story.draft();
        let base = draft.representation(SETTINGS).unwrap();
        let patch = draft.patch(SETTINGS);
        let back = patch.invert(base).apply(&patch.apply(base));
        for (key, value) in base.members() {
            prop_assert_eq!(back.get(key), Some(value));
        }
        if patch.members().all(|(id, _)| base.get(&id.key).is_some()) {
            prop_assert_eq!(&back, base);
        }
    }

    #[test]
    fn u9_edited_back_is_clean(story in story(), at in any::<Index>(), text in text(), on in any::<bool>()) {
        let mut draft = story.draft();
        let typed: Vec<Field> = draft.fields().iter().filter(|f| draft.base_as_edit(f).is_some()).cloned().collect();
        prop_assume!(!typed.is_empty());
        let field = at.get(&typed);
        let original = draft.base_as_edit(field).unwrap();
        draft.set(field, edit_for(field, &text, on), Stroke::Whole);
        draft.set(field, original, Stroke::Whole);
        prop_assert_eq!(draft.state(field), State::Clean);
        prop_assert_eq!(draft.edit(&field.id), None);
        prop_assert!(draft.patch(SETTINGS).get(&field.id).is_none());
    }

    #[test]
    fn undo_to_the_end_is_the_start_and_redo_to_the_end_is_the_end(base in representation(), acts in acts()) {
        let mut draft = loaded(base.clone());
        play(&mut draft, &acts);
        while draft.redo().is_some() {}
        let end = edits(&draft);
        let mut steps = 0;
        while draft.undo().is_some() {
            steps += 1;
        }
        prop_assert_eq!(edits(&draft), edits(&loaded(base)));
        prop_assert_eq!(draft.history(), (false, steps > 0));
        for _ in 0..steps {
            prop_assert!(draft.redo().is_some());
        }
        prop_assert_eq!(draft.redo(), None);
        prop_assert_eq!(edits(&draft), end);
    }

    #[test]
    fn a_new_base_keeps_every_unsettled_edit_and_invents_none(
        (story, theirs) in (story(), representation()),
        meanwhile in prop::option::of(acts()),
    ) {
        let mut draft = story.draft();
        let sent = meanwhile.map(|acts| {
            let patch = draft.patch(SETTINGS);
            draft.seal();
            play(&mut draft, &acts);
            patch
        });
        let before = draft.clone();
        let changes = draft.rebase(SETTINGS, theirs.clone(), sent.as_ref());
        for field in before.fields() {
            let now = theirs.get(&field.id.key);
            match before.state(field) {
                State::Invalid => prop_assert_eq!(draft.edit(&field.id), before.edit(&field.id), "{}", field.id.key),
                State::Dirty(mine) => match draft.row_state(field) {
                    State::Clean => prop_assert!(agrees(&mine, now), "lost {}: {:?} for {:?}", field.id.key, mine, now),
                    kept => {
                        prop_assert_eq!(kept, State::Dirty(mine));
                        prop_assert_eq!(draft.edit(&field.id), before.edit(&field.id));
                    }
                },
                State::Clean => {
                    // Set back while the save was on its way: the old value is then what the user wants.
                    let set_back = sent.as_ref().is_some_and(|patch| patch.get(&field.id).is_some());
                    match (draft.edit(&field.id), before.entered(field)) {
                        (None, Some(old)) if set_back => {
                            let mine = validate::value(field.kind, &old).unwrap();
                            prop_assert!(agrees(&mine, now), "lost the old value of {}", field.id.key);
                        }
                        (None, _) => {}
                        (Some(edit), old) => {
                            prop_assert!(set_back, "invented {}", field.id.key);
                            prop_assert_eq!(Some(edit), old.as_ref());
                        }
                    }
                }
            }
        }
        for (id, change) in changes {
            let state = draft.row_state(&draft.field(&id).unwrap().clone());
            match change {
                Change::Taken | Change::Tidied => prop_assert_eq!(state, State::Clean),
                Change::Kept(value) | Change::Conflict(value) => {
                    prop_assert!(state != State::Clean);
                    prop_assert_eq!(theirs.get(&id.key), value.as_ref());
                }
            }
        }
    }

    #[test]
    fn what_was_sent_coming_back_is_clean_and_nothing_to_tell(story in story()) {
        let mut draft = story.draft();
        let patch = draft.patch(SETTINGS);
        let after = patch.apply(draft.representation(SETTINGS).unwrap());
        let invalid: Vec<FieldId> =
            draft.dirty().filter(|f| draft.state(f) == State::Invalid).map(|f| f.id.clone()).collect();
        prop_assert_eq!(draft.rebase(SETTINGS, after, Some(&patch)), vec![]);
        prop_assert_eq!(draft.dirty().map(|f| f.id.clone()).collect::<Vec<_>>(), invalid);
        prop_assert!(draft.patch(SETTINGS).is_empty());
    }

    #[test]
    fn the_same_answer_twice_changes_nothing_more(story in story(), theirs in representation()) {
        let mut draft = story.draft();
        let entered = |draft: &Draft| edits(draft).into_iter().filter(|(_, edit)| edit.is_some()).collect::<Vec<_>>();
        draft.rebase(SETTINGS, theirs.clone(), None);
        let once = entered(&draft);
        draft.rebase(SETTINGS, theirs, None);
        prop_assert_eq!(entered(&draft), once);
    }

    /// Undo takes one's own edits back; it never brings back what someone else has replaced.
    #[test]
    fn undo_after_a_reload_ends_at_what_the_server_holds(story in story(), theirs in representation()) {
        let mut draft = story.draft();
        let changes = draft.rebase(SETTINGS, theirs, None);
        while draft.undo().is_some() {}
        for field in draft.dirty() {
            // Only where the server has what was entered here, whoever saved it, does undo offer the value before.
            prop_assert!(changes.contains(&(field.id.clone(), Change::Tidied)), "{} came back", field.id.key);
        }
    }

    #[test]
    fn u13_undo_after_a_save_enters_the_old_values_and_only_those(story in story()) {
        let mut draft = story.draft();
        let base = draft.representation(SETTINGS).unwrap().clone();
        let patch = draft.patch(SETTINGS);
        draft.rebase(SETTINGS, patch.apply(&base), Some(&patch));
        while draft.undo().is_some() {}
        let back = draft.patch(SETTINGS);
        for (id, value) in back.members() {
            // A base that the field's kind could never have entered cannot be entered again either.
            let was = base.get(&id.key).unwrap();
            let trimmed = matches!((was, value), (Value::Text(was), Value::Text(now)) if was.trim() == now);
            prop_assert!(was == value || trimmed, "{}: {:?} for {:?}", id.key, value, was);
            prop_assert!(patch.get(id).is_some() || trimmed);
        }
        for (id, value) in patch.members() {
            let field = draft.field(id).unwrap();
            if let Some(old) = base.get(&id.key).filter(|old| field.kind.fits(old) && !agrees(value, Some(old))) {
                prop_assert!(back.get(id).is_some_and(|v| v == old || agrees(v, Some(old))), "{} is not offered", id.key);
            }
        }
    }

    #[test]
    fn the_body_is_compact_json_of_exactly_the_members(story in story()) {
        let draft = story.draft();
        let patch = draft.patch(SETTINGS);
        let body = patch.body();
        let read: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&body).unwrap();
        let expected = patch.members().map(|(id, value)| {
            let json = match value {
                Value::Text(text) => serde_json::Value::from(text.as_str()),
                Value::Integer(number) => serde_json::Value::from(*number),
                Value::Switch(on) => serde_json::Value::from(*on),
                Value::Null | Value::Other(_) | Value::Withheld(_) => unreachable!("no edit makes one"),
            };
            (id.key.to_string(), json)
        });
        prop_assert_eq!(read, expected.collect::<serde_json::Map<_, _>>());
        prop_assert!(!outside_strings(&body).contains(char::is_whitespace), "{}", body);
        prop_assert!(!body.contains(char::is_control), "no terminal can stumble over it: {:?}", body);
    }

    #[test]
    fn merging_one_field_keeps_its_laws(b in prop::option::of(value()), m in prop::option::of(value()), t in prop::option::of(value())) {
        let (b, m, t) = (b.as_ref(), m.as_ref(), t.as_ref());
        prop_assert!(matches!(merge(b, b, t), Merge::Same | Merge::Theirs), "nothing of mine to keep");
        prop_assert!(matches!(merge(b, m, b), Merge::Same | Merge::Mine), "nothing of theirs to take");
        prop_assert!(matches!(merge(b, m, m), Merge::Same | Merge::Both), "agreement is no conflict");
        let mirrored = match merge(b, t, m) {
            Merge::Mine => Merge::Theirs,
            Merge::Theirs => Merge::Mine,
            same @ (Merge::Same | Merge::Both | Merge::Tidied | Merge::Conflict) => same,
        };
        prop_assert_eq!(merge(b, m, t), mirrored, "neither side is preferred");
    }
}

/// The state of a row by its own kind, which a new answer may have changed.
trait RowState {
    fn row_state(&self, field: &Field) -> State;
}

impl RowState for Draft {
    fn row_state(&self, field: &Field) -> State {
        self.field(&field.id).map_or(State::Clean, |row| self.state(row))
    }
}

fn outside_strings(json: &str) -> String {
    let (mut inside, mut escaped) = (false, false);
    json.chars()
        .filter(|&c| {
            let was_inside = inside;
            match c {
                '"' if !escaped => inside = !inside,
                _ => {}
            }
            escaped = inside && c == '\\' && !escaped;
            !was_inside
        })
        .collect()
}
