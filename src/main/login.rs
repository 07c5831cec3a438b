//! `auth login`: consent in a browser, the first exchange, and keeping what came of it. Nothing is written before the
//! user has said yes.
//!
//! ```text
//!   client ── authorize page ──┬── loopback ──┐
//!                              └── pasted ────┴── code ── exchange ── "Write it?" ── parts kept, profile changed
//! ```

use super::streams::Streams;
use super::{ask, var};
use callset::api::aside::aside;
use callset::api::consent::{BrowserLogin, NoCode};
use callset::api::oauth::{ExchangeError, Tokens};
use callset::api::{Credential, Endpoint, Entry, Timeouts};
use callset::cli::auth::LogIn;
use callset::cli::choice;
use callset::cli::exit::{CommandError, Ending, Said};
use callset::model::login::{Login, LoginPart, secret_variables};
use callset::model::profile::{CredentialKind, Profile, Source};
use callset::runtime::browser;
use callset::runtime::callback::Callback;
use callset::secrets::{self, Limits, Who};
use callset::start;
use callset::store::config::{ConfigEdit, ConfigFile};
use callset::store::{self, trust};
use callset::sync::Fault;
use callset::term;
use callset::term::hidden::{self, HiddenEnd, HiddenKey};
use callset::ui::text::visible;
use callset::words;
use jiff::Timestamp;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// The limits of the exchange.
const LIMITS: Timeouts =
    Timeouts { connect: Duration::from_secs(5), get: Duration::from_secs(20), patch: Duration::from_secs(20) };

/// How long to wait for an exchange of another callset.
const PATIENCE: Duration = Duration::from_secs(30);

/// Logs in.
pub(super) async fn log_in(options: &LogIn, streams: &mut Streams) -> Result<Said, CommandError> {
    if !ask::is_possible(var) {
        return Err(CommandError::usage("a login asks its user: it needs a terminal"));
    }
    let file = store::config::config_file(var)
        .ok_or_else(|| CommandError::usage("there is no place for a configuration: set HOME or XDG_CONFIG_HOME"))?;
    let profile = profile_of(options, &file)?;
    let endpoint = Endpoint::new(&profile.base_url, profile.api_version, profile.app_id);
    let endpoint = endpoint.map_err(|why| CommandError::usage(why.to_string()))?;
    let who = start::profiles::who(&profile);
    if !endpoint.is_own() && !yes(&format!("{} is not HubSpot's, and would get the client secret. Send it?", who.host))
    {
        return Ok(nothing_done());
    }
    let mut plan = Plan { login: options.parts.login(login_of(&profile)).map_err(CommandError::usage)?, kept: vec![] };
    let folder = file.path.parent().unwrap_or(Path::new("/"));
    let client_id = plan.part(LoginPart::ClientId, &profile, &who, folder)?;
    let client_secret = plan.part(LoginPart::ClientSecret, &profile, &who, folder)?;
    plan.make_writable(LoginPart::RefreshToken, &profile, &who, folder);
    let consent = BrowserLogin::new(&client_id, &options.redirect, &options.scopes());
    let consent = Arc::new(consent.map_err(CommandError::usage)?);
    streams.learn(client_secret.clone());
    let planned = changed(&profile, &plan.login);
    let secret = secret_variables(file.read().config.profiles.iter().chain([&planned]));
    let code = code(options, &consent, &endpoint, secret, streams).await?;
    streams.learn(code.clone());
    let tokens = exchanged(&consent, &endpoint, &client_secret, &code, &plan.login, &profile).await?;
    streams.learn(tokens.access);
    let Some(refresh) = tokens.refresh else {
        return Err(CommandError::new(
            Ending::Failed,
            "no_refresh_token",
            "HubSpot gave no refresh token: nothing was kept",
        ));
    };
    streams.learn(refresh.clone());
    plan.kept.push((LoginPart::RefreshToken, refresh));
    write(&plan, &profile, &who, &file, &tokens.scopes, streams)
}

/// The parts of the login, and what is to be kept of it.
struct Plan {
    login: Login,
    kept: Vec<(LoginPart, Credential)>,
}

impl Plan {
    /// A part that is there, or that the user types now.
    fn part(
        &mut self,
        part: LoginPart,
        profile: &Profile,
        who: &Who,
        folder: &Path,
    ) -> Result<Credential, CommandError> {
        let there = secrets::read_part(&self.login, part, who, Limits::of(profile.command_timeout), var);
        let there = there.map_err(|why| CommandError::new(Ending::NoCredential, "no_credential", why))?;
        if let Some(text) = there {
            return Ok(text);
        }
        let prompt = format!("The {} of the app (it is not shown): ", part.label());
        let mut entry = Entry::default();
        let end = hidden::read_while(&prompt, |key| typed(&mut entry, key), || true);
        ended(end)?;
        let (text, _) = entry
            .token(CredentialKind::Bearer)
            .map_err(|why| CommandError::new(Ending::NoCredential, "no_credential", why.about(part.label())))?;
        self.make_writable(part, profile, who, folder);
        self.kept.push((part, text.clone()));
        Ok(text)
    }

