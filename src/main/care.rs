//! `doctor` and `auth`: looking at what a run would start from, and at what stands between it and HubSpot.

use super::editor::be_ready;
use super::orders::{self, start_of};
use super::streams::Streams;
use super::{Aim, ask, secret, var};
use callset::api::Credential;
use callset::api::aside::aside;
use callset::api::proxy;
use callset::cli::auth::{self, AuthAction, OfProfile};
use callset::cli::doctor::{self, Doctor, Finding, Health};
use callset::cli::exit::{CommandError, Ending, Said};
use callset::cli::options::{Common, TargetOptions};
use callset::cli::outcome::CommandEnd;
use callset::cli::profile::Try;
use callset::model::Resource;
use callset::model::login::secret_variables;
use callset::model::profile::{BASE_URL, Profile, Source};
use callset::start::profiles::ProfileKeeper;
use callset::start::{Credentials, Lease, NoCredential, ReadCredential, Start, trusting};
use callset::store;
use callset::store::config::ConfigFile;
use callset::sync::{Doing, End, Outcome, Verdict, Wish};
use callset::term;
use callset::words;
use jiff::Timestamp;
use jiff::fmt::rfc2822;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::time::Duration;
use url::Url;

/// How long a credential is waited for: programs and the exchange of a login have their own limits, which are shorter.
const CREDENTIAL: Duration = Duration::from_mins(2);

/// The file of a mount is looked at no longer than this.
const DISK: Duration = Duration::from_secs(3);

/// Looks at everything.
pub(super) async fn doctor(options: &Doctor, aim: &Aim, streams: &mut Streams) -> ExitCode {
    let file = store::config::config_file(var);
    let reading = file.as_ref().map(ConfigFile::read).unwrap_or_default();
    let mut found = doctor::configuration(file.as_ref(), &reading);
    let state = store::state_dir(var);
    let config = file.as_ref().and_then(|file| file.path.parent().map(Path::to_owned));
    found.extend(looked_at(config, state.clone()).await);
    found.push(doctor::terminal(var, term::size()));
    found.extend(tmux());
    let start = start_of(aim);
    let server = start.as_ref().map_or(BASE_URL, |start| start.profile.base_url.as_str());
    found.extend(Url::parse(server).ok().map(|server| doctor::proxy(proxy::of(&server, var))));
    found.push(Finding::new(
        "log",
        Health::Well,
        match super::editor::support_log() {
            Some(path) => format!("it is written to {}", path.display()),
            None => "none; CALLSET_LOG=debug writes one into the state folder".to_owned(),
        },
    ));
    match start {
        Ok(mut start) => match be_ready(&mut start).await {
            Ok(()) => found.extend(of_start(&options.shared.common, options.offline, &start, streams).await),
            Err(why) => found.push(Finding::new("profile", Health::Ill, why.to_string())),
        },
        Err(why) => found.push(Finding::new("profile", Health::Ill, why.message)),
    }
    streams.print(&doctor::said(&found, &options.shared.common), options.shared.common.quiet, false)
}

/// Tries one profile: the part of it that `doctor` has.
pub(super) async fn profile_test(options: &Try, target: &TargetOptions, streams: &mut Streams) -> ExitCode {
    let (common, mut target) = (&options.common, target.clone());
    let aim = if options.name.is_some() {
        target.profile.clone_from(&options.name);
        Aim::of_profile(target)
    } else {
        Aim::untyped(target)
    };
    let found = match start_of(&aim) {
        Ok(start) => of_start(common, false, &start, streams).await,
        Err(why) => vec![Finding::new("profile", Health::Ill, why.message)],
    };
    streams.print(&doctor::said(&found, common), common.quiet, false)
}

