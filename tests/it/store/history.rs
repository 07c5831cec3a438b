//! The saves of the past.

use super::{folder, names, noon, open, place, saved};
use callset::model::record::Saved;
use callset::model::{FieldId, Resource, Value};
use callset::store::{Place, Store, schema};
use std::fs::{self, File};
use std::os::unix::fs::symlink;
use std::path::PathBuf;
use std::thread;

#[test]
fn the_history_is_newest_first_and_belongs_to_the_place() {
    let dir = folder();
    let mut store = open(&dir, 1);
    assert_eq!(store.history(), Ok(vec![]));
    store.remember(&saved(1)).unwrap();
    open(&dir, 2).remember(&saved(2)).unwrap();
    assert_eq!(store.history(), Ok(vec![saved(2), saved(1)]));
    let (elsewhere, _) = Store::open(dir.path(), Place { app_id: 7, ..place() }, 1, noon(0)).unwrap();
    assert_eq!(elsewhere.history(), Ok(vec![]));
}

#[test]
fn a_start_begins_at_what_comes_first_on_the_form_of_the_last_save() {
    let dir = folder();
    let mut store = open(&dir, 1);
    let last = || Store::open(dir.path(), place(), 2, noon(100)).unwrap().1.saved_last;
    assert_eq!(last(), None);
    let numbers = |second| Saved { resource: Resource::ChannelConnection, ..saved(second) };
    store.remember(&numbers(1)).unwrap();
    assert_eq!(last(), Some(FieldId::new(Resource::ChannelConnection, "width")));
    // One save went to both.
    store.remember(&saved(40)).unwrap();
    let at = noon(40) + jiff::SignedDuration::from_secs(1);
    store.remember(&Saved { at, ..numbers(40) }).unwrap();
    assert_eq!(last(), Some(FieldId::settings("width")));
    // These are two.
    store.remember(&numbers(70)).unwrap();
    assert_eq!(last(), Some(FieldId::new(Resource::ChannelConnection, "width")));
}

#[test]
fn f13_the_history_keeps_the_last_200_saves() {
    let dir = folder();
    let mut store = open(&dir, 1);
    (0..203).for_each(|number| store.remember(&saved(number)).unwrap());
    assert_eq!(store.history(), Ok((3..203).rev().map(saved).collect()));
}

#[test]
fn f13_the_history_stays_below_256_kib() {
    let dir = folder();
    let mut store = open(&dir, 1);
    let large = |number| {
        let name = Value::Text("x".repeat(60 * 1024));
        Saved { after: [("name", name)].into_iter().collect(), ..saved(number) }
    };
    (0..6).for_each(|number| store.remember(&large(number)).unwrap());
    let file = store.draft().parent().unwrap().with_file_name("history.jsonl");
    assert!(fs::metadata(&file).unwrap().len() <= 256 * 1024);
    assert_eq!(store.history(), Ok((2..6).rev().map(large).collect()));
    // Small ones push out one large one at most, and one that is larger than all nothing at all.
    store.remember(&saved(7)).unwrap();
    assert_eq!(store.history().unwrap().len(), 5);
    let name = Value::Text("x".repeat(256 * 1024));
    let huge = Saved { after: [("name", name)].into_iter().collect(), ..saved(8) };
    assert_eq!(store.remember(&huge).unwrap_err().to_string(), "The save is not in the history: Larger than 256 KiB");
    assert_eq!(store.history().unwrap().len(), 5);
}

#[test]
fn lines_of_the_history_that_can_not_be_read_are_passed_over_and_stay() {
    let dir = folder();
    let mut store = open(&dir, 1);
    let newer = schema::write_saved(&place(), &saved(1)).replacen("\"version\":1", "\"version\":2", 1);
    let old = format!("{}\n{newer}\n\nhalf a li", schema::write_saved(&place(), &saved(0)));
    let file = store.draft().parent().unwrap().with_file_name("history.jsonl");
    fs::write(&file, &old).unwrap();
    assert_eq!(store.history(), Ok(vec![saved(0)]));
    store.remember(&saved(2)).unwrap();
    assert_eq!(store.history(), Ok(vec![saved(2), saved(0)]));
    let text = fs::read_to_string(&file).unwrap();
    assert!(text.contains(&newer) && text.contains("\nhalf a li\n") && text.ends_with("}\n"), "{text}");
}