    /// Gives a part that would have to be written to a variable or a program another place: the keyring, or without
    /// one a file beside the configuration.
    fn make_writable(&mut self, part: LoginPart, profile: &Profile, who: &Who, folder: &Path) {
        if self.login.place(part).is_written() {
            return;
        }
        let place = match secrets::in_keyring(profile.kind, who, var) {
            Ok(_) => Source::Keyring,
            Err(_) => Source::File(folder.join(format!("{}.{}", profile.name, part.word().replace('_', "-")))),
        };
        self.login.set(part, place);
    }
}

fn profile_of(options: &LogIn, file: &ConfigFile) -> Result<Profile, CommandError> {
    let reading = file.read();
    let config = &reading.config;
    let only = config.profiles.first().filter(|_| config.profiles.len() == 1).map(|profile| &profile.name);
    let Some(name) = options.name.as_ref().or(config.default_profile.as_ref()).or(only) else {
        return Err(CommandError::usage("say for which profile; callset profile add NAME --app ID --oauth makes one"));
    };
    let profile = config.profiles.iter().find(|profile| profile.name == *name).cloned();
    let profile = profile.ok_or_else(|| CommandError::usage(choice::unknown(name, &reading)))?;
    if profile.kind == CredentialKind::Bearer {
        return Ok(profile);
    }
    Err(CommandError::usage(format!(
        "a login gives access tokens, and the profile {name} takes a developer API key: callset profile edit {name} \
         --kind bearer"
    )))
}

fn login_of(profile: &Profile) -> Login {
    profile.sources.iter().find_map(Source::login).cloned().unwrap_or_default()
}

/// The profile with the login as its first source.
fn changed(profile: &Profile, login: &Login) -> Profile {
    let usual = Source::Variable(profile.kind.variable().to_owned());
    let others = profile.sources.iter().filter(|source| !matches!(source, Source::OAuth(_)) && **source != usual);
    let sources = [Source::OAuth(Box::new(login.clone()))].into_iter().chain(others.cloned()).collect();
    Profile { sources, ..profile.clone() }
}

/// Opens the authorize page and waits for the code, from the browser or pasted.
async fn code(
    options: &LogIn,
    consent: &Arc<BrowserLogin>,
    endpoint: &Endpoint,
    secret: BTreeSet<String>,
    streams: &Streams,
) -> Result<Credential, CommandError> {
    let url = consent.url(endpoint);
    let programs = if options.no_browser { vec![] } else { start::browser_programs(var) };
    let callback = match Callback::bind(&consent.redirect).await {
        Ok(callback) => Some(callback),
        Err(why) => {
            let why = why.to_string();
            let why = why.split(" (os error").next().unwrap_or_default();
            streams.say(&format!("callset: nothing listens at {}: {why}. The answer can be pasted.", consent.redirect));
            None
        }
    };
    // State and challenge look like secrets and are none, so this is not masked.
    term::say(&format!("Log in at:\n\n{}\n", visible(url.as_str())));
    streams.say(&format!("The app's page has to list this redirect URL: {}", consent.redirect));
    if browser::open(programs, secret, &url).await.is_some() {
        streams.say("A browser opens it.");
    }
    let is_needed = Arc::new(AtomicBool::new(true));
    let pasting = {
        let (consent, is_needed) = (Arc::clone(consent), Arc::clone(&is_needed));
        aside(move || pasted(&consent, &is_needed))
    };
    tokio::pin!(pasting);
    let answered = async {
        match callback {
            Some(callback) => callback.answer(consent).await,
            None => std::future::pending().await,
        }
    };
    let lost = |lost| CommandError::new(Ending::Failed, "terminal", format!("the terminal cannot be used: {lost}"));
    tokio::select! {
        answer = answered => {
            // The terminal has its echo again when this ends.
            is_needed.store(false, Ordering::Relaxed);
            let _ = pasting.await;
            answer.map_err(|error| refused(&error))
        }
        pasted = &mut pasting => pasted.map_err(lost)?,
    }
}

/// Waits for a code that is pasted, or until it is no longer needed.
fn pasted(consent: &BrowserLogin, is_needed: &AtomicBool) -> Result<Credential, CommandError> {
    let mut prompt = "Waiting for the browser. Or paste the address that it came to (it is not shown): ";
    loop {
        let mut entry = Entry::default();
        let end = hidden::read_while(prompt, |key| typed(&mut entry, key), || is_needed.load(Ordering::Relaxed));
        ended(end)?;
        match entry.code(consent) {
            Ok(code) => return Ok(code),
            Err(NoCode::Refused(error)) => return Err(refused(&error)),
            Err(NoCode::Another) => prompt = "That is the answer to another login. Paste this one's: ",
            Err(NoCode::Nothing) => prompt = "There is no code in it. Paste the whole address, with ?code=…: ",
        }
    }
}

