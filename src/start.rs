//! What a run starts from: profile, credential, trust, target, place. Used by the editor and by commands.
//!
//! ```text
//!   argv, configuration ──> Start ──┬── target      what is edited, without a credential
//!                                   ├── endpoint    where requests go
//!                                   └── credentials read when needed ── own host, or trusted by the user? ──> sent
//! ```
//!
//! The trust rule: a credential may go to HubSpot's own hosts and to loopback. It may go to another host only after
//! the user has trusted that host with exactly this source.

mod login;
pub mod profiles;

use crate::api::{self, Client, Credential, Endpoint, EndpointError, Timeouts, wire};
use crate::model::Resource;
use crate::model::profile::{Profile, Source};
use crate::secrets::{self, FoundCredential, FoundSecret, Limits};
use crate::store::config::{ConfigFile, Reading};
use crate::store::{Place, state_dir, trust};
use crate::sync::{Fault, Target};
use crate::words;
use jiff::Timestamp;
use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::OnceCell;

/// The token of the demo. The sandbox accepts any token.
const DEMO_TOKEN: &str = "demo-token-of-the-sandbox";

/// Looks up an environment variable.
pub type Variable = Arc<dyn Fn(&str) -> Option<OsString> + Send + Sync>;

/// Makes the client, on first use and outside the screen's thread: reading the system's certificates takes longer
/// than the first frame.
pub type Connect = Arc<dyn Fn(Credential) -> Result<Client, api::Error> + Send + Sync>;

/// Reaches another profile: its client, and its credential. The error is the end of a sentence.
pub type Reach = Arc<dyn Fn(&Profile) -> Result<(Connect, Credentials), String> + Send + Sync>;

/// Reads a credential.
pub type ReadFn = Arc<dyn Fn(Option<&Lease>) -> Result<ReadCredential, NoCredential> + Send + Sync>;

/// Access to the credential. Both functions may wait for programs, the keyring or the disk; they are called on a
/// thread of their own.
#[derive(Clone)]
#[expect(missing_debug_implementations, reason = "holds functions")]
pub struct Credentials {
    /// Reads the credential. It gets the lease of the credential that the new one follows.
    pub read: ReadFn,
    /// Notes that the credential may be sent to its host.
    pub trust: Arc<dyn Fn() -> Result<(), String> + Send + Sync>,
}

impl Credentials {
    /// A credential that is known already and may be sent to its host.
    pub fn ready(credential: Credential) -> Self {
        let had = move |_: Option<&Lease>| {
            Ok(ReadCredential { credential: credential.clone(), source: String::new(), tidied: vec![], lease: None })
        };
        Self { read: Arc::new(had), trust: Arc::new(|| Ok(())) }
    }
}

/// What is known of a credential that can be renewed by reading it again.
#[derive(Clone, Debug)]
pub struct Lease {
    /// How long the credential lives from when it was asked for; `None` if that is not known.
    pub lives: Option<Duration>,
    /// The scopes that it has, if they are known.
    pub scopes: Vec<String>,
    /// What the user should know, as sentences.
    pub note: Option<String>,
    /// The refresh token that no source took.
    unkept: Option<login::Unkept>,
}

impl Lease {
    /// A credential that lives this long, and of which nothing else is known.
    pub fn of(lives: Option<Duration>) -> Self {
        Self { lives, scopes: vec![], note: None, unkept: None }
    }
}

/// A credential that was read.
#[derive(Debug)]
pub struct ReadCredential {
    /// The credential.
    pub credential: Credential,
    /// The source of the credential, in words.
    pub source: String,
    /// The names of the parts that were removed around the text.
    pub tidied: Vec<&'static str>,
    /// `None` if reading it again would give the same one.
    pub lease: Option<Lease>,
}

/// Why there is no credential to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoCredential {
    /// No source has one. The text says where callset looked.
    None(String),
    /// The credential was not stored for this host. The text names its source.
    Untrusted(String),
    /// There may be one later: the login could not be exchanged for this reason. The request that needs the credential
    /// was not sent.
    NotNow(Fault),
}

