//! Several runs at one place at the same time.

use super::{folder, kill, names, noon, open, place, saved, sending, unsaved};
use callset::model::Resource;
use callset::model::record::{Peer, PeerDoubts, SaveLock, Sending, Unsaved};
use callset::store::{Place, Store};
use std::fs;
use std::process::Command;
use std::thread;

#[test]
fn c12_the_second_sees_the_first_and_its_draft_is_its_own() {
    let dir = folder();
    let (mut first, found) = Store::open(dir.path(), place(), 812, noon(0)).unwrap();
    assert_eq!(found.peers, []);
    first.keep(&unsaved("420"), noon(1)).unwrap();
    let (mut second, found) = Store::open(dir.path(), place(), 640, noon(60)).unwrap();
    let peer = |pid, since| Peer { pid, since };
    assert_eq!((found.peers, found.leftovers), (vec![peer(812, noon(0))], vec![]));
    assert_eq!(first.peers(), Ok(vec![peer(640, noon(60))]));
    let (elsewhere, found) = Store::open(dir.path(), Place { app_id: 7, ..place() }, 1, noon(61)).unwrap();
    assert_eq!(found.peers, []);
    assert_eq!(elsewhere.peers(), Ok(vec![]));
    second.keep(&unsaved("1"), noon(62)).unwrap();
    assert_ne!(first.draft(), second.draft());
    let (third, found) = Store::open(dir.path(), place(), 7, noon(63)).unwrap();
    assert_eq!(found.peers, [peer(812, noon(0)), peer(640, noon(60))]);
    assert!(first.has_locks() && third.has_locks());
    kill(second);
    assert_eq!(third.peers(), Ok(vec![peer(812, noon(0))]));
}

#[test]
fn what_a_running_one_holds_in_doubt_is_seen_and_stays_where_it_is() {
    let dir = folder();
    let (mut first, mut second) = (open(&dir, 812), open(&dir, 640));
    first.record(Resource::Settings, &[sending(1), sending(2)]).unwrap();
    second.record(Resource::Recording, &[sending(3)]).unwrap();
    let file = second.draft().with_file_name("sending-recording.json");
    let newer = fs::read_to_string(&file).unwrap().replace("\"version\":1", "\"version\":2");
    fs::write(&file, &newer).unwrap();
    let look = |pid| Store::open(dir.path(), place(), pid, noon(4)).unwrap().1;
    let doubts =
        |pid, sendings: Vec<Sending>, unread| PeerDoubts { peer: Peer { pid, since: noon(0) }, sendings, unread };
    let found = look(7);
    assert_eq!(found.doubts, [doubts(640, vec![], 1), doubts(812, vec![sending(1), sending(2)], 0)]);
    assert_eq!((found.leftovers, found.aside), (vec![], vec![]));
    assert_eq!(found.peers.len(), 2);
    assert_eq!(fs::read_to_string(&file).unwrap(), newer);
    // Once it is settled there, there is none; and those of ended runs are leftovers.
    first.record(Resource::Settings, &[]).unwrap();
    second.record(Resource::Recording, &[sending(3)]).unwrap();
    assert_eq!(look(8).doubts, [doubts(640, vec![sending(3)], 0)]);
    kill(second);
    let found = look(9);
    assert_eq!((found.doubts, found.leftovers.len()), (vec![], 1));
}

#[test]
fn c12_c13_one_saves_at_a_time_and_the_end_of_one_is_the_turn_of_the_next() {
    let dir = folder();
    let (mut first, mut second) = (open(&dir, 812), open(&dir, 640));
    assert_eq!(first.try_turn(), Ok(SaveLock::Ours));
    assert_eq!(first.try_turn(), Ok(SaveLock::Ours));
    assert_eq!(second.try_turn(), Ok(SaveLock::Theirs(Some(Peer { pid: 812, since: noon(0) }))));
    first.end_turn();
    assert_eq!(second.try_turn(), Ok(SaveLock::Ours));
    assert_eq!(first.try_turn(), Ok(SaveLock::Theirs(Some(Peer { pid: 640, since: noon(0) }))));
    fs::write(second.draft().parent().unwrap().with_file_name("turn.lock"), "nobody").unwrap();
    assert_eq!(first.try_turn(), Ok(SaveLock::Theirs(None)));
    let (mut elsewhere, _) = Store::open(dir.path(), Place { app_id: 7, ..place() }, 1, noon(0)).unwrap();
    assert_eq!(elsewhere.try_turn(), Ok(SaveLock::Ours));
    kill(second);
    assert_eq!(first.try_turn(), Ok(SaveLock::Ours));
}

#[test]
fn a_pipe_in_the_place_of_a_lock_is_not_waited_for() {
    let dir = folder();
    let mut store = open(&dir, 1);
    for lock in ["turn.lock", "history.lock"] {
        let path = store.draft().parent().unwrap().with_file_name(lock);
        assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
    }
    // Saves take turns all the same: the lock of the folder stands for it.
    let mut other = open(&dir, 2);
    assert_eq!(store.try_turn(), Ok(SaveLock::Ours));
    assert_eq!(other.try_turn(), Ok(SaveLock::Theirs(None)));
    store.end_turn();
    assert_eq!(other.try_turn(), Ok(SaveLock::Ours));
    assert_eq!(store.remember(&saved(1)).unwrap_err().why, "Not a plain file");
}

#[test]
fn runs_that_begin_and_end_together_do_not_disturb_each_other() {
    let dir = folder();
    thread::scope(|scope| {
        for pid in 1..=4 {
            let dir = &dir;
            scope.spawn(move || {
                for turn in 0..40 {
                    let (mut store, found) = Store::open(dir.path(), place(), pid, noon(turn)).unwrap();
                    assert_eq!((found.leftovers, found.aside), (vec![], vec![]), "{pid}");
                    store.keep(&unsaved("420"), noon(turn)).unwrap();
                    store.keep(&Unsaved::default(), noon(turn)).unwrap();
                }
            });
        }
    });
    assert_eq!(names(&dir.path().join("api.hubapi.com_1234567")), Vec::<String>::new());
}