const MIB: usize = 1024 * 1024;

fn history_of(store: &Store) -> PathBuf {
    store.draft().parent().unwrap().with_file_name("history.jsonl")
}

#[test]
fn f13_a_history_that_has_grown_is_read_from_its_end_and_small_again_with_the_next_save() {
    let line = |number: i32| schema::write_saved(&place(), &saved(number)) + "\n";
    // Larger than is read of any file by some bytes, which fall into a line, between two, and far before.
    for surplus in [1, 5, line(0).len(), line(0).len() + 1, 3 * MIB] {
        let dir = folder();
        let mut store = open(&dir, 1);
        let newest: String = (0..500).map(line).collect();
        let filling = 8 * MIB - newest.len() + surplus;
        let older = "x".repeat(99) + "\n";
        let mut text = "y".repeat(filling % older.len()) + &older.repeat(filling / older.len()) + &newest;
        assert_eq!(text.len(), 8 * MIB + surplus);
        fs::write(history_of(&store), &text).unwrap();
        assert_eq!(store.history(), Ok((0..500).rev().map(saved).collect()), "{surplus}");
        store.remember(&saved(500)).unwrap();
        assert_eq!(store.history(), Ok((301..501).rev().map(saved).collect()), "{surplus}");
        assert!(fs::metadata(history_of(&store)).unwrap().len() <= 256 * 1024);
        assert_eq!(names(&dir.path().join("aside")), Vec::<String>::new());
        // The first whole line of what is read counts.
        text = "z".repeat(surplus - 1) + "\n" + &line(7) + &"x".repeat(8 * MIB - line(7).len());
        fs::write(history_of(&store), &text).unwrap();
        assert_eq!(store.history(), Ok(vec![saved(7)]), "{surplus}");
    }
}

#[test]
fn f13_a_line_beyond_the_bounds_goes_and_takes_no_other_with_it() {
    let dir = folder();
    let mut store = open(&dir, 1);
    let line = |number: i32| schema::write_saved(&place(), &saved(number));
    let huge = "x".repeat(MIB);
    fs::write(history_of(&store), format!("{}\n{huge}\n{}\n{huge}", line(1), line(2))).unwrap();
    store.remember(&saved(3)).unwrap();
    assert_eq!(store.history(), Ok(vec![saved(3), saved(2), saved(1)]));
    assert!(fs::metadata(history_of(&store)).unwrap().len() < 2048);
}

#[test]
fn f13_gigabytes_that_are_no_history_are_in_the_way_of_nothing() {
    let dir = folder();
    let mut store = open(&dir, 1);
    File::create(history_of(&store)).unwrap().set_len(2 * 1024 * 1024 * 1024).unwrap();
    assert_eq!(store.history(), Ok(vec![]));
    store.remember(&saved(1)).unwrap();
    assert_eq!(store.history(), Ok(vec![saved(1)]));
}

#[test]
fn what_is_no_history_is_set_aside_when_there_is_something_to_remember() {
    let dir = folder();
    let mut store = open(&dir, 1);
    symlink("/dev/zero", history_of(&store)).unwrap();
    assert_eq!(store.history().unwrap_err().to_string(), "The history cannot be read: Not a plain file");
    store.remember(&saved(1)).unwrap();
    assert_eq!(store.history(), Ok(vec![saved(1)]));
    assert_eq!(names(&dir.path().join("aside")).len(), 1);
}

#[test]
fn saves_of_several_runs_do_not_mix() {
    let dir = folder();
    thread::scope(|scope| {
        for pid in 1..=4 {
            let dir = &dir;
            scope.spawn(move || {
                let mut store = open(dir, pid);
                let first = i32::try_from(pid).unwrap() * 100;
                (first..first + 10).for_each(|number| store.remember(&saved(number)).unwrap());
            });
        }
    });
    let mut all: Vec<Saved> = open(&dir, 9).history().unwrap();
    all.sort_by_key(|saved| saved.at);
    assert_eq!(all, (1..=4).flat_map(|pid| pid * 100..pid * 100 + 10).map(saved).collect::<Vec<_>>());
}