impl From<NoCredential> for Fault {
    fn from(lack: NoCredential) -> Self {
        match lack {
            NoCredential::None(why) => Fault::NoCredential(why),
            NoCredential::Untrusted(source) => Fault::Untrusted(source),
            NoCredential::NotNow(fault) => fault,
        }
    }
}

/// The names or numbers of the HubSpot CLI's accounts that have a login.
pub fn cli_accounts(var: impl Fn(&str) -> Option<OsString>) -> Vec<String> {
    let called = |account: secrets::CliAccount| match account.id {
        Some(id) if account.name.is_empty() => id.to_string(),
        _ => account.name,
    };
    secrets::hubspot_cli_offer(var).into_iter().map(|(account, _)| called(account)).collect()
}

/// What a run starts from.
#[derive(Clone)]
#[expect(missing_debug_implementations, reason = "may hold the credential")]
pub struct Start {
    /// The app that is edited, and how it is reached.
    pub profile: Profile,
    /// Is nothing configured yet? Then the profile only has an address, and the user is asked for the rest.
    pub is_first: bool,
    /// Is it the built-in sandbox?
    pub is_demo: bool,
    /// The address of the built-in sandbox, if it runs.
    pub sandbox: Option<String>,
    /// Does the profile have a name in the configuration?
    pub is_named: bool,
    /// The credential, if the user typed one that is not stored.
    pub ready: Option<Credential>,
    /// The contents of the configuration.
    pub reading: Reading,
    /// The configuration file.
    pub file: Option<ConfigFile>,
    /// Looks up environment variables.
    pub var: Variable,
    /// Gives the current time.
    pub now: fn() -> Timestamp,
}

impl Start {
    /// The address that requests go to.
    ///
    /// # Errors
    ///
    /// The address cannot be used.
    pub fn endpoint(&self) -> Result<Endpoint, EndpointError> {
        Endpoint::new(&self.profile.base_url, self.profile.api_version, self.profile.app_id)
    }

    /// Reads the credential or the login from the sources of the profile.
    ///
    /// # Errors
    ///
    /// A sentence that says where callset looked.
    pub fn read(&self) -> Result<FoundSecret, String> {
        let who = profiles::who(&self.profile);
        let limits = Limits::of(self.profile.command_timeout);
        let read = secrets::read(limits, self.profile.kind, &self.profile.sources, &who, |name| (self.var)(name));
        read.map_err(|missing| missing.to_string())
    }

    /// The target of this run. `watch` is the interval that the user asked for. Without one, the configured
    /// interval is used, except in production.
    pub fn target(&self, endpoint: &Endpoint, watch: Option<Duration>, seed: u64) -> Target {
        let config = &self.reading.config;
        Target {
            app_id: endpoint.app_id,
            host: self.host(),
            base_url: endpoint.base_url.as_str().trim_end_matches('/').to_owned(),
            paths: Resource::ALL
                .map(|resource| (resource, wire::path(endpoint.version, endpoint.app_id, resource)))
                .into(),
            kind: self.profile.kind,
            credential_hint: String::new(),
            looks_like: None,
            credential_source: String::new(),
            credential_renewal: None,
            sandbox: self.is_demo,
            // An app that may be guarded is one, also without a name.
            profile: (self.is_named || self.profile.production).then(|| self.profile.clone()),
            setup: config.clone(),
            complaints: self.reading.complaints.iter().map(ToString::to_string).collect(),
            watch: watch.or(config.watch.filter(|_| !self.profile.production)),
            seed,
        }
    }

    /// The place of the drafts and the history of this app.
    pub fn place(&self, endpoint: &Endpoint) -> Place {
        let app_id = endpoint.app_id;
        if self.is_demo { Place::demo(app_id) } else { Place::new(&endpoint.base_url, app_id) }
    }

    /// The folder of drafts and history; `None` if the environment names none.
    pub fn state(&self) -> Option<PathBuf> {
        state_dir(|name| (self.var)(name))
    }

