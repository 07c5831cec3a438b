//! What a dead run left: taken over once, or thrown away and kept for a while.

use super::{days, dead_draft, folder, kill, names, noon, open, place, sending, unsaved};
use callset::model::record::{Aside, AsideOf};
use callset::store::{Place, Store, StoreError, schema};
use std::fs;
use std::path::Path;

#[test]
fn f8_a_leftover_that_was_being_restored_is_not_tried_again() {
    let dir = folder();
    dead_draft(&dir, 1);
    let (mut second, found) = Store::open(dir.path(), place(), 2, noon(3)).unwrap();
    second.take(&found.leftovers[0].id).unwrap();
    // While it is at it, others leave it alone.
    let (third, found) = Store::open(dir.path(), place(), 3, noon(4)).unwrap();
    assert_eq!((found.leftovers.len(), found.peers.len(), found.aside.len()), (0, 1, 0));
    drop(third);
    kill(second);
    let (_, found) = Store::open(dir.path(), place(), 4, noon(5)).unwrap();
    let [Aside { of: AsideOf::Draft, path: aside }] = &found.aside[..] else { panic!("{found:?}") };
    assert_eq!(found.leftovers, []);
    let bytes = fs::read(Path::new(aside).join("draft.json")).unwrap();
    assert_eq!(schema::read_unsaved(&place(), &bytes), Ok((noon(1), unsaved("420"))));
    let (_, found) = Store::open(dir.path(), place(), 5, noon(6)).unwrap();
    assert_eq!((found.leftovers.len(), found.aside.len()), (0, 0));
}

#[test]
fn a_restored_leftover_goes_to_the_trash_and_the_run_has_its_edits() {
    let dir = folder();
    dead_draft(&dir, 1);
    let (mut second, found) = Store::open(dir.path(), place(), 2, noon(3)).unwrap();
    let id = &found.leftovers[0].id;
    second.take(id).unwrap();
    second.keep(found.leftovers[0].unsaved.as_ref().unwrap(), noon(4)).unwrap();
    second.finish(id, noon(5)).unwrap();
    assert_eq!(names(second.draft().parent().unwrap()), ["draft.json", "lock"]);
    let trash = dir.path().join("trash");
    assert_eq!(names(&trash), [format!("1795521605250_api.hubapi.com_1234567_{id}")]);
    kill(second);
    let (_, found) = Store::open(dir.path(), place(), 3, noon(6)).unwrap();
    assert_eq!(found.leftovers.len(), 1);
    assert_eq!((found.leftovers[0].at, &found.leftovers[0].unsaved), (noon(4), &Some(unsaved("420"))));
}

#[test]
fn of_two_runs_that_want_a_leftover_one_gets_it() {
    let dir = folder();
    dead_draft(&dir, 1);
    let (mut one, found) = Store::open(dir.path(), place(), 2, noon(3)).unwrap();
    let (mut other, same) = Store::open(dir.path(), place(), 3, noon(3)).unwrap();
    assert_eq!(found.leftovers, same.leftovers);
    let id = &found.leftovers[0].id;
    assert_eq!(one.take(id), Ok(()));
    let why = "Another callset has it, or it is gone".to_owned();
    assert_eq!(other.take(id), Err(StoreError { what: "Draft not restored", why: why.clone() }));
    assert_eq!(other.discard(id, noon(4)), Err(StoreError { what: "Draft not in the trash", why }));
    one.finish(id, noon(4)).unwrap();
    // Where both have told what became of its writes, the second has nothing left to do.
    assert_eq!(other.finish(id, noon(4)), Ok(()));
}

#[test]
fn a_leftover_has_to_be_one() {
    let dir = folder();
    let mut store = open(&dir, 1);
    store.keep(&unsaved("420"), noon(1)).unwrap();
    let own = store.draft().parent().unwrap().file_name().unwrap().to_str().unwrap().to_owned();
    for id in ["", ".", "..", "../trash", "run-1", "run-01-5", "run-1-x", "history.jsonl", &own] {
        assert_eq!(store.take(id).unwrap_err().why, "There is no such draft", "{id}");
        assert_eq!(store.finish(id, noon(2)).unwrap_err().why, "There is no such draft", "{id}");
    }
}

#[test]
fn what_is_thrown_away_stays_in_the_trash_for_30_days() {
    let dir = folder();
    dead_draft(&dir, 1);
    let (mut store, found) = Store::open(dir.path(), place(), 2, noon(3)).unwrap();
    store.finish(&found.leftovers[0].id, noon(3)).unwrap();
    store.discard_own(noon(3)).unwrap();
    store.keep(&unsaved("1"), noon(3)).unwrap();
    store.record(callset::model::Resource::Settings, &[sending(3)]).unwrap();
    store.discard_own(noon(4)).unwrap();
    store.discard_own(noon(5)).unwrap();
    assert!(!store.draft().exists());
    drop(store);
    let trash = dir.path().join("trash");
    fs::create_dir(trash.join("something_else")).unwrap();
    let both = names(&trash);
    assert_eq!(both.len(), 3);
    assert_eq!(names(&trash.join(&both[1])), ["draft.json", "sending.json"]);
    // Twenty years back, and the last moment.
    for now in [noon(0) - days(7305), noon(3) + days(30)] {
        let (_, found) = Store::open(dir.path(), place(), 3, now).unwrap();
        assert_eq!((found.leftovers.len(), names(&trash).len()), (0, 3));
    }
    // Any place's run empties it.
    Store::open(dir.path(), Place { app_id: 7, ..place() }, 3, noon(4) + days(30)).unwrap();
    assert_eq!(names(&trash), &both[1..]);
    Store::open(dir.path(), place(), 3, noon(5) + days(30)).unwrap();
    assert_eq!(names(&trash), ["something_else"]);
}