fn typed(entry: &mut Entry, key: HiddenKey) {
    match key {
        HiddenKey::Char(c) => entry.insert(c.encode_utf8(&mut [0; 4])),
        HiddenKey::Back => entry.remove(entry.caret().saturating_sub(1)..entry.caret()),
        HiddenKey::Clear => entry.clear(),
    }
}

fn ended(end: std::io::Result<HiddenEnd>) -> Result<(), CommandError> {
    match end {
        Ok(HiddenEnd::Whole) => Ok(()),
        Ok(HiddenEnd::Interrupted | HiddenEnd::NotNeeded) => {
            Err(CommandError::new(Ending::Interrupted, "interrupted", "interrupted: nothing was written"))
        }
        Err(why) => Err(CommandError::new(Ending::Failed, "terminal", format!("the terminal cannot be used: {why}"))),
    }
}

fn refused(error: &str) -> CommandError {
    CommandError::new(Ending::NoCredential, "refused", format!("the login was refused in the browser: {error}"))
}

async fn exchanged(
    consent: &Arc<BrowserLogin>,
    endpoint: &Endpoint,
    client_secret: &Credential,
    code: &Credential,
    login: &Login,
    profile: &Profile,
) -> Result<Tokens, CommandError> {
    let (consent, endpoint, secret, code) =
        (Arc::clone(consent), endpoint.clone(), client_secret.clone(), code.clone());
    let exchange = aside(move || consent.exchange(&endpoint, &secret, &code, LIMITS)).await;
    let exchange = exchange.map_err(|lost| CommandError::new(Ending::Failed, "setup", lost.to_string()))?;
    let host = profile.host().unwrap_or_default();
    let fails = |fault: Fault| CommandError::new(Ending::Failed, "unreached", words::fault::happened(&fault, &host));
    exchange.map_err(|error| match error {
        ExchangeError::Setup(why) => fails(Fault::Setup(why)),
        ExchangeError::Unreached(reason) => fails(Fault::Unreached(reason)),
        ExchangeError::Limited(refusal) => fails(Fault::Refused(refusal)),
        ExchangeError::Denied { denial, says } => {
            let words = words::login::denied(denial, login, &profile.base_url, says.as_deref());
            CommandError::new(Ending::NoCredential, "denied", words.trim_end_matches('.').to_owned())
        }
    })
}

/// Shows what would be written, asks, and writes it.
fn write(
    plan: &Plan,
    profile: &Profile,
    who: &Who,
    file: &ConfigFile,
    scopes: &[String],
    streams: &Streams,
) -> Result<Said, CommandError> {
    let fails = |why: String| CommandError::new(Ending::Failed, "disk", why);
    let after = changed(profile, &plan.login);
    let changes = [ConfigEdit::SetProfile(after.clone())];
    streams.say("\nHubSpot gave a refresh token. This would be written:\n");
    for (part, _) in &plan.kept {
        streams.say(&format!("  the {} to {}", part.label(), plan.login.place(*part).words()));
    }
    if after != *profile {
        let lines = file.added(&changes).map_err(|why| fails(why.to_string()))?;
        streams.say(&format!("  to {}, for the profile {}:", file.path.display(), profile.name));
        for line in lines {
            streams.say(&format!("    {line}"));
        }
    }
    if let Some(lacks) = words::login::lacks(scopes) {
        streams.say(&format!("\n{lacks}"));
    }
    if !yes("\nWrite it?") {
        return Ok(nothing_done());
    }
    let state = store::state_dir(var);
    // What another callset is just exchanging must not replace what is written now.
    let _lock = match &state {
        Some(dir) => store::lock_exchange(dir, PATIENCE).map_err(|why| fails(why.to_string()))?,
        None => None,
    };
    for (part, text) in &plan.kept {
        secrets::keep_part(&plan.login, *part, who, text, var).map_err(|why| fails(why.to_string()))?;
    }
    let mut said = vec![];
    if after != *profile {
        let edited = file.edit(&changes).map_err(|why| fails(why.to_string()))?;
        said.extend(edited.note.map(|note| format!("callset: {note}")));
    }
    if let Some(dir) = &state {
        // If this cannot be noted, the user is asked again.
        let source = Source::OAuth(Box::new(plan.login.clone()));
        let _ = trust::approve(dir, &secrets::full_name(&source), &who.host, Timestamp::now());
    }
    let words = format!("callset: {} is logged in; callset profile test {} tries it", profile.name, profile.name);
    said.push(words);
    Ok(Said { said, ..Said::default() })
}

fn nothing_done() -> Said {
    Said { said: vec!["callset: nothing was written".to_owned()], code: 1, ..Said::default() }
}

/// Asks a question. Only a yes is one.
fn yes(question: &str) -> bool {
    ask::line(&format!("{question} [y/N] ")).is_some_and(|answer| matches!(answer.to_lowercase().as_str(), "y" | "yes"))
}