    /// Reaches another profile with its own address, credential and trust, as if callset had been started with it.
    pub fn elsewhere(&self) -> Reach {
        let (var, now, sandbox) = (Arc::clone(&self.var), self.now, self.sandbox.clone());
        Arc::new(move |profile| {
            let (reading, profile) = (Reading::default(), profile.clone());
            let (is_first, is_named, ready, file) = (false, true, None, None);
            let is_demo = sandbox.as_ref() == Some(&profile.base_url);
            let (var, sandbox) = (Arc::clone(&var), sandbox.clone());
            let start = Self { profile, is_first, is_demo, sandbox, is_named, ready, reading, file, var, now };
            let endpoint = start.endpoint().map_err(|why| why.to_string())?;
            Ok((connect(&endpoint), start.credentials()))
        })
    }

    /// Goes on with another profile. Its credential is read from its sources; in the sandbox any will do.
    pub fn go_on_with(&mut self, profile: Profile, ready: Option<Credential>) {
        self.begin_with(profile, ready);
        self.reading = self.file.as_ref().map(ConfigFile::read).unwrap_or_default();
    }

    /// The same with the configuration as it is known.
    pub fn begin_with(&mut self, profile: Profile, ready: Option<Credential>) {
        self.is_demo = self.sandbox.as_ref() == Some(&profile.base_url);
        (self.profile, self.ready, self.is_named) = (profile, ready, true);
    }

    fn host(&self) -> String {
        self.profile.host().unwrap_or_default()
    }

    /// Access to the credential: it is read when needed, and not released for a host that the user has not trusted.
    pub fn credentials(&self) -> Credentials {
        if let (true, Ok((credential, _))) = (self.is_demo, Credential::bearer(DEMO_TOKEN)) {
            return Credentials::ready(credential);
        }
        if let Some(credential) = &self.ready {
            return Credentials::ready(credential.clone());
        }
        let Self { profile, is_first, is_demo, sandbox, is_named, var, now, .. } = self;
        let (profile, sandbox, var) = (profile.clone(), sandbox.clone(), Arc::clone(var));
        let (is_first, is_demo, is_named, now) = (*is_first, *is_demo, *is_named, *now);
        let (reading, file, ready) = (Reading::default(), None, None);
        let start = Self { profile, is_first, is_demo, sandbox, is_named, ready, reading, file, var, now };
        let (dir, host, now) = (self.state(), self.host(), self.now);
        // The source that was read last, and whether the user trusted the host in this run.
        let last: Arc<OnceCell<Source>> = Arc::default();
        let is_trusted: Arc<AtomicBool> = Arc::default();
        let is_own = start.endpoint().is_ok_and(|endpoint| endpoint.is_own());
        let read = {
            let (dir, host, last, is_trusted) = (dir.clone(), host.clone(), Arc::clone(&last), Arc::clone(&is_trusted));
            move |before: Option<&Lease>| {
                let _lock = login::lock(&start)?;
                let found = start.read().map_err(NoCredential::None)?;
                let source = found.source();
                let name = source.words();
                let _ = last.set(source.clone());
                let is_approved =
                    || dir.as_ref().is_some_and(|dir| trust::approved(dir, &secrets::full_name(&source), &host));
                if !(is_own || is_trusted.load(Ordering::Relaxed) || is_approved()) {
                    return Err(NoCredential::Untrusted(name));
                }
                match found {
                    FoundSecret::Ready(FoundCredential { credential, tidied, .. }) => {
                        Ok(ReadCredential { credential, source: name, tidied, lease: None })
                    }
                    FoundSecret::Login(found) => login::exchanged(&start, &found, before),
                    FoundSecret::CliKey(found) => login::exchanged_key(&start, &found, before),
                }
            }
        };
        let trust = move || {
            is_trusted.store(true, Ordering::Relaxed);
            let (Some(dir), Some(source)) = (&dir, last.get()) else { return Ok(()) };
            let noted = trust::approve(dir, &secrets::full_name(source), &host, now());
            noted.map_err(words::profile::will_ask_again)
        };
        Credentials { read: Arc::new(read), trust: Arc::new(trust) }
    }
}

/// Returns a function that makes the client for an endpoint.
pub fn connect(endpoint: &Endpoint) -> Connect {
    connect_within(endpoint, Timeouts::default())
}

