//! Writes without an answer: each is in doubt for as long as a server could take to carry it out, and whenever it shows, it
//! is known as ours.

use super::resources::set;
use super::{
    SETTINGS, TOOK, at, but, choose_watch, ctrl, enter, loaded, press, representation, settings, target_of_all,
};
use callset::app::effect::Effect;
use callset::app::msg::{Code, DiskReply, Msg};
use callset::app::{App, Notice, update};
use callset::model::record::{Found, Leftover, SaveLock, Saved, Sending, Write};
use callset::model::{Edit, Representation, Resource, Value};
use callset::sync::{Call, Disk, Fault, Keeping, Moment, Outcome, Reply, Request};
use jiff::{SignedDuration, Timestamp};
use std::time::Duration;

const CHANNEL: Resource = Resource::ChannelConnection;

fn second(seconds: i64) -> Timestamp {
    at() + SignedDuration::from_secs(seconds)
}

/// The answer to the request that is on its way, sent and answered in this second.
fn answered(app: &mut App, seconds: i64, outcome: Result<Representation, Fault>) -> Vec<Effect> {
    let request = app.sync.in_flight().max().expect("a request is on its way");
    let began = Moment { running: Duration::ZERO, wall: second(seconds) };
    update(app, Msg::Reply(Reply { request, began, took: TOOK, at: second(seconds), outcome, trace: None }))
}

fn wide(width: i32) -> Representation {
    but("width", Value::Integer(width))
}

fn lost() -> Result<Representation, Fault> {
    Err(Fault::Broken("reset".into()))
}

/// Loaded, with drafts on the disk.
fn on_disk() -> App {
    let mut app = loaded();
    app.sync.keeping = Keeping::OnDisk;
    app
}

/// An editor of the settings alone, which are being loaded.
fn of_settings() -> App {
    let (mut app, _) = App::new(target_of_all());
    app.sync.draft = callset::model::Draft::of([SETTINGS]);
    app.sync.loads.retain(|resource, _| *resource == SETTINGS);
    app
}

/// Width 420 was sent and cut; it was not there in second 2, and is sent once more.
fn cut_once() -> App {
    let mut app = on_disk();
    enter(&mut app, "width", "420");
    sent(&mut app, settings());
    answered(&mut app, 1, lost());
    answered(&mut app, 2, Ok(settings()));
    update(&mut app, Msg::Disk(DiskReply::Recorded(Ok(()))));
    app
}

/// Saves what is edited; the check finds this in second 0 and the write has left.
fn sent(app: &mut App, check: Representation) -> Call {
    ctrl(app, 's');
    leaves(app, 0, check)
}

/// The save has asked for its turn: it checks, and its write leaves.
fn leaves(app: &mut App, seconds: i64, check: Representation) -> Call {
    update(app, Msg::Disk(DiskReply::Turn(SaveLock::Ours)));
    answered(app, seconds, Ok(check));
    leaves_now(update(app, Msg::Disk(DiskReply::Recorded(Ok(())))))
}

fn leaves_now(effects: Vec<Effect>) -> Call {
    let call = |effect| if let Effect::Send(Request { call, .. }) = effect { Some(call) } else { None };
    effects.into_iter().find_map(call).expect("it leaves")
}

fn remembered(effects: &[Effect]) -> Vec<(Representation, Representation)> {
    let saved = |effect: &Effect| match effect {
        Effect::Disk(Disk::Remember(saved)) => Some((saved.before.clone(), saved.after.clone())),
        _ => None,
    };
    effects.iter().filter_map(saved).collect()
}

fn of(width: i32) -> Representation {
    [("width", Value::Integer(width))].into_iter().collect()
}

/// What the disk was told to keep of the writes to the settings.
fn records(effects: &[Effect]) -> Option<Vec<Sending>> {
    let open = |effect: &Effect| match effect {
        Effect::Disk(Disk::Record(SETTINGS, open) | Disk::StillOpen(SETTINGS, open)) => Some(open.clone()),
        _ => None,
    };
    effects.iter().rev().find_map(open)
}

fn told(app: &App) -> Option<Outcome> {
    match &app.notice {
        Some(Notice::Outcome(outcome)) => Some(outcome.clone()),
        _ => None,
    }
}

