//! State and message in, state and exact effects out: what is sent when, what stays, what is said.
//!
//! Numbers (H12, U10 ...) are those of the list of faults the editor survives.

mod conflict;
mod daily;
mod disk;
mod doctor;
mod doubts;
mod form;
mod keys;
mod leaving;
mod meanwhile;
mod overlay;
mod preview;
mod profiles;
mod promises;
pub(crate) mod resources;
mod reuse;
mod save;
mod server;
mod sheet;
mod stale;
mod sync;
mod token;
mod tunnels;

use callset::app::effect::{Effect, Exit};
use callset::app::msg::{Code, Hit, Key, Msg};
use callset::app::{App, Overlay};
use callset::model::profile::{Config, CredentialKind};
use callset::model::refusal::{FieldError, Refusal};
use callset::model::{Change, Draft, Edit, Field, FieldId, Patch, Representation, Resource, Stroke, Value};
use callset::sync::{
    Call, Disk, Doing, Fault, Founded, Keeping, Moment, PATIENCE, Reply, Request, RequestId, Target, Timer,
};
use std::collections::BTreeMap;
use std::time::Duration;

const SETTINGS: Resource = Resource::Settings;
const TOOK: Duration = Duration::from_millis(341);

pub(crate) fn target() -> Target {
    Target {
        app_id: 1_234_567,
        host: "api.hubapi.com".into(),
        base_url: "https://api.hubapi.com".into(),
        paths: BTreeMap::from([(SETTINGS, "/crm/v3/extensions/calling/1234567/settings".into())]),
        kind: CredentialKind::Bearer,
        credential_hint: "Bearer …c41f".into(),
        looks_like: None,
        credential_source: String::new(),
        credential_renewal: None,
        profile: None,
        setup: Config::default(),
        complaints: vec![],
        sandbox: false,
        watch: None,
        seed: 0,
    }
}

/// The same with all three resources.
pub(crate) fn target_of_all() -> Target {
    let path = |resource| match resource {
        SETTINGS => "/crm/v3/extensions/calling/1234567/settings",
        Resource::Recording => "/crm/v3/extensions/calling/1234567/settings/recording",
        Resource::ChannelConnection => "/crm/v3/extensions/calling/1234567/settings/channel-connection",
    };
    Target { paths: Resource::ALL.map(|resource| (resource, path(resource).to_owned())).into(), ..target() }
}

/// What a server has of a resource, if it has it.
pub(crate) fn representation(resource: Resource) -> Representation {
    let text = |text: &str| Value::Text(text.into());
    match resource {
        SETTINGS => settings(),
        Resource::Recording => [("urlToRetrieveAuthedRecording", text("https://a.dev/%s"))].into_iter().collect(),
        Resource::ChannelConnection => {
            let members = [("url", text("https://a.dev/numbers")), ("isReady", Value::Switch(false))];
            let times = ["createdAt", "updatedAt"].map(|key| (key, text("2026-06-18T13:20:55.000Z")));
            members.into_iter().chain(times).collect()
        }
    }
}

pub(crate) fn settings() -> Representation {
    let text = |text: &str| Value::Text(text.to_owned());
    let members = [
        ("name", text("Acme Dialer")),
        ("url", text("https://dialer.acme.dev/widget")),
        ("width", Value::Integer(400)),
        ("height", Value::Integer(650)),
        ("isReady", Value::Switch(false)),
        ("usesCallingWindow", Value::Switch(true)),
        ("usesRemote", Value::Switch(true)),
        ("supportsInboundCalling", Value::Switch(false)),
        ("supportsCustomObjects", Value::Switch(true)),
        ("createdAt", text("2024-03-02T09:14:07.000Z")),
        ("updatedAt", text("2026-09-18T07:55:41.000Z")),
    ];
    members.into_iter().collect()
}

fn at() -> jiff::Timestamp {
    "2026-09-22T12:04:31Z".parse().unwrap()
}

