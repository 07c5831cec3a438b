//! Where the promises were broken once: at the edges of a save, between a refused token and the next one, between a DELETE and
//! what became of it, between a write and the history of it.

use super::resources::{Server, answer, asked_to_delete, confirmed, loaded, run, set, set_up, update};
use super::{SETTINGS, at, ctrl, press, refused, settings};
use callset::app::effect::Effect;
use callset::app::msg::{Code, DiskReply, Key, Msg, Token};
use callset::app::{App, Confirm, Mode, Notice, Overlay, Prompt, Typed};
use callset::model::doubt::Rest;
use callset::model::profile::Profile;
use callset::model::record::{Found, Leftover, SaveLock, Saved, Sending, Write};
use callset::model::refusal::Refusal;
use callset::model::{Edit, FieldId, Representation, Resource, Value};
use callset::sync::{Call, Disk, Doing, Fault, Keeping, Outcome, Request, Stage};
use std::collections::VecDeque;

const CHANNEL: Resource = Resource::ChannelConnection;
const RECORDING: Resource = Resource::Recording;

// ── a token × an act ──

/// Something that sends requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Act {
    Load,
    Patch,
    /// Of two resources, one after the other.
    PatchBoth,
    Post,
    /// While the settings have an unsaved edit that nobody asks to save.
    Delete,
}

const ACTS: [Act; 5] = [Act::Load, Act::Patch, Act::PatchBoth, Act::Post, Act::Delete];

/// The form before the act, and the act's first effects.
fn begin(act: Act, in_production: bool) -> (App, Server, Vec<Effect>) {
    let mut server = if act == Act::Post { Server::without(RECORDING) } else { Server::new() };
    let mut app = loaded(&mut server);
    if in_production {
        app.target.profile = Some(Profile { production: true, ..Profile::new("live", 1_234_567) });
    }
    let effects = match act {
        Act::Load => {
            set(&mut app, SETTINGS, "width", Edit::Text("999".into()));
            ctrl(&mut app, 'r')
        }
        Act::Patch => {
            set(&mut app, SETTINGS, "width", Edit::Text("420".into()));
            ctrl(&mut app, 's')
        }
        Act::PatchBoth => {
            set(&mut app, SETTINGS, "width", Edit::Text("420".into()));
            set(&mut app, CHANNEL, "isReady", Edit::Switch(true));
            ctrl(&mut app, 's')
        }
        Act::Post => {
            set_up(&mut app, RECORDING);
            ctrl(&mut app, 's')
        }
        Act::Delete => {
            set(&mut app, SETTINGS, "width", Edit::Text("999".into()));
            asked_to_delete(&mut app, CHANNEL);
            confirmed(&mut app, "1234567")
        }
    };
    (app, server, effects)
}

/// Everything goes well but for one request, which the server refuses the credential of; another one is given then, and the
/// review of production is confirmed. Returns the number of requests, and what was carried out besides looks.
fn play(act: Act, in_production: bool, refused_at: Option<usize>) -> (App, usize, Vec<Call>) {
    let (mut app, mut server, effects) = begin(act, in_production);
    let mut open: VecDeque<Effect> = effects.into();
    let (mut requests, mut writes) = (0, Vec::new());
    loop {
        while let Some(effect) = open.pop_front() {
            let Effect::Send(Request { id, call, .. }) = effect else { continue };
            let outcome = if refused_at == Some(requests) {
                Err(refused(401, &[]))
            } else {
                writes.extend(Some(call.clone()).filter(|call| !matches!(call, Call::Get(_))));
                server.serve(&call)
            };
            requests += 1;
            open.extend(update(&mut app, answer(id, outcome)));
        }
        match &app.mode {
            Mode::Entering(Prompt { what: Typed::Token { .. }, .. }) => {
                assert_eq!(press(&mut app, Code::Enter), [Effect::UseToken]);
                let token = Token { hint: "…beef".into(), looks_like: None, tidied: vec![] };
                open.extend(update(&mut app, Msg::Token(Ok(token))));
                assert!(!open.is_empty(), "{act:?}, refused at {refused_at:?}, goes on");
            }
            Mode::Entering(Prompt { what: Typed::Id(Confirm::Save(_)), .. }) => {
                open.extend(confirmed(&mut app, "1234567"));
            }
            _ => return (app, requests, writes),
        }
    }
}

#[test]
fn x1_after_a_new_token_just_what_was_stopped_goes_on_with_the_fields_that_were_wanted() {
    for act in ACTS {
        for in_production in [false, true] {
            let (untroubled, requests, expected) = play(act, in_production, None);
            for at in 0..requests {
                let (app, _, writes) = play(act, in_production, Some(at));
                let case = format!("{act:?}, production {in_production}, refused at request {at}");
                assert_eq!(writes, expected, "{case}");
                assert_eq!(app.sync.draft.edits(), untroubled.sync.draft.edits(), "{case}");
                assert_eq!(app.sync.draft.bases(), untroubled.sync.draft.bases(), "{case}");
                assert!(app.sync.is_idle() && app.mode.is_editing(), "{case}: {:?}", app.mode);
            }
        }
    }
}

