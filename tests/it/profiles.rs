//! The real program with profiles: where credentials come from, choosing another profile, production, a broken file.

use crate::beside::Beside;
use crate::gate::Fate;
use crate::hostile::whole;
use crate::kills::drafted;
use crate::pty::{End, Pty, Setup};
use crate::session::APP;
use rustix::process::Signal;
use serde_json::json;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;
use tempfile::TempDir;

/// Never to be found anywhere.
const CANARY: &str = "canary-77d1b0c3-credential";

/// A home with this configuration; `STAGING` and `PRODUCTION` stand for two servers, `HOME` for itself.
struct Home {
    dir: Arc<TempDir>,
    staging: Beside,
    production: Beside,
}

impl Home {
    fn new(config: &str) -> Self {
        Self::at(config, Beside::start(), Beside::start())
    }

    fn at(config: &str, staging: Beside, production: Beside) -> Self {
        let home = Self { dir: Arc::new(TempDir::new().unwrap()), staging, production };
        let config = config
            .replace("STAGING", home.staging.gate.url())
            .replace("PRODUCTION", home.production.gate.url())
            .replace("APP", &APP.to_string())
            .replace("HOME", home.dir.path().to_str().unwrap());
        let folder = home.dir.path().join("config/callset");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("config.toml"), config).unwrap();
        home
    }

    fn setup(&self, arguments: &[&str]) -> Setup {
        Setup::again(Arc::clone(&self.dir), arguments)
    }

    fn started(&self, arguments: &[&str]) -> Pty {
        let mut pty = self.setup(arguments).start();
        pty.wait_for_text("Acme Dialer");
        pty.begin_at_name();
        pty
    }
}

const TWO: &str = r#"
default_profile = "staging"
[profiles.staging]
app_id = APP
base_url = "STAGING"
token_command = ["printf", "canary-77d1b0c3-credential"]
[profiles.production]
app_id = APP
base_url = "PRODUCTION"
production = true
token_file = "HOME/token"
"#;

fn two() -> Home {
    let home = Home::new(TWO);
    let token = home.dir.path().join("token");
    fs::write(&token, CANARY).unwrap();
    fs::set_permissions(&token, fs::Permissions::from_mode(0o600)).unwrap();
    home
}

fn has(pty: &Pty, text: &str) -> bool {
    pty.screen().contents().contains(text)
}

/// In the list of profiles.
fn picks(pty: &mut Pty, profile: &str) {
    pty.send(profile);
    pty.wait_for_text(&format!("Profiles: {profile}"));
    pty.send("\r");
}

fn quits(pty: &mut Pty) {
    pty.send("\x11");
    assert_eq!(pty.wait_exit(), End::Code(0));
    pty.assert_given_back();
    assert!(!pty.raw().windows(CANARY.len()).any(|window| window == CANARY.as_bytes()), "S2: it was on the terminal");
}

