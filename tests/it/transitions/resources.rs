//! The resources beside the settings: read side by side, saved one after the other, each told by itself.

use super::{SETTINGS, TOOK, at, choose, ctrl, id, press, refused, representation, settings, target_of_all};
use callset::app::effect::{Effect, Exit};
use callset::app::msg::{Code, DiskReply, Hit, Key, Msg};
use callset::app::{App, Confirm, CopyItem, Mark, Mode, Notice, Overlay, Picker, Rows};
use callset::model::record::{Found, Leftover, Saved, Sending, Unsaved};
use callset::model::{Edit, FieldId, Patch, Representation, Resource, State, Stroke, Value};
use callset::sync::{Call, Doing, Fault, Keeping, Moment, Outcome, Reply, Request, RequestId, Timer};
use proptest::prelude::*;
use proptest::sample::Index;
use std::collections::BTreeMap;

const RECORDING: Resource = Resource::Recording;
const CHANNEL: Resource = Resource::ChannelConnection;

/// What becomes of what changes a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    Ok,
    Refused,
    /// Carried out or not, neither it nor the look after it has an answer.
    Unknown(bool),
    /// Not carried out, and no answer says so; the look after it has one.
    Lost,
}

/// A server that has all three resources, or not all of them.
#[derive(Clone, Debug)]
pub(crate) struct Server {
    pub(crate) holds: BTreeMap<Resource, Representation>,
    pub(crate) fates: BTreeMap<Resource, Fate>,
    pub(crate) calls: Vec<Call>,
}

impl Server {
    pub(crate) fn new() -> Self {
        Self {
            holds: BTreeMap::from([(SETTINGS, settings()), (RECORDING, recording()), (CHANNEL, channel())]),
            fates: BTreeMap::new(),
            calls: Vec::new(),
        }
    }

    pub(crate) fn without(resource: Resource) -> Self {
        let mut server = Self::new();
        server.holds.remove(&resource);
        server
    }

    pub(crate) fn serve(&mut self, call: &Call) -> Result<Representation, Fault> {
        let resource = call.resource();
        let lost = || Fault::Unreadable { what: "it is empty".into(), correlation_id: None };
        let is_read = matches!(call, Call::Get(_));
        let was_written = self.calls.iter().any(|call| call.resource() == resource && !matches!(call, Call::Get(_)));
        self.calls.push(call.clone());
        let fate = self.fates.get(&resource).copied().unwrap_or(Fate::Ok);
        if is_read {
            return match fate {
                Fate::Unknown(_) if was_written => Err(lost()),
                _ => self.holds.get(&resource).cloned().ok_or_else(|| refused(404, &[])),
            };
        }
        if matches!(fate, Fate::Ok | Fate::Unknown(true)) {
            match call {
                Call::Get(_) => {}
                Call::Patch(patch) | Call::Create(patch) => {
                    let old = self.holds.entry(resource).or_default();
                    *old = patch.apply(old);
                }
                Call::Delete(_) => _ = self.holds.remove(&resource),
            }
        }
        match fate {
            Fate::Ok => Ok(self.holds.get(&resource).cloned().unwrap_or_default()),
            Fate::Refused => Err(refused(400, &[])),
            Fate::Unknown(_) => Err(lost()),
            Fate::Lost => {
                self.fates.remove(&resource);
                Err(lost())
            }
        }
    }

    /// What was sent besides looks, since it was last asked.
    pub(crate) fn writes(&mut self) -> Vec<Call> {
        std::mem::take(&mut self.calls).into_iter().filter(|call| !matches!(call, Call::Get(_))).collect()
    }
}

fn recording() -> Representation {
    representation(RECORDING)
}

fn channel() -> Representation {
    representation(CHANNEL)
}

pub(crate) fn update(app: &mut App, msg: Msg) -> Vec<Effect> {
    callset::app::update(app, msg)
}

/// Everything that is asked is answered, one after the other, and what is asked again after a pause as well.
pub(crate) fn run(app: &mut App, server: &mut Server, effects: Vec<Effect>) -> Vec<Effect> {
    let mut open: std::collections::VecDeque<Effect> = effects.into();
    let mut rest = Vec::new();
    while let Some(effect) = open.pop_front() {
        match effect {
            Effect::Send(Request { id, call, .. }) => {
                let outcome = server.serve(&call);
                open.extend(update(app, answer(id, outcome)));
            }
            Effect::Wake { timer: timer @ Timer::Retry(_), after: waited } => {
                open.extend(update(app, Msg::Woke { timer, waited }));
            }
            other => rest.push(other),
        }
    }
    rest
}

pub(crate) fn answer(request: RequestId, outcome: Result<Representation, Fault>) -> Msg {
    Msg::Reply(Reply { request, began: Moment::default(), took: TOOK, at: at(), outcome, trace: None })
}

fn fresh() -> (App, Vec<Effect>) {
    let (mut app, effects) = App::new(target_of_all());
    app.sync.keeping = Keeping::InMemory("no disk here".into());
    (app, effects)
}

pub(crate) fn loaded(server: &mut Server) -> App {
    let (mut app, effects) = fresh();
    run(&mut app, server, effects);
    server.calls.clear();
    update(&mut app, Msg::Clicked(Hit::Row(FieldId::settings("name"))));
    app
}

pub(crate) fn set(app: &mut App, resource: Resource, key: &'static str, edit: Edit) {
    let field = app.sync.draft.field(&FieldId::known(resource, key)).unwrap().clone();
    app.sync.draft.set(&field, edit, Stroke::Whole);
}

/// Enter on the row of a resource that is not there, and the url that has no first value.
pub(crate) fn set_up(app: &mut App, resource: Resource) {
    app.form.focus = resource.fields()[0].id.clone();
    press(app, Code::Enter);
    update(app, Msg::Pasted { text: "https://a.dev/%s".into(), cut: false });
}