#[test]
fn x1_esc_at_the_question_gives_up_what_was_stopped_and_a_later_token_saves_nothing() {
    for act in ACTS {
        let (mut app, _, effects) = begin(act, false);
        let Some(Effect::Send(Request { id, .. })) = effects.first() else { panic!("{effects:?}") };
        update(&mut app, answer(*id, Err(refused(401, &[]))));
        press(&mut app, Code::Esc);
        let again = super::choose(&mut app, "access token");
        assert_eq!(again, [Effect::ForgetToken], "{act:?}");
        let token = Token { hint: "…beef".into(), looks_like: None, tidied: vec![] };
        let effects = update(&mut app, Msg::Token(Ok(token)));
        let is_look = |effect: &Effect| match effect {
            Effect::Send(Request { call, .. }) => matches!(call, Call::Get(_)),
            _ => true,
        };
        assert!(effects.iter().all(is_look) && !app.sync.is_saving(), "{act:?}: {effects:?}");
    }
}

#[test]
fn x1_what_was_set_back_while_the_token_was_asked_for_is_not_sent() {
    let (mut app, mut server, effects) = begin(Act::Patch, false);
    let Some(Effect::Send(Request { id, .. })) = effects.first() else { panic!("{effects:?}") };
    update(&mut app, answer(*id, Err(refused(401, &[]))));
    // Nothing of it is left that could be wanted: the server came to have it by itself.
    server.holds.get_mut(&SETTINGS).unwrap().set("width", Value::Integer(420));
    let token = Token { hint: "…beef".into(), looks_like: None, tidied: vec![] };
    let effects = update(&mut app, Msg::Token(Ok(token)));
    run(&mut app, &mut server, effects);
    assert_eq!((server.writes(), app.notice), (vec![], Some(Notice::Outcome(Outcome::AlreadyThere { fields: 1 }))));
}

#[test]
fn x1_a_read_back_that_was_stopped_is_read_back_and_told() {
    let (mut app, mut server, effects) = begin(Act::Patch, false);
    let patch = check(&mut app, &mut server, effects);
    // It was carried out.
    let _ = server.serve(&patch.call);
    let back = update(&mut app, answer(patch.id, Err(Fault::Broken("reset".into()))));
    let Some(Effect::Send(Request { id, .. })) = back.first() else { panic!("{back:?}") };
    update(&mut app, answer(*id, Err(refused(401, &[]))));
    assert!(app.mode.is(Overlay::Token), "{:?}", app.mode);
    server.calls.clear();
    let token = Token { hint: "…beef".into(), looks_like: None, tidied: vec![] };
    let effects = update(&mut app, Msg::Token(Ok(token)));
    run(&mut app, &mut server, effects);
    assert_eq!(server.calls, [Call::Get(SETTINGS)]);
    assert_eq!(
        (app.notice.clone(), app.sync.unsaved()),
        (Some(Notice::Outcome(Outcome::ReadBack { sent: 1, saved: 1 })), 0)
    );
}

/// The check is answered; returns the write that follows.
fn check(app: &mut App, server: &mut Server, effects: Vec<Effect>) -> Request {
    let mut effects = effects;
    loop {
        let send = |effect| if let Effect::Send(request) = effect { Some(request) } else { None };
        let request = effects.into_iter().find_map(send).expect("a request");
        if !matches!(request.call, Call::Get(_)) {
            return request;
        }
        let outcome = server.serve(&request.call);
        effects = update(app, answer(request.id, outcome));
    }
}

#[test]
fn x1_with_a_new_token_what_is_in_doubt_is_not_sent_again_and_what_never_left_may_be() {
    let token = || Msg::Token(Ok(Token { hint: "…beef".into(), looks_like: None, tidied: vec![] }));
    let lost = || Err(Fault::Broken("reset".into()));
    // Refused at the read-back, and nothing of it had arrived: that is told.
    let (mut app, mut server, effects) = begin(Act::Patch, false);
    let patch = check(&mut app, &mut server, effects);
    let back = update(&mut app, answer(patch.id, lost()));
    let Some(Effect::Send(Request { id, .. })) = back.first() else { panic!("{back:?}") };
    update(&mut app, answer(*id, Err(refused(401, &[]))));
    let effects = update(&mut app, token());
    run(&mut app, &mut server, effects);
    assert_eq!(
        (server.writes(), app.notice.clone()),
        (vec![], Some(Notice::Outcome(Outcome::ReadBack { sent: 1, saved: 0 })))
    );
    // Refused at the check: the save that goes on is as any other, and one that is lost is sent once more.
    let (mut app, mut server, effects) = begin(Act::Patch, false);
    let Some(Effect::Send(Request { id, .. })) = effects.first() else { panic!("{effects:?}") };
    update(&mut app, answer(*id, Err(refused(401, &[]))));
    let effects = update(&mut app, token());
    let patch = check(&mut app, &mut server, effects);
    let effects = update(&mut app, answer(patch.id, lost()));
    run(&mut app, &mut server, effects);
    assert_eq!((server.writes().len(), app.sync.unsaved()), (1, 0));
}