/// The same with other limits.
pub fn connect_within(endpoint: &Endpoint, limits: Timeouts) -> Connect {
    let endpoint = endpoint.clone();
    Arc::new(move |credential| Client::new(endpoint.clone(), credential, limits))
}

/// A credential that may go to its host: somebody has said so. That is noted as the editor's yes is.
pub fn trusting(credentials: Credentials) -> Credentials {
    let Credentials { read, trust } = credentials;
    let noted = Arc::clone(&trust);
    let read = move |before: Option<&Lease>| match read(before) {
        Err(NoCredential::Untrusted(_)) => {
            // What can not be noted holds for this run.
            let _ = noted();
            read(before)
        }
        read => read,
    };
    Credentials { read: Arc::new(read), trust }
}

/// The programs that put their standard input on the clipboard, in the order to try them. Over ssh, only tmux is
/// tried: the other programs would fill the clipboard of the remote machine. tmux passes the text on to the user's
/// terminal, whereas its default (`set-clipboard external`) drops an OSC 52 that comes from inside.
pub fn clipboard_programs(var: impl Fn(&str) -> Option<OsString>) -> Vec<Vec<String>> {
    let is_set = |name: &str| var(name).is_some_and(|value| !value.is_empty());
    let is_remote = is_set("SSH_CONNECTION") || is_set("SSH_TTY");
    let programs: [(bool, &[&str]); 6] = [
        (!is_remote && cfg!(target_os = "macos"), &["pbcopy"]),
        (!is_remote && is_set("WAYLAND_DISPLAY"), &["wl-copy"]),
        (!is_remote && is_set("DISPLAY"), &["xclip", "-selection", "clipboard"]),
        (!is_remote && is_set("DISPLAY"), &["xsel", "--clipboard", "--input"]),
        (!is_remote && is_set("WSL_DISTRO_NAME"), &["clip.exe"]),
        (is_set("TMUX"), &["tmux", "load-buffer", "-w", "-"]),
    ];
    let there = programs.into_iter().filter(|(is_there, _)| *is_there);
    there.map(|(_, program)| program.iter().map(|&word| word.to_owned()).collect()).collect()
}

/// The programs that open an address in a browser, in the order to try them. Over ssh there is none: a browser there
/// would open on the remote machine.
pub fn browser_programs(var: impl Fn(&str) -> Option<OsString>) -> Vec<String> {
    let set = |name: &str| var(name).filter(|value| !value.is_empty());
    if set("SSH_CONNECTION").is_some() || set("SSH_TTY").is_some() {
        return vec![];
    }
    // Programs to choose from, by an old habit. One with arguments is passed over, since there is no shell.
    let own = set("BROWSER").and_then(|own| own.into_string().ok()).unwrap_or_default();
    let own = own.split(':').filter(|program| !program.is_empty() && !program.contains(char::is_whitespace));
    let has_desk = set("DISPLAY").is_some() || set("WAYLAND_DISPLAY").is_some();
    let programs =
        [(cfg!(target_os = "macos"), "open"), (set("WSL_DISTRO_NAME").is_some(), "wslview"), (has_desk, "xdg-open")];
    let usual = programs.into_iter().filter_map(|(is_there, program)| is_there.then_some(program));
    own.chain(usual).map(ToOwned::to_owned).collect()
}

