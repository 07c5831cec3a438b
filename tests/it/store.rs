//! The store on a real disk: what a run leaves is found by the next, and nothing that lies there can harm.
//!
//! Numbers (F6, C12, P2 ...) are those of the list of faults the editor survives.

mod bad_files;
mod history;
mod leftovers;
mod texts;
mod together;

use callset::model::record::{Peer, SaveLock, Saved, Sending, Unsaved, Write};
use callset::model::{Draft, Edit, FieldId, Representation, Resource, Stroke, Value};
use callset::store::{Place, Store, StoreError, schema, state_dir};
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

fn place() -> Place {
    Place { server: "api.hubapi.com".into(), app_id: 1_234_567 }
}

/// Noon of the day of the stories, and a number of seconds.
fn noon(seconds: i64) -> Timestamp {
    "2026-11-24T12:00:00.25Z".parse::<Timestamp>().unwrap() + SignedDuration::from_secs(seconds)
}

fn days(days: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * days)
}

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

/// A run that finds nothing unusual.
fn open(dir: &TempDir, pid: u32) -> Store {
    Store::open(dir.path(), place(), pid, noon(0)).unwrap().0
}

fn settings() -> Representation {
    [
        ("name", Value::Text("Acme \"\u{1b}\u{9b}€\n".into())),
        ("width", Value::Integer(400)),
        ("height", Value::Other("4.20e2".into())),
        ("isReady", Value::Null),
        ("motto", Value::Text(String::new())),
    ]
    .into_iter()
    .collect()
}

fn unsaved(width: &str) -> Unsaved {
    let edits = [
        (FieldId::settings("width"), Edit::Text(width.into())),
        (FieldId::settings("name"), Edit::Text(String::new())),
        (FieldId::settings("usesRemote"), Edit::Switch(true)),
    ];
    Unsaved {
        base: [(Resource::Settings, settings())].into(),
        edits: edits.into(),
        focus: Some(FieldId::settings("width")),
    }
}

fn sending(number: i64) -> Sending {
    let mut draft = Draft::new();
    draft.rebase(Resource::Settings, settings(), None);
    let width = draft.field(&FieldId::settings("width")).unwrap().clone();
    draft.set(&width, Edit::Text("420".into()), Stroke::Whole);
    Sending {
        write: Write::Fields(draft.patch(Resource::Settings)),
        before: settings(),
        at: noon(number),
        passed: None,
    }
}

fn saved(number: i32) -> Saved {
    Saved {
        at: noon(i64::from(number)),
        resource: Resource::Settings,
        before: [("width", Value::Integer(number))].into_iter().collect(),
        after: [("width", Value::Integer(number + 1))].into_iter().collect(),
    }
}

/// What killing a process does where something is left: its files stay, its locks are free. A real kill is in P1, P2, C13.
fn kill(store: Store) {
    drop(store);
}

/// A dead run that left a draft; the file of it.
fn dead_draft(dir: &TempDir, pid: u32) -> PathBuf {
    let mut store = open(dir, pid);
    store.keep(&unsaved("420"), noon(1)).unwrap();
    let path = store.draft();
    kill(store);
    path
}

fn mode(path: &Path) -> u32 {
    fs::symlink_metadata(path).unwrap().permissions().mode() & 0o7777
}

fn names(path: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(path).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// Every file and folder below.
fn all_below(path: &Path) -> Vec<PathBuf> {
    let (mut found, mut folders) = (Vec::new(), vec![path.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path.clone());
            }
            found.push(path);
        }
    }
    found
}

// ── where ──

#[test]
fn f1_the_state_folder_is_found_in_the_environment_or_not_at_all() {
    let find = |vars: &[(&str, &str)]| {
        let vars: BTreeMap<&str, OsString> = vars.iter().map(|(name, value)| (*name, value.into())).collect();
        state_dir(|name| vars.get(name).cloned())
    };
    let path = |path: &str| Some(PathBuf::from(path));
    assert_eq!(find(&[("XDG_STATE_HOME", "/s"), ("HOME", "/h")]), path("/s/callset"));
    assert_eq!(find(&[("HOME", "/h")]), path("/h/.local/state/callset"));
    // The specification says that a relative path is to be ignored.
    assert_eq!(find(&[("XDG_STATE_HOME", "s"), ("HOME", "/h")]), path("/h/.local/state/callset"));
    assert_eq!(find(&[("XDG_STATE_HOME", ""), ("HOME", "")]), None);
    assert_eq!(find(&[("HOME", "h")]), None);
    assert_eq!(find(&[]), None);
}