// ── a DELETE × its answer ──

fn gateways() -> Fault {
    Fault::Refused(Box::new(Refusal { status: 404, foreign: true, ..Refusal::default() }))
}

fn page() -> Fault {
    Fault::Refused(Box::new(Refusal { status: 404, web_page: true, ..Refusal::default() }))
}

fn not_204() -> Fault {
    Fault::Unreadable { what: "it does not say that it was deleted".into(), correlation_id: None }
}

#[test]
fn x2_a_removal_is_told_only_in_the_servers_own_words_or_after_a_look() {
    let faults = [gateways(), page(), not_204(), refused(502, &[]), refused(408, &[]), Fault::Broken("cut".into())];
    for fault in faults {
        for is_done in [true, false] {
            let (mut app, mut server, effects) = begin(Act::Delete, false);
            let delete = check(&mut app, &mut server, effects);
            if is_done {
                let _ = server.serve(&delete.call);
            }
            let back = update(&mut app, answer(delete.id, Err(fault.clone())));
            assert_eq!(app.notice, None, "{fault:?}: nothing is claimed");
            assert_eq!(app.sync.doubts().filter(|doubt| doubt.is_removal()).count(), 1);
            server.calls.clear();
            run(&mut app, &mut server, back);
            assert_eq!(server.calls, [Call::Get(CHANNEL)], "{fault:?}");
            let Some(Notice::Several(ended)) = &app.notice else { panic!("{:?}", app.notice) };
            let told = if is_done { Outcome::Removed(CHANNEL) } else { Outcome::NotRemoved(CHANNEL) };
            assert_eq!(*ended, [(CHANNEL, told)], "{fault:?}");
            assert_eq!((app.is_closed(CHANNEL), app.sync.doubts().count()), (is_done, 0));
        }
    }
    // HubSpot's own words are enough.
    for outcome in [Ok(Representation::default()), Err(refused(404, &[]))] {
        let (mut app, mut server, effects) = begin(Act::Delete, false);
        let delete = check(&mut app, &mut server, effects);
        let over = update(&mut app, answer(delete.id, outcome));
        assert!(!over.iter().any(|effect| matches!(effect, Effect::Send(_))), "{over:?}");
        assert_eq!(app.notice, Some(Notice::Several(vec![(CHANNEL, Outcome::Removed(CHANNEL))])));
    }
}

#[test]
fn x2_what_others_deleted_before_the_check_is_not_called_our_removal() {
    let (mut app, mut server, effects) = begin(Act::Delete, false);
    server.holds.remove(&CHANNEL);
    run(&mut app, &mut server, effects);
    assert_eq!(server.writes(), []);
    assert_eq!(app.notice, Some(Notice::Several(vec![(CHANNEL, Outcome::Gone(CHANNEL))])));
}

#[test]
fn deleting_takes_the_unsaved_edits_of_the_resource_along_and_undo_brings_them_back() {
    let (mut app, mut server, effects) = begin(Act::Delete, false);
    let delete = check(&mut app, &mut server, effects);
    // Typed while the DELETE is on its way: that is newer than the wish to delete.
    let mut typing = app.clone();
    set(&mut typing, CHANNEL, "url", Edit::Text("https://b.dev/".into()));
    let _ = server.serve(&delete.call);
    update(&mut typing, answer(delete.id, Ok(Representation::default())));
    assert_eq!(typing.sync.draft.edits().keys().filter(|id| id.resource == CHANNEL).count(), 1);
    assert_eq!(ctrl(&mut typing, 's'), [], "what nobody entered is not sent");
    assert_eq!(typing.notice, Some(Notice::Outcome(Outcome::Invalid { fields: 1 })));

    let mut server = Server::new();
    let mut app = loaded(&mut server);
    let url = FieldId::known(CHANNEL, "url");
    let edit = Edit::Text("https://b.dev/".into());
    set(&mut app, CHANNEL, "url", edit.clone());
    asked_to_delete(&mut app, CHANNEL);
    let effects = confirmed(&mut app, "1234567");
    run(&mut app, &mut server, effects);
    assert_eq!((server.writes(), app.sync.unsaved()), (vec![Call::Delete(CHANNEL)], 0));
    assert!(app.is_closed(CHANNEL));
    assert_eq!((ctrl(&mut app, 's'), server.writes()), (vec![], vec![]), "and nothing sets it up anew");
    ctrl(&mut app, 'z');
    assert_eq!(app.sync.draft.edit(&url), Some(&edit));
}

