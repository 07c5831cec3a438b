//! What lies in the place of a draft and is none: not used, not lost, told.

use super::{dead_draft, folder, kill, noon, open, place, sending, unsaved};
use callset::model::record::{Aside, AsideOf};
use callset::store::schema::{self, Unfit};
use callset::store::{Place, Store};
use std::fs::{self, File};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// Another run looks at what lies in the place of a dead run's draft: it is not used, it is kept elsewhere, it is told.
fn is_set_aside(dir: &TempDir, path: &Path, ending: &str) -> PathBuf {
    let (_, found) = Store::open(dir.path(), place(), 99, noon(60)).unwrap();
    assert_eq!(found.leftovers, [], "{ending}");
    let [Aside { of: AsideOf::Draft, path: aside }] = &found.aside[..] else { panic!("{found:?}") };
    let aside = PathBuf::from(aside);
    let run = path.parent().unwrap().file_name().unwrap().to_str().unwrap();
    let name = format!("1795521660250_api.hubapi.com_1234567_{run}_draft.json.{ending}");
    assert_eq!(aside, dir.path().join("aside").join(name));
    assert!(fs::symlink_metadata(&aside).is_ok() && fs::symlink_metadata(path).is_err());
    // Told once.
    let (_, found) = Store::open(dir.path(), place(), 99, noon(61)).unwrap();
    assert!(found.aside.is_empty() && found.leftovers.is_empty());
    aside
}