pub(crate) fn reply(request: u32, outcome: Result<Representation, Fault>) -> Msg {
    Msg::Reply(Reply {
        request: RequestId(request),
        began: Moment::default(),
        took: TOOK,
        at: at(),
        outcome,
        trace: None,
    })
}

/// The machine's `update`. What it hands to the disk as a draft is looked at here, once for all tests: it is what the form
/// holds, whatever the message was.
pub(crate) fn update(app: &mut App, msg: Msg) -> Vec<Effect> {
    let before = (app.sync.draft.edits().clone(), app.sync.draft.bases().clone());
    let mut effects = callset::app::update(app, msg);
    let drafts = effects.extract_if(.., |effect| matches!(effect, Effect::Disk(Disk::Keep(_)))).collect::<Vec<_>>();
    match drafts.as_slice() {
        [Effect::Disk(Disk::Keep(kept))] => {
            assert_eq!(&kept.edits, app.sync.draft.edits(), "a draft is what the form holds");
            let mut back = Draft::new();
            for (resource, base) in app.sync.draft.bases() {
                back.rebase(*resource, base.clone(), None);
            }
            let changes = back.restore(kept);
            for field in app.sync.draft.dirty().filter(|field| !changes.contains(&(field.id.clone(), Change::Tidied))) {
                assert_eq!(back.edit(&field.id), app.sync.draft.edit(&field.id), "what comes back is what was left");
                let is_conflict = app.sync.draft.conflicts().any(|(other, ..)| other.id == field.id);
                let is_told =
                    changes.iter().any(|(id, change)| *id == field.id && matches!(change, Change::Conflict(_)));
                // What the server does not send any more cannot be told from what it never sent.
                let is_absent = app.sync.draft.base(&field.id).is_none();
                assert!(is_conflict == is_told || is_absent, "what was not decided is to be decided then");
            }
        }
        [] => {
            let after = (app.sync.draft.edits().clone(), app.sync.draft.bases().clone());
            let in_memory = matches!(app.sync.keeping, Keeping::InMemory(_));
            assert!(in_memory || after.0 == before.0, "an edit that is not handed to the disk");
        }
        several => panic!("one draft at a time: {several:?}"),
    }
    effects
}

/// The settings are there, nothing is edited; request 1 is over. Drafts are in memory only, so a save is only requests.
fn loaded() -> App {
    with(settings())
}

fn with(settings: Representation) -> App {
    let (mut app, _) = App::new(target());
    app.sync.keeping = Keeping::InMemory("no disk here".into());
    assert_eq!(update(&mut app, reply(1, Ok(settings))), []);
    focus(&mut app, "name");
    app
}

fn but(key: &str, value: Value) -> Representation {
    let mut settings = settings();
    settings.set(key, value);
    settings
}

fn without(key: &str) -> Representation {
    settings().members().filter(|(k, _)| *k != key).map(|(k, v)| (k, v.clone())).collect()
}

fn id(key: &'static str) -> FieldId {
    FieldId::settings(key)
}

fn row(app: &App, key: &'static str) -> Field {
    app.sync.draft.field(&id(key)).unwrap().clone()
}

fn key(app: &mut App, key: Key) -> Vec<Effect> {
    update(app, Msg::Key(key))
}

fn press(app: &mut App, code: Code) -> Vec<Effect> {
    key(app, Key::plain(code))
}

pub(crate) fn ctrl(app: &mut App, c: char) -> Vec<Effect> {
    key(app, Key::ctrl(c))
}

fn focus(app: &mut App, key: &'static str) {
    assert_eq!(update(app, Msg::Clicked(Hit::Row(id(key)))), []);
    assert_eq!(app.form.focus, id(key));
}

fn type_in(app: &mut App, text: &str) {
    for c in text.chars() {
        assert_eq!(key(app, Key::char(c)), [], "{c:?}");
    }
}

/// Replaces a text.
fn enter(app: &mut App, key: &'static str, text: &str) {
    focus(app, key);
    ctrl(app, 'e');
    ctrl(app, 'u');
    type_in(app, text);
}