// ── a write × the ways to know of it ──

/// The same with a disk, and with nothing asked of it but by saves.
fn on_disk(act: Act) -> (App, Server, Request) {
    let (mut app, mut server, _) = begin(act, false);
    app.sync.keeping = Keeping::OnDisk;
    press(&mut app, Code::Esc);
    app.sync.save = None;
    app.sync.loads.clear();
    server.calls.clear();
    if act == Act::Delete {
        asked_to_delete(&mut app, CHANNEL);
        confirmed(&mut app, "1234567");
    } else {
        ctrl(&mut app, 's');
    }
    let effects = update(&mut app, Msg::Disk(DiskReply::Turn(SaveLock::Ours)));
    let Some(Effect::Send(Request { id, call, .. })) = effects.first() else { panic!("{effects:?}") };
    let theirs = server.serve(call);
    let intended = update(&mut app, answer(*id, theirs));
    let [Effect::Disk(Disk::Record(_, open))] = &intended[..] else { panic!("{intended:?}") };
    assert_eq!(open.last().unwrap().is_removal(), act == Act::Delete, "its record is on the disk before it leaves");
    let sent = update(&mut app, Msg::Disk(DiskReply::Recorded(Ok(()))));
    let Some(Effect::Send(request)) = sent.into_iter().next() else { panic!("nothing is sent") };
    (app, server, request)
}

fn saved(act: Act) -> Saved {
    let of = |width| [("width", Value::Integer(width))].into_iter().collect();
    match act {
        Act::Delete => {
            let before = super::representation(CHANNEL);
            Saved { at: at(), resource: CHANNEL, before, after: Representation::default() }
        }
        _ => Saved { at: at(), resource: SETTINGS, before: of(400), after: of(420) },
    }
}

fn remembered(effects: &[Effect]) -> Vec<Saved> {
    let saved = |effect: &Effect| match effect {
        // One whose answer was lost has the time at which it left.
        Effect::Disk(Disk::Remember(saved)) => Some(Saved { at: at(), ..(**saved).clone() }),
        _ => None,
    };
    effects.iter().filter_map(saved).collect()
}

/// The record of it goes after the history has it, so that a process that ends in between finds it once more.
fn is_in_order(effects: &[Effect]) -> bool {
    let at = |is: fn(&Effect) -> bool| effects.iter().position(is);
    let remembered = at(|effect| matches!(effect, Effect::Disk(Disk::Remember(_))));
    remembered < at(|effect| matches!(effect, Effect::Disk(Disk::StillOpen(..))))
}

#[test]
fn x3_whichever_way_it_becomes_known_the_history_has_once_what_was_replaced() {
    let broken = || Err(Fault::Broken("reset".into()));
    for act in [Act::Patch, Act::Delete] {
        for way in ["its answer", "read back", "Esc and a reload", "a watch", "a new token", "the answer after Esc"] {
            let (mut app, mut server, write) = on_disk(act);
            // It is carried out, whatever else happens.
            let whole = server.serve(&write.call);
            let effects = match way {
                "its answer" => update(&mut app, answer(write.id, whole)),
                "read back" => {
                    let effects = update(&mut app, answer(write.id, broken()));
                    run(&mut app, &mut server, effects)
                }
                "the answer after Esc" => {
                    press(&mut app, Code::Esc);
                    update(&mut app, answer(write.id, whole))
                }
                "Esc and a reload" => {
                    press(&mut app, Code::Esc);
                    let effects = ctrl(&mut app, 'r');
                    run(&mut app, &mut server, effects)
                }
                "a watch" => {
                    press(&mut app, Code::Esc);
                    app.sync.watch.every = Some(std::time::Duration::from_secs(10));
                    let timer = callset::sync::Timer::Watch(0);
                    let effects = update(&mut app, Msg::Woke { timer, waited: super::TOOK });
                    run(&mut app, &mut server, effects)
                }
                _ => {
                    let back = update(&mut app, answer(write.id, broken()));
                    let Some(Effect::Send(Request { id, .. })) = back.first() else { panic!("{back:?}") };
                    update(&mut app, answer(*id, Err(refused(401, &[]))));
                    let token = Token { hint: "…beef".into(), looks_like: None, tidied: vec![] };
                    let turn = update(&mut app, Msg::Token(Ok(token)));
                    assert!(turn.contains(&Effect::Disk(Disk::Turn)), "{turn:?}");
                    let effects = update(&mut app, Msg::Disk(DiskReply::Turn(SaveLock::Ours)));
                    run(&mut app, &mut server, effects)
                }
            };
            assert_eq!(remembered(&effects), [saved(act)], "{act:?}, by {way}");
            assert!(is_in_order(&effects), "{act:?}, by {way}: {effects:?}");
            assert_eq!(app.sync.doubts().count(), 0);
            let effects = ctrl(&mut app, 'r');
            let later = run(&mut app, &mut server, effects);
            assert_eq!(remembered(&later), [], "{act:?}, by {way}: once");
        }
    }
}