#[test]
fn f6_p14_bad_drafts_are_set_aside_and_told() {
    let real = schema::write_unsaved(&place(), noon(1), &unsaved("420"));
    let other_host = Place { server: "api.hubapi.eu".into(), ..place() };
    let other_app = Place { app_id: 7, ..place() };
    let with = |old: &str, new: &str| {
        assert!(real.contains(old), "{old}");
        real.replacen(old, new, 1)
    };
    let flood: Vec<String> = (0..1001).map(|i| format!("\"{i}\":0")).collect();
    let cases = [
        (String::new(), "bad"),
        (" ".into(), "bad"),
        ("garbage".into(), "bad"),
        ("\0".repeat(100), "bad"),
        ("null".into(), "bad"),
        ("[]".into(), "bad"),
        ("{}".into(), "bad"),
        ("[".repeat(100_000), "bad"),
        (format!("{real}{real}"), "bad"),
        (format!("\u{feff}{real}"), "bad"),
        (with("\"version\":1", "\"version\":2"), "newer"),
        (r#"{"version":2}"#.into(), "newer"),
        (with("\"version\":1", "\"version\":0"), "bad"),
        (with("\"version\":1", "\"version\":\"1\""), "bad"),
        (with("\"version\":1,", ""), "bad"),
        (schema::write_unsaved(&other_host, noon(1), &unsaved("420")), "elsewhere"),
        (schema::write_unsaved(&other_app, noon(1), &unsaved("420")), "elsewhere"),
        (schema::write_sendings(&place(), &[sending(1)]), "bad"),
        (with("\"app\":1234567", "\"app\":\"1234567\""), "bad"),
        (with("\"app\":1234567", "\"app\":12345678901"), "bad"),
        (with("2026-11-24T12", "2026-11-24T25"), "bad"),
        (with("\"base\":{\"settings\"", "\"base\":{\"other\""), "bad"),
        (with("\"base\":{\"settings\":{", &format!("\"base\":{{\"settings\":{{{},", flood.join(","))), "bad"),
        (with("{\"text\":\"420\"}", "\"420\""), "bad"),
        (with("{\"text\":\"420\"}", "{\"text\":420}"), "bad"),
        (with("{\"text\":\"420\"}", "{\"text\":\"\\ud800\"}"), "bad"),
        (with("{\"text\":\"420\"}", "{}"), "bad"),
        (with("{\"text\":\"420\"}", "{\"text\":\"420\",\"switch\":true}"), "bad"),
        (with("{\"switch\":true}", "{\"switch\":1}"), "bad"),
        (with("\"focus\":{\"settings\":\"width\"}", "\"focus\":\"width\""), "bad"),
        (with(",\"focus\":{\"settings\":\"width\"}", ""), "bad"),
    ];
    let dir = folder();
    for (pid, (text, ending)) in (1..).zip(cases) {
        let path = dead_draft(&dir, pid);
        fs::write(&path, &text).unwrap();
        let aside = is_set_aside(&dir, &path, ending);
        assert_eq!(fs::read_to_string(aside).unwrap(), text);
    }
}

#[test]
fn f6_a_draft_that_is_cut_anywhere_is_none() {
    let real = schema::write_unsaved(&place(), noon(1), &unsaved("420"));
    assert!(schema::read_unsaved(&place(), real.as_bytes()).is_ok());
    for end in 0..real.len() {
        assert_eq!(schema::read_unsaved(&place(), &real.as_bytes()[..end]), Err(Unfit::Broken), "{end}");
    }
    let dir = folder();
    let path = dead_draft(&dir, 1);
    fs::write(&path, &real[..real.len() / 2]).unwrap();
    is_set_aside(&dir, &path, "bad");
}

#[test]
fn f6_what_is_no_file_is_neither_read_nor_waited_for() {
    let dir = folder();
    let outside = dir.path().join("outside");
    fs::write(&outside, schema::write_unsaved(&place(), noon(1), &unsaved("420"))).unwrap();
    let plants: [&dyn Fn(&Path); 5] = [
        &|path| fs::create_dir(path).unwrap(),
        &|path| symlink(&outside, path).unwrap(),
        &|path| symlink(path, path).unwrap(),
        &|path| symlink("/dev/zero", path).unwrap(),
        &|path| assert!(Command::new("mkfifo").arg(path).status().unwrap().success()),
    ];
    for (pid, plant) in (1..).zip(plants) {
        let path = dead_draft(&dir, pid);
        fs::remove_file(&path).unwrap();
        plant(&path);
        is_set_aside(&dir, &path, "bad");
    }
    assert!(outside.exists());
}

#[test]
fn f6_a_huge_file_is_not_read() {
    let dir = folder();
    let path = dead_draft(&dir, 1);
    File::create(&path).unwrap().set_len(2 * 1024 * 1024 * 1024).unwrap();
    let aside = is_set_aside(&dir, &path, "bad");
    assert_eq!(fs::metadata(aside).unwrap().len(), 2 * 1024 * 1024 * 1024);
}

#[test]
fn f6_a_bad_draft_does_not_take_the_intent_with_it() {
    let dir = folder();
    let mut store = open(&dir, 1);
    store.keep(&unsaved("420"), noon(1)).unwrap();
    store.record(callset::model::Resource::Settings, &[sending(2)]).unwrap();
    fs::write(store.draft(), "{").unwrap();
    kill(store);
    let (_, found) = Store::open(dir.path(), place(), 2, noon(3)).unwrap();
    assert_eq!(found.aside.len(), 1);
    assert_eq!((&found.leftovers[0].unsaved, &found.leftovers[0].sendings), (&None, &vec![sending(2)]));
}

#[test]
fn f6_p14_a_bad_record_of_a_save_is_none_of_a_draft_and_is_told_as_what_it_is() {
    let real = schema::write_sendings(&place(), &[sending(1)]);
    let newer = real.replace("\"version\":1", "\"version\":2");
    let cut = real[..real.len() / 2].to_owned();
    let dir = folder();
    // The last is of a resource that only a newer callset knows.
    for (pid, (file, text, ending)) in (1..).zip([
        ("sending.json", "garbage".to_owned(), "sending.json.bad"),
        ("sending.json", cut, "sending.json.bad"),
        ("sending-recording.json", newer, "sending-recording.json.newer"),
        ("sending-of-tomorrow.json", real, "sending-of-tomorrow.json"),
    ]) {
        let path = dead_draft(&dir, pid).with_file_name(file);
        fs::write(&path, &text).unwrap();
        let (mut store, found) = Store::open(dir.path(), place(), 99, noon(60)).unwrap();
        let [Aside { of: AsideOf::Sending, path: aside }] = &found.aside[..] else { panic!("{found:?}") };
        assert!(aside.ends_with(ending), "{aside}");
        assert_eq!((fs::read_to_string(aside).unwrap(), path.exists()), (text, false));
        // The draft beside it is there all the same.
        let [leftover] = &found.leftovers[..] else { panic!("{found:?}") };
        assert!(leftover.unsaved.is_some() && leftover.sendings.is_empty());
        store.finish(&leftover.id, noon(61)).unwrap();
    }
    fs::write(dead_draft(&dir, 9).with_file_name("notes.txt"), "").unwrap();
    let (_, found) = Store::open(dir.path(), place(), 99, noon(62)).unwrap();
    assert!(matches!(&found.aside[..], [Aside { of: AsideOf::Other, .. }]), "{found:?}");
}

#[test]
fn f6_u14_a_draft_never_crosses_to_another_place() {
    let dir = folder();
    dead_draft(&dir, 1);
    for other in [Place { app_id: 7, ..place() }, Place { server: "demo".into(), ..place() }] {
        let (_, found) = Store::open(dir.path(), other, 2, noon(3)).unwrap();
        assert_eq!((found.leftovers.len(), found.aside.len()), (0, 0));
    }
    let (_, found) = Store::open(dir.path(), place(), 2, noon(3)).unwrap();
    assert_eq!(found.leftovers.len(), 1);
}

#[test]
fn f7_temps_of_dead_runs_are_swept_and_the_last_good_draft_is_used() {
    let dir = folder();
    let path = dead_draft(&dir, 1);
    let temps = [path.with_extension("tmp"), path.with_file_name("history.tmp")];
    for temp in &temps {
        fs::write(temp, "{\"vers").unwrap();
    }
    // Killed before it had a first draft.
    let early = open(&dir, 2);
    let folder_of_early = early.draft().parent().unwrap().to_owned();
    fs::write(early.draft().with_extension("tmp"), "").unwrap();
    kill(early);
    assert!(folder_of_early.exists());
    // Of a run that lives, nothing is swept.
    let living = open(&dir, 3);
    let its = living.draft().with_extension("tmp");
    fs::write(&its, "").unwrap();
    let (_, found) = Store::open(dir.path(), place(), 4, noon(3)).unwrap();
    assert_eq!(found.leftovers.len(), 1);
    assert_eq!(found.leftovers[0].unsaved, Some(unsaved("420")));
    assert_eq!(found.aside, []);
    assert!(temps.iter().all(|temp| !temp.exists()) && !folder_of_early.exists() && its.exists());
}