pub(crate) fn dirty_everywhere(app: &mut App) {
    set(app, SETTINGS, "width", Edit::Text("420".into()));
    set(app, RECORDING, "urlToRetrieveAuthedRecording", Edit::Text("https://b.dev/%s".into()));
    set(app, CHANNEL, "isReady", Edit::Switch(true));
}

pub(crate) fn sent(requests: &[Effect]) -> Vec<Call> {
    let call = |effect: &Effect| match effect {
        Effect::Send(request) => Some(request.call.clone()),
        _ => None,
    };
    requests.iter().filter_map(call).collect()
}

/// The numbers of what was sent.
fn sent_as(requests: &[Effect]) -> Vec<RequestId> {
    let id = |effect: &Effect| match effect {
        Effect::Send(request) => Some(request.id),
        _ => None,
    };
    requests.iter().filter_map(id).collect()
}

// ── reading ──

#[test]
fn all_three_are_read_at_once_and_come_in_any_order() {
    for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0]] {
        let (mut app, effects) = fresh();
        assert_eq!(sent(&effects), Resource::ALL.map(Call::Get));
        for at in order {
            let theirs = [settings(), recording(), channel()][at].clone();
            update(&mut app, answer(RequestId(u32::try_from(at).unwrap() + 1), Ok(theirs)));
            assert!(app.sync.draft.is_loaded(Resource::ALL[at]));
        }
        assert!(app.sync.is_idle() && app.notice.is_none());
    }
}

#[test]
fn one_that_fails_says_so_in_its_section_and_holds_nothing_up() {
    let mut server = Server::new();
    let (mut app, _) = fresh();
    update(&mut app, answer(RequestId(1), Ok(settings())));
    update(&mut app, answer(RequestId(2), Err(refused(403, &[]))));
    assert!(app.is_closed(RECORDING) && app.notice.is_none(), "{:?}", app.notice);
    // The third one still hangs: the settings are saved all the same.
    set(&mut app, SETTINGS, "width", Edit::Text("420".into()));
    let effects = ctrl(&mut app, 's');
    run(&mut app, &mut server, effects);
    assert_eq!((app.sync.unsaved(), server.writes().len()), (0, 1));
    assert!(app.sync.is_loading(CHANNEL));
    // Enter on the row of the one that failed reads it again.
    app.form.focus = FieldId::known(RECORDING, "urlToRetrieveAuthedRecording");
    let again = press(&mut app, Code::Enter);
    assert_eq!(sent(&again), [Call::Get(RECORDING)]);
    run(&mut app, &mut server, again);
    assert!(!app.is_closed(RECORDING));
}

#[test]
fn a_section_that_is_read_has_no_spinner_and_its_check_before_a_save_has_one() {
    let spins = |effects: &[Effect]| {
        let is_patience = |effect: &&Effect| matches!(effect, Effect::Wake { timer: Timer::Patience(_), .. });
        effects.iter().filter(is_patience).count()
    };
    let (_, effects) = fresh();
    assert_eq!((sent(&effects).len(), spins(&effects)), (3, 1), "the settings fill the form");
    let mut server = Server::new();
    let mut app = loaded(&mut server);
    set(&mut app, CHANNEL, "isReady", Edit::Switch(true));
    let check = ctrl(&mut app, 's');
    assert_eq!((sent(&check), spins(&check)), (vec![Call::Get(CHANNEL)], 1));
}

#[test]
fn all_that_could_not_be_reloaded_is_told_but_not_instead_of_why_the_settings_were_not() {
    let no = || refused(403, &[]);
    for settings_too in [false, true] {
        let mut server = Server::new();
        let mut app = loaded(&mut server);
        let requests = sent_as(&ctrl(&mut app, 'r'));
        let first = if settings_too { Err(no()) } else { Ok(settings()) };
        for (at, theirs) in [first, Err(no()), Err(no())].into_iter().enumerate() {
            update(&mut app, answer(requests[at], theirs));
        }
        // News comes and goes; what nothing has settled is there again.
        press(&mut app, Code::F(3));
        ctrl(&mut app, 'z');
        assert_eq!(app.notice, Some(Notice::NothingToUndo));
        press(&mut app, Code::Down);
        let why = || Outcome::Failed(Doing::Loading, no());
        let both = Notice::Several(vec![(RECORDING, why()), (CHANNEL, why())]);
        let told = if settings_too { Notice::Outcome(why()) } else { both };
        assert_eq!(app.notice, Some(told), "{settings_too}");
    }
}

#[test]
fn a_section_that_waits_to_be_read_again_is_read_with_the_next_reload() {
    let (mut app, _) = fresh();
    update(&mut app, answer(RequestId(1), Ok(settings())));
    update(&mut app, answer(RequestId(3), Ok(channel())));
    let waits = update(&mut app, answer(RequestId(2), Err(Fault::Broken("reset".into()))));
    assert!(matches!(waits[..], [Effect::Wake { timer: Timer::Retry(_), .. }]), "{waits:?}");
    assert_eq!(sent(&ctrl(&mut app, 'r')).iter().filter(|call| **call == Call::Get(RECORDING)).count(), 1);
}

#[test]
fn esc_gives_up_reading_all_of_them() {
    let (mut app, _) = fresh();
    let cancelled = press(&mut app, Code::Esc);
    assert_eq!(cancelled, [1, 2, 3].map(|id| Effect::Cancel(RequestId(id))));
    assert!(app.sync.is_idle());
    assert_eq!(app.notice, Some(Notice::Outcome(Outcome::Cancelled(Doing::Loading))));
}