/// What waits for the disk, on a thread of its own: a mount that hangs holds up nothing else.
async fn looked_at(config: Option<std::path::PathBuf>, state: Option<std::path::PathBuf>) -> Vec<Finding> {
    let look = aside(move || {
        let mut found =
            vec![doctor::folder("config folder", config.as_deref()), doctor::folder("state folder", state.as_deref())];
        found.extend(state.as_deref().map(space));
        found
    });
    match tokio::time::timeout(DISK, look).await {
        Ok(Ok(found)) => found,
        Ok(Err(lost)) => vec![Finding::new("folders", Health::Ill, lost.to_string())],
        Err(_) => vec![Finding::new("folders", Health::Ill, "the disk does not answer")],
    }
}

/// What is free where drafts are kept.
fn space(state: &Path) -> Finding {
    let there = state.ancestors().find(|folder| folder.exists()).unwrap_or(state);
    match term::free_bytes(there) {
        Ok(bytes) if bytes < 10 * 1024 * 1024 => {
            Finding::new("disk", Health::Ill, format!("{} KiB are free at {}", bytes / 1024, there.display()))
        }
        Ok(bytes) => {
            Finding::new("disk", Health::Well, format!("{} MiB are free at {}", bytes / 1024 / 1024, there.display()))
        }
        Err(why) => Finding::new("disk", Health::Odd, format!("nobody knows what is free: {why}")),
    }
}

fn tmux() -> Option<Finding> {
    var("TMUX")?;
    let ask = |option: &str| {
        let mut command = Command::new("tmux");
        for name in secret_variables([]) {
            command.env_remove(name);
        }
        let asked = command.args(["show-options", "-gsv", option]).stdin(Stdio::null()).output().ok()?;
        asked.status.success().then(|| String::from_utf8_lossy(&asked.stdout).into_owned())
    };
    Some(doctor::tmux(&ask("set-clipboard")?, &ask("escape-time")?))
}

/// The profile, its credential, and whether the API is reached with it.
async fn of_start(common: &Common, is_offline: bool, start: &Start, streams: &mut Streams) -> Vec<Finding> {
    streams.learn_of(start);
    let profile = &start.profile;
    let host = profile.host().unwrap_or_default();
    let name = if start.is_demo {
        "the demo"
    } else if profile.name.is_empty() {
        "none"
    } else {
        &profile.name
    };
    let flags = [(profile.production, ", production"), (profile.read_only, ", read-only")];
    let flags: String = flags.into_iter().filter_map(|(is_set, flag)| is_set.then_some(flag)).collect();
    let words = format!("{name}: app {} on {host}, {}{flags}", profile.app_id, profile.api_version);
    let mut found = vec![Finding::new("profile", Health::Well, words)];
    let (credential, has_one) = credential(start, common).await;
    found.push(credential);
    if is_offline {
        found.push(Finding::new("connection", Health::Skipped, "--offline"));
    } else if !has_one {
        found.push(Finding::new("connection", Health::Skipped, "there is no credential to send"));
    } else {
        found.extend(connection(common, start, streams).await);
    }
    found
}

async fn credential(start: &Start, common: &Common) -> (Finding, bool) {
    let credentials = start.credentials();
    let is_trusted = common.trust_host.as_deref() == start.profile.host().as_deref();
    let credentials = if is_trusted { trusting(credentials) } else { credentials };
    let name = "credential";
    match read(credentials).await {
        Ok(Ok(had)) => {
            let from = if had.source.is_empty() { String::new() } else { format!(" from {}", had.source) };
            let label = start.profile.kind.label();
            if let Some(looks) = had.credential.looks_like().filter(|looks| !looks.fits(start.profile.kind)) {
                let words = format!("{label}{from}. {}", words::credential::looks_like(looks));
                return (Finding::new(name, Health::Odd, words), true);
            }
            let lease = had.lease.unwrap_or_else(|| Lease::of(None));
            let left = lease.lives.map_or(String::new(), |lives| {
                format!(", {} min left, and then it is renewed", lives.as_secs().div_ceil(60))
            });
            let lacks = words::login::lacks(&lease.scopes);
            let health = if lacks.is_some() { Health::Odd } else { Health::Well };
            let lacks = lacks.map_or(String::new(), |lacks| format!(". {lacks}"));
            let words = format!("{label}{from}, {}{left}{lacks}", had.credential.hint());
            (Finding::new(name, health, words), true)
        }
        Ok(Err(NoCredential::Untrusted(source))) => {
            let host = start.profile.host().unwrap_or_default();
            let words = format!("what {source} holds was not stored for {host}: --trust-host {host}");
            (Finding::new(name, Health::Ill, words), false)
        }
        Ok(Err(NoCredential::NotNow(fault))) => {
            let host = start.profile.host().unwrap_or_default();
            (Finding::new(name, Health::Ill, words::fault::happened(&fault, &host)), false)
        }
        Ok(Err(NoCredential::None(why))) | Err(why) => (Finding::new(name, Health::Ill, why), false),
    }
}