#[test]
fn u14_switching_to_another_profile_and_back_keeps_each_ones_edits() {
    let home = two();
    let mut pty = home.started(&[]);
    pty.wait_for("the profile", |screen| screen.contents().contains("staging   app"));
    pty.send("\t\t420");
    pty.wait_for_text(r#"{"width":420}"#);
    drafted(&pty, "\"420\"");
    pty.send("\x14");
    pty.wait_for_text("● 1 unsaved  in use");
    picks(&mut pty, "prod");
    pty.wait_for("the other profile", |screen| {
        let text = screen.contents();
        text.contains("▲ PRODUCTION   production") && text.contains("nothing unsaved") && text.contains("400")
    });
    pty.send("\x14");
    pty.wait_for_text("● 1 unsaved");
    picks(&mut pty, "stag");
    pty.wait_for_text(r#"{"width":420}"#);
    assert!(!has(&pty, "is unsaved since"), "nothing is asked in the same run");
    pty.send("\x13");
    pty.wait_for_text("Saved 1 field, confirmed");
    let held = |beside: &Beside| beside.handle.block_on(beside.gate.holds("width"));
    assert_eq!((held(&home.staging), held(&home.production)), (json!(420), json!(400)));
    quits(&mut pty);
}

#[test]
fn a_preview_ends_with_its_profile_and_the_next_one_says_so() {
    let home = two();
    let mut pty = home.started(&[]);
    pty.wait_for("the profile", |screen| screen.contents().contains("staging   app"));
    pty.send("\x1b[17~");
    pty.wait_for_text("Waiting for a browser");
    pty.send("\x1b");
    pty.wait_for_text("preview: waiting for a browser");
    pty.send("\x14");
    pty.wait_for_text("in use");
    picks(&mut pty, "prod");
    pty.wait_for_text("The preview was of the other profile, and has ended with it");
    pty.send("\x1b[17~");
    pty.wait_for_text("Waiting for a browser");
    pty.send("\x1b");
    pty.wait_for_text("preview: waiting for a browser");
    quits(&mut pty);
}

/// Three ways to one server: two base urls, of which the first is written in two ways and in two versions.
const PATHS: &str = r#"
default_profile = "staging"
[profiles.staging]
app_id = APP
base_url = "STAGING/staging"
[profiles.production]
app_id = APP
base_url = "STAGING/production"
[profiles.newer]
app_id = APP
base_url = "STAGING/x/../staging/"
api_version = "2026-03"
"#;

#[test]
fn x7_edits_belong_to_a_base_url_and_not_to_its_host_its_version_or_a_profile() {
    let home = Home::at(PATHS, Beside::account(), Beside::start());
    let mut pty = home.setup(&[]).env("HUBSPOT_ACCESS_TOKEN", CANARY).start();
    pty.wait_for_text("Acme Dialer");
    pty.begin_at_name();
    pty.send("\t\t420");
    pty.wait_for_text(r#"{"width":420}"#);
    drafted(&pty, "\"420\"");
    pty.send("\x14");
    pty.wait_for("how much is unsaved where", |screen| {
        let rows = screen.contents();
        let of =
            |name: &str| rows.lines().find(|row| row.contains(&format!(" {name} "))).unwrap_or_default().to_owned();
        of("staging").contains("● 1") && of("newer").contains("● 1") && !of("production").contains('●')
    });
    picks(&mut pty, "prod");
    pty.wait_for("the other path", |screen| {
        let text = screen.contents();
        text.contains("production   app") && text.contains("nothing unsaved") && text.contains("400")
    });
    assert!(!has(&pty, "unsaved since"));
    pty.send("\x14");
    picks(&mut pty, "newer");
    pty.wait_for_text(r#"{"width":420}"#);
    pty.send("\x13");
    pty.wait_for_text("Saved 1 field, confirmed");
    let patches = home.staging.gate.requests();
    let to = |path: &str| patches.iter().filter(|request| request.starts_with(&format!("PATCH {path}"))).count();
    assert_eq!((to("/staging/"), to("/production/")), (1, 0), "{patches:?}");
    quits(&mut pty);
}

#[test]
fn p1_killed_after_switching_the_first_profiles_edits_are_offered_there() {
    let home = two();
    let mut pty = home.started(&[]);
    pty.send("\t\t420");
    pty.wait_for_text(r#"{"width":420}"#);
    drafted(&pty, "\"420\"");
    pty.send("\x14");
    pty.wait_for_text("● 1 unsaved  in use");
    picks(&mut pty, "prod");
    pty.wait_for_text("▲ PRODUCTION");
    pty.kill(Signal::KILL);
    pty.wait_end();
    let mut pty = home.started(&["-p", "staging"]);
    pty.wait_for_text("1 edit is unsaved since");
    pty.send("l");
    pty.wait_for_text("They stay on disk");
    quits(&mut pty);
}

#[test]
fn u17_a_save_to_production_is_reviewed_with_what_every_account_will_see() {
    let home = two();
    let mut pty = home.started(&["-p", "production"]);
    pty.send("\t\t\t\t ");
    pty.wait_for_text(r#"{"isReady":true}"#);
    pty.send("\x13");
    pty.wait_for("the review", |screen| {
        let text = screen.contents();
        text.contains("Every account that connects to this app gets these settings")
            && text.contains("people in every connected account can choose this app")
    });
    pty.send("1234567");
    pty.wait_for_text("save: 1234567");
    pty.send("\r");
    pty.wait_for_text("Saved 1 field, confirmed");
    assert_eq!(home.production.handle.block_on(home.production.gate.holds("isReady")), json!(true));
    quits(&mut pty);
}

#[test]
fn f10_a_credential_that_others_can_read_is_not_used_and_the_remedy_is_told() {
    let home = two();
    let token = home.dir.path().join("token");
    fs::set_permissions(&token, fs::Permissions::from_mode(0o644)).unwrap();
    let mut pty = home.setup(&["-p", "production"]).start();
    pty.wait_for_text("chmod 600");
    assert_eq!(home.production.gate.requests(), Vec::<String>::new());
    // Put right, and read again with Enter alone.
    fs::set_permissions(&token, fs::Permissions::from_mode(0o600)).unwrap();
    pty.send("\r");
    pty.wait_for_text("Acme Dialer");
    quits(&mut pty);
}

#[test]
fn a_program_that_fails_says_why_and_a_pasted_credential_goes_on() {
    let home = Home::new(
        r#"
        [profiles.only]
        app_id = APP
        base_url = "STAGING"
        token_command = ["sh", "-c", "echo 'the vault is locked' >&2; exit 3"]
        "#,
    );
    let mut pty = home.setup(&[]).start();
    pty.wait_for_text("the vault is locked");
    pty.send(format!("\x1b[200~{CANARY}\x1b[201~"));
    pty.wait_for_text(&format!("{} characters", CANARY.len()));
    pty.send("\r");
    pty.wait_for_text("Acme Dialer");
    quits(&mut pty);
}

/// More than any address space has: a thread that asks for no stack of its own size gets none, as where there is no thread
/// left, and whoever runs the test.
pub(crate) const NO_THREAD: (&str, &str) = ("RUST_MIN_STACK", "70368744177664");

#[test]
fn p10_without_a_thread_left_what_needs_one_fails_in_words() {
    let home = two();
    let (name, value) = NO_THREAD;
    let mut pty = home.setup(&[]).env(name, value).start();
    pty.wait_for_text("The system has no thread left");
    assert_eq!(home.staging.gate.requests(), Vec::<String>::new());
    // Asked again it fails again.
    pty.forget_screen();
    pty.send("\x12");
    pty.wait_for_text("The system has no thread left");
    quits(&mut pty);
    let app = APP.to_string();
    let arguments = ["--app", &app, "--base-url", home.staging.gate.url()];
    let mut pty = home.setup(&arguments).env("HUBSPOT_ACCESS_TOKEN", CANARY).env(name, value).start();
    pty.wait_for_text("The system has no thread left");
    quits(&mut pty);
}

#[test]
fn s2_a_program_that_prints_a_credential_on_the_terminal_itself_is_stopped_there() {
    for script in ["printf CANARY > /dev/tty; printf CANARY", "(printf CANARY > /dev/tty) & wait; printf CANARY"] {
        let script = script.replace("CANARY", CANARY);
        let home = Home::new(&format!(
            "[profiles.only]\napp_id = APP\nbase_url = \"STAGING\"\ntoken_command = [\"sh\", \"-c\", \"{script}\"]\n"
        ));
        let mut pty = home.setup(&[]).start();
        pty.wait_for_text("wants to use the terminal");
        quits(&mut pty);
    }
}

#[test]
fn f2_f3_a_configuration_that_is_wrong_in_places_is_used_for_the_rest_and_told() {
    let home = Home::new(&TWO.replace("production = true", "colour = 7"));
    let mut pty = home.started(&[]);
    pty.wait_for("the place", |screen| {
        screen.contents().contains("config.toml:1") && screen.contents().contains("colour")
    });
    quits(&mut pty);
}

#[test]
fn f2_a_broken_configuration_is_told_with_its_place_and_an_app_that_is_named_is_edited() {
    let home = Home::new("theme = ");
    let mut pty = home.setup(&[]).start();
    assert_eq!(pty.wait_exit(), End::Code(2));
    let said = String::from_utf8(pty.raw().to_vec()).unwrap();
    assert!(said.contains("config.toml:1:"), "{said}");
    let app = APP.to_string();
    let arguments = ["--app", &app, "--base-url", home.staging.gate.url()];
    let mut pty = home.setup(&arguments).env("HUBSPOT_ACCESS_TOKEN", CANARY).start();
    pty.wait_for("the banner", |screen| {
        screen.contents().contains("Acme Dialer") && screen.contents().contains("config.toml:1:")
    });
    quits(&mut pty);
}

#[test]
fn f3_a_profile_that_is_named_and_left_out_says_why_with_its_place() {
    let home = Home::new(&TWO.replacen("STAGING", "http://staging.localhost", 1));
    for arguments in [&[][..], &["-p", "staging"]] {
        let mut pty = home.setup(arguments).start();
        assert_eq!(pty.wait_exit(), End::Code(2));
        let said = String::from_utf8(pty.raw().to_vec()).unwrap();
        let why = "config.toml:5:1: profiles.staging.base_url: the address is plain http";
        assert!(said.contains(why), "{said}");
    }
}

#[test]
fn a_key_that_is_sent_as_a_token_is_told_as_such() {
    let home = Home::new("");
    let no =
        r#"{"status":"error","message":"Authentication credentials not found.","category":"INVALID_AUTHENTICATION"}"#;
    home.staging.gate.next([1, 2, 3].map(|_| Fate::refused(whole("401 Unauthorized", no))));
    let app = APP.to_string();
    let arguments = ["--app", &app, "--base-url", home.staging.gate.url()];
    let key = "0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f";
    let mut pty = home.setup(&arguments).env("HUBSPOT_ACCESS_TOKEN", key).start();
    pty.wait_for("the hint", |screen| {
        let text = screen.contents().replace('\n', " ");
        text.contains("looks like a developer API key")
    });
    assert!(!pty.raw().windows(key.len()).any(|window| window == key.as_bytes()));
}

#[test]
fn s3_a_developer_key_from_the_environment_is_used_and_seen_nowhere() {
    let home = Home::new("");
    let app = APP.to_string();
    let arguments = ["--app", &app, "--base-url", home.staging.gate.url()];
    let mut pty = home.setup(&arguments).env("HUBSPOT_DEVELOPER_API_KEY", CANARY).start();
    pty.wait_for_text("Acme Dialer");
    pty.begin_at_name();
    assert!(home.staging.gate.requests().iter().all(|request| request.contains(&format!("?hapikey={CANARY}"))));
    pty.send("x");
    pty.send("\x04");
    pty.wait_for_text("pikey=••••••••");
    assert!(!has(&pty, "Authorization"));
    pty.send("\x1b");
    pty.wait_for_text("Next PATCH");
    pty.send("\x0c");
    pty.wait_for_text("requests of this run");
    pty.send("\x1b");
    pty.wait_for_text("Next PATCH");
    pty.send("\x11");
    pty.wait_for_text("Quit?");
    pty.send("d");
    assert_eq!(pty.wait_exit(), End::Code(0));
    assert!(!pty.raw().windows(CANARY.len()).any(|window| window == CANARY.as_bytes()), "S2: it was on the terminal");
}

/// Two profiles, of which none is the default.
const SEVERAL: &str = r#"
# mine
[profiles.staging] # the usual one
app_id = APP
base_url = "STAGING"
token_command = ["printf", "canary-77d1b0c3-credential"]
[profiles.live]
app_id = APP
base_url = "PRODUCTION"
token_command = ["printf", "canary-77d1b0c3-credential"]
producton = true
"#;

fn config(home: &Home) -> String {
    fs::read_to_string(home.dir.path().join("config/callset/config.toml")).unwrap()
}

#[test]
fn with_several_profiles_and_no_default_the_list_opens_and_a_choice_starts_with_it() {
    let home = Home::new(SEVERAL);
    let mut pty = home.setup(&[]).start();
    pty.wait_for_text("Start with");
    assert!(home.staging.gate.requests().is_empty(), "nothing is asked of a server");
    pty.send("\x1b[B\r");
    pty.wait_for("X17", |screen| screen.contents().contains("▲ PRODUCTION   live") && has_form(screen));
    pty.send("\x11");
    assert_eq!(pty.wait_exit(), End::Code(0));
    let mut pty = home.setup(&[]).start();
    pty.wait_for_text("Start with");
    // It is made the default there, and the next start goes straight to it.
    pty.send("\x1b[19~");
    pty.wait_for_text("staging is the default profile");
    pty.send("\x1b");
    assert_eq!(pty.wait_exit(), End::Code(0));
    pty.assert_given_back();
    let mut pty = home.started(&[]);
    pty.wait_for("the default", |screen| screen.contents().contains("staging   app"));
    quits(&mut pty);
}

fn has_form(screen: &vt100::Screen) -> bool {
    screen.contents().contains("Acme Dialer")
}

#[test]
fn profiles_are_renamed_copied_changed_and_removed_where_one_works_and_edits_come_back() {
    let home = Home::new(&format!("default_profile = \"staging\"\n{SEVERAL}"));
    let mut pty = home.started(&[]);
    pty.send("\t\t420");
    pty.wait_for_text(r#"{"width":420}"#);
    drafted(&pty, "\"420\"");
    // Renamed: this run goes on under the new name, with its edits.
    pty.send("\x14");
    pty.wait_for_text("in use");
    pty.send("\x1bOQ");
    pty.wait_for_text("Rename staging");
    pty.send("-eu");
    pty.wait_for_text("staging-eu");
    pty.send("\r");
    pty.wait_for("the new name", |screen| {
        screen.contents().contains("staging-eu   app") && screen.contents().contains(r#"{"width":420}"#)
    });
    assert!(config(&home).contains("# mine\n[profiles.staging-eu] # the usual one\n"), "{}", config(&home));
    // A copy that is given up leads back to the list; one that is written is gone on with.
    pty.send("\x14");
    pty.wait_for_text("in use");
    pty.send("\x0f");
    pty.wait_for_text("copy of staging-eu");
    pty.send("\x11");
    pty.wait_for_text("in use");
    pty.send("\x0f");
    pty.wait_for_text("copy of staging-eu");
    pty.send("second");
    pty.wait_for_text("second");
    pty.send("\x13");
    pty.wait_for_text("It works");
    pty.wait_for_text("[profiles.second]");
    pty.send("\r");
    pty.wait_for("the copy", |screen| screen.contents().contains("second   app") && has_form(screen));
    // The same app on the same server: its edits are there as well.
    pty.wait_for_text(r#"{"width":420}"#);
    pty.send("\x14");
    pty.wait_for_text("in use");
    pty.send("\x1b[3~");
    pty.wait_for_text("Remove the profile second?");
    pty.send("y");
    pty.wait_for_text("The profile second is removed");
    assert!(!config(&home).contains("second"));
    pty.send("\x1b");
    pty.wait_for_text(r#"{"width":420}"#);
    pty.kill(Signal::TERM);
    assert_eq!(pty.wait_exit(), End::Code(143));
}

#[test]
fn the_demo_has_profiles_to_switch_between_and_leaves_nothing() {
    let mut pty = Setup::callset(&["--demo"]).start();
    pty.wait_for("the form", |screen| screen.contents().contains("staging   app 1234567") && has_form(screen));
    pty.send("\x14");
    pty.wait_for_text("7654321");
    picks(&mut pty, "live");
    pty.wait_for_text("▲ PRODUCTION   live");
    pty.wait_for_text("dialer.acme.com");
    pty.send("\x14");
    pty.wait_for_text("in use");
    pty.send("dev");
    pty.wait_for_text("Profiles: dev");
    pty.send("\x04");
    pty.wait_for_text("beside dev");
    pty.send("\x1b");
    pty.wait_for_text("nothing unsaved");
    pty.send("\x0e");
    pty.wait_for_text("wide");
    pty.send("\x1b");
    pty.wait_for_text("nothing unsaved");
    pty.send("\x11");
    assert_eq!(pty.wait_exit(), End::Code(0));
    pty.assert_given_back();
    assert!(!pty.file("config").exists());
}

#[test]
fn an_app_without_a_credential_is_asked_for_one_where_there_is_somebody_to_ask() {
    let home = Home::new("");
    let app = APP.to_string();
    let arguments = ["--app", &app, "--base-url", home.staging.gate.url()];
    let mut pty = home.setup(&arguments).start();
    pty.wait_for("the question", |screen| {
        let text = screen.contents();
        text.contains("The access token for app") && text.contains("The variable HUBSPOT_ACCESS_TOKEN is not set.")
    });
    assert_eq!(home.staging.gate.requests(), Vec::<String>::new());
    pty.send(format!("\x1b[200~{CANARY}\x1b[201~"));
    pty.wait_for_text("characters");
    pty.send("\r");
    pty.wait_for_text("Acme Dialer");
    pty.begin_at_name();
    quits(&mut pty);
    assert!(!pty.raw().windows(CANARY.len()).any(|window| window == CANARY.as_bytes()));
}