#[test]
fn the_focus_goes_with_a_section_that_closes() {
    // It cannot be read, in the end or because nobody waits for it; or what stood there goes with the edits.
    let in_section = || {
        let (mut app, _) = fresh();
        update(&mut app, answer(RequestId(1), Ok(settings())));
        update(&mut app, Msg::Clicked(Hit::Row(FieldId::known(CHANNEL, "isReady"))));
        app
    };
    let is_on_the_row = |app: &App| app.is_closed(CHANNEL) && app.form.focus == FieldId::known(CHANNEL, "url");
    let mut app = in_section();
    update(&mut app, answer(RequestId(3), Err(refused(403, &[]))));
    assert!(is_on_the_row(&app), "{:?}", app.form.focus);
    let mut app = in_section();
    press(&mut app, Code::Esc);
    assert!(is_on_the_row(&app), "{:?}", app.form.focus);
}

#[test]
fn a_reload_adds_up_what_changed() {
    let mut server = Server::new();
    let mut app = loaded(&mut server);
    set(&mut app, CHANNEL, "url", Edit::Text("https://mine.dev".into()));
    server.holds.get_mut(&SETTINGS).unwrap().set("width", Value::Integer(380));
    server.holds.get_mut(&CHANNEL).unwrap().set("url", Value::Text("https://theirs.dev".into()));
    let effects = ctrl(&mut app, 'r');
    run(&mut app, &mut server, effects);
    assert_eq!(app.notice, Some(Notice::Reloaded { changed: 2, conflicts: 1 }));
    assert_eq!(app.marks.get(&id("width")), Some(&Mark::Taken));
}

#[test]
fn what_could_not_be_reloaded_is_told_whatever_else_came() {
    for order in [[0, 1, 2], [1, 0, 2], [2, 1, 0]] {
        let mut server = Server::new();
        let mut app = loaded(&mut server);
        let reads = ctrl(&mut app, 'r');
        let requests = sent_as(&reads);
        for at in order {
            let theirs = [Ok(settings()), Err(refused(403, &[])), Ok(channel())][at].clone();
            update(&mut app, answer(requests[at], theirs));
        }
        let why = Outcome::Failed(Doing::Loading, refused(403, &[]));
        let told = Notice::Several(vec![(RECORDING, why)]);
        assert_eq!(app.notice, Some(told), "{order:?}");
        // The next reload goes well, and that is all there is to tell.
        let reads = ctrl(&mut app, 'r');
        run(&mut app, &mut server, reads);
        assert_eq!(app.notice, Some(Notice::Reloaded { changed: 0, conflicts: 0 }), "{order:?}");
        press(&mut app, Code::Up);
        assert_eq!(app.notice, None, "{order:?}");
    }
}

#[test]
fn what_became_of_a_save_in_doubt_is_told_whatever_comes_after_it() {
    for order in [[0, 1, 2], [1, 0, 2], [2, 1, 0]] {
        let mut server = Server::new();
        let mut app = loaded(&mut server);
        set(&mut app, RECORDING, "urlToRetrieveAuthedRecording", Edit::Text("https://b.dev/%s".into()));
        server.fates.insert(RECORDING, Fate::Unknown(true));
        let effects = ctrl(&mut app, 's');
        run(&mut app, &mut server, effects);
        assert_eq!(app.sync.doubts().count(), 1);
        let reads = sent_as(&ctrl(&mut app, 'r'));
        for at in order {
            let theirs = server.holds[&Resource::ALL[at]].clone();
            update(&mut app, answer(reads[at], Ok(theirs)));
        }
        assert_eq!(app.notice, Some(Notice::Outcome(Outcome::ReadBack { sent: 1, saved: 1 })), "{order:?}");
    }
}

// ── saving ──

#[test]
fn partial_failure_three_resources_saved_refused_or_unknown_each_in_full() {
    let fates = [Fate::Ok, Fate::Refused, Fate::Unknown(true)];
    for all in 0..27 {
        let of = |at: u32| fates[all / 3_usize.pow(at) % 3];
        let mut server = Server::new();
        let mut app = loaded(&mut server);
        let before = server.holds.clone();
        dirty_everywhere(&mut app);
        let wanted: Vec<Patch> = Resource::ALL.map(|resource| app.sync.draft.patch(resource)).into();
        server.fates = Resource::ALL.into_iter().zip([of(0), of(1), of(2)]).collect();
        let effects = ctrl(&mut app, 's');
        run(&mut app, &mut server, effects);
        assert!(app.sync.is_idle());
        let writes: Vec<Call> = wanted.iter().cloned().map(Call::Patch).collect();
        assert_eq!(server.writes(), writes, "{all}: each once, with its own fields only");
        let Some(Notice::Several(ended)) = &app.notice else { panic!("{all}: {:?}", app.notice) };
        assert_eq!(ended.len(), 3);
        for (at, (resource, notice)) in ended.iter().enumerate() {
            assert_eq!(*resource, Resource::ALL[at]);
            let is_clean = app.sync.draft.patch(*resource).is_empty();
            let in_doubt = app.sync.doubts().any(|patch| patch.resource() == *resource);
            match server.fates[resource] {
                Fate::Ok => {
                    assert!(matches!(notice, Outcome::Saved { sent: 1, kept: 0, .. }), "{all}: {notice:?}");
                    assert!(is_clean && !in_doubt && server.holds[resource] != before[resource]);
                }
                Fate::Refused => {
                    assert!(matches!(notice, Outcome::Failed(Doing::Saving, Fault::Refused(_))), "{all}: {notice:?}");
                    assert!(!is_clean && !in_doubt && server.holds[resource] == before[resource]);
                }
                Fate::Unknown(_) | Fate::Lost => {
                    assert!(matches!(notice, Outcome::Failed(Doing::ReadingBack, _)), "{all}: {notice:?}");
                    assert!(!is_clean && in_doubt, "nobody claims it, nobody drops it");
                }
            }
        }
        // Whatever it was: a look tells the rest, and the next save sends what is left.
        server.fates.clear();
        let effects = ctrl(&mut app, 'r');
        run(&mut app, &mut server, effects);
        assert_eq!(app.sync.doubts().count(), 0);
        let effects = ctrl(&mut app, 's');
        run(&mut app, &mut server, effects);
        assert_eq!(app.sync.unsaved(), 0);
        let refused = [of(0), of(1), of(2)].iter().filter(|fate| **fate == Fate::Refused).count();
        assert_eq!(server.writes().len(), refused, "{all}: only what was not saved is sent again");
    }
}