#[test]
fn x3_what_did_not_take_effect_is_not_in_the_history() {
    for act in [Act::Patch, Act::Delete] {
        let (mut app, mut server, _) = on_disk(act);
        press(&mut app, Code::Esc);
        let effects = ctrl(&mut app, 'r');
        let effects = run(&mut app, &mut server, effects);
        assert_eq!(remembered(&effects), [], "{act:?}");
        let told = match act {
            Act::Delete => Notice::Outcome(Outcome::NotRemoved(CHANNEL)),
            _ => Notice::Outcome(Outcome::ReadBack { sent: 1, saved: 0 }),
        };
        assert_eq!(app.notice, Some(told));
    }
}

#[test]
fn x3_the_next_start_tells_what_became_of_a_removal() {
    for removed in [true, false] {
        let mut server = if removed { Server::without(CHANNEL) } else { Server::new() };
        let (mut app, reads) = App::new(super::target_of_all());
        let write = Write::Removal(CHANNEL);
        let intent = Sending { write, before: super::representation(CHANNEL), at: long_ago(), passed: None };
        let leftover = Leftover { id: "run-1".into(), at: at(), unsaved: None, sendings: vec![intent] };
        let found = Found { leftovers: vec![leftover], ..Found::default() };
        assert_eq!(update(&mut app, Msg::Disk(DiskReply::Opened(Ok(found)))), []);
        let effects = run(&mut app, &mut server, reads);
        let due = if removed { vec![saved(Act::Delete)] } else { vec![] };
        assert_eq!(remembered(&effects), due);
        assert!(effects.contains(&Effect::Disk(Disk::Finish("run-1".into()))), "{effects:?}");
        assert_eq!(
            app.notice,
            Some(Notice::EarlierRemoval { at: long_ago(), resource: CHANNEL, removed, rest: Rest::Lost })
        );
    }
}

#[test]
fn esc_while_a_write_is_read_back_says_what_was_given_up() {
    for (act, doing) in [(Act::Delete, Doing::Removing), (Act::Patch, Doing::ReadingBack)] {
        let (mut app, _, request) = on_disk(act);
        update(&mut app, answer(request.id, Err(Fault::Broken("reset".into()))));
        assert!(matches!(app.sync.save.as_ref().unwrap().stage, Stage::ReadBack(_)), "{act:?}");
        super::focus(&mut app, "name");
        press(&mut app, Code::Esc);
        let given_up = match &app.notice {
            Some(Notice::Several(ended)) => ended[0].1.clone(),
            Some(Notice::Outcome(outcome)) => outcome.clone(),
            notice => panic!("{notice:?}"),
        };
        assert_eq!(given_up, Outcome::Cancelled(doing), "{act:?}");
    }
}

#[test]
fn x3_esc_on_a_removal_is_a_doubt_that_leaving_asks_about_and_tells() {
    let (mut app, _, _) = on_disk(Act::Delete);
    press(&mut app, Code::Esc);
    assert_eq!(app.notice, Some(Notice::Several(vec![(CHANNEL, Outcome::Cancelled(Doing::Removing))])));
    assert_eq!(ctrl(&mut app, 'c'), []);
    assert!(app.mode.is(Overlay::Quit), "{:?}", app.mode);
    let left = update(&mut app, Msg::Key(Key::char('d')));
    let Some(Effect::Quit(exit)) = left.last() else { panic!("{left:?}") };
    let farewell = exit.farewell.as_deref().unwrap_or_default();
    assert_eq!(exit.code, 7);
    assert!(farewell.contains("whether HubSpot deleted the channel connection is not known; the next start looks"));
}

#[test]
fn x3_a_late_write_of_a_save_that_was_given_up_is_shown_as_what_the_server_has() {
    // Given up; the next save finds nothing of it and is answered; then it lands all the same.
    let (mut app, mut server, write) = on_disk(Act::Patch);
    press(&mut app, Code::Esc);
    set(&mut app, SETTINGS, "width", Edit::Text("430".into()));
    ctrl(&mut app, 's');
    let effects = update(&mut app, Msg::Disk(DiskReply::Turn(SaveLock::Ours)));
    run(&mut app, &mut server, effects);
    let effects = update(&mut app, Msg::Disk(DiskReply::Recorded(Ok(()))));
    let effects = run(&mut app, &mut server, effects);
    let of = |width| [("width", Value::Integer(width))].into_iter().collect();
    assert_eq!(remembered(&effects), [Saved { at: at(), resource: SETTINGS, before: of(400), after: of(430) }]);
    let _ = server.serve(&write.call);
    let effects = ctrl(&mut app, 'r');
    run(&mut app, &mut server, effects);
    assert_eq!(app.notice, Some(Notice::Reloaded { changed: 1, conflicts: 0 }));
    assert_eq!(app.sync.draft.representation(SETTINGS).and_then(|now| now.get("width")), Some(&Value::Integer(420)));
    assert_eq!(settings().get("width"), Some(&Value::Integer(400)));
}