/// The disk has been opened, and an earlier run has left these writes there.
fn left(app: &mut App, at: Timestamp, sendings: Vec<Sending>) {
    let leftover = Leftover { id: "run-1".into(), at, unsaved: None, sendings };
    update(app, Msg::Disk(DiskReply::Opened(Ok(Found { leftovers: vec![leftover], ..Found::default() }))));
}

#[test]
fn x3_a_write_that_was_cut_twice_may_still_arrive_and_then_its_old_value_is_in_the_history() {
    let mut app = on_disk();
    enter(&mut app, "width", "420");
    sent(&mut app, settings());
    answered(&mut app, 1, lost());
    answered(&mut app, 2, Ok(settings()));
    let again = update(&mut app, Msg::Disk(DiskReply::Recorded(Ok(()))));
    assert!(matches!(leaves_now(again), Call::Patch(_)));
    answered(&mut app, 3, lost());
    let read_back = answered(&mut app, 4, Ok(settings()));
    assert_eq!((told(&app), app.sync.doubts().count()), (Some(Outcome::NotYet), 1));
    assert_eq!(records(&read_back), None, "its record stays");
    // The edit goes on being one, and the next save may send it.
    assert_eq!(app.sync.unsaved(), 1);
    ctrl(&mut app, 'r');
    let came = answered(&mut app, 6, Ok(wide(420)));
    assert_eq!(remembered(&came), [(of(400), of(420))]);
    assert_eq!(told(&app), Some(Outcome::ReadBack { sent: 1, saved: 1 }));
    assert_eq!((records(&came), app.sync.unsaved()), (Some(vec![]), 0));
}

#[test]
fn x3_what_the_server_itself_has_answered_comes_no_more() {
    use callset::model::refusal::Refusal;
    let failed = |category: Option<&str>| {
        let refusal = Refusal { status: 500, category: category.map(ToOwned::to_owned), ..Refusal::default() };
        Err(Fault::Refused(Box::new(refusal)))
    };
    for (category, expected) in
        [(None, Outcome::NotYet), (Some("INTERNAL_ERROR"), Outcome::ReadBack { sent: 1, saved: 0 })]
    {
        let mut app = on_disk();
        enter(&mut app, "width", "420");
        sent(&mut app, settings());
        answered(&mut app, 1, failed(category));
        answered(&mut app, 2, Ok(settings()));
        update(&mut app, Msg::Disk(DiskReply::Recorded(Ok(()))));
        answered(&mut app, 3, failed(category));
        answered(&mut app, 4, Ok(settings()));
        assert_eq!(told(&app), Some(expected), "{category:?}");
    }
}

#[test]
fn x3_a_removal_that_was_cut_may_still_arrive() {
    let mut server = super::resources::Server::new();
    let mut app = super::resources::loaded(&mut server);
    app.sync.keeping = Keeping::OnDisk;
    app.sync.synced = Some(at());
    super::choose(&mut app, "delete the channel");
    for c in "1234567".chars() {
        update(&mut app, Msg::Key(callset::app::msg::Key::char(c)));
    }
    press(&mut app, Code::Enter);
    assert!(matches!(leaves(&mut app, 0, representation(CHANNEL)), Call::Delete(CHANNEL)));
    answered(&mut app, 1, lost());
    answered(&mut app, 2, Ok(representation(CHANNEL)));
    let title = app.notice.as_ref().unwrap().said(&app.about()).title;
    assert!(title.contains("not deleted so far"), "{title}");
    // It is gone by our own doing, and one look is enough to say so.
    ctrl(&mut app, 'r');
    let request = app.sync.loads[&CHANNEL].exchange.request;
    let began = Moment { running: Duration::ZERO, wall: second(5) };
    let absent = Err(super::refused(404, &[]));
    let gone =
        update(&mut app, Msg::Reply(Reply { request, began, took: TOOK, at: second(5), outcome: absent, trace: None }));
    assert_eq!(remembered(&gone), [(representation(CHANNEL), Representation::default())]);
    assert_eq!(told(&app), Some(Outcome::Removed(CHANNEL)));
}

