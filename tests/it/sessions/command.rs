//! What a command does without a screen: the editor's own save, on the same disk.

use super::page;
use crate::gate::{Fate, Gate};
use crate::session::{APP, PATIENT, Session, TOKEN, bare};
use callset::api::{Client, Credential, Endpoint};
use callset::model::{ApiVersion, FieldId, Resource, Value};
use callset::runtime::command::{self, Unseen};
use callset::runtime::{Network, disk::DiskPlaces};
use callset::start::{Credentials, Variable};
use callset::store::Place;
use callset::sync::{Absence, Assignment, Doing, Outcome, Task, Verdict, Wish};
use serde_json::json;
use std::path::Path;
use std::sync::Arc;
use tempfile::TempDir;

async fn set(home: &Path, gate: &Gate, key: &'static str, value: Value) -> Verdict {
    let endpoint = Endpoint::new(gate.url(), ApiVersion::V3, APP).unwrap();
    let place = Place::new(&endpoint.base_url, APP);
    let places = DiskPlaces { dir: Some(home.to_owned()), place, config: None, ended: vec![] };
    let connect = Arc::new(move |credential| Client::new(endpoint.clone(), credential, PATIENT));
    let credentials = Credentials::ready(Credential::bearer(TOKEN).unwrap().0);
    let network = Network::here as fn() -> Network;
    let var: Variable = Arc::new(|_: &str| None);
    let world = bare((connect, credentials), places, var, network);
    let assignment = Assignment { field: FieldId::settings(key), value, adds: false };
    let wish = Wish::Write(vec![assignment], Absence::Fails);
    let task = Task::from(wish);
    let run = command::run(world, task, 0, &mut Unseen).await.unwrap();
    assert_eq!(run.not_on_disk, None);
    run.batch.verdict().unwrap().clone()
}

const WIDER: Value = Value::Integer(420);

#[tokio::test]
async fn a_command_saves_as_the_editor_does_and_leaves_nothing_but_the_history() {
    let (gate, home) = (Gate::sandbox().await, TempDir::new().unwrap());
    let Verdict::Outcomes(outcomes) = set(home.path(), &gate, "width", WIDER).await else { panic!() };
    assert!(matches!(outcomes[..], [(Resource::Settings, Outcome::Saved { sent: 1, kept: 0, .. })]), "{outcomes:?}");
    assert_eq!(
        (gate.methods(0), gate.patches()),
        (["GET", "GET", "PATCH"].map(String::from).to_vec(), vec![r#"{"width":420}"#.to_owned()])
    );
    // The same once more: there is nothing to send.
    let again = set(home.path(), &gate, "width", WIDER).await;
    assert_eq!(again, Verdict::Outcomes(vec![]));
    assert_eq!(gate.patches().len(), 1);
    let mut session = Session::in_home(Some(home.path()), gate.url());
    session.settled().await.says_not("unsaved since").says_not("earlier");
    session.key("ctrl-g").settled().await.says("Width: 400 → 420");
}

#[tokio::test]
async fn a_command_sends_nothing_that_is_no_value_or_no_field() {
    let (gate, home) = (Gate::sandbox().await, TempDir::new().unwrap());
    let unfit = set(home.path(), &gate, "width", Value::Text("wide".into())).await;
    assert_eq!(unfit, Verdict::NoField(FieldId::settings("width")));
    let unknown = set(home.path(), &gate, "breadth", WIDER).await;
    assert_eq!(unknown, Verdict::NoField(FieldId::settings("breadth")));
    let read_only = set(home.path(), &gate, "updatedAt", Value::Text("now".into())).await;
    assert_eq!(read_only, Verdict::NoField(FieldId::settings("updatedAt")));
    gate.delete().await;
    assert_eq!(set(home.path(), &gate, "width", WIDER).await, Verdict::Absent(Resource::Settings));
    assert_eq!(gate.patches(), Vec::<String>::new());
}

#[tokio::test]
async fn what_a_command_leaves_in_doubt_the_next_editor_tells() {
    let (gate, home) = (Gate::sandbox().await, TempDir::new().unwrap());
    gate.next_patch([Fate::reset(true)]);
    gate.next([Fate::own(), Fate::own(), Fate::refused(page())]);
    let Verdict::Outcomes(outcomes) = set(home.path(), &gate, "width", WIDER).await else { panic!() };
    assert!(matches!(outcomes[..], [(Resource::Settings, Outcome::Failed(Doing::ReadingBack, _))]), "{outcomes:?}");
    assert_eq!(gate.holds("width").await, json!(420));
    let mut session = Session::in_home(Some(home.path()), gate.url());
    session.settled().await.says("went through: 1 field");
    session.key("ctrl-g").settled().await.says("Width: 400 → 420");
}