/// Where the user's own machine reaches this one by ssh, as arguments of `ssh`. `None` if the user is not there by ssh.
pub fn ssh_destination(var: impl Fn(&str) -> Option<OsString>) -> Option<String> {
    let text = |name: &str| var(name).and_then(|value| value.into_string().ok()).filter(|value| !value.is_empty());
    let connection = text("SSH_CONNECTION");
    if connection.is_none() && text("SSH_TTY").is_none() {
        return None;
    }
    // The addresses and ports of both ends.
    let mut parts = connection.as_deref().unwrap_or_default().split_whitespace().skip(2);
    let host = parts.next().unwrap_or("HOST");
    let port = parts.next().filter(|port| *port != "22").map_or(String::new(), |port| format!("-p {port} "));
    let user = text("USER").or_else(|| text("LOGNAME")).map_or(String::new(), |user| format!("{user}@"));
    Some(format!("{port}{user}{host}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use tempfile::TempDir;

    const TOKEN: &str = "CANARY-token-of-an-app";

    #[test]
    fn s10_the_clipboard_is_that_of_the_desk_in_front() {
        let programs = |set: &[&str]| {
            let set: Vec<String> = set.iter().map(|&name| name.to_owned()).collect();
            let programs = clipboard_programs(|name| set.iter().any(|n| n == name).then(|| "x".into()));
            programs.into_iter().map(|program| program[0].clone()).filter(|name| name != "pbcopy").collect::<Vec<_>>()
        };
        assert_eq!(programs(&[]), [""; 0]);
        assert_eq!(programs(&["DISPLAY", "WAYLAND_DISPLAY"]), ["wl-copy", "xclip", "xsel"]);
        assert_eq!(programs(&["DISPLAY", "TMUX"]), ["xclip", "xsel", "tmux"]);
        assert_eq!(
            programs(&["DISPLAY", "WAYLAND_DISPLAY", "SSH_CONNECTION"]),
            [""; 0],
            "a forwarded display is not it"
        );
        assert_eq!(programs(&["SSH_TTY", "TMUX"]), ["tmux"]);
        assert_eq!(programs(&["WSL_DISTRO_NAME"]), ["clip.exe"]);
    }

    #[test]
    fn a_browser_opens_on_the_desk_in_front() {
        let programs = |set: &[(&str, &str)]| {
            let set: Vec<(String, String)> = set.iter().map(|&(n, v)| (n.to_owned(), v.to_owned())).collect();
            let all = browser_programs(|name| set.iter().find(|(n, _)| n == name).map(|(_, value)| value.into()));
            all.into_iter().filter(|name| name != "open").collect::<Vec<_>>()
        };
        assert_eq!(programs(&[]), [""; 0]);
        assert_eq!(programs(&[("DISPLAY", ":0")]), ["xdg-open"]);
        assert_eq!(
            programs(&[("BROWSER", "firefox::/opt/b:x --y"), ("DISPLAY", ":0")]),
            ["firefox", "/opt/b", "xdg-open"]
        );
        assert_eq!(programs(&[("BROWSER", "firefox"), ("DISPLAY", ":0"), ("SSH_TTY", "/dev/pts/1")]), [""; 0]);
        assert_eq!(programs(&[("WSL_DISTRO_NAME", "x")]), ["wslview"]);
    }

    #[test]
    fn the_way_back_over_ssh_is_that_of_the_connection() {
        let to = |set: &[(&str, &str)]| {
            let set: Vec<(String, String)> = set.iter().map(|&(n, v)| (n.to_owned(), v.to_owned())).collect();
            ssh_destination(|name| set.iter().find(|(n, _)| n == name).map(|(_, value)| value.into()))
        };
        assert_eq!(to(&[("USER", "ada")]), None);
        let connection = ("SSH_CONNECTION", "10.0.0.5 50022 10.0.0.9 22");
        assert_eq!(to(&[connection, ("USER", "ada")]).as_deref(), Some("ada@10.0.0.9"));
        assert_eq!(to(&[("SSH_CONNECTION", "::1 1 fe80::2 2222")]).as_deref(), Some("-p 2222 fe80::2"));
        assert_eq!(to(&[("SSH_TTY", "/dev/pts/1"), ("LOGNAME", "ada")]).as_deref(), Some("ada@HOST"));
    }

    /// A profile that takes its credential from these variables, which both hold one.
    fn start(state: &TempDir, base_url: &str, variables: &[&str]) -> Start {
        let sources = variables.iter().map(|name| Source::Variable((*name).to_owned())).collect();
        let profile = Profile { base_url: base_url.to_owned(), sources, ..Profile::new("proxy", 1_234_567) };
        let home = state.path().to_owned();
        let var: Variable = Arc::new(move |name| match name {
            "XDG_STATE_HOME" => Some(home.clone().into()),
            "ONE" | "OTHER" => Some(TOKEN.into()),
            _ => None,
        });
        let (is_first, is_demo, sandbox, is_named, ready, file) = (false, false, None, true, None, None);
        let now = || Timestamp::UNIX_EPOCH;
        let reading = Reading::default();
        Start { profile, is_first, is_demo, sandbox, is_named, ready, reading, file, var, now }
    }

    fn goes(start: &Start) -> bool {
        match (start.credentials().read)(None) {
            Ok(_) => true,
            Err(NoCredential::Untrusted(source)) => {
                assert!(source.starts_with('$') && !source.contains(TOKEN), "{source}");
                false
            }
            Err(other) => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_credential_goes_to_hubspot_and_to_this_machine_without_a_question() {
        let state = TempDir::new().unwrap();
        for url in ["https://api.hubapi.com", "http://127.0.0.1:8080", "http://localhost:1", "https://api.hubapi.eu/x"]
        {
            let is_hubspots = url.contains("hubapi.com") || url.starts_with("http://");
            assert_eq!(goes(&start(&state, url, &["ONE"])), is_hubspots, "{url}");
        }
        // A name that looks like HubSpot's is somebody else's.
        for url in ["https://api.hubapi.com.evil.example", "https://hubapi.example", "https://xhubapi.com"] {
            assert!(!goes(&start(&state, url, &["ONE"])), "{url}");
        }
    }

    #[test]
    fn a_yes_is_for_this_source_and_this_host_and_is_remembered() {
        let state = TempDir::new().unwrap();
        let proxy = start(&state, "https://proxy.acme.dev", &["ONE"]);
        let credentials = proxy.credentials();
        assert!(matches!((credentials.read)(None), Err(NoCredential::Untrusted(_))));
        assert_eq!((credentials.trust)(), Ok(()));
        assert!((credentials.read)(None).is_ok(), "in this run");
        assert!(goes(&proxy), "and in the next");
        assert!(!goes(&start(&state, "https://proxy.acme.dev", &["OTHER"])), "another source was not asked about");
        assert!(!goes(&start(&state, "https://proxy.acme.dev:8443", &["ONE"])), "nor another port");
        assert!(!goes(&start(&state, "https://other.acme.dev", &["ONE"])), "nor another host");
    }

    #[test]
    fn s7_a_login_is_not_exchanged_at_a_host_that_nobody_trusts() {
        let state = TempDir::new().unwrap();
        let parts = ["ONE", "OTHER", "ONE"].map(|name| Source::Variable(name.to_owned()));
        let [client_id, client_secret, refresh_token] = parts;
        let login = crate::model::login::Login { client_id, client_secret, refresh_token };
        // Nobody listens there; what is not trusted is not even tried.
        let mut proxy = start(&state, "https://proxy.invalid", &[]);
        proxy.profile.sources = vec![Source::OAuth(Box::new(login))];
        match (proxy.credentials().read)(None) {
            Err(NoCredential::Untrusted(source)) => assert_eq!(source, "the OAuth login"),
            other => panic!("{other:?}"),
        }
        let here =
            Start { profile: Profile { base_url: "http://127.0.0.1:1".into(), ..proxy.profile.clone() }, ..proxy };
        match (here.credentials().read)(None) {
            Err(NoCredential::NotNow(Fault::Unreached(_))) => {}
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_can_not_be_noted_holds_for_this_run_and_says_so() {
        let state = TempDir::new().unwrap();
        std::fs::write(state.path().join("callset"), "no folder").unwrap();
        let proxy = start(&state, "https://proxy.acme.dev", &["ONE"]);
        let credentials = proxy.credentials();
        assert!((credentials.read)(None).is_err());
        assert!((credentials.trust)().unwrap_err().starts_with("It will be asked again: "));
        assert!((credentials.read)(None).is_ok());
        assert!(!goes(&proxy));
    }

    #[test]
    fn the_demo_and_a_typed_credential_ask_nobody() {
        let state = TempDir::new().unwrap();
        let proxy = start(&state, "https://proxy.acme.dev", &[]);
        assert!(matches!((proxy.credentials().read)(None), Err(NoCredential::None(_))));
        assert!(goes(&Start { is_demo: true, ..proxy.clone() }));
        assert!(goes(&Start { ready: Some(Credential::bearer(TOKEN).unwrap().0), ..proxy }));
    }
}