#[test]
fn x1_the_question_says_what_goes_on_with_the_next_token() {
    let words = [
        (Act::Load, None),
        (Act::Patch, Some("With it the save of 1 field goes on.")),
        (Act::PatchBoth, Some("With it the save of 2 fields goes on.")),
        (Act::Delete, Some("With it the deletion of the channel connection goes on.")),
    ];
    for (act, expected) in words {
        let (mut app, _, effects) = begin(act, false);
        let Some(Effect::Send(Request { id, .. })) = effects.first() else { panic!("{effects:?}") };
        update(&mut app, answer(*id, Err(refused(401, &[]))));
        let strip = callset::ui::words::strip(&app, 200);
        let told = strip.lines.iter().find(|(line, _)| line.starts_with("With it")).map(|(line, _)| line.as_str());
        assert_eq!(told, expected, "{act:?}");
    }
}

#[test]
fn only_what_is_loaded_and_there_can_be_deleted() {
    let ask = |app: &mut App| {
        super::choose(app, "delete the channel");
        matches!(app.mode, Mode::Entering(Prompt { what: Typed::Id(Confirm::Delete(CHANNEL)), .. }))
    };
    assert!(ask(&mut loaded(&mut Server::new())));
    let mut absent = loaded(&mut Server::without(CHANNEL));
    assert!(!ask(&mut absent));
    assert_eq!(absent.notice, Some(Notice::Outcome(Outcome::NothingToDelete(CHANNEL))));
    let (mut unread, effects) = App::new(super::target_of_all());
    for effect in effects {
        if let Effect::Send(Request { id, call: Call::Get(SETTINGS), .. }) = effect {
            update(&mut unread, answer(id, Ok(settings())));
        }
    }
    assert!(!ask(&mut unread));
    assert_eq!(unread.notice, Some(Notice::Outcome(Outcome::NothingToDelete(CHANNEL))));
}

// ── what an earlier run left ──

/// So long before the server's settings came that nothing of it is on its way any more.
fn long_ago() -> jiff::Timestamp {
    at() - jiff::SignedDuration::from_mins(1)
}

/// A run that was killed after it had sent width 420, while 430 was typed.
fn killed() -> (Leftover, Representation) {
    let mut sent = callset::model::Draft::new();
    sent.rebase(SETTINGS, settings(), None);
    let field = sent.field(&super::id("width")).unwrap().clone();
    sent.set(&field, Edit::Text("420".into()), callset::model::Stroke::Whole);
    let intent = Sending { write: Write::Fields(sent.patch(SETTINGS)), before: settings(), at: at(), passed: None };
    let mut edits = sent.edits().clone();
    edits.insert(super::id("width"), Edit::Text("430".into()));
    let unsaved = callset::model::record::Unsaved { base: [(SETTINGS, settings())].into(), edits, focus: None };
    let leftover = Leftover { id: "run-1".into(), at: at(), unsaved: Some(unsaved), sendings: vec![intent] };
    (leftover, super::but("width", Value::Integer(420)))
}

#[test]
fn what_an_earlier_run_typed_on_its_own_save_is_no_conflict_with_it() {
    let (leftover, now) = killed();
    let (mut app, _) = App::new(super::target());
    update(&mut app, Msg::Disk(DiskReply::Opened(Ok(Found { leftovers: vec![leftover], ..Found::default() }))));
    let effects = update(&mut app, super::reply(1, Ok(now)));
    assert_eq!(remembered(&effects), [saved(Act::Patch)]);
    update(&mut app, Msg::Key(Key::char('r')));
    update(&mut app, Msg::Disk(DiskReply::Taken { leftover: "run-1".into(), moved: Ok(()) }));
    assert_eq!(app.notice, Some(Notice::Restored { fields: 1, conflicts: 0 }));
    assert_eq!(super::shown(&app, "width"), super::text("430"));
}