#[test]
fn x3_with_values_of_others_in_its_place_nobody_knows_what_became_of_a_write() {
    for seconds in [2, 90] {
        let mut app = on_disk();
        enter(&mut app, "width", "420");
        sent(&mut app, settings());
        answered(&mut app, 1, lost());
        let seen = answered(&mut app, seconds, Ok(wide(380)));
        assert_eq!(told(&app), Some(Outcome::Unclear), "after {seconds} s");
        assert_eq!(remembered(&seen), []);
        assert!(app.sync.draft.conflict(&super::id("width")).is_some());
        let is_young = seconds < 35;
        assert_eq!(app.sync.doubts().count(), usize::from(is_young), "after {seconds} s");
        // What it replaces when it comes is what was there then.
        press(&mut app, Code::Esc);
        ctrl(&mut app, 'r');
        let came = answered(&mut app, seconds + 1, Ok(wide(420)));
        let due = if is_young { vec![(of(380), of(420))] } else { vec![] };
        assert_eq!(remembered(&came), due, "after {seconds} s");
    }
}

#[test]
fn x3_a_doubt_outlives_the_next_save_of_its_resource() {
    let mut app = on_disk();
    enter(&mut app, "width", "420");
    sent(&mut app, settings());
    press(&mut app, Code::Esc);
    enter(&mut app, "width", "430");
    ctrl(&mut app, 's');
    leaves(&mut app, 2, settings());
    let saved = answered(&mut app, 3, Ok(wide(430)));
    assert_eq!(remembered(&saved), [(of(400), of(430))]);
    assert_eq!(app.sync.doubts().count(), 1, "the first may still land");
    assert_eq!(records(&saved).map(|open| open.len()), Some(1), "and its record stays");
    assert!(!app.sync.is_doubtful(), "the one that counts was confirmed");
    ctrl(&mut app, 'r');
    let mut never = app.clone();
    let came = answered(&mut app, 6, Ok(wide(420)));
    assert_eq!(remembered(&came), [(of(430), of(420))], "what it replaced is what was there");
    assert_eq!(told(&app), Some(Outcome::CameLate { fields: 1 }));
    assert_eq!(records(&came), Some(vec![]));
    assert_eq!(super::shown(&app, "width"), super::text("430"), "what was wanted last is an edit again");
    // If it never comes, nothing is said of it.
    let looked = answered(&mut never, 60, Ok(wide(430)));
    assert_eq!(never.notice, Some(Notice::Reloaded { changed: 0, conflicts: 0 }));
    assert_eq!((never.sync.doubts().count(), records(&looked)), (0, Some(vec![])));
}

#[test]
fn x3_two_lost_writes_are_two_doubts_and_both_are_on_the_disk() {
    let mut app = on_disk();
    enter(&mut app, "width", "420");
    sent(&mut app, settings());
    press(&mut app, Code::Esc);
    press(&mut app, Code::Esc);
    enter(&mut app, "width", "430");
    ctrl(&mut app, 's');
    update(&mut app, Msg::Disk(DiskReply::Turn(SaveLock::Ours)));
    let noted = answered(&mut app, 2, Ok(settings()));
    assert_eq!(records(&noted).map(|open| open.len()), Some(2), "{noted:?}");
    update(&mut app, Msg::Disk(DiskReply::Recorded(Ok(()))));
    press(&mut app, Code::Esc);
    assert_eq!(app.sync.doubts().count(), 2);
    // The later one came, and the earlier one may come yet.
    ctrl(&mut app, 'r');
    let came = answered(&mut app, 4, Ok(wide(430)));
    assert_eq!((remembered(&came), app.sync.doubts().count()), (vec![(of(400), of(430))], 1));
    assert_eq!(records(&came).map(|open| open.len()), Some(1));
    ctrl(&mut app, 'r');
    let came = answered(&mut app, 5, Ok(wide(420)));
    assert_eq!((remembered(&came), app.sync.doubts().count()), (vec![(of(430), of(420))], 0));
}

#[test]
fn x3_the_same_write_sent_again_stands_in_for_the_first() {
    let mut app = on_disk();
    enter(&mut app, "width", "420");
    sent(&mut app, settings());
    press(&mut app, Code::Esc);
    ctrl(&mut app, 's');
    leaves(&mut app, 2, settings());
    let saved = answered(&mut app, 3, Ok(wide(420)));
    assert_eq!(remembered(&saved), [(of(400), of(420))], "once");
    assert_eq!((app.sync.doubts().count(), records(&saved)), (0, Some(vec![])));
}

