//! State and message in, state and exact effects out: what is sent when, what stays, what is said.
//!
//! Numbers (H12, U10 ...) are those of the list of faults the editor survives.

mod form;
mod keys;
mod leaving;
mod overlay;
mod sync;

use callset::app::effect::{Call, Effect, Exit, Request, Timer};
use callset::app::fault::Fault;
use callset::app::msg::{Code, Hit, Key, Msg, Reply, RequestId};
use callset::app::{App, Mode, PATIENCE, Sync, Target, update};
use callset::model::refusal::{FieldError, Refusal};
use callset::model::{Draft, Edit, Field, FieldId, Patch, Representation, Resource, Stroke, Value};
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
        credential_hint: "Bearer …c41f".into(),
        sandbox: false,
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
    Msg::Reply(Reply { request: RequestId(request), took: TOOK, at: at(), outcome })
}

/// The settings are there, nothing is edited; request 1 is over.
fn loaded() -> App {
    with(settings())
}

fn with(settings: Representation) -> App {
    let (mut app, _) = App::new(target());
    assert_eq!(update(&mut app, reply(1, Ok(settings))), []);
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
    app.draft.field(&id(key)).unwrap().clone()
}

fn key(app: &mut App, key: Key) -> Vec<Effect> {
    update(app, Msg::Key(key))
}

fn press(app: &mut App, code: Code) -> Vec<Effect> {
    key(app, Key::plain(code))
}

fn ctrl(app: &mut App, c: char) -> Vec<Effect> {
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
    app.draft.patch(SETTINGS).body()
}

fn shown(app: &App, key: &'static str) -> Option<Edit> {
    app.draft.entered(&row(app, key))
}

#[expect(clippy::unnecessary_wraps, reason = "it is compared with what a row shows, which may be nothing")]
fn text(text: &str) -> Option<Edit> {
    Some(Edit::Text(text.into()))
}

fn send(request: u32, call: Call) -> Vec<Effect> {
    let request = RequestId(request);
    vec![Effect::Send(Request { id: request, call }), Effect::Wake { timer: Timer::Patience(request), after: PATIENCE }]
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

/// Width 420 is on its way as request 2.
fn saving() -> App {
    let mut app = loaded();
    enter(&mut app, "width", "420");
    assert_eq!(ctrl(&mut app, 's'), send(2, Call::Patch(patch(&[("width", Edit::Text("420".into()))]))));
    app
}

fn refused(status: u16, fields: &[(&str, &str)]) -> Fault {
    let fields = fields.iter().map(|(key, message)| FieldError { key: (*key).into(), message: (*message).into() });
    Fault::Refused(Box::new(Refusal { status, fields: fields.collect(), ..Refusal::default() }))
}

fn is_idle(app: &App) -> bool {
    app.sync == Sync::Idle
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
    assert!(matches!(app.mode, Mode::Palette { .. }));
    type_in(app, words);
    press(app, Code::Enter)
}
