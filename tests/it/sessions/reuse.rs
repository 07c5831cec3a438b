//! Values from elsewhere, through real files and real servers: presets in a configuration, yesterday's values, another app.

use super::loaded_at;
use crate::gate::{Fate, Gate};
use crate::hostile::whole;
use crate::session::{APP, CANARY, OTHER_TOKEN, Session, TOKEN};
use callset::store::config::ConfigFile;
use serde_json::json;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

/// The app beside the one that is edited.
const OTHER: i32 = 7;

/// A home with this configuration; `URL` in it is the gate's.
fn configured(text: &str, gate: &Gate) -> (TempDir, ConfigFile) {
    let home = TempDir::new().unwrap();
    let path = home.path().join("config.toml");
    fs::write(&path, text.replace("URL", gate.url())).unwrap();
    (home, ConfigFile { path, home: None })
}

async fn started(home: &Path, gate: &Gate, file: &ConfigFile, profile: &str) -> Session {
    let mut session = Session::set_up(&home.join("state"), gate.url(), file, profile);
    session.settled().await.says("nothing unsaved");
    session
}

// ── presets ──

const PRESETS: &str = "# mine\n[presets.local]\nurl = \"https://localhost:9025\"\nwidth = 420\ncolour = \"red\"\n";

#[tokio::test]
async fn a_preset_is_previewed_entered_and_sent_only_by_a_save() {
    let gate = Gate::sandbox().await;
    let (home, file) = configured(PRESETS, &gate);
    let mut session = started(home.path(), &gate, &file, "").await;
    session.key("ctrl-n").settled().await.says("local changes 2 fields").says("left out: HubSpot does not send it");
    session.key("enter").settled().await.says("Preset local: 2 fields changed, unsaved");
    session.says("because HubSpot does not send them for this app: colour.").says_not("What a save would change");
    assert!(gate.patches().is_empty());
    session.key("ctrl-z").settled().await.says("nothing unsaved").key("ctrl-y");
    session.key("ctrl-s").settled().await.says("Saved 2 fields");
    assert_eq!(gate.holds("url").await, json!("https://localhost:9025"));
    assert_eq!(gate.patches(), [r#"{"url":"https://localhost:9025","width":420}"#]);
}

#[tokio::test]
async fn a_preset_that_was_written_meanwhile_is_there() {
    let gate = Gate::sandbox().await;
    let (home, file) = configured("", &gate);
    let mut session = started(home.path(), &gate, &file, "").await;
    session.key("ctrl-n").settled().await.says("No preset is set up").says("[presets.local]").key("esc");
    fs::write(&file.path, PRESETS).unwrap();
    session.key("ctrl-n").until("changes 2 fields").await;
}

#[tokio::test]
async fn edits_become_a_preset_in_the_file_and_the_rest_of_it_stays() {
    let gate = Gate::sandbox().await;
    let (home, file) = configured(PRESETS, &gate);
    let mut session = started(home.path(), &gate, &file, "").await;
    session.key("ctrl-n").settled().await.key("ctrl-k").settled().await.says("Nothing to keep").key("esc");
    session.enter("Name", "Tunnel \"x\"").await.flip("Ready").await;
    session.key("ctrl-n").key("ctrl-k").settled().await.says("Keep these values as a preset").says("isReady yes");
    session.type_text("My tunnel").key("enter").until("Preset My tunnel is kept; your edits are still unsaved").await;
    session.says("config.toml").says("● 2 unsaved");
    let text = fs::read_to_string(&file.path).unwrap();
    assert!(text.starts_with(PRESETS), "{text}");
    let kept = file.read().config.presets.pop().unwrap();
    assert_eq!(kept.name, "My tunnel");
    session
        .key("ctrl-z")
        .key("ctrl-z")
        .settled()
        .await
        .key("ctrl-n")
        .type_text("tunnel")
        .until("changes 2 fields")
        .await;
    session.key("enter").settled().await.says("● 2 unsaved");
}

#[tokio::test]
async fn a_preset_that_can_not_be_written_is_told_and_the_edits_stay() {
    let gate = Gate::sandbox().await;
    let (home, file) = configured(PRESETS, &gate);
    let mut session = started(home.path(), &gate, &file, "").await;
    session.enter("Width", "555").await.key("ctrl-n").key("ctrl-k").settled().await.type_text("wide");
    // Its file breaks, or somebody else adds one of that name, between the question and the answer.
    for (broken, why) in [("[presets", "cannot be read"), ("[presets.wide]\n", "added meanwhile")] {
        session.settled().await.says("Name: wide");
        fs::write(&file.path, broken).unwrap();
        session.key("enter").until("The preset was not written; your edits are still here").await;
        assert_eq!(fs::read_to_string(&file.path).unwrap(), broken, "{why}");
        assert_eq!(session.unsaved(), r#"{"width":555}"#);
        fs::write(&file.path, PRESETS).unwrap();
        session.key("ctrl-n").settled().await.key("ctrl-k").settled().await.type_text("wide");
    }
}

#[tokio::test]
async fn a_read_only_profile_takes_a_preset_and_does_not_save_it() {
    let gate = Gate::sandbox().await;
    let text = format!("{PRESETS}[profiles.live]\napp_id = {APP}\nbase_url = \"URL\"\nread_only = true\n");
    let (home, file) = configured(&text, &gate);
    let mut session = started(home.path(), &gate, &file, "live").await;
    session.keys("ctrl-n enter").settled().await.says("● 2 unsaved").key("ctrl-s").settled().await.says("read-only");
    assert!(gate.patches().is_empty());
}

// ── what rows had before ──

#[tokio::test]
async fn yesterdays_value_is_offered_while_one_types() {
    let gate = Gate::sandbox().await;
    let home = TempDir::new().unwrap();
    for url in ["https://tunnel.acme.dev/widget?key=s3cret", "https://dialer.acme.dev/widget"] {
        let mut session = Session::in_home(Some(home.path()), gate.url());
        session.settled().await.enter("URL", url).await.keys("ctrl-s").settled().await.key("ctrl-q").settled().await;
        session.killed();
    }
    let mut session = Session::in_home(Some(home.path()), gate.url());
    session.settled().await.focus("URL").await.key("ctrl-u").type_text("tun").settled().await;
    session.says("F3 take an earlier value").says_not("Earlier values");
    // It is the user's own field, and is shown as it is on the form.
    session
        .key("f3")
        .settled()
        .await
        .says("Tunnels, earlier values")
        .says("▌ https://tunnel.acme.dev/widget?key=s3cret");
    session.key("enter").settled().await.says_not("Earlier values");
    assert_eq!(session.unsaved(), r#"{"url":"https://tunnel.acme.dev/widget?key=s3cret"}"#);
    session.key("ctrl-z").settled().await;
    assert!(session.row("URL").starts_with("URL              tun"), "{}", session.row("URL"));
}

#[tokio::test]
async fn a_history_of_rubbish_holds_up_nothing() {
    let gate = Gate::sandbox().await;
    let home = TempDir::new().unwrap();
    let mut session = Session::in_home(Some(home.path()), gate.url());
    session.settled().await.enter("Width", "420").await.key("ctrl-s").settled().await.key("ctrl-q").settled().await;
    session.killed();
    let places = fs::read_dir(home.path()).unwrap().flatten().map(|entry| entry.path().join("history.jsonl"));
    for history in places.filter(|path| path.is_file()) {
        fs::write(history, "{]\n\u{0}\u{1b}[2J\n").unwrap();
    }
    let mut session = Session::in_home(Some(home.path()), gate.url());
    session.settled().await.enter("Width", "41").await.key("f3").settled().await.says("No earlier value holds this.");
    session.type_text("0").key("enter").settled().await;
    assert_eq!(session.unsaved(), r#"{"width":410}"#);
}

// ── another profile ──

const BESIDE: &str = "[profiles.staging]\napp_id = 7\nbase_url = \"URL\"\n";

/// The other app exists and is wider.
async fn seeded(gate: &Gate) {
    let mut body = crate::gate::settings_with(json!({ "width": 500, "usesRemote": false }));
    body.as_object_mut().unwrap().retain(|key, _| !key.ends_with("At"));
    gate.create(OTHER, body).await;
}

#[tokio::test]
async fn from_staging_to_production_goes_through_the_review() {
    let gate = Gate::sandbox().await;
    seeded(&gate).await;
    let live = format!("{BESIDE}[profiles.live]\napp_id = {APP}\nbase_url = \"URL\"\nproduction = true\n");
    let (home, file) = configured(&live, &gate);
    let mut session = started(home.path(), &gate, &file, "live").await;
    let before = gate.credentials().len();
    session
        .key("ctrl-t")
        .settled()
        .await
        .type_text("staging")
        .key("ctrl-d")
        .settled()
        .await
        .says("live beside staging");
    let read = gate.credentials().split_off(before);
    assert_eq!(read, vec![format!("Bearer {OTHER_TOKEN}"); 3], "with its own credential, and nothing else");
    session.says("Width 400 px 500 px").says("Remote yes no").says_not("Height");
    session.keys("space enter").settled().await.says("1 field from staging, unsaved");
    assert!(gate.patches().is_empty());
    session.key("ctrl-s").settled().await.says("Save 1 change to PRODUCTION?");
    session.type_text(&APP.to_string()).key("enter").settled().await.says("Saved 1 field");
    assert_eq!(gate.holds("width").await, json!(500));
    assert_eq!(gate.patches(), [r#"{"width":500}"#]);
    let own = gate.credentials().pop().unwrap();
    assert_eq!(own, format!("Bearer {TOKEN}"), "the line of this profile is what it was");
}

#[tokio::test]
async fn what_was_read_of_another_profile_is_in_the_log_without_this_ones_credential() {
    let gate = Gate::sandbox().await;
    // The part that the other profile's own credential does not have as well.
    let secret = TOKEN.strip_prefix("pat-na1/CANARY+").unwrap();
    let mut body = crate::gate::settings_with(json!({ "name": format!("Dialer {TOKEN}") }));
    body.as_object_mut().unwrap().retain(|key, _| !key.ends_with("At"));
    gate.create(OTHER, body).await;
    let (home, file) = configured(BESIDE, &gate);
    let mut session = started(home.path(), &gate, &file, "").await;
    session
        .key("ctrl-t")
        .settled()
        .await
        .key("ctrl-d")
        .settled()
        .await
        .says("beside staging")
        .says_not(CANARY)
        .says_not(secret);
    session.key("esc").key("ctrl-l").settled().await.says("load of staging: channel connection");
    session.says("> GET channel connection of app 7 at http://127.0.0.1").keys("j j").settled().await;
    session.says("> GET settings of app 7 at").says("Dialer").says_not(CANARY).says_not(secret);
    let refused = json!({ "message": format!("No: {TOKEN}") }).to_string();
    gate.next((0..3).map(|_| Fate::refused(whole("403 Forbidden", &refused))));
    session.key("esc").key("ctrl-t").settled().await.key("ctrl-d").settled().await;
    session
        .says("HubSpot answered 403: No: ")
        .says_not(CANARY)
        .says_not(secret)
        .key("esc")
        .key("ctrl-l")
        .settled()
        .await
        .says_not(CANARY)
        .says_not(secret);
}

#[tokio::test]
async fn why_another_profile_can_not_be_read_is_told_in_a_sentence() {
    let gate = Gate::sandbox().await;
    let text = format!(
        "{BESIDE}[profiles.nothing]\napp_id = 9\nbase_url = \"URL\"\nsources = [\"env:NOTHING\"]\n\
         [profiles.untrusted]\napp_id = 9\nbase_url = \"URL\"\nsources = [\"env:UNTRUSTED\"]\n\
         [profiles.unreached]\napp_id = 9\nbase_url = \"http://127.0.0.1:1\"\n"
    );
    let (home, file) = configured(&text, &gate);
    let mut session = started(home.path(), &gate, &file, "").await;
    let seen = gate.requests().len();
    for (name, words) in [
        ("nothing", ["$NOTHING holds nothing.", "Put one where that profile looks."]),
        ("untrusted", ["What $UNTRUSTED holds was not stored for 127.0.0.1", "it asks about the host."]),
        ("unreached", ["Cannot reach 127.0.0.1:1", "^R try again"]),
    ] {
        session.key("ctrl-t").settled().await.type_text(name).key("ctrl-d").settled().await;
        for words in words {
            session.says(words);
        }
        session.key("esc");
    }
    assert_eq!(gate.requests().len(), seen, "nothing was sent");
    let expired = || Fate::refused(whole("401 No", r#"{"category":"EXPIRED_AUTHENTICATION","message":"It expired"}"#));
    gate.next([expired(), expired(), expired()]);
    session.key("ctrl-t").settled().await.type_text("staging").key("ctrl-d").settled().await;
    session.says("HubSpot answered 401: It expired.").says("The token has expired").says_not("A new access token");
    session.key("ctrl-r").settled().await.says("only here").says("the other profile does not have it");
    session.key("esc").settled().await.says("nothing unsaved");
}

#[tokio::test]
async fn esc_stops_the_reading_of_another_profile() {
    let gate = Gate::sandbox().await;
    seeded(&gate).await;
    let (home, file) = configured(BESIDE, &gate);
    let mut session = started(home.path(), &gate, &file, "").await;
    let requests = gate.requests().len();
    gate.next([Fate::silence(false), Fate::silence(false), Fate::silence(false)]);
    session.key("ctrl-t").settled().await.key("ctrl-d").sent(&gate, requests + 3).await;
    session.says("Reading the settings of staging, app 7, from 127.0.0.1").key("esc").settled().await;
    session.says("nothing unsaved").says_not("staging");
    session.enter("Width", "420").await.key("ctrl-s").settled().await.says("Saved 1 field");
}

#[tokio::test]
async fn without_a_profile_there_is_nothing_to_compare_with() {
    let gate = Gate::sandbox().await;
    let mut session = loaded_at(&gate, (80, 24)).await;
    session.key("ctrl-p").type_text("compare").key("enter").settled().await.says("No profile is set up");
    session.key("enter").settled().await.says("Compare with:").key("esc").settled().await.says("nothing unsaved");
}