#[test]
fn a_conflict_in_one_stops_that_one_only_and_is_asked_about() {
    let mut server = Server::new();
    let mut app = loaded(&mut server);
    dirty_everywhere(&mut app);
    let theirs = Value::Text("https://theirs.dev/%s".into());
    server.holds.get_mut(&RECORDING).unwrap().set("urlToRetrieveAuthedRecording", theirs);
    let effects = ctrl(&mut app, 's');
    run(&mut app, &mut server, effects);
    assert_eq!(server.writes().iter().map(Call::resource).collect::<Vec<_>>(), [SETTINGS, CHANNEL]);
    assert!(app.mode.is(Overlay::Conflicts));
    let Some(Notice::Several(ended)) = &app.notice else { panic!("{:?}", app.notice) };
    assert_eq!(ended[1], (RECORDING, Outcome::Clash { fields: 1, left: false }));
    update(&mut app, Msg::Key(Key::char('M')));
    let effects = press(&mut app, Code::Enter);
    run(&mut app, &mut server, effects);
    assert_eq!((app.sync.unsaved(), server.writes().len()), (0, 1));
}

#[test]
fn a_token_that_is_refused_stops_what_follows() {
    let mut server = Server::new();
    let mut app = loaded(&mut server);
    dirty_everywhere(&mut app);
    let effects = ctrl(&mut app, 's');
    let Some(Effect::Send(Request { id, .. })) = effects.first() else { panic!("{effects:?}") };
    assert_eq!(update(&mut app, answer(*id, Err(refused(401, &[])))), []);
    let Some(Notice::Several(ended)) = &app.notice else { panic!("{:?}", app.notice) };
    assert_eq!(ended[1..], [(RECORDING, Outcome::NotTried), (CHANNEL, Outcome::NotTried)]);
    assert!(app.mode.is(Overlay::Token));
    assert_eq!(app.sync.unsaved(), 3);
}

#[test]
fn n12_a_save_given_up_sends_nothing_that_was_to_follow_whatever_comes_late() {
    let mut server = Server::new();
    let mut app = loaded(&mut server);
    dirty_everywhere(&mut app);
    let check = ctrl(&mut app, 's');
    let Some(Effect::Send(Request { id, .. })) = check.first() else { panic!("{check:?}") };
    let patch = update(&mut app, answer(*id, Ok(settings())));
    let Some(Effect::Send(Request { id, call: Call::Patch(sent), .. })) = patch.first() else { panic!("{patch:?}") };
    press(&mut app, Code::Esc);
    let Some(Notice::Several(ended)) = &app.notice else { panic!("{:?}", app.notice) };
    assert_eq!(ended[1..], [(RECORDING, Outcome::NotTried), (CHANNEL, Outcome::NotTried)]);
    assert_eq!(app.sync.doubts().filter_map(Sending::patch).collect::<Vec<_>>(), [sent]);
    // Its answer was in the queue already.
    assert_eq!(update(&mut app, answer(*id, Ok(sent.apply(&settings())))), []);
    assert_eq!((app.sync.doubts().count(), app.sync.unsaved()), (0, 2));
    let Some(Notice::Several(ended)) = &app.notice else { panic!("{:?}", app.notice) };
    assert!(matches!(ended[0], (SETTINGS, Outcome::Saved { sent: 1, kept: 0, .. })));
    assert_eq!(ended[1..], [(RECORDING, Outcome::NotTried), (CHANNEL, Outcome::NotTried)]);
}

#[test]
fn leaving_after_a_save_does_not_leave_another_resource_in_doubt() {
    let mut server = Server::new();
    let mut app = loaded(&mut server);
    set(&mut app, RECORDING, "urlToRetrieveAuthedRecording", Edit::Text("https://b.dev/%s".into()));
    server.fates.insert(RECORDING, Fate::Unknown(true));
    let effects = ctrl(&mut app, 's');
    run(&mut app, &mut server, effects);
    ctrl(&mut app, 'z');
    app.sync.draft.revert_all();
    set(&mut app, SETTINGS, "width", Edit::Text("420".into()));
    ctrl(&mut app, 'c');
    let effects = update(&mut app, Msg::Key(Key::char('s')));
    let rest = run(&mut app, &mut server, effects);
    assert_eq!((app.sync.unsaved(), app.sync.doubts().count()), (0, 1));
    assert!(!rest.iter().any(|effect| matches!(effect, Effect::Quit(_))), "{rest:?}");
    assert!(app.mode.is(Overlay::Quit));
}

#[test]
fn old_values_are_not_entered_over_what_could_not_be_read() {
    let mut server = Server::new();
    let (mut app, _) = fresh();
    update(&mut app, answer(RequestId(1), Ok(settings())));
    update(&mut app, answer(RequestId(2), Err(refused(403, &[]))));
    let saved = Saved { at: at(), resource: RECORDING, before: recording(), after: recording() };
    app.history.read = Some(Ok(vec![saved]));
    app.mode = Mode::picking(Rows::History);
    press(&mut app, Code::Enter);
    assert_eq!((app.sync.unsaved(), &app.notice), (0, &Some(Notice::Closed(RECORDING))));
    // What others made of it since is seen first.
    server.holds.insert(
        RECORDING,
        [("urlToRetrieveAuthedRecording", Value::Text("https://c.dev".into()))].into_iter().collect(),
    );
    app.form.focus = FieldId::known(RECORDING, "urlToRetrieveAuthedRecording");
    let again = press(&mut app, Code::Enter);
    run(&mut app, &mut server, again);
    let saved = Saved { at: at(), resource: RECORDING, before: recording(), after: recording() };
    app.history.read = Some(Ok(vec![saved]));
    app.mode = Mode::picking(Rows::History);
    press(&mut app, Code::Enter);
    assert_eq!((app.sync.unsaved(), &app.notice), (1, &Some(Notice::PutBack { fields: 1 })));
}

