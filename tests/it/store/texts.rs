//! What is in the files, to the byte.

use super::{folder, kill, noon, place, saved, sending, unsaved};
use crate::chance;
use crate::laws::representation;
use callset::model::record::{Saved, Sending, Unsaved, Write};
use callset::model::{Edit, FieldId, Patch, Resource};
use callset::store::{Place, Store, schema};
use jiff::Timestamp;
use proptest::prelude::*;
use proptest::test_runner::Config;

#[test]
fn s2_the_files_hold_these_members_and_no_other() {
    let base = r#"{"name":"Acme \"\u001b\u009b€\n","width":400,"height":4.20e2,"isReady":null,"motto":""}"#;
    let head = r#"{"version":1,"host":"api.hubapi.com","app":1234567,"at":"2026-11-24T12:00:01.25Z""#;
    assert_eq!(
        schema::write_unsaved(&place(), noon(1), &unsaved("420")),
        format!(
            r#"{head},"base":{{"settings":{base}}},"edits":{{"settings":{{"name":{{"text":""}},"usesRemote":{{"switch":true}},"width":{{"text":"420"}}}}}},"focus":{{"settings":"width"}}}}"#
        )
    );
    assert_eq!(
        schema::write_sendings(&place(), &[sending(1)]),
        format!(r#"{head},"resource":"settings","patch":{{"width":420}},"before":{base}}}"#)
    );
    assert_eq!(
        schema::write_saved(&place(), &saved(1)),
        format!(r#"{head},"resource":"settings","before":{{"width":1}},"after":{{"width":2}}}}"#)
    );
}

fn any_place() -> impl Strategy<Value = Place> {
    (any::<String>(), any::<i32>()).prop_map(|(server, app_id)| Place { server, app_id })
}

fn any_time() -> impl Strategy<Value = Timestamp> {
    (-377_705_023_201..253_402_207_200_i64, 0..1_000_000_000_i32)
        .prop_map(|(second, nanosecond)| Timestamp::new(second, nanosecond).unwrap())
}

fn any_id() -> impl Strategy<Value = FieldId> {
    any::<String>().prop_map(|key| FieldId { resource: Resource::Settings, key: key.into() })
}

fn any_unsaved() -> impl Strategy<Value = Unsaved> {
    let edit = prop_oneof![any::<String>().prop_map(Edit::Text), any::<bool>().prop_map(Edit::Switch)];
    let base = prop::option::of(representation());
    let edits = prop::collection::btree_map(any_id(), edit, 1..5);
    (base, edits, prop::option::of(any_id())).prop_map(|(base, edits, focus)| {
        let base = base.into_iter().map(|base| (Resource::Settings, base)).collect();
        Unsaved { base, edits, focus }
    })
}

proptest! {
    #![proptest_config(chance::fixed())]

    #[test]
    fn what_is_written_comes_back(place in any_place(), at in any_time(), unsaved in any_unsaved(), before in representation(), sent in representation()) {
        let text = schema::write_unsaved(&place, at, &unsaved);
        prop_assert!(!text.contains(char::is_control));
        let (when, back) = schema::read_unsaved(&place, text.as_bytes()).unwrap();
        prop_assert_eq!(schema::write_unsaved(&place, when, &back), text);
        prop_assert_eq!((when, back), (at, unsaved));

        let patch = Patch::recorded(Resource::Settings, &sent);
        let sending = Sending { write: Write::Fields(patch), before: before.clone(), at, passed: None };
        let removal = Sending { write: Write::Removal(Resource::Settings), before: before.clone(), at, passed: Some(at) };
        for all in [vec![sending.clone()], vec![removal.clone(), sending.clone()], vec![sending.clone(), removal, sending]] {
            let text = schema::write_sendings(&place, &all);
            prop_assert!(!text.lines().any(|line| line.contains(char::is_control)));
            prop_assert_eq!(schema::read_sendings(&place, text.as_bytes()), Ok(all));
        }

        let saved = Saved { at, resource: Resource::Settings, before, after: sent };
        let line = schema::write_saved(&place, &saved);
        prop_assert!(!line.contains(char::is_control));
        prop_assert_eq!(schema::read_saved(&place, line.as_bytes()), Ok(saved));
    }

    #[test]
    fn no_bytes_make_a_reader_panic(bytes in any::<Vec<u8>>(), at in any::<prop::sample::Index>(), unsaved in any_unsaved()) {
        let mut planted = schema::write_unsaved(&place(), noon(0), &unsaved).into_bytes();
        let at = at.index(planted.len());
        let end = planted.len().min(at + bytes.len() / 2);
        planted.splice(at..end, bytes.iter().copied());
        for bytes in [&bytes, &planted] {
            let _ = schema::read_unsaved(&place(), bytes);
            let _ = schema::read_sendings(&place(), bytes);
            let _ = schema::read_saved(&place(), bytes);
        }
    }
}

proptest! {
    #![proptest_config(Config { cases: 32, ..chance::fixed() })]

    #[test]
    fn what_is_kept_is_found(place in any_place(), at in any_time(), unsaved in any_unsaved(), before in representation(), sent in representation()) {
        let dir = folder();
        let sending = Sending { write: Write::Fields(Patch::recorded(Resource::Settings, &sent)), before: before.clone(), at, passed: None };
        let saved = Saved { at, resource: Resource::Settings, before, after: sent };
        let (mut store, _) = Store::open(dir.path(), place.clone(), 1, noon(0)).unwrap();
        store.keep(&unsaved, at).unwrap();
        store.record(Resource::Settings, std::slice::from_ref(&sending)).unwrap();
        store.remember(&saved).unwrap();
        kill(store);
        let (next, found) = Store::open(dir.path(), place, 2, noon(1)).unwrap();
        prop_assert_eq!(found.leftovers.len(), 1);
        prop_assert_eq!(&found.leftovers[0].unsaved, &Some(unsaved));
        prop_assert_eq!(&found.leftovers[0].sendings, &vec![sending]);
        prop_assert_eq!(next.history(), Ok(vec![saved]));
    }
}