fn flip(app: &mut App, key: &'static str) {
    update(app, Msg::Clicked(Hit::Switch(id(key))));
}

fn body(app: &App) -> String {
    app.sync.draft.patch(SETTINGS).body()
}

fn shown(app: &App, key: &'static str) -> Option<Edit> {
    app.sync.draft.entered(&row(app, key))
}

#[expect(clippy::unnecessary_wraps, reason = "it is compared with what a row shows, which may be nothing")]
fn text(text: &str) -> Option<Edit> {
    Some(Edit::Text(text.into()))
}

fn send(request: u32, call: Call, doing: Doing) -> Vec<Effect> {
    let id = RequestId(request);
    // Looks take TOOK here, and nothing is built upon one for longer than a second more.
    let within = TOOK + Duration::from_secs(1);
    let founded = matches!(call, Call::Patch(_) | Call::Create(_) | Call::Delete(_));
    let founded = founded.then_some(Founded { on: Moment::default(), within });
    vec![
        Effect::Send(Request { id, call, doing, if_match: None, founded }),
        Effect::Wake { timer: Timer::Patience(id), after: PATIENCE },
    ]
}

fn get(request: u32, doing: Doing) -> Vec<Effect> {
    send(request, Call::Get(SETTINGS), doing)
}

fn sends(request: u32, edits: &[(&'static str, Edit)]) -> Vec<Effect> {
    send(request, Call::Patch(patch(edits)), Doing::Saving)
}

/// What the server has, as far as it told last.
fn base(app: &App) -> Representation {
    app.sync.draft.representation(SETTINGS).unwrap().clone()
}

/// Ctrl-S, and a check that finds what was there before; `request` is the check's. Returns what follows it.
fn save(app: &mut App, request: u32) -> Vec<Effect> {
    assert_eq!(ctrl(app, 's'), get(request, Doing::Checking));
    let theirs = base(app);
    update(app, reply(request, Ok(theirs)))
}

/// A patch, made without the app.
fn patch(edits: &[(&'static str, Edit)]) -> Patch {
    let mut draft = Draft::new();
    draft.rebase(SETTINGS, settings(), None);
    for (key, edit) in edits {
        let field = draft.field(&id(key)).unwrap().clone();
        draft.set(&field, edit.clone(), Stroke::Whole);
    }
    draft.patch(SETTINGS)
}

fn quit(code: u8, farewell: Option<&str>) -> Vec<Effect> {
    vec![Effect::Quit(Exit { code, farewell: farewell.map(str::to_owned) })]
}

/// Width 420 is on its way as request 3.
fn saving() -> App {
    let mut app = loaded();
    enter(&mut app, "width", "420");
    assert_eq!(save(&mut app, 2), sends(3, &[("width", Edit::Text("420".into()))]));
    app
}

fn refused(status: u16, fields: &[(&str, &str)]) -> Fault {
    let fields = fields.iter().map(|(key, message)| FieldError { key: (*key).into(), message: (*message).into() });
    Fault::Refused(Box::new(Refusal { status, fields: fields.collect(), ..Refusal::default() }))
}

fn is_idle(app: &App) -> bool {
    app.sync.is_idle()
}

/// Width 420 is entered.
fn dirty() -> App {
    let mut app = loaded();
    enter(&mut app, "width", "420");
    app
}

/// Runs the first action that the palette finds.
fn choose(app: &mut App, words: &str) -> Vec<Effect> {
    ctrl(app, 'p');
    assert!(app.mode.is(Overlay::Palette));
    type_in(app, words);
    press(app, Code::Enter)
}

/// The watch is on and looks; returns the number of its request.
fn choose_watch(app: &mut App) -> u32 {
    app.sync.watch.every = Some(Duration::from_secs(10));
    let looked = update(app, Msg::Woke { timer: Timer::Watch(0), waited: TOOK });
    let [Effect::Send(Request { id, .. })] = looked[..] else { panic!("{looked:?}") };
    id.0
}