#[test]
fn edits_of_an_earlier_run_that_wait_for_what_is_not_read_are_not_denied() {
    let (mut app, _) = fresh();
    update(&mut app, answer(RequestId(1), Ok(settings())));
    update(&mut app, answer(RequestId(2), Err(refused(403, &[]))));
    let edits = BTreeMap::from([(RECORDING.fields()[0].id.clone(), Edit::Text("https://b.dev/%s".into()))]);
    let unsaved = Unsaved { base: BTreeMap::from([(RECORDING, recording())]), edits, focus: None };
    let leftover = Leftover { id: "run-1".into(), at: at(), unsaved: Some(unsaved), sendings: vec![] };
    update(&mut app, Msg::Disk(DiskReply::Opened(Ok(Found { leftovers: vec![leftover], ..Found::default() }))));
    assert!(app.mode.is_editing(), "nobody can compare them yet");
    choose(&mut app, "earlier runs");
    assert_eq!(app.notice, Some(Notice::LeftoversWait(RECORDING)));
    app.form.focus = RECORDING.fields()[0].id.clone();
    let again = press(&mut app, Code::Enter);
    update(&mut app, answer(sent_as(&again)[0], Ok(recording())));
    assert!(app.mode.is(Overlay::Restore));
}

#[test]
fn what_a_read_back_finds_gone_is_called_gone() {
    for reads_back in [true, false] {
        let mut server = Server::new();
        let mut app = loaded(&mut server);
        set(&mut app, CHANNEL, "isReady", Edit::Switch(true));
        let effects = ctrl(&mut app, 's');
        let patch = update(&mut app, answer(sent_as(&effects)[0], Ok(channel())));
        server.holds.remove(&CHANNEL);
        let lost = Fault::TimedOut(std::time::Duration::from_secs(30));
        let look = update(&mut app, answer(sent_as(&patch)[0], Err(lost)));
        let gone = if reads_back {
            run(&mut app, &mut server, look);
            Notice::Several(vec![(CHANNEL, Outcome::Gone(CHANNEL))])
        } else {
            press(&mut app, Code::Esc);
            let look = ctrl(&mut app, 'r');
            run(&mut app, &mut server, look);
            Notice::Outcome(Outcome::Gone(CHANNEL))
        };
        assert_eq!(app.notice, Some(gone));
        assert_eq!(
            (app.sync.doubts().count(), app.sync.unsaved()),
            (0, 2),
            "the edit is kept, with what it had for the rest"
        );
    }
}

#[test]
fn the_error_that_is_copied_is_that_of_the_resource_that_failed() {
    let mut server = Server::new();
    let mut app = loaded(&mut server);
    dirty_everywhere(&mut app);
    server.fates.insert(RECORDING, Fate::Refused);
    let effects = ctrl(&mut app, 's');
    run(&mut app, &mut server, effects);
    let error = app.copy_text(CopyItem::Error).expect("the strip tells one");
    assert!(error.starts_with("PATCH https://api.hubapi.com"), "{error}");
    assert!(error.contains("/settings/recording: HubSpot") || error.contains("/settings/recording: api"), "{error}");
    ctrl(&mut app, 'o');
    let likely = CopyItem::ALL.iter().position(|item| *item == CopyItem::Error).unwrap();
    assert!(matches!(app.mode, Mode::Picking(Picker { rows: Rows::Copy, selected, .. }) if selected == likely));
}

#[test]
fn a_save_of_another_resource_does_not_say_that_the_settings_were_read() {
    let mut server = Server::new();
    let (mut app, _) = fresh();
    update(&mut app, answer(RequestId(1), Err(refused(403, &[]))));
    update(&mut app, answer(RequestId(2), Ok(recording())));
    update(&mut app, answer(RequestId(3), Ok(channel())));
    set(&mut app, RECORDING, "urlToRetrieveAuthedRecording", Edit::Text("https://b.dev/%s".into()));
    let effects = ctrl(&mut app, 's');
    run(&mut app, &mut server, effects);
    assert_eq!((app.sync.unsaved(), app.sync.synced), (0, None));
}

#[test]
fn what_became_of_two_saves_in_doubt_is_told_of_both() {
    for (settings_too, saved) in [(false, 1), (true, 2)] {
        let mut server = Server::new();
        let mut app = loaded(&mut server);
        dirty_everywhere(&mut app);
        server.fates = [(SETTINGS, Fate::Unknown(settings_too)), (CHANNEL, Fate::Unknown(true))].into();
        let effects = ctrl(&mut app, 's');
        run(&mut app, &mut server, effects);
        assert_eq!(app.sync.doubts().count(), 2);
        server.fates.clear();
        let effects = ctrl(&mut app, 'r');
        run(&mut app, &mut server, effects);
        assert_eq!(app.notice, Some(Notice::Outcome(Outcome::ReadBack { sent: 2, saved })));
    }
}

