//! Questions to a person at a terminal: is this meant, and with which credential. On standard error, so that data stays data.

use super::streams::Streams;
use callset::api::{Credential, Entry};
use callset::cli::changed::{change_lines, planned_changes};
use callset::cli::exit::{CommandError, Ending};
use callset::model::Resource;
use callset::model::profile::CredentialKind;
use callset::secrets::CliAccount;
use callset::store::config::is_account;
use callset::sync::{Planned, Target};
use callset::term::hidden::{self, HiddenKey};
use callset::ui::text::visible;
use callset::words;
use std::ffi::OsString;
use std::io::{self, BufRead, IsTerminal, Write};

/// Is there somebody to ask?
pub(super) fn is_possible(var: impl Fn(&str) -> Option<OsString>) -> bool {
    let is_ci = var("CI").is_some_and(|value| !value.is_empty() && value != "false" && value != "0");
    !is_ci && io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// How to ask whether what is planned is meant: the app's id, typed; or a yes.
pub(super) fn review(
    plan: &[Planned],
    target: &Target,
    streams: &Streams,
    by_yes: bool,
) -> Box<dyn FnOnce() -> bool + Send> {
    let mut lines = Vec::new();
    let who = if target.is_production() { "production, " } else { "" };
    lines.push(format!("This goes to {who}app {} on {}:", target.app_id, target.host));
    for planned in plan {
        let resource: Resource = planned.patch.resource();
        if planned.patch.is_empty() {
            lines.push(format!("  DELETE of the {}", resource.label()));
        }
        let changes = change_lines(&planned_changes(planned));
        lines.extend(changes.iter().map(|line| format!("  {line}")));
    }
    let (id, lines) = (target.app_id.to_string(), lines.iter().map(|line| streams.masked(line)).collect::<Vec<_>>());
    Box::new(move || {
        for line in &lines {
            callset::term::say(line);
        }
        let question =
            if by_yes { "Send it? yes or no: " } else { "Type the app's id to send it, or nothing to leave it: " };
        line(question).is_some_and(|typed| if by_yes { matches!(&*typed, "yes" | "y") } else { typed == id })
    })
}

/// Asks a question and reads the answer; `None` if nobody answers.
pub(super) fn line(question: &str) -> Option<String> {
    let _ = write!(io::stderr(), "{question}");
    let _ = io::stderr().flush();
    let mut typed = String::new();
    io::stdin().lock().read_line(&mut typed).ok().map(|_| typed.trim().to_owned())
}

/// Asks which account of the HubSpot CLI is meant, if there is somebody to ask and several to choose from. `None` stands
/// for the CLI's default one.
pub(super) fn account(offered: &[(CliAccount, bool)]) -> Option<String> {
    if offered.len() < 2 || !is_possible(super::var) {
        return None;
    }
    callset::term::say("Accounts of the HubSpot CLI:");
    for (at, (account, is_default)) in offered.iter().enumerate() {
        let id = account.id.map(|id| id.to_string()).unwrap_or_default();
        let default = if *is_default { "  its default" } else { "" };
        callset::term::say(&visible(&format!("  {:<3} {:<24} {id}{default}", at + 1, account.name)));
    }
    loop {
        let typed = line("Which one? Its number or its name, or nothing for the CLI's default: ")?;
        if typed.is_empty() {
            return None;
        }
        let at = typed.parse::<usize>().ok().and_then(|at| offered.get(at.checked_sub(1)?));
        let account = at.or_else(|| offered.iter().find(|(account, _)| account.is_called(&typed)));
        if let Some((account, _)) = account {
            let id = || account.id.map(|id| id.to_string());
            return if is_account(&account.name) { Some(account.name.clone()) } else { id() };
        }
        callset::term::say("There is no such account.");
    }
}

/// Asks for a credential without showing it.
///
/// # Errors
///
/// Nothing was typed, it is no credential, or it was interrupted.
pub(super) fn credential(kind: CredentialKind, target: &Target) -> Result<Credential, CommandError> {
    let entry = entered(kind, &target.host)?;
    let (credential, _) = entry.token(kind).map_err(|why| lacks(why.to_string()))?;
    warn(&credential);
    Ok(credential)
}

/// The same as text, to be kept.
///
/// # Errors
///
/// As there.
pub(super) fn text(kind: CredentialKind, host: &str) -> Result<String, CommandError> {
    let mut typed = String::new();
    read(kind, host, |key| match key {
        HiddenKey::Char(c) => typed.push(c),
        HiddenKey::Back => _ = typed.pop(),
        HiddenKey::Clear => typed.clear(),
    })?;
    if typed.trim().is_empty() {
        return Err(lacks(NOTHING.to_owned()));
    }
    if let Ok((credential, _)) = Credential::new(kind, &typed) {
        warn(&credential);
    }
    Ok(typed.trim().to_owned())
}

/// Tells if the credential looks like one that does not work. It is no proof, so it is used all the same.
fn warn(credential: &Credential) {
    if let Some(other) = credential.looks_like().filter(|other| !other.fits(credential.kind())) {
        callset::term::say(&format!("callset: {}", words::credential::looks_like(other)));
    }
}

const NOTHING: &str = "no credential was typed: nothing was done";

fn lacks(why: String) -> CommandError {
    CommandError::new(Ending::NoCredential, "no_credential", why)
}

fn entered(kind: CredentialKind, host: &str) -> Result<Entry, CommandError> {
    let mut entry = Entry::default();
    read(kind, host, |key| match key {
        HiddenKey::Char(c) => entry.insert(c.encode_utf8(&mut [0; 4])),
        HiddenKey::Back => entry.remove(entry.caret().saturating_sub(1)..entry.caret()),
        HiddenKey::Clear => entry.clear(),
    })?;
    if entry.characters() == 0 { Err(lacks(NOTHING.to_owned())) } else { Ok(entry) }
}

fn read(kind: CredentialKind, host: &str, typed: impl FnMut(HiddenKey)) -> Result<(), CommandError> {
    let prompt = format!("The {} for {host} (it is not shown): ", kind.label());
    match hidden::read(&prompt, typed) {
        Ok(true) => Ok(()),
        Ok(false) => Err(CommandError::new(Ending::Interrupted, "interrupted", "interrupted before anything was sent")),
        Err(why) => Err(CommandError::new(Ending::Failed, "terminal", format!("the terminal cannot be used: {why}"))),
    }
}