#[test]
fn f1_where_no_folder_can_be_made_there_is_an_error() {
    let dir = folder();
    let file = dir.path().join("file");
    fs::write(&file, "").unwrap();
    for (at, why) in [(file.clone(), "File exists"), (file.join("below"), "Not a directory")] {
        let error = Store::open(&at, place(), 1, noon(0)).unwrap_err();
        assert_eq!(error, StoreError { what: "Drafts cannot be kept on disk", why: why.into() });
        assert_eq!(error.to_string(), format!("Drafts cannot be kept on disk: {why}"));
    }
}

#[test]
fn f14_paths_may_hold_anything() {
    use std::os::unix::ffi::OsStringExt;
    let dir = folder();
    let odd = dir.path().join(OsString::from_vec(b"a b\xff\n'\"".to_vec()));
    let (mut store, _) = Store::open(&odd, place(), 1, noon(0)).unwrap();
    store.keep(&unsaved("420"), noon(1)).unwrap();
    kill(store);
    let (_, found) = Store::open(&odd, place(), 2, noon(2)).unwrap();
    assert_eq!(found.leftovers.len(), 1);
}

#[test]
fn only_the_owner_can_look_at_any_of_it() {
    let dir = folder();
    let state = dir.path().join("state");
    fs::create_dir(&state).unwrap();
    fs::set_permissions(&state, fs::Permissions::from_mode(0o755)).unwrap();
    let (mut store, _) = Store::open(&state, place(), 1, noon(0)).unwrap();
    store.keep(&unsaved("420"), noon(1)).unwrap();
    store.discard_own(noon(1)).unwrap();
    store.keep(&unsaved("420"), noon(1)).unwrap();
    store.record(Resource::Settings, &[sending(1)]).unwrap();
    store.remember(&saved(1)).unwrap();
    assert_eq!(store.try_turn(), Ok(SaveLock::Ours));
    let all = all_below(&state);
    assert!(all.len() > 9, "{all:?}");
    for path in all.iter().chain([&state]) {
        assert_eq!(mode(path), if path.is_dir() { 0o700 } else { 0o600 }, "{}", path.display());
    }
}

// ── the draft, the sending and how runs end ──

#[test]
fn p1_a_killed_run_leaves_its_draft() {
    let dir = folder();
    let mut store = open(&dir, 812);
    store.keep(&unsaved("42"), noon(1)).unwrap();
    store.keep(&unsaved("420"), noon(2)).unwrap();
    kill(store);
    let (next, found) = Store::open(dir.path(), place(), 813, noon(60)).unwrap();
    let [leftover] = &found.leftovers[..] else { panic!("{found:?}") };
    assert_eq!(leftover.unsaved, Some(unsaved("420")));
    assert_eq!((leftover.at, leftover.sendings.as_slice()), (noon(2), &[][..]));
    assert!(found.peers.is_empty() && found.aside.is_empty());
    // It is offered until someone decides.
    drop(next);
    assert_eq!(Store::open(dir.path(), place(), 814, noon(61)).unwrap().1, found);
}

#[test]
fn p2_a_run_killed_while_saving_leaves_its_sending() {
    let dir = folder();
    let mut store = open(&dir, 812);
    store.keep(&unsaved("420"), noon(1)).unwrap();
    store.record(Resource::Settings, &[sending(2)]).unwrap();
    kill(store);
    let mut other = open(&dir, 813);
    other.record(Resource::Settings, &[sending(3)]).unwrap();
    other.sync().unwrap();
    kill(other);
    let (_, found) = Store::open(dir.path(), place(), 814, noon(60)).unwrap();
    let [newer, older] = &found.leftovers[..] else { panic!("{found:?}") };
    assert_eq!((newer.at, &newer.unsaved, &newer.sendings), (noon(3), &None, &vec![sending(3)]));
    assert_eq!((older.at, &older.unsaved, &older.sendings), (noon(2), &Some(unsaved("420")), &vec![sending(2)]));
}