#[test]
fn what_is_being_restored_is_not_asked_about_again_when_another_resource_comes() {
    let (mut app, _) = fresh();
    app.sync.keeping = Keeping::Opening;
    update(&mut app, answer(RequestId(1), Ok(settings())));
    let base = BTreeMap::from([(SETTINGS, settings())]);
    let edits = BTreeMap::from([(id("width"), Edit::Text("420".into()))]);
    let unsaved = Some(Unsaved { base, edits, focus: None });
    let leftovers = vec![Leftover { id: "run-1".into(), at: at(), unsaved, sendings: vec![] }];
    update(&mut app, Msg::Disk(DiskReply::Opened(Ok(Found { leftovers, ..Found::default() }))));
    update(&mut app, Msg::Key(Key::char('r')));
    update(&mut app, answer(RequestId(3), Ok(channel())));
    // The question stays until the disk has answered, and takes neither letters nor another answer.
    assert!(app.mode.is(Overlay::Restore), "{:?}", app.mode);
    for c in ['r', 'l', 'x', 'x', 'q'] {
        assert_eq!(update(&mut app, Msg::Key(Key::char(c))), []);
    }
    update(&mut app, Msg::Disk(DiskReply::Taken { leftover: "run-1".into(), moved: Ok(()) }));
    assert!(app.mode.is_editing(), "{:?}", app.mode);
    assert_eq!((app.sync.unsaved(), &app.notice), (1, &Some(Notice::Restored { fields: 1, conflicts: 0 })));
}

#[test]
fn a_refusal_decides_no_conflict_that_came_up_meanwhile() {
    let mut server = Server::new();
    let mut app = loaded(&mut server);
    set(&mut app, SETTINGS, "width", Edit::Text("420".into()));
    let effects = ctrl(&mut app, 's');
    let patch = update(&mut app, answer(sent_as(&effects)[0], Ok(settings())));
    // Edits of an earlier run are entered while the PATCH is on its way; others have changed the name since.
    let base = BTreeMap::from([(SETTINGS, [("name", Value::Text("Old".into()))].into_iter().collect())]);
    let unsaved = Unsaved { base, edits: BTreeMap::from([(id("name"), Edit::Text("Mine".into()))]), focus: None };
    let leftover = Leftover { id: "run-1".into(), at: at(), unsaved: Some(unsaved), sendings: vec![] };
    update(&mut app, Msg::Disk(DiskReply::Opened(Ok(Found { leftovers: vec![leftover], ..Found::default() }))));
    update(&mut app, Msg::Key(Key::char('r')));
    update(&mut app, Msg::Disk(DiskReply::Taken { leftover: "run-1".into(), moved: Ok(()) }));
    assert_eq!(app.sync.draft.conflicts().count(), 1);
    update(&mut app, answer(sent_as(&patch)[0], Err(refused(400, &[("name", "too long"), ("width", "too wide")]))));
    assert_eq!(app.sync.draft.conflicts().count(), 1);
    assert_eq!(app.marks.get(&id("width")), Some(&Mark::Refused("too wide".into())));
}

// ── setting up ──

#[test]
fn a_resource_that_is_not_there_is_one_row_until_enter_sets_it_up() {
    for resource in Resource::ALL {
        let mut server = Server::without(resource);
        let mut app = loaded(&mut server);
        assert!(app.is_closed(resource));
        assert_eq!(app.rows().filter(|field| field.id.resource == resource).count(), 1);
        app.form.focus = resource.fields()[0].id.clone();
        // Letters are no text here, and nothing is sent.
        for letter in "xyz1".chars() {
            assert_eq!(sent(&update(&mut app, Msg::Key(Key::char(letter)))), []);
        }
        assert_eq!(app.sync.unsaved(), 0);
        assert_eq!(press(&mut app, Code::Enter), []);
        let editable = resource.fields().iter().filter(|field| field.kind.is_editable()).count();
        assert_eq!((app.sync.unsaved(), app.is_closed(resource)), (editable, false));
        // One step back, and it is a row again; one forward.
        ctrl(&mut app, 'z');
        assert!(app.is_closed(resource) && app.rows().any(|field| field.id == app.form.focus));
        ctrl(&mut app, 'y');
        if resource != SETTINGS {
            let invalid: Vec<_> = app.sync.invalid().map(|field| field.id.clone()).collect();
            assert_eq!(invalid, [resource.fields()[0].id.clone()], "what HubSpot's servers call is the user's to give");
            app.form.focus = resource.fields()[0].id.clone();
            update(&mut app, Msg::Pasted { text: "https://a.dev/%s".into(), cut: false });
        }
        let all = app.sync.draft.patch(resource);
        let effects = ctrl(&mut app, 's');
        run(&mut app, &mut server, effects);
        assert_eq!(server.writes(), [Call::Create(all)]);
        assert_eq!((app.sync.unsaved(), app.sync.draft.is_absent(resource)), (0, false));
    }
}

#[test]
fn what_a_post_wants_and_is_not_there_stops_it_and_is_named() {
    let mut server = Server::without(CHANNEL);
    let mut app = loaded(&mut server);
    app.form.focus = FieldId::known(CHANNEL, "url");
    press(&mut app, Code::Enter);
    ctrl(&mut app, 'x');
    let effects = ctrl(&mut app, 's');
    assert_eq!((effects, &app.notice), (vec![], &Some(Notice::Outcome(Outcome::Invalid { fields: 1 }))));
    assert_eq!(app.form.focus, FieldId::known(CHANNEL, "url"));
    assert!(!app.problems(app.focused()).is_empty());
}

#[test]
fn a_post_without_an_answer_is_read_back_before_it_is_sent_again() {
    for (fate, posts) in [(Fate::Lost, 2), (Fate::Unknown(true), 1)] {
        let mut server = Server::without(RECORDING);
        let mut app = loaded(&mut server);
        set_up(&mut app, RECORDING);
        server.fates.insert(RECORDING, fate);
        let effects = ctrl(&mut app, 's');
        run(&mut app, &mut server, effects);
        let calls = server.calls.clone();
        assert!(matches!(calls[1..3], [Call::Create(_), Call::Get(_)]), "{calls:?}");
        assert_eq!(server.writes().len(), posts);
        assert_eq!(app.sync.doubts().count(), usize::from(fate != Fate::Lost));
        server.fates.clear();
        let effects = ctrl(&mut app, 'r');
        run(&mut app, &mut server, effects);
        assert_eq!((app.sync.unsaved(), app.sync.doubts().count()), (0, 0));
    }
}

