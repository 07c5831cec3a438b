//! A save step by step: turn, check, record, PATCH, read-back; and what each way to fail leads to.

use super::{
    SETTINGS, TOOK, at, base, body, but, ctrl, enter, focus, get, id, is_idle, loaded, patch, press, refused, reply,
    save, saving, sends, settings, shown, target, text, type_in, update,
};
use callset::app::effect::Effect;
use callset::app::msg::{Code, DiskReply, Msg};
use callset::app::{App, Mark, Notice, Overlay};
use callset::model::record::{Found, Peer, SaveLock, Saved, Sending, Write};
use callset::model::refusal::{Refusal, Unreached};
use callset::model::trace::Trace;
use callset::model::{Edit, Patch, Representation, Value};
use callset::sync::{Call, Disk, Doing, Fault, Keeping, Outcome, Reply, Request, RequestId, Timer, Why};
use jiff::Timestamp;
use std::time::Duration;

/// Width 420 is entered, and drafts are on disk.
fn on_disk() -> App {
    let (mut app, _) = App::new(target());
    update(&mut app, Msg::Disk(DiskReply::Opened(Ok(Found::default()))));
    assert_eq!(update(&mut app, reply(1, Ok(settings()))), []);
    assert_eq!(app.sync.keeping, Keeping::OnDisk);
    enter(&mut app, "width", "420");
    app
}

fn wide() -> Patch {
    patch(&[("width", Edit::Text("420".into()))])
}

fn saved_width() -> Representation {
    but("width", Value::Integer(420))
}

fn heard(app: &mut App, heard: DiskReply) -> Vec<Effect> {
    update(app, Msg::Disk(heard))
}

/// A second of a pause.
fn second(app: &mut App, request: u32) -> Vec<Effect> {
    update(app, Msg::Woke { timer: Timer::Retry(RequestId(request)), waited: Duration::from_secs(1) })
}

/// What is left of the pause, and why there is one.
fn pause(app: &App) -> Option<(Duration, Why)> {
    app.sync.exchange().and_then(|exchange| exchange.pause.as_ref()).map(|pause| (pause.left, pause.why.clone()))
}

fn limited(policy: &str, retry_after: Option<u64>) -> Fault {
    let retry_after = retry_after.map(Duration::from_secs);
    Fault::Refused(Box::new(Refusal { status: 429, policy: Some(policy.into()), retry_after, ..Refusal::default() }))
}

fn lost() -> Fault {
    Fault::Broken("reset".into())
}

// ── the way of a save ──

#[test]
fn a_save_takes_its_turn_checks_records_sends_and_leaves_nothing_behind() {
    let mut app = on_disk();
    assert_eq!(ctrl(&mut app, 's'), [Effect::Disk(Disk::Turn)]);
    assert_eq!(heard(&mut app, DiskReply::Turn(SaveLock::Ours)), get(2, Doing::Checking));
    let intent = Sending { write: Write::Fields(wide()), before: settings(), at: Timestamp::UNIX_EPOCH, passed: None };
    assert_eq!(update(&mut app, reply(2, Ok(settings()))), [Effect::Disk(Disk::Record(SETTINGS, vec![intent]))]);
    assert_eq!(app.sync.unsaved(), 1, "unsaved until the server says otherwise");
    assert_eq!(heard(&mut app, DiskReply::Recorded(Ok(()))), sends(3, &[("width", Edit::Text("420".into()))]));
    let of = |width| [("width", Value::Integer(width))].into_iter().collect();
    let saved = Saved { at: at(), resource: SETTINGS, before: of(400), after: of(420) };
    let end = [Disk::Remember(Box::new(saved)), Disk::StillOpen(SETTINGS, vec![]), Disk::EndTurn].map(Effect::Disk);
    assert_eq!(update(&mut app, reply(3, Ok(saved_width()))), end);
    assert_eq!((app.sync.unsaved(), is_idle(&app)), (0, true));
}

