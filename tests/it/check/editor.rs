//! The check in the editor: the key, the page, the note in the row, the log, and the review of a save to production.

use super::server::{Pages, Wire};
use crate::gate::Gate;
use crate::session::{SIZE, Session};
use crate::transitions::{reply, settings, target, update};
use callset::app::checks::LogEntry;
use callset::app::checks::LookEnd;
use callset::app::effect::{Effect, PageLook};
use callset::app::msg::Msg;
use callset::app::{App, Overlay};
use callset::model::FieldId;
use callset::model::check::{UrlUse, Visit, VisitFault};
use callset::store::config::ConfigFile;
use callset::sync::{Keeping, RequestId};
use tempfile::TempDir;

fn refusing(_: &str, wire: &mut dyn Wire) -> std::io::Result<()> {
    write!(wire, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nX-Frame-Options: DENY\r\nContent-Length: 2\r\n\r\nok")
}

#[tokio::test]
async fn a_key_checks_the_url_as_it_is_typed_and_the_result_stays_until_the_url_changes() {
    let gate = Gate::sandbox().await;
    let pages = Pages::plain(refusing);
    let mut session = Session::start(gate.url(), SIZE);
    session.settled().await.says_not("framing refused");
    session.enter("URL", &pages.url("http", "localhost", "/w")).await;
    session.key("f4").settled().await.says("Check of the url").says("X-Frame-Options: DENY refuses every HubSpot page");
    session.says("app ✗").says("Content-Security-Policy: frame-ancestors");
    session.keys("f1 pgdn").settled().await.says("What the findings mean").key("f1").settled().await;
    session.key("esc").settled().await.focus("Name").await;
    assert!(session.row("URL").contains("✗ framing refused"), "{session}");
    // It is one of the requests of the run.
    session.key("ctrl-l").settled().await.says("check http://localhost").says("X-Frame-Options: DENY");
    session.key("esc").settled().await.focus("URL").await;
    // The result is shown again without another look, and another look is a key away.
    session.key("f4").settled().await.says("refuses every HubSpot page");
    assert_eq!(pages.asked.try_iter().count(), 1);
    session.key("f4").settled().await;
    assert_eq!(pages.asked.try_iter().count(), 1);
    session.key("esc").settled().await.keys("end x").settled().await.focus("Name").await;
    assert!(!session.row("URL").contains("framing refused"), "{session}");
    session.focus("URL").await.keys("end backspace").settled().await.focus("Name").await;
    assert!(session.row("URL").contains("✗ framing refused"), "the same url again: {session}");
    // HubSpot got none of it, and nothing was saved.
    assert!(gate.requests().iter().all(|request| request.starts_with("GET ")));
}

#[tokio::test]
async fn a_review_for_production_looks_at_a_changed_url_and_waits_for_nothing() {
    let gate = Gate::sandbox().await;
    let pages = Pages::plain(refusing);
    let home = TempDir::new().unwrap();
    let path = home.path().join("config.toml");
    let profile = format!("[profiles.live]\napp_id = 1234567\nbase_url = \"{}\"\nproduction = true\n", gate.url());
    std::fs::write(&path, profile).unwrap();
    let mut session = Session::set_up(home.path(), gate.url(), &ConfigFile { path, home: None }, "live");
    session.settled().await;
    session.enter("URL", &pages.url("http", "localhost", "/w")).await;
    session.key("ctrl-s").settled().await;
    assert!(session.app().mode.is(Overlay::Id), "{session}");
    session.says("The check found 2 problems").says("DENY refuses every HubSpot page");
    assert_eq!(pages.asked.try_iter().count(), 1);
    // What is known is not asked for again, and the save goes on all the same.
    session.key("esc").settled().await.key("ctrl-s").settled().await.says("The check found");
    session.type_text("1234567").key("enter").settled().await;
    assert_eq!(pages.asked.try_iter().count(), 0);
    assert!(gate.requests().iter().any(|request| request.starts_with("PATCH ")), "{:?}", gate.requests());
}

fn ready() -> App {
    let (mut app, _) = App::new(target());
    app.sync.keeping = Keeping::InMemory("no disk here".into());
    assert_eq!(update(&mut app, reply(1, Ok(settings()))), []);
    app
}

fn press(app: &mut App, key: &str) -> Vec<Effect> {
    update(app, Msg::Key(key.parse().unwrap()))
}

fn looks(effects: Vec<Effect>) -> Vec<PageLook> {
    let look = |effect| match effect {
        Effect::Check(look) => Some(look),
        _ => None,
    };
    effects.into_iter().filter_map(look).collect()
}

fn is_over(app: &App, id: RequestId) -> bool {
    let entries = app.log_entries();
    entries.iter().any(|entry| match entry {
        LogEntry::Look(look) => look.asked.id == id && matches!(look.end, LookEnd::Over(_)),
        LogEntry::Request(_) => false,
    })
}

fn refused(look: &PageLook) -> Msg {
    let at = "2026-11-26T12:00:00Z".parse().unwrap();
    Msg::Checked(look.id, Box::new(Visit::refused(look.url.clone(), look.used, at, VisitFault::Refused)))
}

#[test]
fn esc_gives_a_look_up_and_its_answer_changes_nothing() {
    let mut app = ready();
    let [look] = looks(press(&mut app, "f4")).try_into().unwrap();
    assert_eq!((look.url.as_str(), look.used), ("https://dialer.acme.dev/widget", UrlUse::Dialer));
    assert!(app.is_looking() && app.mode.is(Overlay::Check));
    assert_eq!(press(&mut app, "f4"), [], "it is under way");
    assert_eq!(press(&mut app, "esc"), [Effect::Cancel(look.id)]);
    assert!(!app.is_looking() && app.mode.is_editing());
    update(&mut app, refused(&look));
    assert!(!is_over(&app, look.id) && app.found_at(&FieldId::settings("url")).is_none());
    // Another one is another look.
    let [again] = looks(press(&mut app, "f4")).try_into().unwrap();
    assert_ne!(again.id, look.id);
    update(&mut app, refused(&again));
    assert!(is_over(&app, again.id) && app.found_at(&FieldId::settings("url")).is_some());
    assert_eq!(press(&mut app, "esc"), []);
    assert_eq!(press(&mut app, "f4"), [], "what is known is shown");
    let [third] = looks(press(&mut app, "f4")).try_into().unwrap();
    // An answer that nobody awaits any more changes nothing.
    update(&mut app, refused(&again));
    assert!(!is_over(&app, third.id));
}

#[test]
fn nothing_is_looked_at_unless_it_is_asked_for() {
    let mut app = ready();
    for key in ["down", "tab", "f1", "esc", "ctrl-d", "esc", "ctrl-l", "esc", "x"] {
        assert_eq!(looks(press(&mut app, key)), [], "{key}");
    }
}