#[test]
fn already_exists_turns_into_a_load_and_a_choice() {
    let mut server = Server::without(CHANNEL);
    let mut app = loaded(&mut server);
    set_up(&mut app, CHANNEL);
    let check = ctrl(&mut app, 's');
    let Some(Effect::Send(Request { id, .. })) = check.first() else { panic!("{check:?}") };
    let post = update(&mut app, answer(*id, Err(refused(404, &[]))));
    let Some(Effect::Send(Request { id, call: Call::Create(_), .. })) = post.first() else { panic!("{post:?}") };
    // Someone else was quicker.
    server.holds.insert(CHANNEL, channel());
    for status in [409, 400] {
        let mut app = app.clone();
        let Fault::Refused(mut refusal) = refused(status, &[]) else { unreachable!() };
        refusal.sub_category = Some("CallingSettingError.SETTINGS_ALREADY_EXISTS".into());
        let effects = update(&mut app, answer(*id, Err(Fault::Refused(refusal))));
        run(&mut app, &mut server, effects);
        assert!(app.mode.is(Overlay::Conflicts), "{status}: {:?}", app.notice);
        assert!(!app.sync.draft.is_absent(CHANNEL));
        assert_eq!(server.writes(), [], "nothing is sent over it");
    }
}

#[test]
fn c6_deleted_by_others_while_nothing_is_edited_it_is_a_row_that_remembers() {
    let mut server = Server::new();
    let mut app = loaded(&mut server);
    server.holds.remove(&CHANNEL);
    let effects = ctrl(&mut app, 'r');
    run(&mut app, &mut server, effects);
    assert_eq!(app.notice, Some(Notice::Outcome(Outcome::Gone(CHANNEL))));
    assert!(app.is_closed(CHANNEL));
    app.form.focus = FieldId::known(CHANNEL, "url");
    press(&mut app, Code::Enter);
    let numbers = app.sync.draft.edit(&FieldId::known(CHANNEL, "url"));
    assert_eq!(numbers, Some(&Edit::Text("https://a.dev/numbers".into())), "what it had, not an example");
}

#[test]
fn what_was_set_back_is_no_edit_of_what_is_gone() {
    let mut server = Server::new();
    let mut app = loaded(&mut server);
    set(&mut app, CHANNEL, "isReady", Edit::Switch(true));
    server.fates.insert(CHANNEL, Fate::Unknown(false));
    let effects = ctrl(&mut app, 's');
    run(&mut app, &mut server, effects);
    set(&mut app, CHANNEL, "isReady", Edit::Switch(false));
    assert_eq!((app.sync.doubts().count(), app.sync.unsaved()), (1, 0));
    server.fates.clear();
    server.holds.remove(&CHANNEL);
    let effects = ctrl(&mut app, 'r');
    run(&mut app, &mut server, effects);
    assert_eq!((app.sync.doubts().count(), app.sync.unsaved()), (0, 0), "nobody wants it set up anew");
    assert!(app.is_closed(CHANNEL));
}

// ── deleting ──

pub(crate) fn asked_to_delete(app: &mut App, resource: Resource) {
    app.mode = Mode::confirming(Confirm::Delete(resource));
}

pub(crate) fn confirmed(app: &mut App, id: &str) -> Vec<Effect> {
    for digit in id.chars() {
        assert_eq!(sent(&update(app, Msg::Key(Key::char(digit)))), []);
    }
    press(app, Code::Enter)
}

#[test]
fn deleting_wants_the_apps_id_and_looks_first() {
    let mut server = Server::new();
    let mut app = loaded(&mut server);
    asked_to_delete(&mut app, SETTINGS);
    assert_eq!(confirmed(&mut app, "123"), []);
    assert_eq!(app.notice, Some(Notice::NotTheId));
    let effects = confirmed(&mut app, "4567");
    assert_eq!(sent(&effects), [Call::Get(SETTINGS)]);
    run(&mut app, &mut server, effects);
    assert_eq!(server.writes(), [Call::Delete(SETTINGS)]);
    assert_eq!(app.notice, Some(Notice::Outcome(Outcome::Removed(SETTINGS))));
    assert!(app.is_closed(SETTINGS) && app.sync.is_idle());
}

#[test]
fn nothing_is_deleted_while_it_is_being_read() {
    let mut server = Server::new();
    let mut app = loaded(&mut server);
    let reads = ctrl(&mut app, 'r');
    asked_to_delete(&mut app, CHANNEL);
    assert_eq!((confirmed(&mut app, "1234567"), &app.notice), (vec![], &Some(Notice::Busy(Doing::Loading))));
    run(&mut app, &mut server, reads);
    asked_to_delete(&mut app, CHANNEL);
    let effects = confirmed(&mut app, "1234567");
    run(&mut app, &mut server, effects);
    assert_eq!(server.writes(), [Call::Delete(CHANNEL)]);
}

#[test]
fn deleting_one_decides_no_conflict_of_another() {
    let mut server = Server::new();
    let mut app = loaded(&mut server);
    set(&mut app, SETTINGS, "width", Edit::Text("420".into()));
    server.holds.get_mut(&SETTINGS).unwrap().set("width", Value::Integer(380));
    let effects = ctrl(&mut app, 'r');
    run(&mut app, &mut server, effects);
    assert_eq!(app.sync.draft.conflicts().count(), 1);
    asked_to_delete(&mut app, CHANNEL);
    let effects = confirmed(&mut app, "1234567");
    run(&mut app, &mut server, effects);
    assert_eq!(server.writes(), [Call::Delete(CHANNEL)]);
    assert_eq!(app.sync.draft.conflicts().count(), 1);
    assert!(app.mode.is_editing(), "and asks about none: {:?}", app.mode);
    ctrl(&mut app, 's');
    assert!(app.mode.is(Overlay::Conflicts), "{:?}", app.mode);
}