#[test]
fn c12_a_save_waits_for_the_turn_of_another_callset_and_esc_ends_the_wait() {
    let peer = Peer { pid: 812, since: at() };
    let mut app = on_disk();
    ctrl(&mut app, 's');
    let wait = Effect::Wake { timer: Timer::Turn, after: Duration::from_millis(200) };
    assert_eq!(heard(&mut app, DiskReply::Turn(SaveLock::Theirs(Some(peer)))), [wait]);
    let woke = Msg::Woke { timer: Timer::Turn, waited: TOOK };
    assert_eq!(update(&mut app, woke.clone()), [Effect::Disk(Disk::Turn)]);
    focus(&mut app, "name");
    assert_eq!(press(&mut app, Code::Esc), [Effect::Disk(Disk::EndTurn)]);
    assert_eq!(app.notice, Some(Notice::Outcome(Outcome::Cancelled(Doing::Checking))));
    assert_eq!(update(&mut app, woke), [], "nobody waits any more");
    assert_eq!(heard(&mut app, DiskReply::Turn(SaveLock::Ours)), []);
    assert_eq!(body(&app), r#"{"width":420}"#);
}

#[test]
fn f5_a_record_that_can_not_be_written_is_told_and_the_save_goes_on() {
    let mut app = on_disk();
    ctrl(&mut app, 's');
    heard(&mut app, DiskReply::Turn(SaveLock::Ours));
    update(&mut app, reply(2, Ok(settings())));
    let sent = heard(&mut app, DiskReply::Recorded(Err("no space".into())));
    assert_eq!(sent, sends(3, &[("width", Edit::Text("420".into()))]));
    assert_eq!(app.sync.keeping, Keeping::Failing("no space".into()));
}

#[test]
fn what_is_entered_after_ctrl_s_waits_for_the_next_save() {
    let mut app = loaded();
    enter(&mut app, "width", "420");
    assert_eq!(ctrl(&mut app, 's'), get(2, Doing::Checking));
    press(&mut app, Code::End);
    type_in(&mut app, "0");
    enter(&mut app, "height", "700");
    let sent = update(&mut app, reply(2, Ok(settings())));
    assert_eq!(sent, sends(3, &[("width", Edit::Text("420".into()))]), "as it was at Ctrl-S");
    update(&mut app, reply(3, Ok(saved_width())));
    assert_eq!(body(&app), r#"{"width":4200,"height":700}"#);
}

#[test]
fn what_is_set_back_after_ctrl_s_is_not_sent() {
    let mut app = loaded();
    enter(&mut app, "height", "700");
    enter(&mut app, "width", "420");
    ctrl(&mut app, 's');
    ctrl(&mut app, 'x');
    let sent = update(&mut app, reply(2, Ok(settings())));
    assert_eq!(sent, sends(3, &[("height", Edit::Text("700".into()))]));
}

// ── the check ──

#[test]
fn c1_what_others_changed_elsewhere_is_taken_and_told_and_the_save_goes_on() {
    let mut app = loaded();
    enter(&mut app, "width", "420");
    ctrl(&mut app, 's');
    let mut theirs = but("height", Value::Integer(700));
    let sent = update(&mut app, reply(2, Ok(theirs.clone())));
    assert_eq!(sent, sends(3, &[("width", Edit::Text("420".into()))]));
    assert_eq!(app.marks.get(&id("height")), Some(&Mark::Taken));
    theirs.set("width", Value::Integer(420));
    update(&mut app, reply(3, Ok(theirs)));
    assert_eq!(app.notice, Some(Notice::Outcome(Outcome::Saved { sent: 1, kept: 0, taken: 1, took: TOOK })));
    assert_eq!((shown(&app, "height"), app.marks.get(&id("height"))), (text("700"), Some(&Mark::Taken)));
}

#[test]
fn c3_what_the_server_has_already_is_not_sent_again() {
    let mut app = loaded();
    enter(&mut app, "width", "420");
    ctrl(&mut app, 's');
    assert_eq!(update(&mut app, reply(2, Ok(saved_width()))), []);
    assert_eq!(app.notice, Some(Notice::Outcome(Outcome::AlreadyThere { fields: 1 })));
    assert_eq!((app.sync.unsaved(), is_idle(&app)), (0, true));
}

#[test]
fn c6_h3_settings_that_are_gone_at_the_check_stop_the_save() {
    let mut app = loaded();
    enter(&mut app, "width", "420");
    ctrl(&mut app, 's');
    let timer = Timer::Retry(RequestId(3));
    let after = Duration::from_secs(1);
    assert_eq!(update(&mut app, reply(2, Err(refused(404, &[])))), [Effect::Wake { timer, after }]);
    assert_eq!(update(&mut app, Msg::Woke { timer, waited: after }), get(3, Doing::Checking), "it looks twice");
    assert_eq!(update(&mut app, reply(3, Err(refused(404, &[])))), []);
    assert_eq!((&app.notice, is_idle(&app)), (&Some(Notice::Outcome(Outcome::Gone(SETTINGS))), true));
    // What was edited, and what the server had: a POST wants all of it.
    let [first, last] = [("name", "Acme Dialer"), ("width", "420")].map(|(key, text)| {
        assert_eq!(app.sync.draft.edit(&id(key)), Some(&Edit::Text(text.into())));
        id(key)
    });
    assert_eq!(
        (app.sync.unsaved(), app.sync.draft.missing(SETTINGS).count(), app.sync.draft.conflicts().count()),
        (9, 0, 0)
    );
    ctrl(&mut app, 's');
    let effects = update(&mut app, reply(4, Err(refused(404, &[]))));
    let [Effect::Send(Request { call: Call::Create(all), .. }), _] = effects.as_slice() else {
        panic!("no POST: {effects:?}")
    };
    assert_eq!((all.len(), all.get(&first).is_some(), all.get(&last)), (9, true, Some(&Value::Integer(420))));
}

#[test]
fn n12_a_check_that_was_cancelled_sends_nothing_and_leaves_no_doubt() {
    let mut app = loaded();
    enter(&mut app, "width", "420");
    ctrl(&mut app, 's');
    focus(&mut app, "name");
    assert_eq!(press(&mut app, Code::Esc), [Effect::Cancel(RequestId(2))]);
    assert_eq!(app.notice, Some(Notice::Outcome(Outcome::Cancelled(Doing::Checking))));
    assert_eq!(update(&mut app, reply(2, Ok(settings()))), []);
    assert_eq!((app.sync.doubts().find_map(Sending::patch), app.sync.unsaved(), is_idle(&app)), (None, 1, true));
}

// ── again ──

#[test]
fn n2_h9_a_get_is_repeated_twice_with_growing_pauses_and_then_given_up() {
    let (mut app, _) = App::new(target());
    let fault = Fault::Unreached(Unreached::Dns);
    let mut request = 1;
    for seconds in [1.0, 2.0] {
        let effects = update(&mut app, reply(request, Err(fault.clone())));
        let (left, why) = pause(&app).unwrap();
        assert_eq!(why, Why::Failed(fault.clone()));
        assert!((0.8..=1.2).contains(&(left.as_secs_f64() / seconds)), "{left:?}");
        request += 1;
        let after = left.min(Duration::from_secs(1));
        assert_eq!(effects, [Effect::Wake { timer: Timer::Retry(RequestId(request)), after }]);
        assert_eq!(second(&mut app, 99), [], "no timer of another request");
        while pause(&app).is_some() {
            let effects = second(&mut app, request);
            assert!(pause(&app).is_some() || effects == get(request, Doing::Loading), "{effects:?}");
        }
    }
    assert_eq!(update(&mut app, reply(request, Err(fault.clone()))), []);
    assert_eq!(app.notice, Some(Notice::Outcome(Outcome::Failed(Doing::Loading, fault))));
}

#[test]
fn n2_ctrl_r_cuts_a_pause_short_and_esc_ends_it() {
    let (mut app, _) = App::new(target());
    update(&mut app, reply(1, Err(refused(503, &[]))));
    assert_eq!(ctrl(&mut app, 'r'), get(2, Doing::Loading));
    assert_eq!(second(&mut app, 2), [], "its timer is over");
    update(&mut app, reply(2, Err(refused(503, &[]))));
    assert_eq!(press(&mut app, Code::Esc), [], "nothing is on its way");
    assert_eq!((is_idle(&app), app.notice), (true, Some(Notice::Outcome(Outcome::Cancelled(Doing::Loading)))));
}

#[test]
fn h8_a_limit_is_waited_for_once_as_long_as_it_says_and_looked_at_anew() {
    for (fault, seconds) in [
        (limited("SECONDLY", None), 1),
        (limited("TEN_SECONDLY_ROLLING", None), 10),
        (limited("SECONDLY", Some(7)), 7),
        (refused(423, &[]), 2),
    ] {
        let mut app = saving();
        let effects = update(&mut app, reply(3, Err(fault.clone())));
        let meaning = callset::words::fault::meaning(&fault, Doing::Saving, &app.target).unwrap_or_default();
        assert!(meaning.contains(&format!("wait {seconds} s")) || meaning.contains("two seconds"), "{meaning}");
        assert_eq!(pause(&app), Some((Duration::from_secs(seconds), Why::Failed(fault.clone()))));
        assert_eq!(effects, [Effect::Wake { timer: Timer::Retry(RequestId(4)), after: Duration::from_secs(1) }]);
        for _ in 1..seconds {
            assert_eq!(second(&mut app, 4).len(), 1);
        }
        assert_eq!(second(&mut app, 4), get(4, Doing::Checking));
        let sent = update(&mut app, reply(4, Ok(settings())));
        assert_eq!(sent, sends(5, &[("width", Edit::Text("420".into()))]));
        assert_eq!(update(&mut app, reply(5, Err(fault.clone()))), get(6, Doing::ReadingBack), "once");
        assert_eq!(update(&mut app, reply(6, Ok(settings()))), []);
        assert_eq!(app.notice, Some(Notice::Outcome(Outcome::Failed(Doing::Saving, fault))));
        assert_eq!((body(&app).as_str(), app.sync.doubts().find_map(Sending::patch)), (r#"{"width":420}"#, None));
    }
}

#[test]
fn h2_h8_what_would_only_be_refused_again_is_not_repeated() {
    for fault in [limited("DAILY", Some(3)), refused(477, &[]), refused(403, &[]), refused(400, &[]), refused(405, &[])]
    {
        let mut app = saving();
        let effects = update(&mut app, reply(3, Err(fault.clone())));
        if fault.reaction().is_some() {
            assert_eq!(effects, get(4, Doing::ReadingBack), "{fault:?}");
            assert_eq!(update(&mut app, reply(4, Ok(settings()))), []);
        } else {
            assert_eq!(effects, [], "{fault:?}");
        }
        assert_eq!(
            (is_idle(&app), app.sync.doubts().find_map(Sending::patch), body(&app).as_str()),
            (true, None, r#"{"width":420}"#)
        );
        assert_eq!(app.notice, Some(Notice::Outcome(Outcome::Failed(Doing::Saving, fault))));
        press(&mut app, Code::Down);
        assert!(app.notice.is_some(), "an error stays until something settles it");
    }
}

#[test]
fn h6_a_server_that_knows_conditions_is_looked_at_again_and_asked_once_more() {
    for status in [409, 412, 428] {
        let mut app = saving();
        assert_eq!(update(&mut app, reply(3, Err(refused(status, &[])))), get(4, Doing::Checking));
        let theirs = but("height", Value::Integer(700));
        let sent = update(&mut app, reply(4, Ok(theirs.clone())));
        assert_eq!(sent, sends(5, &[("width", Edit::Text("420".into()))]));
        assert_eq!(update(&mut app, reply(5, Err(refused(status, &[])))), get(6, Doing::ReadingBack));
        assert_eq!(update(&mut app, reply(6, Ok(theirs))), []);
        assert_eq!(app.notice, Some(Notice::Outcome(Outcome::Failed(Doing::Saving, refused(status, &[])))));
    }
}

#[test]
fn h6_a_server_that_gives_versions_is_told_which_one_is_meant() {
    let versioned = |request: u32, etag: &str| {
        let Msg::Reply(reply) = reply(request, Ok(settings())) else { unreachable!() };
        let etag = Some(etag.to_owned());
        Msg::Reply(Reply { trace: Some(Box::new(Trace { status: 200, etag, ..Trace::default() })), ..reply })
    };
    let meant = |effects: &[Effect]| match effects {
        [Effect::Send(Request { call: Call::Patch(_), if_match, .. }), _] => if_match.clone(),
        other => panic!("{other:?}"),
    };
    let mut app = loaded();
    enter(&mut app, "width", "420");
    ctrl(&mut app, 's');
    assert_eq!(meant(&update(&mut app, versioned(2, "\"7\""))), Some("\"7\"".into()));
    assert_eq!(update(&mut app, reply(3, Err(refused(412, &[])))), get(4, Doing::Checking), "looked at again");
    assert_eq!(meant(&update(&mut app, versioned(4, "\"8\""))), Some("\"8\"".into()));
}

#[test]
fn h18_an_older_copy_is_looked_at_again_and_never_taken() {
    let old = but("updatedAt", Value::Text("2026-09-18T07:55:40.999Z".into()));
    let mut app = loaded();
    enter(&mut app, "width", "420");
    ctrl(&mut app, 's');
    for request in [2, 3] {
        update(&mut app, reply(request, Ok(old.clone())));
        assert_eq!(pause(&app), Some((Duration::from_secs(1), Why::Stale)));
        assert_eq!(second(&mut app, request + 1), get(request + 1, Doing::Checking));
    }
    assert_eq!(update(&mut app, reply(4, Ok(old))), []);
    assert_eq!(app.notice, Some(Notice::Outcome(Outcome::Stale(Doing::Checking))));
    assert_eq!((base(&app), body(&app).as_str(), is_idle(&app)), (settings(), r#"{"width":420}"#, true));
}

// ── nobody knows ──

/// Ways to lose the answer to a PATCH.
fn losses() -> [Fault; 6] {
    [
        refused(500, &[]),
        refused(503, &[]),
        refused(408, &[]),
        Fault::TimedOut(Duration::from_secs(30)),
        lost(),
        Fault::Unreadable { what: "it is empty".into(), correlation_id: None },
    ]
}

#[test]
fn h9_h11_n9_n11_a_lost_answer_is_read_back_at_once() {
    for fault in losses() {
        assert_ne!(fault.reaction(), None);
        let mut app = saving();
        assert_eq!(update(&mut app, reply(3, Err(fault.clone()))), get(4, Doing::ReadingBack), "{fault:?}");
        assert_eq!(app.sync.doubts().find_map(Sending::patch), Some(&wide()));
        assert_eq!(update(&mut app, reply(4, Ok(saved_width()))), []);
        assert_eq!(app.notice, Some(Notice::Outcome(Outcome::ReadBack { sent: 1, saved: 1 })));
        assert_eq!((app.sync.unsaved(), app.sync.doubts().find_map(Sending::patch), is_idle(&app)), (0, None, true));
    }
    let proven = [400, 401, 403, 404, 405, 413, 415, 422].map(|status| refused(status, &[]));
    for fault in [Fault::Unreached(Unreached::Refused), Fault::Setup("no".into())].into_iter().chain(proven) {
        assert_eq!(fault.reaction(), None, "{fault:?}");
    }
}

#[test]
fn h6_h8_h10_a_refusal_may_be_that_of_a_second_copy_and_is_read_back() {
    let is_noted = |app: &App| app.sync.doubts().find_map(Sending::patch) == Some(&wide());
    let of = |width| [("width", Value::Integer(width))].into_iter().collect();
    let saved = Saved { at: Timestamp::UNIX_EPOCH, resource: SETTINGS, before: of(400), after: of(420) };
    for status in [200, 409, 412, 423, 428, 429, 477] {
        let fault = || refused(status, &[]);
        let of_answer = |app: &mut App| {
            let mut request = 3;
            let mut effects = update(app, reply(request, Err(fault())));
            assert!(is_noted(app), "{status} is no proof");
            while let Some((left, _)) = pause(app) {
                request = app.sync.exchange().unwrap().request.0 - 1;
                for _ in 0..left.as_secs() {
                    effects = second(app, request + 1);
                }
            }
            (request + 1, effects)
        };
        let noted = || {
            let mut app = on_disk();
            ctrl(&mut app, 's');
            heard(&mut app, DiskReply::Turn(SaveLock::Ours));
            update(&mut app, reply(2, Ok(settings())));
            heard(&mut app, DiskReply::Recorded(Ok(())));
            app
        };
        // The first copy was carried out.
        let mut app = noted();
        let (request, effects) = of_answer(&mut app);
        assert!(matches!(effects[..], [Effect::Send(Request { call: Call::Get(SETTINGS), .. }), _]), "{effects:?}");
        let effects = update(&mut app, reply(request, Ok(saved_width())));
        assert_eq!(effects[0], Effect::Disk(Disk::Remember(Box::new(saved.clone()))), "{status}");
        assert_eq!(app.notice, Some(Notice::Outcome(Outcome::ReadBack { sent: 1, saved: 1 })), "{status}");
        assert_eq!((app.sync.unsaved(), app.sync.doubts().next(), is_idle(&app)), (0, None, true));
        // None was.
        let mut app = noted();
        let (mut request, _) = of_answer(&mut app);
        let effects = update(&mut app, reply(request, Ok(settings())));
        if !is_idle(&app) {
            assert_eq!(app.sync.doubts().next(), None, "the look says so too");
            assert!(matches!(effects[..], [.., Effect::Disk(Disk::Record(..))]), "it is sent once more: {effects:?}");
            heard(&mut app, DiskReply::Recorded(Ok(())));
            update(&mut app, reply(request + 1, Err(fault())));
            request += 2;
            update(&mut app, reply(request, Ok(settings())));
        }
        assert_eq!(app.notice, Some(Notice::Outcome(Outcome::Failed(Doing::Saving, fault()))), "{status}");
        assert_eq!((app.sync.unsaved(), app.sync.doubts().next(), is_idle(&app)), (1, None, true));
        // Others have the field now: it was sent, so "nothing was sent" is not said.
        let mut app = noted();
        let (request, _) = of_answer(&mut app);
        update(&mut app, reply(request, Ok(but("width", Value::Integer(777)))));
        let told = match status {
            409 | 412 | 423 | 428 | 429 => Outcome::Clash { fields: 1, left: true },
            _ => Outcome::Failed(Doing::Saving, fault()),
        };
        assert_eq!(app.notice, Some(Notice::Outcome(told)), "{status}");
        assert!(app.sync.draft.conflicts().next().is_some());
    }
}

#[test]
fn h18_an_answer_from_before_the_save_is_read_back_and_the_save_is_not_repeated() {
    let updated = |values: Representation, text: &str| {
        let mut values = values;
        values.set("updatedAt", Value::Text(text.into()));
        values
    };
    let old = || updated(saved_width(), "2020-01-01T00:00:00Z");
    for answer in [settings(), old()] {
        let mut app = saving();
        assert_eq!(update(&mut app, reply(3, Ok(answer.clone()))), get(4, Doing::ReadingBack), "{answer:?}");
        assert_eq!(app.sync.doubts().find_map(Sending::patch), Some(&wide()));
        update(&mut app, reply(4, Ok(saved_width())));
        let told = |kept| Some(Notice::Outcome(Outcome::Saved { sent: 1, kept, taken: 0, took: TOOK }));
        assert_eq!((&app.notice, app.sync.unsaved()), (&told(0), 0));
        let mut app = saving();
        update(&mut app, reply(3, Ok(answer)));
        assert_eq!(update(&mut app, reply(4, Ok(settings()))), []);
        assert_eq!((app.sync.unsaved(), is_idle(&app), app.sync.doubts().count()), (1, true, 0));
        assert_eq!(app.notice, told(1), "it says so twice");
    }
    // The server has another value now: that is its word.
    let mut app = saving();
    update(&mut app, reply(3, Ok(but("width", Value::Integer(1000)))));
    assert!(matches!(app.notice, Some(Notice::Outcome(Outcome::Saved { sent: 1, kept: 1, .. }))), "{:?}", app.notice);
}

#[test]
fn n11_what_did_not_arrive_is_sent_once_more_and_then_said_to_be_unsaved() {
    let mut app = saving();
    update(&mut app, reply(3, Err(lost())));
    let again = update(&mut app, reply(4, Ok(settings())));
    assert_eq!(again, sends(5, &[("width", Edit::Text("420".into()))]));
    assert_eq!(update(&mut app, reply(5, Err(lost()))), get(6, Doing::ReadingBack));
    assert_eq!(update(&mut app, reply(6, Ok(settings()))), [], "not a third time");
    assert_eq!(app.notice, Some(Notice::Outcome(Outcome::ReadBack { sent: 1, saved: 0 })));
    assert_eq!(app.sync.last_fault, Some((Doing::Saving, lost())), "and why");
    assert_eq!((body(&app).as_str(), app.sync.doubts().find_map(Sending::patch)), (r#"{"width":420}"#, None));
}

#[test]
fn a_read_back_that_finds_a_part_says_which_and_does_not_send_again() {
    let mut app = loaded();
    enter(&mut app, "width", "420");
    enter(&mut app, "height", "700");
    save(&mut app, 2);
    update(&mut app, reply(3, Err(lost())));
    assert_eq!(update(&mut app, reply(4, Ok(saved_width()))), []);
    assert_eq!(app.notice, Some(Notice::Outcome(Outcome::ReadBack { sent: 2, saved: 1 })));
    assert_eq!(body(&app), r#"{"height":700}"#);
}

#[test]
fn a_read_back_that_finds_the_values_of_others_asks() {
    let mut app = saving();
    update(&mut app, reply(3, Err(lost())));
    assert_eq!(update(&mut app, reply(4, Ok(but("width", Value::Integer(380))))), []);
    assert!(app.mode.is(Overlay::Conflicts));
    assert_eq!(app.notice, Some(Notice::Outcome(Outcome::Unclear)), "it may have been saved, and overwritten");
    let (loaded, server) = (Value::Integer(400), Value::Integer(380));
    assert_eq!(app.sync.draft.conflict(&id("width")), Some((Some(&loaded), Some(&server))));
    assert_eq!(body(&app), r#"{"width":420}"#);
}

#[test]
fn a_read_back_without_an_answer_leaves_the_doubt_until_a_reload_settles_it() {
    let mut app = saving();
    update(&mut app, reply(3, Err(lost())));
    assert_eq!(update(&mut app, reply(4, Err(refused(403, &[])))), []);
    assert_eq!(app.notice, Some(Notice::Outcome(Outcome::Failed(Doing::ReadingBack, refused(403, &[])))));
    assert_eq!((app.sync.doubts().find_map(Sending::patch), is_idle(&app)), (Some(&wide()), true));
    assert_eq!(ctrl(&mut app, 'r'), get(5, Doing::Loading));
    update(&mut app, reply(5, Ok(saved_width())));
    assert_eq!(
        (app.notice.as_ref(), app.sync.doubts().find_map(Sending::patch)),
        (Some(&Notice::Outcome(Outcome::ReadBack { sent: 1, saved: 1 })), None)
    );
}

#[test]
fn a_read_back_that_waits_goes_on_as_one() {
    let mut app = saving();
    assert_eq!(update(&mut app, reply(3, Err(lost()))), get(4, Doing::ReadingBack));
    update(&mut app, reply(4, Err(refused(503, &[]))));
    assert_eq!(ctrl(&mut app, 'r'), get(5, Doing::ReadingBack));
}

#[test]
fn words_about_a_field_that_was_edited_since_are_not_on_its_row() {
    let refusal = || refused(400, &[("width", "too wide")]);
    let mut app = saving();
    update(&mut app, reply(3, Err(refusal())));
    assert_eq!(app.marks.get(&id("width")), Some(&Mark::Refused("too wide".into())));
    let mut app = saving();
    enter(&mut app, "width", "430");
    update(&mut app, reply(3, Err(refusal())));
    assert_eq!(app.marks.get(&id("width")), None);
}

#[test]
fn p2_the_intent_stays_on_disk_as_long_as_nobody_knows() {
    let mut app = on_disk();
    ctrl(&mut app, 's');
    heard(&mut app, DiskReply::Turn(SaveLock::Ours));
    update(&mut app, reply(2, Ok(settings())));
    heard(&mut app, DiskReply::Recorded(Ok(())));
    assert_eq!(update(&mut app, reply(3, Err(lost()))), get(4, Doing::ReadingBack));
    assert_eq!(update(&mut app, reply(4, Err(refused(403, &[])))), [Effect::Disk(Disk::EndTurn)]);
    ctrl(&mut app, 'r');
    let of = |width| [("width", Value::Integer(width))].into_iter().collect();
    let saved = Saved { at: Timestamp::UNIX_EPOCH, resource: SETTINGS, before: of(400), after: of(420) };
    let known = [Disk::Remember(Box::new(saved)), Disk::StillOpen(SETTINGS, vec![])].map(Effect::Disk);
    assert_eq!(update(&mut app, reply(5, Ok(saved_width()))), known, "x3: what was replaced is in the history");
}

#[test]
fn n12_an_answer_that_was_on_its_way_when_the_save_was_given_up_is_used() {
    let mut app = saving();
    focus(&mut app, "name");
    assert_eq!(press(&mut app, Code::Esc), [Effect::Cancel(RequestId(3))]);
    assert_eq!(app.notice, Some(Notice::Outcome(Outcome::Cancelled(Doing::Saving))));
    assert_eq!((app.sync.doubts().find_map(Sending::patch), body(&app).as_str()), (Some(&wide()), r#"{"width":420}"#));
    assert_eq!(update(&mut app, reply(3, Ok(saved_width()))), []);
    assert_eq!((app.sync.doubts().find_map(Sending::patch), app.sync.unsaved()), (None, 0));
    assert_eq!(update(&mut app, reply(3, Ok(settings()))), [], "once");
    assert_eq!(shown(&app, "width"), text("420"));
}

#[test]
fn n12_a_save_that_was_given_up_is_settled_by_a_reload_and_its_late_answer_is_none_then() {
    let mut app = saving();
    focus(&mut app, "name");
    press(&mut app, Code::Esc);
    assert_eq!(ctrl(&mut app, 'r'), get(4, Doing::Loading));
    assert_eq!(update(&mut app, reply(3, Ok(saved_width()))), [], "newer ones are on their way");
    update(&mut app, reply(4, Ok(saved_width())));
    assert_eq!((app.sync.unsaved(), is_idle(&app)), (0, true));
    assert_eq!(app.notice, Some(Notice::Outcome(Outcome::ReadBack { sent: 1, saved: 1 })));
}