/// Reads the credential on a thread of its own, and not for ever. The error is a sentence.
async fn read(credentials: Credentials) -> Result<Result<ReadCredential, NoCredential>, String> {
    let read = tokio::time::timeout(CREDENTIAL, aside(move || (credentials.read)(None))).await;
    read.map_err(|_| "its source does not answer".to_owned())?.map_err(|lost| lost.to_string())
}

/// One GET, and what its answer says of name, encryption, API and clock.
async fn connection(common: &Common, start: &Start, streams: &mut Streams) -> Vec<Finding> {
    let wish = Wish::Read([Resource::Settings].into(), None);
    let (run, target) = match orders::read(start, &wish.into(), common, streams).await {
        Ok(read) => read,
        Err(why) => return vec![Finding::new("connection", Health::Ill, why.message)],
    };
    let end = CommandEnd::new(&run.batch, &target, common.format());
    let answered = run.batch.copy.log.iter().rev().find_map(|logged| match &logged.end {
        End::Over { at, trace: Some(trace), took, .. } => Some((*at, trace.clone(), *took)),
        End::Over { .. } | End::Open | End::Cancelled => None,
    });
    let fault = match run.batch.verdict() {
        Some(Verdict::Outcomes(outcomes)) => outcomes.iter().find_map(|(_, outcome)| match outcome {
            Outcome::Failed(_, fault) => Some(fault.clone()),
            _ => None,
        }),
        Some(_) | None => None,
    };
    let Some((at, trace, took)) = answered else {
        let words = fault.map_or("nothing came".to_owned(), |fault| end.fault(Doing::Loading, &fault).message);
        return vec![Finding::new("connection", Health::Ill, words)];
    };
    let tls =
        if target.base_url.starts_with("https") { "TLS, checked by the system's certificates" } else { "plain http" };
    let mut found = vec![Finding::new(
        "connection",
        Health::Well,
        format!("{} answered in {} ms, {tls}", target.host, took.as_millis()),
    )];
    found.push(match &fault {
        None => {
            let version = start.profile.api_version;
            let is_absent = run.batch.copy.draft.is_absent(Resource::Settings);
            let what = if is_absent { "; the app has no settings yet" } else { "" };
            Finding::new("API", Health::Well, format!("{version} answered {}{what}", trace.status))
        }
        Some(fault) => Finding::new("API", Health::Ill, end.fault(Doing::Loading, fault).message),
    });
    let date = trace.header("date").and_then(|date| rfc2822::parse(date).ok());
    found.push(doctor::clock(date.map(|date| at.as_second() - date.timestamp().as_second())));
    found
}

/// Where the credential comes from, and keeping another.
pub(super) async fn auth(action: &AuthAction, aim: &Aim, streams: &mut Streams) -> ExitCode {
    let (done, json, quiet) = match action {
        AuthAction::Status(status) => {
            (status_of(status, aim, streams).await, status.shared.common.is_json(), status.shared.common.quiet)
        }
        AuthAction::Set(of) => (set(of), false, false),
        AuthAction::Login(options) => (super::login::log_in(options, streams).await, false, false),
        AuthAction::Forget(of) => (forget(of), false, false),
    };
    streams.print(&done.unwrap_or_else(|why| why.said(json)), quiet, false)
}

