//! Nothing is built upon what may not hold any more: a check that lay unread, a disk that let it wait, one answer that says
//! there is nothing, an answer that says only a part.

use super::{
    SETTINGS, TOOK, at, base, body, but, choose_watch, ctrl, enter, get, id, is_idle, loaded, press, refused, saving,
    sends, settings, text, update,
};
use callset::app::effect::Effect;
use callset::app::msg::{Code, DiskReply, Key, Msg};
use callset::app::{App, Notice, Overlay};
use callset::model::record::SaveLock;
use callset::model::{Edit, Representation, Resource, Value};
use callset::sync::{
    Call, Disk, Doing, Fault, Founded, Keeping, Moment, Outcome, Reply, Request, RequestId, Stage, Timer,
};
use jiff::Timestamp;
use std::time::Duration;

/// A reply to something that took this long.
fn after(request: u32, took: Duration, outcome: Result<Representation, Fault>) -> Msg {
    let request = RequestId(request);
    Msg::Reply(Reply { request, began: Moment::default(), took, at: at(), outcome, trace: None })
}

fn reply(request: u32, outcome: Result<Representation, Fault>) -> Msg {
    after(request, TOOK, outcome)
}

fn wide() -> [(&'static str, Edit); 1] {
    [("width", Edit::Text("420".into()))]
}

/// Width 420 is entered, and Ctrl-S; the check is request 2.
fn checking() -> App {
    let mut app = loaded();
    enter(&mut app, "width", "420");
    assert_eq!(ctrl(&mut app, 's'), get(2, Doing::Checking));
    app
}

/// The write among these effects.
fn write(effects: &[Effect]) -> Option<&Request> {
    effects.iter().find_map(|effect| match effect {
        Effect::Send(request) if !matches!(request.call, Call::Get(_)) => Some(request),
        _ => None,
    })
}

// ── a check that is too old ──

#[test]
fn x4_a_check_that_lay_unread_is_made_anew_and_what_it_missed_is_asked_about() {
    for took in [4, 40, 4000].map(Duration::from_secs) {
        let mut app = checking();
        assert_eq!(update(&mut app, after(2, took, Ok(settings()))), get(3, Doing::Checking), "{took:?}");
        update(&mut app, reply(3, Ok(but("width", Value::Integer(380)))));
        assert!(app.mode.is(Overlay::Conflicts), "{took:?}: {:?}", app.notice);
        assert!(app.sync.is_idle());
    }
    let mut app = checking();
    let usual = TOOK + Duration::from_millis(999);
    assert!(write(&update(&mut app, after(2, usual, Ok(settings())))).is_some(), "a slow answer is an answer");
}

#[test]
fn x4_a_write_says_on_which_look_it_is_founded_and_until_when_it_may_leave() {
    let mut app = checking();
    let began = Moment { running: Duration::from_secs(7), wall: at() };
    let request = RequestId(2);
    let checked = Reply { request, began, took: TOOK / 2, at: at(), outcome: Ok(settings()), trace: None };
    let effects = update(&mut app, Msg::Reply(checked));
    let within = TOOK / 2 + Duration::from_secs(1);
    assert_eq!(write(&effects).and_then(|request| request.founded), Some(Founded { on: began, within }));
}

#[test]
fn x4_what_could_only_leave_too_late_does_not_and_is_checked_anew() {
    let mut app = saving();
    assert_eq!(update(&mut app, reply(3, Err(Fault::Outdated))), get(4, Doing::Checking));
    assert_eq!((app.sync.doubts().count(), body(&app).as_str()), (0, r#"{"width":420}"#));
    update(&mut app, reply(4, Ok(but("width", Value::Integer(380)))));
    assert!(app.mode.is(Overlay::Conflicts), "{:?}", app.notice);
}

#[test]
fn x4_on_a_line_that_is_always_slow_a_save_is_a_save() {
    // Slow from the start: the load says how long a look takes.
    let (mut app, _) = App::new(super::target());
    app.sync.keeping = Keeping::InMemory("no disk here".into());
    let slow = Duration::from_secs(3);
    update(&mut app, after(1, slow, Ok(settings())));
    enter(&mut app, "width", "420");
    ctrl(&mut app, 's');
    assert!(write(&update(&mut app, after(2, slow, Ok(settings())))).is_some());
    // Slow all of a sudden: it looks three times, and then the second counts from the end of the look.
    let mut app = checking();
    assert_eq!(update(&mut app, after(2, slow, Ok(settings()))), get(3, Doing::Checking));
    assert_eq!(update(&mut app, after(3, slow, Ok(settings()))), get(4, Doing::Checking));
    let effects = update(&mut app, after(4, slow, Ok(settings())));
    let within = slow + Duration::from_secs(1);
    let founded = write(&effects).and_then(|request| request.founded);
    assert_eq!(founded, Some(Founded { on: Moment::default(), within }));
}

#[test]
fn x4_a_save_that_is_always_too_late_ends_and_says_so() {
    let mut app = saving();
    for request in [4, 6, 8] {
        assert_eq!(update(&mut app, reply(request - 1, Err(Fault::Outdated))), get(request, Doing::Checking));
        assert_eq!(write(&update(&mut app, reply(request, Ok(settings())))).unwrap().id, RequestId(request + 1));
    }
    assert_eq!(update(&mut app, reply(9, Err(Fault::Outdated))), []);
    assert_eq!(app.notice, Some(Notice::Outcome(Outcome::Failed(Doing::Saving, Fault::Outdated))));
    assert_eq!((is_idle(&app), app.sync.unsaved(), app.sync.doubts().count()), (true, 1, 0));
    assert_eq!(ctrl(&mut app, 's'), get(10, Doing::Checking), "and the next save begins anew");
}

#[test]
fn x4_with_a_slow_disk_the_note_that_is_there_already_is_not_waited_for_again() {
    let mut app = checking_on_disk();
    let noted = update(&mut app, reply(2, Ok(settings())));
    assert!(matches!(noted[..], [Effect::Disk(Disk::Record(..))]), "{noted:?}");
    update(&mut app, Msg::Disk(DiskReply::Recorded(Ok(()))));
    let again = update(&mut app, reply(3, Err(Fault::Outdated)));
    assert_eq!(again, get(4, Doing::Checking), "its note stays");
    let mut other = app.clone();
    assert_eq!(write(&update(&mut app, reply(4, Ok(settings())))).unwrap().id, RequestId(5));
    // Somebody else wrote meanwhile, so it is another save, and noted as such.
    let theirs = but("height", Value::Integer(700));
    let [Effect::Disk(Disk::Record(_, open))] = &update(&mut other, reply(4, Ok(theirs.clone())))[..] else { panic!() };
    assert_eq!(open.iter().map(|sending| &sending.before).collect::<Vec<_>>(), [&theirs]);
    // Given up, nothing of it is left on the disk.
    let effects = press(&mut other, Code::Esc);
    assert!(effects.contains(&Effect::Disk(Disk::StillOpen(SETTINGS, vec![]))), "{effects:?}");
}

#[test]
fn a_moment_counts_stops_and_sleep_and_no_clock_that_was_set_back() {
    let second = |s: i64| Timestamp::from_second(s).unwrap();
    let began = Moment { running: Duration::from_secs(10), wall: second(1000) };
    for (running, wall, expected) in [(10, 1000, 0), (14, 1000, 4), (10, 1040, 40), (14, 900, 4), (14, 1002, 4)] {
        let now = Moment { running: Duration::from_secs(running), wall: second(wall) };
        assert_eq!(now.since(began), Duration::from_secs(expected), "{running} {wall}");
    }
}

// ── a disk that hangs ──

fn checking_on_disk() -> App {
    let mut app = loaded();
    app.sync.keeping = Keeping::OnDisk;
    enter(&mut app, "width", "420");
    ctrl(&mut app, 's');
    assert_eq!(update(&mut app, Msg::Disk(DiskReply::Turn(SaveLock::Ours))), get(2, Doing::Checking));
    app
}

#[test]
fn x9_a_disk_that_hangs_is_named_at_each_step_and_esc_leaves_without_having_sent_anything() {
    let at_turn = || {
        let mut app = loaded();
        app.sync.keeping = Keeping::OnDisk;
        enter(&mut app, "width", "420");
        assert_eq!(ctrl(&mut app, 's'), [Effect::Disk(Disk::Turn)]);
        app
    };
    let at_record = || {
        let mut app = checking_on_disk();
        update(&mut app, reply(2, Ok(settings())));
        app
    };
    for mut app in [at_turn(), at_record()] {
        assert_eq!(update(&mut app, Msg::Disk(DiskReply::Hangs("/home/ada/.local/state/callset".into()))), []);
        let strip = callset::ui::words::strip(&app, 100);
        assert_eq!(strip.title, "Not saved yet: the disk does not answer at /home/ada/.local/state/callset");
        let lines: Vec<&str> = strip.lines.iter().map(|(line, _)| line.as_str()).collect();
        assert!(lines.concat().contains("nothing was sent") && lines.concat().contains("Esc stop"), "{lines:?}");
        assert!(lines.concat().contains("Your edit is still here"), "nobody knows what is on that disk: {lines:?}");
        let mut given_up = app.clone();
        super::focus(&mut given_up, "name");
        let effects = press(&mut given_up, Code::Esc);
        assert!(write(&effects).is_none() && is_idle(&given_up), "{effects:?}");
        assert_eq!((given_up.sync.unsaved(), given_up.sync.doubts().count()), (1, 0));
        let late = update(&mut given_up, Msg::Disk(DiskReply::Recorded(Ok(()))));
        assert!(write(&late).is_none(), "what the disk says later sends nothing: {late:?}");
        // Or it answers, and the save goes on as if nothing had been.
        let heard = match app.sync.save.as_ref().unwrap().stage {
            Stage::Record => DiskReply::Recorded(Ok(())),
            _ => DiskReply::Turn(SaveLock::Ours),
        };
        let effects = update(&mut app, Msg::Disk(heard));
        assert!(effects.iter().any(|effect| matches!(effect, Effect::Send(_))), "{effects:?}");
        assert_eq!(app.sync.hangs, None);
    }
}

#[test]
fn x9_a_disk_that_hangs_while_one_types_is_named_until_it_answers() {
    let mut app = loaded();
    app.sync.keeping = Keeping::OnDisk;
    enter(&mut app, "width", "420");
    assert_eq!(update(&mut app, Msg::Disk(DiskReply::Hangs("/state".into()))), []);
    let strip = callset::ui::words::strip(&app, 100);
    assert_eq!(strip.title, "The disk does not answer at /state");
    let lines: Vec<&str> = strip.lines.iter().map(|(line, _)| line.as_str()).collect();
    assert_eq!(lines, ["Your edit is still here."]);
    let theme = callset::ui::theme::Theme { palette: callset::ui::theme::Palette::Mono, ascii: false, wide: false };
    assert_eq!(callset::ui::words::HeaderStatus::new(&app).words(theme, false), "! no draft on disk ");
    assert_eq!(update(&mut app, Msg::Disk(DiskReply::Answers)), []);
    assert_eq!(callset::ui::words::strip(&app, 100).title, "Next PATCH");
}

// ── one answer that says there is nothing ──

fn woken(app: &mut App, request: u32) -> Vec<Effect> {
    let timer = Timer::Retry(RequestId(request));
    update(app, Msg::Woke { timer, waited: Duration::from_secs(1) })
}

#[test]
fn x10_a_watch_believes_that_something_is_gone_when_the_next_look_says_so_too() {
    let mut app = loaded();
    enter(&mut app, "width", "420");
    let look = choose_watch(&mut app);
    update(&mut app, reply(look, Err(refused(404, &[]))));
    assert_eq!((app.sync.unsaved(), body(&app).as_str()), (1, r#"{"width":420}"#), "nothing has happened");
    assert!(app.notice.is_none() && app.sync.watch.failed == 0);
    let mut gone = app.clone();
    let round = |app: &mut App| {
        let effects = (0..9)
            .flat_map(|round| update(app, Msg::Woke { timer: Timer::Watch(round), waited: Duration::from_secs(10) }));
        let id = effects.into_iter().find_map(|effect| match effect {
            Effect::Send(request) => Some(request.id.0),
            _ => None,
        });
        id.expect("it looks")
    };
    let next = round(&mut app);
    update(&mut app, reply(next, Ok(settings())));
    assert_eq!(
        (app.sync.draft.conflicts().count(), app.sync.unsaved(), app.notice.clone()),
        (0, 1, None),
        "no conflict with oneself"
    );
    let next = round(&mut gone);
    update(&mut gone, reply(next, Err(refused(404, &[]))));
    assert_eq!(gone.notice, Some(Notice::Outcome(Outcome::Gone(SETTINGS))));
}

#[test]
fn x10_so_do_a_reload_a_check_and_a_read_back() {
    let reload = || {
        let mut app = super::dirty();
        ctrl(&mut app, 'r');
        (app, 2)
    };
    let read_back = || {
        let mut app = saving();
        update(&mut app, reply(3, Err(Fault::Broken("reset".into()))));
        (app, 4)
    };
    for (way, (mut app, request)) in [("reload", reload()), ("check", (checking(), 2)), ("read back", read_back())] {
        let effects = update(&mut app, reply(request, Err(refused(404, &[]))));
        assert!(matches!(effects[..], [Effect::Wake { timer: Timer::Retry(_), .. }]), "{way}: {effects:?}");
        let mut gone = app.clone();
        woken(&mut app, request + 1);
        update(&mut app, reply(request + 1, Ok(settings())));
        assert_eq!(app.sync.draft.conflicts().count(), 0, "{way}");
        assert!(!app.sync.draft.is_absent(SETTINGS) && app.sync.unsaved() == 1, "{way}");
        woken(&mut gone, request + 1);
        update(&mut gone, reply(request + 1, Err(refused(404, &[]))));
        assert_eq!(gone.notice, Some(Notice::Outcome(Outcome::Gone(SETTINGS))), "{way}");
    }
}

#[test]
fn x10_what_was_gone_and_is_there_again_as_it_was_is_no_conflict() {
    let mut app = super::dirty();
    ctrl(&mut app, 'r');
    update(&mut app, reply(2, Err(refused(404, &[]))));
    woken(&mut app, 3);
    update(&mut app, reply(3, Err(refused(404, &[]))));
    assert_eq!((app.notice.clone(), app.sync.unsaved()), (Some(Notice::Outcome(Outcome::Gone(SETTINGS))), 9));
    for (width, conflicts, left) in [(400, 0, 1), (380, 1, 1)] {
        let mut app = app.clone();
        ctrl(&mut app, 'r');
        update(&mut app, reply(4, Ok(but("width", Value::Integer(width)))));
        assert_eq!(
            (app.sync.draft.conflicts().count(), app.sync.unsaved()),
            (conflicts, left),
            "{:?}",
            app.sync.draft.edits()
        );
        assert_eq!(super::shown(&app, "width"), text("420"));
    }
}

// ── an answer that says only a part ──

#[test]
fn x11_an_answer_with_only_what_was_sent_is_read_back() {
    let mut app = saving();
    let part: Representation = [("width", Value::Integer(420))].into_iter().collect();
    assert_eq!(update(&mut app, reply(3, Ok(part))), get(4, Doing::ReadingBack));
    assert_eq!(base(&app), settings(), "nothing is taken from it");
    update(&mut app, reply(4, Ok(but("width", Value::Integer(420)))));
    assert_eq!(app.notice, Some(Notice::Outcome(Outcome::ReadBack { sent: 1, saved: 1 })));
    assert_eq!((app.sync.unsaved(), app.marks.len()), (0, 0));
    assert_eq!(app.sync.draft.base(&id("name")), settings().get("name"));
}

#[test]
fn x11_such_an_answer_after_esc_tells_nothing() {
    let mut app = saving();
    super::focus(&mut app, "name");
    press(&mut app, Code::Esc);
    let part: Representation = [("width", Value::Integer(420))].into_iter().collect();
    assert_eq!(update(&mut app, reply(3, Ok(part))), []);
    assert_eq!((app.sync.doubts().count(), app.sync.unsaved(), is_idle(&app)), (1, 1, true));
    assert_eq!(super::key(&mut app, Key::ctrl('r')), get(4, Doing::Loading));
    assert_eq!(sends(9, &wide()).len(), 2);
}

// ── the same at the edges of a save ──

#[test]
fn x4_what_is_sent_once_more_after_a_read_back_is_founded_on_it_or_checked_anew() {
    let mut app = saving();
    update(&mut app, reply(3, Err(Fault::Broken("reset".into()))));
    let mut late = app.clone();
    let effects = update(&mut app, reply(4, Ok(settings())));
    assert!(write(&effects).is_some_and(|request| request.founded.is_some()), "{effects:?}");
    let effects = update(&mut late, after(4, Duration::from_secs(9), Ok(settings())));
    assert_eq!(effects, get(5, Doing::Checking));
    update(&mut late, reply(5, Ok(but("width", Value::Integer(380)))));
    assert!(late.mode.is(Overlay::Conflicts), "{:?}", late.notice);
}

#[test]
fn x4_a_stop_is_no_slow_line_however_often_it_stopped_before() {
    let mut app = checking();
    assert_eq!(update(&mut app, after(2, Duration::from_secs(3), Ok(settings()))), get(3, Doing::Checking));
    assert_eq!(update(&mut app, after(3, Duration::from_secs(3), Ok(settings()))), get(4, Doing::Checking));
    let effects = update(&mut app, after(4, Duration::from_secs(7), Ok(settings())));
    assert_eq!(effects, get(5, Doing::Checking), "the line has shown that it takes three seconds");
    assert!(write(&update(&mut app, after(5, Duration::from_secs(3), Ok(settings())))).is_some());
}

#[test]
fn x3_a_save_that_goes_on_with_a_new_token_is_noted_anew() {
    let mut app = checking_on_disk();
    update(&mut app, reply(2, Ok(settings())));
    update(&mut app, Msg::Disk(DiskReply::Recorded(Ok(()))));
    update(&mut app, reply(3, Err(Fault::Outdated)));
    let ended = update(&mut app, reply(4, Err(refused(401, &[]))));
    assert!(ended.contains(&Effect::Disk(Disk::StillOpen(SETTINGS, vec![]))), "{ended:?}");
    let token = callset::app::msg::Token::default();
    update(&mut app, Msg::Token(Ok(token)));
    update(&mut app, Msg::Disk(DiskReply::Turn(SaveLock::Ours)));
    let effects = update(&mut app, reply(5, Ok(settings())));
    assert!(matches!(effects[..], [Effect::Disk(Disk::Record(..))]), "{effects:?}");
}

#[test]
fn x10_a_404_after_another_repetition_is_the_first_all_the_same() {
    let mut app = loaded();
    ctrl(&mut app, 'r');
    update(&mut app, reply(2, Err(refused(503, &[]))));
    app = finished_pause(app, 3);
    update(&mut app, reply(3, Err(refused(503, &[]))));
    app = finished_pause(app, 4);
    let effects = update(&mut app, reply(4, Err(refused(404, &[]))));
    assert!(matches!(effects[..], [Effect::Wake { timer: Timer::Retry(_), .. }]), "{effects:?}");
    app = finished_pause(app, 5);
    update(&mut app, reply(5, Ok(settings())));
    assert_eq!(app.notice, Some(Notice::Reloaded { changed: 0, conflicts: 0 }));
}

/// The pause before this request runs out.
fn finished_pause(mut app: App, request: u32) -> App {
    while app.sync.exchange().is_some_and(|exchange| exchange.pause.is_some()) {
        woken(&mut app, request);
    }
    app
}

#[test]
fn x11_an_answer_without_what_was_sent_is_read_back() {
    let mut app = saving();
    assert_eq!(update(&mut app, reply(3, Ok(super::without("width")))), get(4, Doing::ReadingBack));
    update(&mut app, reply(4, Ok(but("width", Value::Integer(420)))));
    assert_eq!(app.notice, Some(Notice::Outcome(Outcome::ReadBack { sent: 1, saved: 1 })));
}

/// An answer so many seconds later to a request that was sent at the beginning.
fn reply_at(request: u32, seconds: i64, outcome: Result<Representation, Fault>) -> Msg {
    let (request, at) = (RequestId(request), at() + jiff::SignedDuration::from_secs(seconds));
    let began = Moment { running: Duration::ZERO, wall: super::at() };
    Msg::Reply(Reply { request, began, took: TOOK, at, outcome, trace: None })
}

#[test]
fn x3_what_was_given_up_a_moment_ago_may_still_arrive_and_is_in_doubt_so_long() {
    let mut app = checking();
    app.sync.keeping = Keeping::OnDisk;
    update(&mut app, reply_at(2, 0, Ok(settings())));
    update(&mut app, Msg::Disk(DiskReply::Recorded(Ok(()))));
    super::focus(&mut app, "name");
    press(&mut app, Code::Esc);
    ctrl(&mut app, 'r');
    let looked = update(&mut app, reply_at(4, 1, Ok(settings())));
    assert_eq!(
        (app.sync.doubts().count(), app.sync.unsaved(), app.notice.clone()),
        (1, 1, Some(Notice::Outcome(Outcome::NotYet)))
    );
    assert!(!looked.contains(&Effect::Disk(Disk::StillOpen(SETTINGS, vec![]))), "its record stays: {looked:?}");
    // It lands, and that is known as ours.
    let mut landed = app.clone();
    ctrl(&mut landed, 'r');
    let effects = update(&mut landed, reply_at(5, 4, Ok(but("width", Value::Integer(420)))));
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Disk(Disk::Remember(_)))), "{effects:?}");
    assert_eq!(landed.notice, Some(Notice::Outcome(Outcome::ReadBack { sent: 1, saved: 1 })));
    // Or the time is over in which it could.
    ctrl(&mut app, 'r');
    update(&mut app, reply_at(5, 60, Ok(settings())));
    assert_eq!(
        (app.sync.doubts().count(), app.notice.clone()),
        (0, Some(Notice::Outcome(Outcome::ReadBack { sent: 1, saved: 0 })))
    );
}

#[test]
fn x3_that_it_is_not_there_yet_is_over_once_it_is() {
    let mut app = checking();
    update(&mut app, reply_at(2, 0, Ok(settings())));
    super::focus(&mut app, "name");
    press(&mut app, Code::Esc);
    let look = choose_watch(&mut app);
    let next = update(&mut app, reply_at(look, 1, Ok(settings())));
    assert_eq!(app.notice, Some(Notice::Outcome(Outcome::NotYet)));
    let [Effect::Wake { timer, .. }] = next[..] else { panic!("{next:?}") };
    let looked = update(&mut app, Msg::Woke { timer, waited: TOOK });
    let [Effect::Send(Request { id, .. })] = looked[..] else { panic!("{looked:?}") };
    update(&mut app, reply_at(id.0, 4, Ok(but("width", Value::Integer(420)))));
    assert_eq!(app.notice, Some(Notice::Outcome(Outcome::ReadBack { sent: 1, saved: 1 })));
    press(&mut app, Code::Down);
    assert_eq!(app.notice, None, "there is nothing else to tell");
}

#[test]
fn x3_a_post_that_was_given_up_a_moment_ago_may_still_arrive() {
    use super::resources::{Server, loaded, set};
    let recording = Resource::Recording;
    let mut server = Server::without(recording);
    let mut app = loaded(&mut server);
    set(&mut app, recording, "urlToRetrieveAuthedRecording", Edit::Text("https://a.dev/%s".into()));
    let absent_at = |effects: &[Effect], seconds: i64| {
        let id = effects.iter().find_map(|effect| match effect {
            Effect::Send(Request { id, call: Call::Get(of), .. }) if *of == recording => Some(id.0),
            _ => None,
        });
        reply_at(id.unwrap(), seconds, Err(refused(404, &[])))
    };
    let check = ctrl(&mut app, 's');
    let sent = update(&mut app, absent_at(&check, 0));
    assert!(matches!(&sent[0], Effect::Send(Request { call: Call::Create(_), .. })), "{sent:?}");
    super::focus(&mut app, "name");
    press(&mut app, Code::Esc);
    let looks = ctrl(&mut app, 'r');
    update(&mut app, absent_at(&looks, 1));
    assert_eq!(app.sync.doubts().count(), 1, "it may be there in a moment");
    assert_eq!(app.notice, Some(Notice::Outcome(Outcome::NotYet)));
}

#[test]
fn x1_what_a_token_stopped_is_not_set_up_where_it_was_deleted_meanwhile() {
    let mut app = saving();
    update(&mut app, reply(3, Err(refused(401, &[]))));
    // Two looks say that it is gone; what is edited is on its way to set it up anew, if the user wants that.
    let first = choose_watch(&mut app);
    let next = update(&mut app, reply(first, Err(refused(404, &[]))));
    let [Effect::Wake { timer, .. }] = next[..] else { panic!("{next:?}") };
    let looked = update(&mut app, Msg::Woke { timer, waited: TOOK });
    let [Effect::Send(Request { id: second, .. })] = looked[..] else { panic!("{looked:?}") };
    update(&mut app, reply(second.0, Err(refused(404, &[]))));
    assert!(app.sync.draft.is_absent(SETTINGS) && app.sync.unsaved() > 1);
    assert!(app.mode.is(Overlay::Token));
    let check = update(&mut app, Msg::Token(Ok(callset::app::msg::Token::default())));
    let [Effect::Send(Request { id, .. }), ..] = check[..] else { panic!("{check:?}") };
    let after = update(&mut app, reply(id.0, Err(refused(404, &[]))));
    assert!(write(&after).is_none(), "of one field no POST is made: {after:?}");
    assert_eq!(app.notice, Some(Notice::Outcome(Outcome::Gone(SETTINGS))));
}

#[test]
fn a_refused_save_moves_no_question_to_another_row() {
    // The second Ctrl-S is refused: the question of the first is still about where the focus was then.
    let mut app = checking();
    super::focus(&mut app, "name");
    ctrl(&mut app, 's');
    assert_eq!(app.notice, Some(Notice::Busy(Doing::Saving)));
    update(&mut app, reply(2, Ok(but("width", Value::Integer(380)))));
    assert!(app.mode.is_editing(), "told, and not asked: {:?}", app.mode);
    assert_eq!(app.notice, Some(Notice::Outcome(Outcome::Clash { fields: 1, left: false })));
}

// ── small guards of Ctrl-S ──

#[test]
fn h19_nothing_to_save_is_said_of_a_locked_profile_too_and_not_while_something_is_in_doubt() {
    let mut app = loaded();
    let profile = callset::model::profile::Profile::new("live", 1_234_567);
    app.target.profile = Some(callset::model::profile::Profile { read_only: true, ..profile });
    ctrl(&mut app, 's');
    assert_eq!(app.notice, Some(Notice::Outcome(Outcome::NothingToSave)));

    let mut app = saving();
    update(&mut app, reply(3, Err(Fault::Broken("reset".into()))));
    update(&mut app, reply(4, Err(refused(403, &[]))));
    ctrl(&mut app, 'x');
    assert_eq!((app.sync.unsaved(), app.sync.doubts().count()), (0, 1));
    assert_eq!((ctrl(&mut app, 's'), app.notice.clone()), (vec![], None), "the strip says what is not known");
}

#[test]
fn a_look_for_the_turn_that_comes_late_asks_for_none() {
    let mut app = checking_on_disk();
    assert_eq!(update(&mut app, Msg::Woke { timer: Timer::Turn, waited: TOOK }), []);
}
