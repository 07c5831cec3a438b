//! `auth login`: a real terminal, a browser that the test plays, a token endpoint; and no secret anywhere but where it is
//! kept.

use super::{CANARY, Shell, files};
use crate::pty::{End, Pty, Setup};
use crate::raw_http::{Answer, send};
use serde_json::json;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use url::Url;

const PROFILE: &str = "# Mine.\n[profiles.dev]\napp_id = APP\nbase_url = \"URL\"\n";

/// A port that was free a moment ago.
fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// What is on the screen, once this is.
fn seen(pty: &mut Pty, words: &str) -> String {
    pty.wait_for_text(words);
    pty.screen().contents()
}

struct Desk {
    shell: Shell,
    redirect: String,
}

impl Desk {
    fn new() -> Self {
        let (shell, redirect) = (Shell::with(PROFILE), format!("http://localhost:{}/back", free_port()));
        // The browser notes what it is told, and what it knows.
        let script = "#!/bin/sh\nenv > \"$HOME/browser.env\"\nprintf '%s\\n' \"$@\" > \"$HOME/browser.new\"\nmv \"$HOME/browser.new\" \"$HOME/browser.args\"\n";
        let browser = shell.file("browser", script);
        fs::set_permissions(&browser, fs::Permissions::from_mode(0o755)).unwrap();
        Self { shell, redirect }
    }

    fn home(&self) -> &Path {
        self.shell.home.path()
    }

    fn login(&self, more: &[&str]) -> Pty {
        let arguments = [&["auth", "login", "dev", "--redirect", &self.redirect], more].concat();
        let home = |name: &str| self.home().join(name).to_str().unwrap().to_owned();
        Setup::callset(&arguments)
            .env("HOME", &home(""))
            .env("XDG_CONFIG_HOME", &home("config"))
            .env("XDG_STATE_HOME", &home("state"))
            .env("BROWSER", &home("browser"))
            .env("HUBSPOT_CLIENT_ID", "client-id-of-the-app")
            .env("HUBSPOT_CLIENT_SECRET", &format!("{CANARY}-secret"))
            .sized(200, 50)
            .start()
    }

    fn get(&self, url: &Url) -> Answer {
        let base = format!("http://{}:{}", url.host_str().unwrap(), url.port().unwrap());
        let path = format!("{}?{}", url.path(), url.query().unwrap_or_default());
        self.shell.beside.handle.block_on(send(&base, &format!("GET {path}"), &[], None))
    }

    /// The address that is on the screen.
    fn address(pty: &mut Pty) -> Url {
        let text = seen(pty, "is not shown");
        let at = text.find("http://127.0.0.1").unwrap_or_else(|| panic!("no address: {text}"));
        // The terminal wraps it, and knows that it did.
        Url::parse(text[at..].split_whitespace().next().unwrap()).unwrap()
    }

    /// Consents, and returns where the browser is sent.
    fn consent(&self, address: &Url) -> Url {
        let mut address = address.clone();
        let behind = Url::parse(&self.shell.beside.gate.behind()).unwrap();
        address.set_port(behind.port()).unwrap();
        let answer = self.get(&address);
        assert_eq!(answer.status, 302, "{answer:?}");
        Url::parse(answer.header("location").unwrap()).unwrap()
    }

    fn config(&self) -> String {
        fs::read_to_string(self.home().join("config/callset/config.toml")).unwrap()
    }

    fn kept(&self) -> String {
        fs::read_to_string(self.home().join("config/callset/dev.refresh-token")).unwrap()
    }
}