#[test]
fn x3_a_doubt_of_an_earlier_run_stays_beside_one_of_this_run() {
    let mut app = of_settings();
    let width = |width: i32| {
        let sent: Representation = of(width);
        Write::Fields(callset::model::Patch::recorded(SETTINGS, &sent))
    };
    let sending = Sending { write: width(420), before: settings(), at: second(-3), passed: None };
    left(&mut app, second(-3), vec![sending.clone()]);
    let adopted = answered(&mut app, 0, Ok(settings()));
    assert_eq!(records(&adopted), Some(vec![sending.clone()]), "with the time at which it left");
    set(&mut app, SETTINGS, "width", Edit::Text("430".into()));
    sent(&mut app, settings());
    answered(&mut app, 1, lost());
    answered(&mut app, 2, Err(super::refused(403, &[])));
    assert_eq!(app.sync.doubts().cloned().collect::<Vec<_>>()[0], sending);
    assert_eq!(app.sync.doubts().count(), 2);
    ctrl(&mut app, 'r');
    let came = answered(&mut app, 3, Ok(wide(420)));
    assert_eq!(remembered(&came), [(of(400), of(420))]);
    assert_eq!(app.sync.doubts().count(), 1);
}

#[test]
fn x3_a_look_of_the_watch_knows_a_late_write_as_ours() {
    let mut app = cut_once();
    answered(&mut app, 3, lost());
    answered(&mut app, 4, Ok(settings()));
    choose_watch(&mut app);
    let came = answered(&mut app, 5, Ok(wide(420)));
    assert_eq!(remembered(&came), [(of(400), of(420))]);
    assert_eq!(told(&app), Some(Outcome::ReadBack { sent: 1, saved: 1 }));
}

#[test]
fn x3_two_writes_that_an_earlier_run_left_are_told_together_and_counted_once() {
    let mut app = of_settings();
    let sending = |width: i32, seconds: i64| Sending {
        write: Write::Fields(callset::model::Patch::recorded(SETTINGS, &of(width))),
        before: settings(),
        at: second(seconds),
        passed: None,
    };
    let sendings = vec![sending(420, -90), sending(430, -80)];
    left(&mut app, second(-80), sendings);
    let told = answered(&mut app, 0, Ok(wide(430)));
    let saved = Saved { at: second(-80), resource: SETTINGS, before: of(400), after: of(430) };
    assert_eq!(told[0], Effect::Disk(Disk::Remember(Box::new(saved))));
    let rest = callset::model::doubt::Rest::Unclear;
    assert_eq!(app.notice, Some(Notice::Earlier { at: second(-80), sent: 2, saved: 1, rest }));
}