#[test]
fn a_run_that_is_done_leaves_nothing() {
    let dir = folder();
    let mut store = open(&dir, 812);
    store.record(Resource::Settings, &[]).unwrap();
    store.sync().unwrap();
    store.keep(&unsaved("420"), noon(1)).unwrap();
    store.record(Resource::Settings, &[sending(1)]).unwrap();
    store.record(Resource::Settings, &[]).unwrap();
    store.keep(&Unsaved { edits: BTreeMap::new(), ..unsaved("420") }, noon(2)).unwrap();
    assert!(!store.draft().exists());
    let home = store.draft().parent().unwrap().parent().unwrap().to_owned();
    assert_eq!(names(&home), ["run-812-1795521600250"]);
    drop(store);
    assert_eq!(names(&home), Vec::<String>::new());
}

#[test]
fn f15_an_old_draft_comes_with_its_date() {
    let dir = folder();
    dead_draft(&dir, 1);
    let (_, found) = Store::open(dir.path(), place(), 2, noon(0) + days(92)).unwrap();
    assert_eq!(found.leftovers[0].at, noon(1));
    assert_eq!(found.leftovers[0].unsaved, Some(unsaved("420")));
}

#[test]
fn a_dead_run_whose_lock_someone_removed_is_dead() {
    let dir = folder();
    let path = dead_draft(&dir, 1);
    fs::remove_file(path.with_file_name("lock")).unwrap();
    let (_, found) = Store::open(dir.path(), place(), 2, noon(3)).unwrap();
    assert_eq!((found.leftovers.len(), found.peers.len()), (1, 0));
}

#[test]
fn processes_of_one_number_and_one_moment_get_folders_of_their_own() {
    let dir = folder();
    let runs = [open(&dir, 1), open(&dir, 1), open(&dir, 1)];
    let (_, found) = Store::open(dir.path(), place(), 1, noon(0)).unwrap();
    let expected: Vec<Peer> =
        (0..3).map(|ms| Peer { pid: 1, since: noon(0) + SignedDuration::from_millis(ms) }).collect();
    assert_eq!(found.peers, expected);
    drop(runs);
}

// ── failing writes ──

#[test]
fn f5_p10_a_write_that_can_not_begin_or_end_leaves_the_old_draft() {
    let dir = folder();
    let mut store = open(&dir, 1);
    store.keep(&unsaved("420"), noon(1)).unwrap();
    let temp = store.draft().with_extension("tmp");
    fs::create_dir(&temp).unwrap();
    let error = store.keep(&unsaved("1"), noon(2)).unwrap_err();
    assert_eq!(error.to_string(), "Draft not on disk: Is a directory");
    fs::remove_dir(&temp).unwrap();
    let old = schema::write_unsaved(&place(), noon(1), &unsaved("420"));
    assert_eq!(fs::read_to_string(store.draft()).unwrap(), old);
    // The name itself is taken: the temp does not stay.
    fs::remove_file(store.draft()).unwrap();
    fs::create_dir(store.draft()).unwrap();
    assert!(store.keep(&unsaved("1"), noon(2)).is_err());
    assert!(!temp.exists());
    fs::remove_dir(store.draft()).unwrap();
    store.keep(&unsaved("2"), noon(3)).unwrap();
}

#[test]
fn f5_a_draft_beyond_the_limit_leaves_the_old_one() {
    let dir = folder();
    let mut store = open(&dir, 1);
    store.keep(&unsaved("420"), noon(1)).unwrap();
    let error = store.keep(&unsaved(&"x".repeat(8 * 1024 * 1024)), noon(2)).unwrap_err();
    assert_eq!(error.to_string(), "Draft not on disk: Larger than 8 MiB");
    kill(store);
    let (_, found) = Store::open(dir.path(), place(), 2, noon(3)).unwrap();
    assert_eq!(found.leftovers[0].unsaved, Some(unsaved("420")));
}