#[test]
fn a_login_in_the_browser_is_kept_after_a_yes_and_serves_commands() {
    let desk = Desk::new();
    let mut pty = desk.login(&[]);
    let address = Desk::address(&mut pty);
    let back = desk.consent(&address);
    assert!(back.as_str().starts_with(&desk.redirect), "{back}");
    // What is not this login's answer does not end the wait.
    let local = |text: &str| Url::parse(&text.replace("localhost", "127.0.0.1")).unwrap();
    let redirect = &desk.redirect;
    assert_eq!(desk.get(&local(&format!("{redirect}?code=evil&state=evil"))).status, 400);
    assert_eq!(desk.get(&local(&format!("{redirect}?code=evil"))).status, 400);
    assert_eq!(desk.get(&local(&redirect.replace("/back", "/favicon.ico"))).status, 404);
    let page = desk.get(&local(back.as_str()));
    assert_eq!((page.status, page.header("referrer-policy")), (200, Some("no-referrer")));
    assert!(page.body.contains("callset has the answer"));
    let shown = seen(&mut pty, "Write it?");
    assert!(shown.contains("the refresh token to the file") && shown.contains("refresh_token = \"file:"), "{shown}");
    assert_eq!(desk.config(), PROFILE.replace("APP", "1234567").replace("URL", desk.shell.beside.gate.url()));
    pty.send("y\r");
    assert_eq!(pty.wait_exit(), End::Code(0));
    assert!(
        desk.config().contains("refresh_token = \"file:") && desk.config().starts_with("# Mine.\n"),
        "{}",
        desk.config()
    );
    assert!(desk.kept().starts_with("na1-first-"), "{}", desk.kept());
    let mode = fs::metadata(desk.home().join("config/callset/dev.refresh-token")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let form = desk.shell.beside.gate.exchanges().pop().unwrap();
    assert!(form.starts_with("grant_type=authorization_code&client_id=client-id-of-the-app&"), "{form}");
    assert!(form.contains("&code_verifier=") && form.contains("redirect_uri=http%3A%2F%2Flocalhost"), "{form}");
    // The browser was told the state and the challenge, and knows no secret.
    let told = fs::read_to_string(desk.home().join("browser.args")).unwrap();
    assert_eq!(told.trim(), address.as_str());
    let env = fs::read_to_string(desk.home().join("browser.env")).unwrap();
    let verifier = form.split("code_verifier=").nth(1).unwrap().split('&').next().unwrap();
    for text in [&told, &env, &pty.screen().contents()] {
        assert!(!text.contains(CANARY) && !text.contains(verifier) && !text.contains("na1-"), "{text}");
    }
    for path in files(&desk.shell.state()) {
        assert!(!fs::read_to_string(&path).unwrap_or_default().contains("na1-"), "{}", path.display());
    }
    let mut get = desk.shell.bare(&["get", "width", "-o", "value", "-p", "dev"]);
    get.env("HUBSPOT_CLIENT_ID", "i").env("HUBSPOT_CLIENT_SECRET", CANARY);
    super::ran(&mut get).exits(0).prints(&["400"]);
}

/// What no screen, file, argument or environment of another program may have. Of each secret also its halves.
fn hidden(secrets: &[&str]) -> Vec<String> {
    let halves = |text: &&str| {
        let (start, end) = text.split_at(text.len() / 2);
        [start.to_owned(), end.to_owned()]
    };
    secrets.iter().flat_map(halves).collect()
}

#[test]
fn s1_s2_the_secrets_of_a_login_are_nowhere_but_where_they_are_kept() {
    let desk = Desk::new();
    let mut pty = desk.login(&[]);
    let address = Desk::address(&mut pty);
    let told: Vec<String> = address.query_pairs().map(|(name, _)| name.into_owned()).collect();
    let wanted = ["client_id", "redirect_uri", "scope", "state", "code_challenge", "code_challenge_method"];
    assert_eq!(told, wanted, "state and challenge, and no verifier");
    let back = desk.consent(&address);
    let code = back.query_pairs().find(|(name, _)| name == "code").unwrap().1.into_owned();
    assert_eq!(desk.get(&Url::parse(&back.as_str().replace("localhost", "127.0.0.1")).unwrap()).status, 200);
    pty.wait_for_text("Write it?");
    pty.send("y\r");
    assert_eq!(pty.wait_exit(), End::Code(0));
    let form = desk.shell.beside.gate.exchanges().pop().unwrap();
    let verifier = form.split("code_verifier=").nth(1).unwrap().split('&').next().unwrap().to_owned();
    let (secret, refresh) = (format!("{CANARY}-secret"), desk.kept().trim().to_owned());
    // Then an editor, with all that it writes: a save, the log for support, a draft that stays.
    let home = |name: &str| desk.home().join(name).to_str().unwrap().to_owned();
    let mut editor = Setup::callset(&["-p", "dev"])
        .env("HOME", &home(""))
        .env("XDG_CONFIG_HOME", &home("config"))
        .env("XDG_STATE_HOME", &home("state"))
        .env("HUBSPOT_CLIENT_ID", "client-id-of-the-app")
        .env("HUBSPOT_CLIENT_SECRET", &secret)
        .env("CALLSET_LOG", "debug")
        .sized(120, 40)
        .start();
    editor.wait_for_text("Acme Dialer");
    editor.begin_at_name();
    editor.send("\t\t420");
    editor.wait_for_text(r#"{"width":420}"#);
    editor.send("\x13");
    editor.wait_for_text("Saved 1 field, confirmed");
    editor.send("\x0c");
    editor.wait_for_text("requests of this run");
    editor.send("\x1b");
    editor.wait_for_text("^S save");
    editor.send("430");
    editor.wait_for_text(r#"{"width":430}"#);
    // What is pasted into a field does not stay there.
    let access = desk.shell.beside.gate.credentials().pop().unwrap().trim_start_matches("Bearer ").to_owned();
    let all = hidden(&[&secret, &refresh, &code, &verifier, &access]);
    let clean = |bytes: &[u8], whose: &str| {
        let text = String::from_utf8_lossy(bytes);
        for piece in &all {
            assert!(!text.contains(piece.as_str()), "{whose} has {piece}");
        }
    };
    let of_process = |name: &str| fs::read(format!("/proc/{}/{name}", editor.pid().as_raw_nonzero())).unwrap();
    clean(&of_process("cmdline"), "the command line");
    editor.send("\x03\x03");
    assert_eq!(editor.wait_exit(), End::Code(130));
    clean(pty.raw(), "the terminal of the login");
    clean(editor.raw(), "the terminal of the editor");
    for file in files(desk.home()).iter().filter(|file| !file.ends_with("dev.refresh-token")) {
        clean(&fs::read(file).unwrap_or_default(), &file.display().to_string());
    }
    let log = fs::read_to_string(desk.home().join("state/callset/callset.log")).unwrap();
    assert!(log.contains("PATCH settings"), "{log}");
    assert!(desk.home().join("browser.env").exists() && fs::read(desk.home().join("browser.args")).is_ok());
}

#[test]
fn without_a_browser_the_address_or_the_code_is_pasted_and_not_shown() {
    for is_whole in [true, false] {
        let desk = Desk::new();
        let mut pty = desk.login(&["--no-browser"]);
        let address = Desk::address(&mut pty);
        let back = desk.consent(&address);
        pty.send("http://localhost/nothing\r");
        pty.wait_for_text("There is no code in it");
        pty.send("http://localhost/?code=na1-evil&state=evil\r");
        pty.wait_for_text("the answer to another login");
        let code = back.query_pairs().find(|(name, _)| name == "code").unwrap().1.into_owned();
        pty.send(format!("{}\r", if is_whole { back.as_str() } else { &code }));
        let shown = seen(&mut pty, "Write it?");
        assert!(!shown.contains(&code), "{shown}");
        pty.send("n\r");
        assert_eq!(pty.wait_exit(), End::Code(1));
        assert!(pty.screen().contents().contains("nothing was written"));
        assert!(
            !desk.home().join("config/callset/dev.refresh-token").exists()
                && !desk.home().join("browser.args").exists()
        );
        assert_eq!(desk.config(), PROFILE.replace("APP", "1234567").replace("URL", desk.shell.beside.gate.url()));
    }
}

#[test]
fn a_login_that_is_refused_or_interrupted_writes_nothing() {
    let desk = Desk::new();
    let mut pty = desk.login(&["--no-browser"]);
    let address = Desk::address(&mut pty);
    let state = address.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned();
    let refused = format!("{}?error=access_denied&state={state}", desk.redirect.replace("localhost", "127.0.0.1"));
    assert_eq!(desk.get(&Url::parse(&refused).unwrap()).status, 200);
    assert_eq!(pty.wait_exit(), End::Code(4));
    assert!(pty.screen().contents().contains("the login was refused in the browser: access_denied"));
    let mut pty = desk.login(&["--no-browser"]);
    Desk::address(&mut pty);
    pty.send("\u{3}");
    assert_eq!(pty.wait_exit(), End::Code(130));
    // Another app's redirect URL, in HubSpot's words.
    let mut pty = desk.login(&["--no-browser"]);
    Desk::address(&mut pty);
    let words =
        json!({ "status": "MISMATCH_REDIRECT_URI_AUTH_CODE", "message": "redirect URI does not match" }).to_string();
    desk.shell.beside.gate.next([super::refusal("400 Bad Request", &words)]);
    pty.send("na1-some-code\r");
    assert_eq!(pty.wait_exit(), End::Code(4));
    let shown = pty.screen().contents();
    assert!(shown.contains("The redirect URL is not one that the app lists") && !shown.contains("na1-"), "{shown}");
    assert!(!desk.home().join("config/callset/dev.refresh-token").exists());
}

#[test]
fn a_port_that_is_taken_is_told_and_the_code_is_pasted() {
    let desk = Desk::new();
    let port = desk.redirect.split(['/', ':']).nth(4).unwrap().parse().unwrap();
    let _taken = std::net::TcpListener::bind(("127.0.0.1", port)).unwrap();
    let mut pty = desk.login(&["--no-browser"]);
    let text = seen(&mut pty, "is not shown");
    assert!(text.contains("nothing listens at") && text.contains("The answer can be pasted"), "{text}");
    let back = desk.consent(&Desk::address(&mut pty));
    pty.send(format!("{back}\r"));
    pty.wait_for_text("Write it?");
    pty.send("y\r");
    assert_eq!(pty.wait_exit(), End::Code(0));
}

#[test]
fn a_login_needs_a_terminal_and_a_profile_that_takes_tokens() {
    let shell = Shell::with("[profiles.key]\napp_id = 1\ncredential = \"developer-key\"\n");
    super::ran(&mut shell.bare(&["auth", "login", "key"])).exits(2).says("it needs a terminal");
}