#[test]
fn x3_what_an_earlier_run_sent_makes_no_edit_here_when_it_lands() {
    let mut app = of_settings();
    let write = Write::Fields(callset::model::Patch::recorded(SETTINGS, &of(420)));
    let sending = Sending { write, before: settings(), at: second(-3), passed: None };
    left(&mut app, second(-3), vec![sending]);
    answered(&mut app, 0, Ok(settings()));
    ctrl(&mut app, 'r');
    let came = answered(&mut app, 3, Ok(wide(420)));
    assert_eq!((remembered(&came), app.sync.unsaved()), (vec![(of(400), of(420))], 0), "nobody set it back");
    // Nor is it sent by a save of something else whose first copy is lost.
    set(&mut app, SETTINGS, "height", Edit::Text("500".into()));
    let Call::Patch(patch) = sent(&mut app, wide(420)) else { panic!() };
    assert_eq!(patch.body(), r#"{"height":500}"#);
}

#[test]
fn x3_a_doubt_of_an_earlier_run_is_not_told_of_the_edits_of_this_one() {
    let mut app = of_settings();
    let write = Write::Fields(callset::model::Patch::recorded(SETTINGS, &of(420)));
    let sending = Sending { write, before: settings(), at: second(-3), passed: None };
    left(&mut app, second(-3), vec![sending]);
    answered(&mut app, 0, Ok(settings()));
    set(&mut app, SETTINGS, "height", Edit::Text("500".into()));
    app.notice = None;
    let title = |app: &App| callset::words::progress::said(&app.about(), false).unwrap().title;
    assert_eq!(title(&app), "An earlier write had no answer and may still arrive");
    // One of this run is about them.
    sent(&mut app, settings());
    answered(&mut app, 1, lost());
    answered(&mut app, 2, Err(super::refused(403, &[])));
    app.notice = None;
    assert_eq!(title(&app), "We do not know whether HubSpot saved this");
}

#[test]
fn x3_two_writes_that_one_look_settles_are_two_entries_of_the_history() {
    let mut app = on_disk();
    enter(&mut app, "width", "420");
    sent(&mut app, settings());
    press(&mut app, Code::Esc);
    super::key(&mut app, callset::app::msg::Key::ctrl('x'));
    enter(&mut app, "height", "500");
    ctrl(&mut app, 's');
    leaves(&mut app, 2, settings());
    press(&mut app, Code::Esc);
    ctrl(&mut app, 'r');
    let mut both = wide(420);
    both.set("height", Value::Integer(500));
    let came = answered(&mut app, 4, Ok(both));
    let times: Vec<Timestamp> = came
        .iter()
        .filter_map(|effect| if let Effect::Disk(Disk::Remember(saved)) = effect { Some(saved.at) } else { None })
        .collect();
    assert_eq!(times, [second(0), second(2)], "each at its own time, so that the store keeps both");
}

#[test]
fn x3_the_first_copy_of_a_write_that_was_sent_again_is_known_when_it_comes_late() {
    let mut app = cut_once();
    let saved = answered(&mut app, 3, Ok(wide(420)));
    assert_eq!(
        (remembered(&saved), app.sync.doubts().count()),
        (vec![(of(400), of(420))], 0),
        "it changes nothing now"
    );
    assert_eq!(records(&saved), Some(vec![]));
    // Over what somebody saved meanwhile it does.
    ctrl(&mut app, 'r');
    answered(&mut app, 5, Ok(wide(777)));
    assert_eq!(app.sync.doubts().count(), 1);
    ctrl(&mut app, 'r');
    let came = answered(&mut app, 7, Ok(wide(420)));
    assert_eq!(remembered(&came), [(of(777), of(420))]);
    assert_eq!(told(&app), Some(Outcome::CameLate { fields: 1 }));
}

#[test]
fn x3_a_write_of_which_a_copy_has_left_is_never_said_not_to_have_been_sent() {
    // The read-back comes too late to be built upon, and the check made anew finds others' value.
    let mut app = on_disk();
    enter(&mut app, "width", "420");
    sent(&mut app, settings());
    answered(&mut app, 1, lost());
    let request = app.sync.in_flight().max().unwrap();
    let began = Moment { running: Duration::ZERO, wall: second(2) };
    let late =
        Reply { request, began, took: Duration::from_secs(5), at: second(7), outcome: Ok(settings()), trace: None };
    update(&mut app, Msg::Reply(late));
    let mut given_up = app.clone();
    answered(&mut app, 8, Ok(wide(777)));
    assert_eq!(told(&app), Some(Outcome::Unclear));
    press(&mut given_up, Code::Esc);
    assert_eq!(told(&given_up), Some(Outcome::Cancelled(callset::sync::Doing::ReadingBack)));
}

#[test]
fn x3_whoever_wrote_since_makes_a_missing_write_unclear_and_a_resource_that_is_gone_does_not_end_it() {
    let with_time = |width: i32, time: &str| {
        let mut now = wide(width);
        now.set("updatedAt", Value::Text(time.into()));
        now
    };
    // Written since, with the old value there again.
    let mut app = on_disk();
    enter(&mut app, "width", "420");
    sent(&mut app, settings());
    answered(&mut app, 1, lost());
    answered(&mut app, 2, Ok(with_time(400, "2026-09-22T12:04:32.000Z")));
    assert_eq!(told(&app), Some(Outcome::Unclear));
    // Gone, and set up anew by others.
    let mut app = on_disk();
    enter(&mut app, "width", "420");
    sent(&mut app, settings());
    press(&mut app, Code::Esc);
    ctrl(&mut app, 'r');
    answered(&mut app, 2, Err(super::refused(404, &[])));
    while app.sync.exchange().is_some_and(|exchange| exchange.pause.is_some()) {
        let timer = callset::sync::Timer::Retry(app.sync.exchange().unwrap().request);
        update(&mut app, Msg::Woke { timer, waited: Duration::from_secs(1) });
    }
    answered(&mut app, 4, Err(super::refused(404, &[])));
    assert_eq!(app.sync.doubts().count(), 1, "it may come after others have set it up again");
}

#[test]
fn x3_a_doubt_that_is_taken_over_while_another_write_is_being_recorded_is_on_the_disk_as_well() {
    let mut app = of_settings();
    answered(&mut app, 0, Ok(settings()));
    app.sync.keeping = Keeping::OnDisk;
    set(&mut app, SETTINGS, "height", Edit::Text("500".into()));
    ctrl(&mut app, 's');
    update(&mut app, Msg::Disk(DiskReply::Turn(SaveLock::Ours)));
    press(&mut app, Code::F(1));
    let write = Write::Fields(callset::model::Patch::recorded(SETTINGS, &of(420)));
    let sending = Sending { write, before: settings(), at: second(-3), passed: None };
    left(&mut app, second(-3), vec![sending.clone()]);
    let recorded = answered(&mut app, 1, Ok(settings()));
    assert_eq!(records(&recorded).map(|open| open.len()), Some(1), "the help is open: nothing is taken over yet");
    let taken = press(&mut app, Code::Esc);
    let open = records(&taken).expect("it is on the disk");
    assert_eq!((open.len(), &open[0]), (2, &sending));
}

#[test]
fn x3_what_arrives_over_a_later_save_of_an_ended_run_is_told_so_and_has_replaced_that() {
    let sending = |width: i32, seconds: i64, passed| Sending {
        write: Write::Fields(callset::model::Patch::recorded(SETTINGS, &of(width))),
        before: settings(),
        at: second(seconds),
        passed,
    };
    let found = |sendings: Vec<Sending>| {
        let leftover = Leftover { id: "run-1".into(), at: second(-3), unsaved: None, sendings };
        Msg::Disk(DiskReply::Opened(Ok(Found { leftovers: vec![leftover], ..Found::default() })))
    };
    // This run confirms 430 over 420, which an ended run left.
    let mut app = of_settings();
    update(&mut app, found(vec![sending(420, -3, None)]));
    answered(&mut app, 0, Ok(settings()));
    enter(&mut app, "width", "430");
    leaves_after(&mut app, 1);
    let confirmed = answered(&mut app, 2, Ok(wide(430)));
    let noted = records(&confirmed).unwrap();
    assert_eq!(noted.len(), 1);
    assert_eq!((noted[0].before.get("width"), noted[0].at), (Some(&Value::Integer(430)), second(-3)));
    assert!(noted[0].passed.is_some_and(|passed| passed > second(2)), "{noted:?}");
    // It ends, and 420 lands.
    let mut app = of_settings();
    update(&mut app, found(noted.clone()));
    let told_of = answered(&mut app, 9, Ok(wide(420)));
    assert_eq!(remembered(&told_of), [(of(430), of(420))], "what was there is what it has replaced");
    let Some(Effect::Disk(Disk::Remember(saved))) = told_of.first() else { panic!("{told_of:?}") };
    assert_eq!(Some(saved.at), noted[0].passed, "it came after the other");
    assert_eq!(told(&app), Some(Outcome::CameLate { fields: 1 }));
    // Had it not been confirmed over, it would just have gone through.
    let mut app = of_settings();
    update(&mut app, found(vec![sending(420, -3, None)]));
    answered(&mut app, 9, Ok(wide(420)));
    assert!(matches!(app.notice, Some(Notice::Earlier { sent: 1, saved: 1, .. })), "{:?}", app.notice);
}

/// The save that is asked for checks in this second, and its write leaves.
fn leaves_after(app: &mut App, seconds: i64) {
    ctrl(app, 's');
    leaves(app, seconds, settings());
}

#[test]
fn x3_a_note_from_the_future_waits_half_a_minute_and_no_longer() {
    let mut app = of_settings();
    let write = Write::Fields(callset::model::Patch::recorded(SETTINGS, &of(420)));
    let sending = Sending { write, before: settings(), at: second(86_400), passed: None };
    left(&mut app, second(0), vec![sending]);
    let taken = answered(&mut app, 0, Ok(settings()));
    assert_eq!(records(&taken).unwrap()[0].at, second(0), "its time runs from now on");
    ctrl(&mut app, 'r');
    answered(&mut app, 34, Ok(settings()));
    assert_eq!(app.sync.doubts().count(), 1);
    ctrl(&mut app, 'r');
    answered(&mut app, 36, Ok(settings()));
    assert_eq!(app.sync.doubts().count(), 0);
}