#[test]
fn x3_what_became_of_an_earlier_save_is_told_once_whatever_others_do_later() {
    let (leftover, now) = killed();
    let (mut app, _) = App::new(super::target());
    update(&mut app, Msg::Disk(DiskReply::Opened(Ok(Found { leftovers: vec![leftover], ..Found::default() }))));
    let effects = update(&mut app, super::reply(1, Ok(now)));
    assert_eq!(remembered(&effects).len(), 1);
    assert!(effects.contains(&Effect::Disk(Disk::Told("run-1".into()))), "{effects:?}");
    update(&mut app, Msg::Key(Key::char('l')));
    ctrl(&mut app, 'r');
    update(&mut app, super::reply(2, Ok(super::but("width", Value::Integer(380)))));
    let effects = super::choose(&mut app, "earlier runs");
    assert_eq!(remembered(&effects), []);
    assert!(!matches!(app.notice, Some(Notice::Earlier { .. })), "{:?}", app.notice);
    let told = callset::ui::words::strip(&app, 200).lines;
    assert!(told.iter().any(|(line, _)| line.contains("it went through")), "{told:?}");
}

#[test]
fn deleting_the_settings_themselves_is_told_as_any_removal() {
    // Gone by our own doing: nothing is on its way to set it up anew, whatever was marked or being chosen.
    let mut server = Server::new();
    let mut app = loaded(&mut server);
    set(&mut app, SETTINGS, "width", Edit::Text("420".into()));
    server.holds.get_mut(&SETTINGS).unwrap().set("width", Value::Integer(380));
    server.holds.get_mut(&CHANNEL).unwrap().set("isReady", Value::Switch(true));
    let effects = ctrl(&mut app, 'r');
    run(&mut app, &mut server, effects);
    assert_eq!(app.sync.draft.conflicts().count(), 1);
    assert!(app.marks.contains_key(&FieldId::known(CHANNEL, "isReady")));
    let effects = super::choose(&mut app, "delete the settings");
    assert_eq!(effects, []);
    let effects = confirmed(&mut app, "1234567");
    run(&mut app, &mut server, effects);
    assert_eq!(app.notice, Some(Notice::Outcome(Outcome::Removed(SETTINGS))));
    assert_eq!((app.sync.unsaved(), app.sync.draft.conflicts().count(), app.marks.len()), (0, 0, 0));
}

#[test]
fn what_others_deleted_keeps_the_marks_of_the_other_resources_and_sets_up_what_is_edited() {
    let mut server = Server::new();
    let mut app = loaded(&mut server);
    server.holds.get_mut(&CHANNEL).unwrap().set("isReady", Value::Switch(true));
    let effects = ctrl(&mut app, 'r');
    run(&mut app, &mut server, effects);
    let marked = FieldId::known(CHANNEL, "isReady");
    assert!(app.marks.contains_key(&marked));
    for is_edited in [false, true] {
        let (mut app, mut server) = (app.clone(), server.clone());
        if is_edited {
            set(&mut app, SETTINGS, "width", Edit::Text("420".into()));
        }
        server.holds.remove(&SETTINGS);
        app.sync.watch.every = Some(std::time::Duration::from_secs(10));
        for _ in 0..2 {
            let timer = callset::sync::Timer::Watch(0);
            let mut effects = update(&mut app, Msg::Woke { timer, waited: super::TOOK });
            for round in 1..9 {
                let timer = callset::sync::Timer::Watch(round);
                effects.extend(update(&mut app, Msg::Woke { timer, waited: super::TOOK }));
            }
            run(&mut app, &mut server, effects);
        }
        assert_eq!(app.notice, Some(Notice::Outcome(Outcome::Gone(SETTINGS))));
        assert_eq!(app.sync.unsaved(), if is_edited { 9 } else { 0 }, "edited: {is_edited}");
        assert!(app.marks.contains_key(&marked), "what was told of another resource stays");
    }
}

#[test]
fn c6_what_is_gone_is_set_up_with_what_it_had_however_often_it_is_looked_for() {
    let mut server = Server::new();
    let mut app = loaded(&mut server);
    server.holds.remove(&CHANNEL);
    for _ in 0..3 {
        let effects = ctrl(&mut app, 'r');
        run(&mut app, &mut server, effects);
    }
    app.form.focus = FieldId::known(CHANNEL, "url");
    press(&mut app, Code::Enter);
    let url = app.sync.draft.edit(&FieldId::known(CHANNEL, "url"));
    assert_eq!(url, Some(&Edit::Text("https://a.dev/numbers".into())));
}

#[test]
fn n12_the_answer_after_esc_is_used_though_another_resource_was_read_meanwhile() {
    let (mut app, mut server, write) = on_disk(Act::Patch);
    let whole = server.serve(&write.call);
    press(&mut app, Code::Esc);
    app.form.focus = FieldId::known(CHANNEL, "url");
    app.sync.watch.every = Some(std::time::Duration::from_secs(10));
    let looks = update(&mut app, Msg::Woke { timer: callset::sync::Timer::Watch(0), waited: super::TOOK });
    for effect in looks {
        match effect {
            Effect::Send(Request { id, call: Call::Get(CHANNEL), .. }) => {
                update(&mut app, answer(id, Ok(super::representation(CHANNEL))));
            }
            // The look at the settings comes to nothing.
            Effect::Send(Request { id, .. }) => _ = update(&mut app, answer(id, Err(refused(500, &[])))),
            _ => {}
        }
    }
    let effects = update(&mut app, answer(write.id, whole));
    assert_eq!(remembered(&effects), [saved(Act::Patch)]);
    assert_eq!(app.sync.doubts().count(), 0);
}

