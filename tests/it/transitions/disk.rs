//! What an earlier run left, this run's draft, the history, the watch.

use super::{
    SETTINGS, at, body, but, choose, ctrl, enter, focus, get, id, is_idle, key, loaded, press, quit, reply, settings,
    shown, target, text, type_in, update,
};
use callset::app::effect::Effect;
use callset::app::msg::{Code, DiskReply, Key, Msg};
use callset::app::{App, Asked, Mark, Mode, Notice, Overlay, Picker, Question, Rows};
use callset::model::doubt::Rest;
use callset::model::record::{Aside, AsideOf, Found, Leftover, Peer, Saved, Sending, Unsaved, Write};
use callset::model::{Edit, Representation, Value};
use callset::sync::log::LIMIT;
use callset::sync::{Call, Disk, Doing, Keeping, Request, RequestId, Timer};
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::time::Duration;

fn opened(app: &mut App, found: Found) -> Vec<Effect> {
    update(app, Msg::Disk(DiskReply::Opened(Ok(found))))
}

fn unsaved(edits: &[(&'static str, Edit)]) -> Unsaved {
    let edits = edits.iter().map(|(key, edit)| (id(key), edit.clone())).collect();
    Unsaved { base: BTreeMap::from([(SETTINGS, settings())]), edits, focus: Some(id("width")) }
}

fn wide() -> Vec<(&'static str, Edit)> {
    vec![("width", Edit::Text("420".into()))]
}

fn leftover(name: &str, edits: &[(&'static str, Edit)]) -> Leftover {
    Leftover { id: name.into(), at: at(), unsaved: Some(unsaved(edits)), sendings: vec![] }
}

/// So long before the server's settings came that nothing of it is on its way any more.
fn long_ago() -> Timestamp {
    at() - jiff::SignedDuration::from_mins(1)
}

fn interrupted() -> Leftover {
    let intent =
        Sending { write: Write::Fields(super::patch(&wide())), before: settings(), at: long_ago(), passed: None };
    Leftover { sendings: vec![intent], ..leftover("run-1", &wide()) }
}

/// These were left; the server has this now.
fn found(leftovers: Vec<Leftover>, theirs: Representation) -> (App, Vec<Effect>) {
    let (mut app, _) = App::new(target());
    assert_eq!(opened(&mut app, Found { leftovers, ..Found::default() }), []);
    let effects = update(&mut app, reply(1, Ok(theirs)));
    (app, effects)
}

fn disk(work: Disk) -> Effect {
    Effect::Disk(work)
}

// ── leftovers ──

#[test]
fn p1_edits_of_an_earlier_run_are_offered_and_come_back_as_edits() {
    let (mut app, effects) = found(vec![leftover("run-1", &wide())], settings());
    assert_eq!(effects, []);
    assert!(matches!(app.mode, Mode::Asking(Question { what: Asked::Restore { shown: false, .. }, .. })));
    assert_eq!(app.sync.unsaved(), 0, "never by themselves");
    assert_eq!(key(&mut app, Key::char('r')), [disk(Disk::Take("run-1".into()))], "F8: renamed before it is replayed");
    assert_eq!(app.sync.unsaved(), 0);
    let taken = DiskReply::Taken { leftover: "run-1".into(), moved: Ok(()) };
    assert_eq!(update(&mut app, Msg::Disk(taken)), [disk(Disk::Finish("run-1".into()))]);
    assert_eq!((body(&app).as_str(), is_idle(&app)), (r#"{"width":420}"#, true), "and never sent by itself");
    assert_eq!(
        (&app.form.focus, app.notice.as_ref()),
        (&id("width"), Some(&Notice::Restored { fields: 1, conflicts: 0 }))
    );
    ctrl(&mut app, 'z');
    assert_eq!(app.sync.unsaved(), 0);
}

#[test]
fn c14_f15_a_draft_on_a_base_that_moved_goes_through_the_merge() {
    let edits = [
        ("width", Edit::Text("420".into())),
        ("height", Edit::Text("700".into())),
        ("name", Edit::Text("Mine".into())),
        ("url", Edit::Text("not valid".into())),
    ];
    let mut theirs = but("width", Value::Integer(380));
    theirs.set("height", Value::Integer(700));
    let (mut app, _) = found(vec![leftover("run-1", &edits)], theirs);
    key(&mut app, Key::char('r'));
    update(&mut app, Msg::Disk(DiskReply::Taken { leftover: "run-1".into(), moved: Ok(()) }));
    assert_eq!(body(&app), r#"{"name":"Mine","url":"not valid","width":420}"#, "as it was typed");
    let (loaded, server) = (Value::Integer(400), Value::Integer(380));
    assert_eq!(app.sync.draft.conflict(&id("width")), Some((Some(&loaded), Some(&server))));
    assert_eq!(app.notice, Some(Notice::Restored { fields: 3, conflicts: 1 }));
    focus(&mut app, "url");
    ctrl(&mut app, 'x');
    assert_eq!(ctrl(&mut app, 's'), [], "and no blind send");
    assert!(app.mode.is(Overlay::Conflicts));
}

#[test]
fn a_draft_that_the_server_has_already_is_no_question() {
    let (app, effects) = found(vec![leftover("run-1", &wide())], but("width", Value::Integer(420)));
    assert_eq!(effects, [disk(Disk::Finish("run-1".into()))]);
    assert!(app.mode.is_editing() && app.sync.unsaved() == 0);
}

#[test]
fn p2_an_interrupted_save_is_told_to_have_gone_through_or_not() {
    let (app, effects) = found(vec![interrupted()], but("width", Value::Integer(420)));
    let of = |width| [("width", Value::Integer(width))].into_iter().collect();
    let saved = Saved { at: long_ago(), resource: SETTINGS, before: of(400), after: of(420) };
    assert_eq!(effects, [disk(Disk::Remember(Box::new(saved))), disk(Disk::Finish("run-1".into()))]);
    assert_eq!(app.notice, Some(Notice::Earlier { at: long_ago(), sent: 1, saved: 1, rest: Rest::Lost }));
    assert!(app.mode.is_editing());

    let (mut app, effects) = found(vec![interrupted()], settings());
    assert_eq!(effects, [disk(Disk::Told("run-1".into()))]);
    assert_eq!(app.notice, Some(Notice::Earlier { at: long_ago(), sent: 1, saved: 0, rest: Rest::Lost }));
    assert!(app.mode.is(Overlay::Restore), "and its edits are offered");
    press(&mut app, Code::Enter);
    update(&mut app, Msg::Disk(DiskReply::Taken { leftover: "run-1".into(), moved: Ok(()) }));
    assert_eq!(body(&app), r#"{"width":420}"#);
}

#[test]
fn a_line_that_closes_a_page_answers_no_question_that_opens_then() {
    let (mut app, _) = App::new(target());
    press(&mut app, Code::F(1));
    assert!(app.mode.is(Overlay::Row));
    opened(&mut app, Found { leftovers: vec![interrupted()], ..Found::default() });
    assert_eq!(update(&mut app, reply(1, Ok(settings()))), [], "the page is read in peace");
    let effects = update(&mut app, Msg::Line("discard".into()));
    assert_eq!(effects, [disk(Disk::Told("run-1".into()))], "and what is told now is not told again");
    assert!(matches!(app.mode, Mode::Asking(Question { what: Asked::Restore { discarding: false, .. }, .. })));
    update(&mut app, Msg::Line("later".into()));
    assert!(app.mode.is_editing(), "the next line answers it");
}

#[test]
fn x3_a_save_that_was_killed_a_moment_ago_may_still_arrive_and_then_its_old_value_is_in_the_history() {
    let now = interrupted();
    let sendings: Vec<_> = now.sendings.iter().map(|sending| Sending { at: at(), ..sending.clone() }).collect();
    let record = disk(Disk::StillOpen(SETTINGS, sendings.clone()));
    let (mut app, effects) = found(vec![Leftover { sendings, ..now }], settings());
    assert_eq!(effects, [record, disk(Disk::Told("run-1".into()))], "it is this run's to tell now");
    assert_eq!(app.sync.doubts().count(), 1);
    press(&mut app, Code::Esc);
    ctrl(&mut app, 'r');
    let came = update(&mut app, reply(2, Ok(but("width", Value::Integer(420)))));
    let of = |width| [("width", Value::Integer(width))].into_iter().collect();
    let saved = Saved { at: at(), resource: SETTINGS, before: of(400), after: of(420) };
    assert_eq!(came[..2], [disk(Disk::Remember(Box::new(saved))), disk(Disk::StillOpen(SETTINGS, vec![]))]);
    assert_eq!(app.notice, Some(Notice::Outcome(callset::sync::Outcome::ReadBack { sent: 1, saved: 1 })));
}

#[test]
fn one_leftover_is_asked_about_after_the_other() {
    let second = leftover("run-2", &[("name", Edit::Text("Other".into()))]);
    let (mut app, _) = found(vec![leftover("run-1", &wide()), second], settings());
    assert_eq!(key(&mut app, Key::char('x')), [], "one letter may have been meant for a row");
    key(&mut app, Key::char('d'));
    assert_eq!(key(&mut app, Key::char('x')), [], "and the second has to follow");
    assert_eq!(key(&mut app, Key::char('x')), [disk(Disk::DiscardLeftover("run-1".into()))]);
    assert!(app.mode.is(Overlay::Restore));
    assert_eq!(press(&mut app, Code::Esc), [], "later: it stays where it is");
    assert!(app.mode.is_editing());
    assert_eq!(app.notice, Some(Notice::Later));
    assert_eq!(choose(&mut app, "earlier runs"), []);
    assert!(app.mode.is(Overlay::Restore));
    assert_eq!((app.leftovers.len(), app.notice.as_ref()), (1, None), "the question says it all");
}

#[test]
fn what_the_disk_says_of_another_leftover_ends_no_question() {
    let (mut app, _) = found(vec![leftover("run-1", &wide())], settings());
    let other = DiskReply::Taken { leftover: "run-2".into(), moved: Ok(()) };
    assert_eq!(update(&mut app, Msg::Disk(other)), []);
    assert!(app.mode.is(Overlay::Restore));
}

#[test]
fn what_is_restored_is_counted_without_what_was_edited_before() {
    let mut app = loaded();
    app.sync.keeping = Keeping::Opening;
    enter(&mut app, "name", "Other");
    opened(&mut app, Found { leftovers: vec![leftover("run-1", &wide())], ..Found::default() });
    key(&mut app, Key::char('r'));
    update(&mut app, Msg::Disk(DiskReply::Taken { leftover: "run-1".into(), moved: Ok(()) }));
    assert_eq!((app.sync.unsaved(), app.notice), (2, Some(Notice::Restored { fields: 1, conflicts: 0 })));
}

#[test]
fn fifty_leftovers_are_put_off_with_one_key() {
    let of = |run: i32| leftover(&format!("run-{run}"), &[("width", Edit::Text((500 + run).to_string()))]);
    let (mut app, _) = found((0..50).map(of).collect(), settings());
    assert_eq!(key(&mut app, Key::char('L')), []);
    assert!(app.mode.is_editing() && app.leftovers.is_empty());
    assert_eq!((app.notice.as_ref(), app.sync.unsaved()), (Some(&Notice::Later), 0));
    assert_eq!(choose(&mut app, "earlier runs"), []);
    assert!(app.mode.is(Overlay::Restore));
    assert_eq!(app.leftovers.len(), 50, "none is lost");
}

#[test]
fn a_leftover_with_another_value_for_an_edited_field_stays_where_it_is() {
    let (mut app, _) = found(vec![leftover("run-1", &wide())], settings());
    press(&mut app, Code::Esc);
    enter(&mut app, "width", "555");
    choose(&mut app, "earlier runs");
    assert_eq!(key(&mut app, Key::char('r')), []);
    assert_eq!(app.notice, Some(Notice::NotRestored { fields: 1 }));
    assert_eq!(body(&app), r#"{"width":555}"#);
    ctrl(&mut app, 'x');
    choose(&mut app, "earlier runs");
    assert_eq!(key(&mut app, Key::char('r')), [disk(Disk::Take("run-1".into()))]);
}

#[test]
fn edits_are_shown_before_one_decides() {
    let (mut app, _) = found(vec![leftover("run-1", &wide())], settings());
    key(&mut app, Key::char('d'));
    assert!(matches!(app.mode, Mode::Asking(Question { what: Asked::Restore { shown: true, .. }, .. })));
    key(&mut app, Key::char('d'));
    assert!(matches!(app.mode, Mode::Asking(Question { what: Asked::Restore { shown: false, .. }, .. })));
}

#[test]
fn what_is_found_late_asks_when_the_form_has_the_keyboard_again() {
    let mut app = loaded();
    app.sync.keeping = Keeping::Opening;
    ctrl(&mut app, 'd');
    opened(&mut app, Found { leftovers: vec![leftover("run-1", &wide())], ..Found::default() });
    assert!(app.mode.is(Overlay::Review));
    press(&mut app, Code::Esc);
    assert!(app.mode.is(Overlay::Restore));
}

#[test]
fn c12_f6_what_else_was_found_is_told_one_after_the_other() {
    let (mut app, _) = App::new(target());
    let peer = Peer { pid: 812, since: at() };
    let aside = |of, path: &str| Aside { of, path: path.to_owned() };
    let (draft, save) = (|path| aside(AsideOf::Draft, path), |path| aside(AsideOf::Sending, path));
    let aside = vec![draft("a"), save("b"), draft("c")];
    opened(&mut app, Found { peers: vec![peer], aside, ..Found::default() });
    update(&mut app, reply(1, Ok(settings())));
    assert_eq!(app.notice, Some(Notice::SetAside(AsideOf::Sending, 1, "b".to_owned())), "what matters most is first");
    press(&mut app, Code::Down);
    assert_eq!(app.notice, Some(Notice::SetAside(AsideOf::Draft, 2, "a".to_owned())));
    press(&mut app, Code::Down);
    assert_eq!(app.notice, Some(Notice::AlsoOpen(peer)));
    press(&mut app, Code::Down);
    assert_eq!(app.notice, None);
}

// ── this run's draft ──

#[test]
fn every_edit_is_handed_to_the_disk_and_one_taken_back_takes_the_draft_back() {
    let (mut app, _) = found(vec![], settings());
    let kept = |effects: Vec<Effect>| match effects.as_slice() {
        [Effect::Disk(Disk::Keep(kept))] => kept.edits.clone(),
        other => panic!("{other:?}"),
    };
    focus(&mut app, "isReady");
    let effects = callset::app::update(&mut app, Msg::Key(Key::char(' ')));
    assert_eq!(kept(effects), BTreeMap::from([(id("isReady"), Edit::Switch(true))]));
    let effects = callset::app::update(&mut app, Msg::Key(Key::char(' ')));
    assert_eq!(kept(effects), BTreeMap::new());
    assert_eq!(callset::app::update(&mut app, Msg::Key(Key::char('j'))), [], "nothing changed, nothing is written");
}

#[test]
fn f1_without_a_place_drafts_are_in_memory_and_the_editor_works() {
    let (mut app, _) = App::new(target());
    update(&mut app, Msg::Disk(DiskReply::Opened(Err("no home".into()))));
    update(&mut app, reply(1, Ok(settings())));
    assert_eq!(app.sync.keeping, Keeping::InMemory("no home".into()));
    assert_eq!(app.notice, Some(Notice::NotOnDisk("no home".into())), "a load does not hide it");
    enter(&mut app, "width", "420");
    assert_eq!(ctrl(&mut app, 's'), get(2, Doing::Checking));
}

#[test]
fn f5_a_draft_that_can_not_be_written_is_told_and_so_is_one_that_can_again() {
    let (mut app, _) = found(vec![], settings());
    update(&mut app, Msg::Disk(DiskReply::Kept(Some("no space".into()))));
    assert_eq!(
        (&app.sync.keeping, app.notice.as_ref()),
        (&Keeping::Failing("no space".into()), Some(&Notice::NotOnDisk("no space".into())))
    );
    press(&mut app, Code::Down);
    update(&mut app, Msg::Disk(DiskReply::Kept(None)));
    assert_eq!((&app.sync.keeping, app.notice.as_ref()), (&Keeping::OnDisk, Some(&Notice::OnDiskAgain)));
}

#[test]
fn f5_what_the_disk_said_goes_when_it_is_not_so_any_more() {
    let failed = || Msg::Disk(DiskReply::Kept(Some("no space".into())));
    let well = || Msg::Disk(DiskReply::Kept(None));
    let not_on_disk = Some(Notice::NotOnDisk("no space".into()));
    // It is on the screen when the disk works again: no key has to come first.
    let (mut app, _) = found(vec![], settings());
    update(&mut app, failed());
    assert_eq!(app.notice, not_on_disk);
    update(&mut app, well());
    assert_eq!((&app.sync.keeping, app.notice.as_ref()), (&Keeping::OnDisk, Some(&Notice::OnDiskAgain)));
    // The other way round.
    update(&mut app, failed());
    assert_eq!(app.notice, not_on_disk);
    // It waits behind something else: nobody hears of it, then or later.
    let (mut app, _) = found(vec![], settings());
    ctrl(&mut app, 'z');
    update(&mut app, failed());
    assert_eq!(app.notice, Some(Notice::NothingToUndo));
    update(&mut app, well());
    press(&mut app, Code::Down);
    assert_eq!((&app.sync.keeping, app.notice.as_ref()), (&Keeping::OnDisk, None));
    // Again and again it is one thing to tell, with the last reason.
    ctrl(&mut app, 'z');
    update(&mut app, failed());
    update(&mut app, Msg::Disk(DiskReply::Recorded(Err("no space at all".into()))));
    press(&mut app, Code::Down);
    assert_eq!(app.notice, Some(Notice::NotOnDisk("no space at all".into())));
    press(&mut app, Code::Down);
    assert_eq!(app.notice, None);
}

#[test]
fn u11_the_draft_is_kept_or_discarded_as_one_says() {
    let edited = || {
        let (mut app, _) = found(vec![], settings());
        enter(&mut app, "width", "420");
        ctrl(&mut app, 'q');
        app
    };
    let kept = r#"callset: app 1234567. Not saved, kept as a draft for the next start: {"width":420}"#;
    assert_eq!(key(&mut edited(), Key::char('k')), quit(0, Some(kept)));
    assert_eq!(ctrl(&mut edited(), 'c'), quit(130, Some(kept)));
    let mut discarded = vec![disk(Disk::Discard)];
    discarded.extend(quit(0, Some(r#"callset: app 1234567. Not saved: {"width":420}"#)));
    assert_eq!(key(&mut edited(), Key::char('d')), discarded);
    let mut app = edited();
    app.sync.keeping = Keeping::Failing("no space".into());
    assert_eq!(key(&mut app, Key::char('k')), [], "there is no draft to keep");
    assert!(app.mode.is(Overlay::Quit));
}

// ── history ──

#[test]
fn put_back_enters_the_old_values_for_review_and_sends_nothing() {
    let (mut app, _) = found(vec![], but("width", Value::Integer(420)));
    assert_eq!(ctrl(&mut app, 'g'), [disk(Disk::ReadHistory { awaited: true })]);
    let of = |width| [("width", Value::Integer(width))].into_iter().collect::<Representation>();
    let save = |before, after| Saved { at: at(), resource: SETTINGS, before: of(before), after: of(after) };
    update(&mut app, Msg::Disk(DiskReply::History(Ok(vec![save(400, 420), save(380, 400)]))));
    press(&mut app, Code::Down);
    assert_eq!(press(&mut app, Code::Enter), []);
    assert!(app.mode.is(Overlay::Review));
    assert_eq!((body(&app).as_str(), app.notice.as_ref()), (r#"{"width":380}"#, Some(&Notice::PutBack { fields: 1 })));
    press(&mut app, Code::Esc);
    ctrl(&mut app, 'g');
    update(&mut app, Msg::Disk(DiskReply::History(Err("unreadable".into()))));
    assert_eq!(press(&mut app, Code::Enter), []);
    press(&mut app, Code::Esc);
    ctrl(&mut app, 'z');
    assert_eq!(app.sync.unsaved(), 0);
}

#[test]
fn x16_the_history_that_is_open_has_what_is_saved_meanwhile_and_its_selection_stays_on_the_save() {
    let (mut app, _) = found(vec![], but("width", Value::Integer(420)));
    let of = |width| [("width", Value::Integer(width))].into_iter().collect::<Representation>();
    let save = |before, after| Saved { at: at(), resource: SETTINGS, before: of(before), after: of(after) };
    enter(&mut app, "width", "430");
    ctrl(&mut app, 's');
    update(&mut app, Msg::Disk(DiskReply::Turn(callset::model::record::SaveLock::Ours)));
    assert_eq!(ctrl(&mut app, 'g'), [disk(Disk::ReadHistory { awaited: true })]);
    update(&mut app, Msg::Disk(DiskReply::History(Ok(vec![save(400, 420), save(380, 400)]))));
    press(&mut app, Code::Down);
    let request = app.sync.in_flight().next().unwrap();
    update(&mut app, reply(request.0, Ok(but("width", Value::Integer(420)))));
    update(&mut app, Msg::Disk(DiskReply::Recorded(Ok(()))));
    let request = app.sync.in_flight().next().unwrap();
    update(&mut app, reply(request.0, Ok(but("width", Value::Integer(430)))));
    let known: Vec<&Saved> = app.history.saves().collect();
    assert_eq!(known, [&save(420, 430), &save(400, 420), &save(380, 400)], "the page is a view of the state");
    assert!(matches!(app.mode, Mode::Picking(Picker { rows: Rows::History, selected: 2, .. })), "{:?}", app.mode);
    // Read once more it has that one already.
    press(&mut app, Code::Esc);
    ctrl(&mut app, 'g');
    update(&mut app, Msg::Disk(DiskReply::History(Ok(vec![save(420, 430), save(400, 420), save(380, 400)]))));
    assert_eq!(app.history.saves().count(), 3);
}

// ── the watch ──

fn watching() -> App {
    let mut target = target();
    target.watch = Some(Duration::from_secs(10));
    let (mut app, _) = App::new(target);
    app.sync.keeping = Keeping::InMemory("no disk here".into());
    let effects = update(&mut app, reply(1, Ok(settings())));
    let [Effect::Wake { timer: Timer::Watch(1), after }] = effects[..] else { panic!("{effects:?}") };
    assert!((8.0..=12.0).contains(&after.as_secs_f64()), "{after:?}");
    app
}

fn look(app: &mut App, round: u32) -> Vec<Effect> {
    update(app, Msg::Woke { timer: Timer::Watch(round), waited: Duration::from_secs(10) })
}

fn looks(request: u32) -> Vec<Effect> {
    vec![Effect::Send(Request {
        id: RequestId(request),
        call: Call::Get(SETTINGS),
        doing: Doing::Watching,
        if_match: None,
        founded: None,
    })]
}

#[test]
fn c9_a_look_takes_what_is_clean_marks_what_is_not_and_touches_neither_caret_nor_focus() {
    let mut app = watching();
    enter(&mut app, "width", "42");
    press(&mut app, Code::Home);
    assert_eq!(look(&mut app, 1), looks(2));
    let mut theirs = but("width", Value::Integer(380));
    theirs.set("isReady", Value::Switch(true));
    let effects = update(&mut app, reply(2, Ok(theirs)));
    assert!(matches!(effects[..], [Effect::Wake { timer: Timer::Watch(2), .. }]), "{effects:?}");
    assert_eq!(app.notice, Some(Notice::Drift { taken: 1, conflicts: 1 }));
    assert_eq!((app.form.input.value(), app.form.input.cursor(), &app.form.focus), ("42", 0, &id("width")));
    assert_eq!(app.marks.get(&id("isReady")), Some(&Mark::Taken));
    assert!(app.mode.is_editing());
    type_in(&mut app, "1");
    assert_eq!(body(&app), r#"{"width":142}"#);
    assert_eq!(look(&mut app, 1), [], "an earlier round");
    let mut theirs = but("width", Value::Integer(380));
    theirs.set("isReady", Value::Switch(true));
    look(&mut app, 2);
    update(&mut app, reply(3, Ok(theirs.clone())));
    assert_eq!(app.marks.get(&id("isReady")), Some(&Mark::Taken), "it is seen until something is asked for");
    ctrl(&mut app, 'r');
    update(&mut app, reply(4, Ok(theirs)));
    assert_eq!(app.marks.get(&id("isReady")), None);
}

#[test]
fn c9_a_look_tells_what_was_taken_and_what_is_in_conflict_each_by_itself() {
    for (edited, taken, conflicts) in [(false, 1, 0), (true, 0, 1)] {
        let mut app = watching();
        if edited {
            enter(&mut app, "width", "42");
        }
        look(&mut app, 1);
        update(&mut app, reply(2, Ok(but("width", Value::Integer(380)))));
        assert_eq!(app.notice, Some(Notice::Drift { taken, conflicts }));
    }
}

#[test]
fn c4_a_look_that_finds_nothing_says_nothing() {
    let mut app = watching();
    look(&mut app, 1);
    let theirs = but("updatedAt", Value::Text("2026-09-22T12:00:00.000Z".into()));
    update(&mut app, reply(2, Ok(theirs)));
    assert_eq!((app.notice.as_ref(), shown(&app, "width")), (None, text("400")));
}

#[test]
fn looks_leave_the_request_log_before_saves_do() {
    let mut app = watching();
    enter(&mut app, "width", "420");
    super::save(&mut app, 2);
    update(&mut app, reply(3, Ok(but("width", Value::Integer(420)))));
    for request in 4..400 {
        ctrl(&mut app, 'r');
        update(&mut app, reply(request, Ok(but("width", Value::Integer(420)))));
    }
    let patches: Vec<_> = app.sync.log.iter().filter(|logged| matches!(logged.call, Call::Patch(_))).collect();
    assert_eq!((app.sync.log.len(), patches.len(), patches[0].id), (LIMIT, 1, RequestId(3)));
}

#[test]
fn a_watch_rests_while_the_window_is_elsewhere_and_looks_when_it_is_back() {
    let mut app = watching();
    update(&mut app, Msg::Unfocused);
    assert_eq!(look(&mut app, 1), []);
    let effects = update(&mut app, Msg::Focused);
    let [_, looked @ .., survey] = &effects[..] else { panic!("{effects:?}") };
    assert_eq!(looked, looks(2), "{effects:?}");
    assert_eq!(*survey, Effect::Disk(Disk::Survey), "the file may be another one too");
}

#[test]
fn a_watch_that_fails_says_nothing_and_comes_ever_more_seldom() {
    let mut app = watching();
    let mut last = Duration::ZERO;
    for (round, request) in (1..).zip(2..6) {
        assert_eq!(look(&mut app, round), looks(request));
        let effects = update(&mut app, reply(request, Err(super::refused(400, &[]))));
        let [Effect::Wake { after, .. }] = effects[..] else { panic!("{effects:?}") };
        assert!(after <= Duration::from_secs(72));
        last = last.max(after);
        assert_eq!(app.notice, None);
    }
    assert!(last > Duration::from_secs(40), "{last:?}");
}

#[test]
fn a_watch_is_switched_in_the_palette_and_a_save_goes_before_it() {
    let mut app = watching();
    enter(&mut app, "width", "420");
    look(&mut app, 1);
    let effects = ctrl(&mut app, 's');
    assert!(matches!(effects[..2], [Effect::Cancel(RequestId(2)), Effect::Wake { timer: Timer::Watch(2), .. }]));
    assert_eq!(effects[2..], get(3, Doing::Checking));
    update(&mut app, reply(3, Err(super::refused(400, &[]))));
    assert_eq!(choose(&mut app, "watch for"), []);
    assert_eq!(app.notice, Some(Notice::Watch(None)));
    assert_eq!(look(&mut app, 2), [], "it is off");
}