async fn status_of(status: &auth::Status, aim: &Aim, streams: &mut Streams) -> Result<Said, CommandError> {
    let mut start = start_of(aim)?;
    be_ready(&mut start).await.map_err(|why| CommandError::usage(why.to_string()))?;
    let is_own = start.endpoint().is_ok_and(|endpoint| endpoint.is_own());
    let read = read(start.credentials()).await;
    let read = read.map_err(|why| CommandError::new(Ending::NoCredential, "no_credential", why))?;
    if let Ok(had) = &read {
        streams.learn(had.credential.clone());
    }
    auth::status(read, &start.profile.host().unwrap_or_default(), is_own, Timestamp::now(), &status.shared.common)
}

/// Does something with the credential of a profile.
fn with_keeper<T>(work: impl FnOnce(ProfileKeeper<'_>) -> Result<T, String>) -> Result<T, String> {
    let file = store::config::config_file(var).ok_or("there is no place for a configuration")?;
    work(super::keeper(&file, store::state_dir(var).as_deref()))
}

fn profile_of(of: &OfProfile) -> Result<Profile, CommandError> {
    let reading = store::config::config_file(var).as_ref().map(ConfigFile::read).unwrap_or_default();
    let found = reading.config.profiles.iter().find(|profile| profile.name == of.name);
    found.cloned().ok_or_else(|| CommandError::usage(callset::cli::choice::unknown(&of.name, &reading)))
}

fn set(of: &OfProfile) -> Result<Said, CommandError> {
    let profile = profile_of(of)?;
    let is_kept = |source: &&Source| source.is_written();
    let Some(source) = profile.sources.iter().find(is_kept) else {
        let sources: Vec<String> = profile.sources.iter().map(Source::words).collect();
        let from = sources.join(", then ");
        let why = format!("the profile {} has its credential from {from}, where callset keeps nothing", of.name);
        return Err(CommandError::usage(why));
    };
    let text = secret_for(&profile)?;
    let fails = |why: String| CommandError::new(Ending::Failed, "disk", why);
    let (credential, _) = Credential::new(profile.kind, &text).map_err(|why| fails(why.to_string()))?;
    with_keeper(|keeper| keeper.keep(source, &profile, &credential, true)).map_err(fails)?;
    Ok(Said { said: vec![format!("callset: it is kept in {}", source.words())], ..Said::default() })
}

/// The credential for a profile: asked for on a terminal, else read from standard input.
pub(super) fn secret_for(profile: &Profile) -> Result<String, CommandError> {
    let host = profile.host().unwrap_or_default();
    if !ask::is_possible(var) {
        return secret().map_err(CommandError::usage);
    }
    // Nobody types a secret for a keyring that cannot take it.
    if profile.sources.iter().find(|source| source.is_written()) == Some(&Source::Keyring) {
        let there = callset::secrets::in_keyring(profile.kind, &callset::start::profiles::who(profile), var);
        there.map_err(|why| CommandError::new(Ending::Failed, "keyring", why.trim_end_matches('.').to_owned()))?;
    }
    ask::text(profile.kind, &host)
}

fn forget(of: &OfProfile) -> Result<Said, CommandError> {
    let profile = profile_of(of)?;
    if !profile.sources.iter().any(Source::uses_keyring) {
        let why =
            format!("the profile {} has no entry in the keyring: files and variables are yours to remove", of.name);
        return Err(CommandError::usage(why));
    }
    let removed = with_keeper(|keeper| keeper.forget(&profile))
        .map_err(|why| CommandError::new(Ending::Failed, "keyring", why))?;
    let words = if removed { "its entry in the keyring is removed" } else { "there was no entry in the keyring" };
    Ok(Said { said: vec![format!("callset: {words}")], ..Said::default() })
}