/// The folder that a test works in, where it runs as a process of its own.
const CHILD: &str = "CALLSET_TEST_CHILD";

/// Runs a test of this file again, as a process that a shell prepares.
fn as_a_process(test: &str, dir: &TempDir, prepare: &str) -> Output {
    Command::new("sh")
        .args(["-c", &format!("{prepare} exec \"$0\" \"$@\"")])
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", &format!("store::{test}")])
        .env(CHILD, dir.path())
        .output()
        .unwrap()
}

/// A limit for the size of files stops a write in its middle, as a full disk does, whoever runs the test.
#[test]
fn f5_p10_a_write_that_stops_in_its_middle_leaves_the_old_draft() {
    if let Some(dir) = std::env::var_os(CHILD) {
        let (mut store, _) = Store::open(Path::new(&dir), place(), 1, noon(0)).unwrap();
        store.keep(&unsaved("420"), noon(1)).unwrap();
        store.remember(&saved(1)).unwrap();
        let error = store.keep(&unsaved(&"x".repeat(100_000)), noon(2)).unwrap_err();
        assert_eq!(error.to_string(), "Draft not on disk: File too large");
        let large = Saved { after: [("name", Value::Text("x".repeat(100_000)))].into_iter().collect(), ..saved(2) };
        assert_eq!(store.remember(&large).unwrap_err().what, "The save is not in the history");
        assert_eq!(names(store.draft().parent().unwrap()), ["draft.json", "lock"]);
        assert_eq!(store.history().unwrap(), [saved(1)]);
        return;
    }
    let dir = folder();
    let test = "f5_p10_a_write_that_stops_in_its_middle_leaves_the_old_draft";
    let limited = as_a_process(test, &dir, r#"trap "" XFSZ; ulimit -f 16;"#);
    let output = String::from_utf8_lossy(&limited.stdout);
    assert!(limited.status.success() && output.contains("1 passed"), "{output}");
    let (_, found) = Store::open(dir.path(), place(), 2, noon(3)).unwrap();
    assert_eq!(found.leftovers[0].unsaved, Some(unsaved("420")));
}

#[test]
fn p1_p2_c13_a_process_killed_in_its_save_leaves_all_and_holds_nothing() {
    if let Some(dir) = std::env::var_os(CHILD) {
        let (mut store, _) = Store::open(Path::new(&dir), place(), 812, noon(0)).unwrap();
        store.keep(&unsaved("420"), noon(1)).unwrap();
        assert_eq!(store.try_turn(), Ok(SaveLock::Ours));
        store.record(Resource::Settings, &[sending(2)]).unwrap();
        Command::new("sh").args(["-c", "kill -9 $PPID"]).status().unwrap();
        unreachable!("killed");
    }
    let dir = folder();
    let killed = as_a_process("p1_p2_c13_a_process_killed_in_its_save_leaves_all_and_holds_nothing", &dir, "");
    assert_eq!(killed.status.signal(), Some(9), "{}", String::from_utf8_lossy(&killed.stdout));
    let (mut next, found) = Store::open(dir.path(), place(), 813, noon(3)).unwrap();
    let [leftover] = &found.leftovers[..] else { panic!("{found:?}") };
    assert_eq!((&leftover.unsaved, &leftover.sendings), (&Some(unsaved("420")), &vec![sending(2)]));
    assert_eq!(found.peers, []);
    assert_eq!(next.try_turn(), Ok(SaveLock::Ours));
}

#[test]
fn a_folder_that_vanished_is_an_error_each_time_and_no_panic() {
    let dir = folder();
    let mut store = open(&dir, 1);
    fs::remove_dir_all(dir.path()).unwrap();
    let why = |result: Result<(), StoreError>| result.unwrap_err().why;
    let missing = "No such file or directory";
    assert_eq!(why(store.keep(&unsaved("420"), noon(1))), missing);
    assert_eq!(why(store.record(Resource::Settings, &[sending(1)])), missing);
    assert_eq!(why(store.remember(&saved(1))), missing);
    assert_eq!(why(store.try_turn().map(|_| ())), missing);
    assert_eq!(why(store.peers().map(|_| ())), missing);
    assert_eq!(store.history(), Ok(Vec::new()));
}