#[test]
fn what_a_resource_brings_takes_only_its_own_refusals_away_and_no_selection() {
    use callset::app::Mark;
    let mut server = Server::new();
    let mut app = loaded(&mut server);
    let refused = |app: &mut App, resource, key| {
        app.marks.insert(FieldId::known(resource, key), Mark::Refused("no".into()));
    };
    refused(&mut app, SETTINGS, "width");
    refused(&mut app, CHANNEL, "url");
    press(&mut app, Code::Down);
    assert!(app.form.selected, "a value reached by key is selected");
    app.sync.watch.every = Some(std::time::Duration::from_secs(10));
    let looks = update(&mut app, Msg::Woke { timer: callset::sync::Timer::Watch(0), waited: super::TOOK });
    for effect in looks {
        if let Effect::Send(Request { id, call: Call::Get(SETTINGS), .. }) = effect {
            update(&mut app, answer(id, Ok(settings())));
        }
    }
    assert_eq!(app.marks.keys().cloned().collect::<Vec<_>>(), [FieldId::known(CHANNEL, "url")]);
    assert!(app.form.selected && !app.form.typed);
    // An edit that was left and come back to is not being typed, whatever is read.
    set(&mut app, SETTINGS, "url", Edit::Text("https://b.dev/".into()));
    let effects = ctrl(&mut app, 'r');
    run(&mut app, &mut server, effects);
    assert!(!app.form.typed);
}

#[test]
fn x1_what_was_told_before_the_question_is_not_told_again() {
    let (mut app, mut server, effects) = begin(Act::PatchBoth, false);
    let settings = check(&mut app, &mut server, effects);
    let whole = server.serve(&settings.call);
    let next = update(&mut app, answer(settings.id, whole));
    let Some(Effect::Send(Request { id, call: Call::Get(CHANNEL), .. })) = next.first() else { panic!("{next:?}") };
    update(&mut app, answer(*id, Err(refused(401, &[]))));
    let effects = update(&mut app, Msg::Token(Ok(Token::default())));
    run(&mut app, &mut server, effects);
    let Some(Notice::Several(ended)) = &app.notice else { panic!("{:?}", app.notice) };
    assert_eq!(ended.iter().map(|(resource, _)| *resource).collect::<Vec<_>>(), [CHANNEL]);
}

#[test]
fn x4_a_save_that_goes_on_with_a_new_token_may_be_late_as_often_as_any() {
    let (mut app, mut server, effects) = begin(Act::Patch, false);
    let mut write = check(&mut app, &mut server, effects);
    for _ in 0..2 {
        let effects = update(&mut app, answer(write.id, Err(Fault::Outdated)));
        write = check(&mut app, &mut server, effects);
    }
    let effects = update(&mut app, answer(write.id, Err(Fault::Outdated)));
    let Some(Effect::Send(Request { id, .. })) = effects.first() else { panic!("{effects:?}") };
    update(&mut app, answer(*id, Err(refused(401, &[]))));
    let effects = update(&mut app, Msg::Token(Ok(Token::default())));
    write = check(&mut app, &mut server, effects);
    let effects = update(&mut app, answer(write.id, Err(Fault::Outdated)));
    write = check(&mut app, &mut server, effects);
    assert!(matches!(write.call, Call::Patch(_)), "{write:?}");
}

// ── a POST at its edges ──

#[test]
fn a_post_that_lacks_a_field_because_it_was_set_back_meanwhile_does_not_leave() {
    let mut server = Server::without(CHANNEL);
    let mut app = loaded(&mut server);
    set_up(&mut app, CHANNEL);
    let effects = ctrl(&mut app, 's');
    ctrl(&mut app, 'x');
    run(&mut app, &mut server, effects);
    assert_eq!(server.writes(), []);
    assert_eq!(app.notice, Some(Notice::Several(vec![(CHANNEL, Outcome::Invalid { fields: 1 })])));
}

#[test]
fn h12_a_post_of_which_the_server_keeps_another_value_is_not_called_set_up() {
    let (mut app, mut server, effects) = begin(Act::Post, false);
    let post = check(&mut app, &mut server, effects);
    let other = [("urlToRetrieveAuthedRecording", Value::Text("https://theirs.dev/%s".into()))].into_iter().collect();
    update(&mut app, answer(post.id, Ok(other)));
    let Some(Notice::Several(ended)) = &app.notice else { panic!("{:?}", app.notice) };
    assert!(matches!(ended[..], [(RECORDING, Outcome::Saved { sent: 1, kept: 1, .. })]), "{ended:?}");
}