#[test]
fn leaving_while_something_is_being_deleted_is_asked_about_and_told() {
    let mut server = Server::new();
    let mut app = loaded(&mut server);
    asked_to_delete(&mut app, CHANNEL);
    let check = confirmed(&mut app, "1234567");
    let looked = update(&mut app, answer(sent_as(&check)[0], Ok(channel())));
    assert_eq!(sent(&looked), [Call::Delete(CHANNEL)]);
    assert_eq!(ctrl(&mut app, 'c'), []);
    assert!(app.mode.is(Overlay::Quit));
    let left = update(&mut app.clone(), Msg::Key(Key::char('d')));
    let [Effect::Quit(exit)] = &left[..] else { panic!("{left:?}") };
    assert_eq!(exit.code, 7);
    let farewell = exit.farewell.as_deref().unwrap_or_default();
    assert!(farewell.contains("whether HubSpot deleted the channel connection is not known"), "{farewell}");
    // Or it is seen through.
    update(&mut app, Msg::Key(Key::char('s')));
    let over = update(&mut app, answer(sent_as(&looked)[0], Ok(Representation::default())));
    assert!(over.contains(&Effect::Quit(Exit { code: 0, farewell: None })), "{over:?}");
}

#[test]
fn esc_keeps_what_was_to_be_deleted() {
    let mut server = Server::new();
    let mut app = loaded(&mut server);
    asked_to_delete(&mut app, CHANNEL);
    assert_eq!(press(&mut app, Code::Esc), []);
    assert!(app.mode.is_editing() && server.holds.contains_key(&CHANNEL));
}

#[test]
fn a_delete_without_an_answer_is_read_back_and_never_sent_again() {
    for (fate, removed) in [(Fate::Lost, false), (Fate::Unknown(true), true), (Fate::Refused, false)] {
        let mut server = Server::new();
        let mut app = loaded(&mut server);
        server.fates.insert(CHANNEL, fate);
        asked_to_delete(&mut app, CHANNEL);
        let effects = confirmed(&mut app, "1234567");
        run(&mut app, &mut server, effects);
        assert_eq!(server.writes(), [Call::Delete(CHANNEL)], "{fate:?}");
        let Some(Notice::Several(ended)) = &app.notice else { panic!("{:?}", app.notice) };
        let told = matches!(
            (fate, &ended[0].1),
            (Fate::Lost, Outcome::NotRemoved(CHANNEL))
                | (Fate::Refused, Outcome::Failed(Doing::Removing, _))
                | (Fate::Unknown(_), Outcome::Failed(Doing::ReadingBack, _))
        );
        assert!(told, "{fate:?}: {ended:?}");
        server.fates.clear();
        let effects = ctrl(&mut app, 'r');
        run(&mut app, &mut server, effects);
        assert_eq!(app.is_closed(CHANNEL), removed, "{fate:?}");
    }
}

// ── all of it ──

#[derive(Clone, Debug)]
struct Entered(Index, String, bool);

fn entered() -> impl Strategy<Value = Entered> {
    let texts = prop_oneof![
        Just("https://x.dev/%s".to_owned()),
        Just("420".to_owned()),
        Just("https://a.dev/%s".to_owned()),
        "[a-z0-9:/.]{0,12}",
    ];
    (any::<Index>(), texts, any::<bool>()).prop_map(|(row, text, on)| Entered(row, text, on))
}

proptest! {
    #![proptest_config(crate::chance::fixed())]

    /// For any edits over all resources, whichever of them the server has: the requests are exactly the dirty resources', in
    /// the order of the form, each with exactly its dirty fields; and then nothing is dirty.
    #[test]
    fn what_is_sent_are_the_dirty_resources_dirty_fields(
        absent in prop::collection::btree_set(prop::sample::select(&Resource::ALL[..]), 0..3),
        set_up in any::<bool>(),
        edits in prop::collection::vec(entered(), 0..12),
    ) {
        let mut server = Server::new();
        server.holds.retain(|resource, _| !absent.contains(resource));
        let mut app = loaded(&mut server);
        for resource in absent.iter().filter(|_| set_up) {
            app.form.focus = resource.fields()[0].id.clone();
            press(&mut app, Code::Enter);
        }
        for Entered(row, text, on) in edits {
            let rows: Vec<_> = app.rows().filter(|f| f.kind.is_editable() && !app.is_closed(f.id.resource)).cloned().collect();
            if rows.is_empty() {
                continue;
            }
            let field = row.get(&rows);
            let edit = if field.kind.is_typed() { Edit::Text(text) } else { Edit::Switch(on) };
            app.sync.draft.set(field, edit, Stroke::Whole);
        }
        let is_valid = app.sync.invalid().next().is_none();
        let mut expected = Vec::new();
        for resource in Resource::ALL {
            let dirty: Vec<_> = app.sync.draft.fields().iter().filter(|f| f.id.resource == resource).filter_map(|field| {
                match app.sync.draft.state(field) {
                    State::Dirty(value) => Some((field.id.clone(), value)),
                    State::Clean | State::Invalid => None,
                }
            }).collect();
            if !dirty.is_empty() {
                expected.push((resource, absent.contains(&resource), dirty));
            }
        }
        let effects = ctrl(&mut app, 's');
        run(&mut app, &mut server, effects);
        let writes: Vec<_> = server.writes().iter().map(|call| match call {
            Call::Patch(patch) | Call::Create(patch) => {
                let members = patch.members().map(|(id, value)| (id.clone(), value.clone())).collect::<Vec<_>>();
                (patch.resource(), matches!(call, Call::Create(_)), members)
            }
            Call::Get(_) | Call::Delete(_) => panic!("{call:?}"),
        }).collect();
        prop_assert_eq!(writes, if is_valid { expected } else { vec![] });
        prop_assert!(!is_valid || app.sync.unsaved() == 0);
    }
}
