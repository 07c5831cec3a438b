//! `doctor` and `auth`: looking at what a run would start from, and at what stands between it and HubSpot.

use super::editor::be_ready;
use super::orders::start_of;
use super::streams::Streams;
use super::{Aim, ask, secret, var};
use callset::api::aside::aside;
use callset::api::{Credential, Timeouts};
use callset::app::msg::Stop;
use callset::cli::auth::{self, AuthAction, OfProfile};
use callset::cli::doctor::{Doctor, Findings};
use callset::cli::exit::{CommandError, Ending, Said};
use callset::cli::options::{Common, TargetOptions};
use callset::cli::profile::Try;
use callset::cli::{Surroundings, input};
use callset::model::profile::{Profile, Source};
use callset::runtime;
use callset::runtime::doctor::{DoctorNews, Patient};
use callset::start::profiles::ProfileKeeper;
use callset::start::{Credentials, NoCredential, ReadCredential, Start};
use callset::store;
use callset::store::config::ConfigFile;
use callset::words::doctor::Check;
use jiff::Timestamp;
use std::io::{self, IsTerminal};
use std::process::ExitCode;
use std::time::Duration;

/// How long a credential is waited for: programs and the exchange of a login have their own limits, which are shorter.
const CREDENTIAL: Duration = Duration::from_mins(2);

/// Looks at everything.
pub(super) async fn doctor(options: &Doctor, aim: &Aim, streams: &mut Streams) -> ExitCode {
    let common = &options.shared.common;
    let start = start_of(aim, streams.configuration()).map_err(|why| why.message);
    let patient = match patient(start, common, options.offline, streams).await {
        Ok(patient) => patient,
        Err(why) => return streams.print(&why.said(common.is_json()), common.quiet, false),
    };
    let mut findings = findings(&Check::ALL, &patient, common);
    let looks = runtime::doctor::examine(patient, |found| hear(found, &mut findings, streams));
    let stopped = Box::pin(looks).await;
    ended(stopped, &findings, common, streams)
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
    let start = start_of(&aim, streams.configuration()).map_err(|why| why.message);
    let patient = match patient(start, common, false, streams).await {
        Ok(patient) => patient,
        Err(why) => return streams.print(&why.said(common.is_json()), common.quiet, false),
    };
    let mut findings = findings(&Check::OF_PROFILE, &patient, common);
    let stopped = runtime::doctor::examine_profile(patient, |found| hear(found, &mut findings, streams)).await;
    ended(stopped, &findings, common, streams)
}

/// What is looked at. A credential from standard input goes where the command says.
async fn patient(
    mut start: Result<Start, String>,
    common: &Common,
    is_offline: bool,
    streams: &mut Streams,
) -> Result<Patient, CommandError> {
    let mut is_trusting = false;
    if let Ok(of) = &mut start {
        let host = of.profile.host().unwrap_or_default();
        is_trusting = common.trust_host.as_deref() == Some(&host);
        if common.token_stdin {
            if !is_trusting && !of.is_demo && !of.endpoint().is_ok_and(|endpoint| endpoint.is_own()) {
                let why = format!("the credential was not meant for {host} so far: --trust-host {host} sends it there");
                return Err(CommandError::usage(why));
            }
            of.ready = Some(input::token(of.profile.kind)?);
        }
        streams.learn_of(of);
        if let Err(why) = be_ready(of).await {
            start = Err(why.to_string());
        }
    }
    let limits = common.timeout.map_or_else(Timeouts::default, Timeouts::all);
    let may_ask_terminal = !common.is_json() && !Surroundings::new(var).is_dumb();
    Ok(Patient { is_offline, is_trusting, limits, may_ask_terminal, ..super::editor::patient(start) })
}

fn findings<'a>(checks: &'a [Check], patient: &Patient, common: &'a Common) -> Findings<'a> {
    let host = patient.start.as_ref().ok().and_then(|start| start.profile.host()).unwrap_or_default();
    let width = patient.terminal.size.filter(|_| io::stdout().is_terminal());
    Findings::new(checks, host, common, width.map(|(columns, _)| usize::from(columns)).filter(|columns| *columns > 0))
}

fn hear(found: DoctorNews, findings: &mut Findings<'_>, streams: &mut Streams) {
    match found {
        DoctorNews::Learned(credential) => streams.learn(credential),
        DoctorNews::Told(check, found) => {
            // If nobody reads, the exit code still tells.
            let lines = findings.take(check, found);
            let _ = streams.write(&lines, false);
        }
    }
}

fn ended(stopped: io::Result<Option<Stop>>, findings: &Findings<'_>, common: &Common, streams: &Streams) -> ExitCode {
    match stopped {
        Ok(None) => streams.print(&findings.end(), common.quiet, false),
        Ok(Some(stop)) => ExitCode::from(stop.exit_code()),
        Err(why) => streams.refuse(&format!("cannot start: {why}")),
    }
}

/// Reads the credential on a thread of its own, and not for ever. The error is a sentence.
async fn read(credentials: Credentials) -> Result<Result<ReadCredential, NoCredential>, String> {
    let read = tokio::time::timeout(CREDENTIAL, aside(move || (credentials.read)(None))).await;
    read.map_err(|_| "its source does not answer".to_owned())?.map_err(|lost| lost.to_string())
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
    let mut start = start_of(aim, streams.configuration())?;
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
