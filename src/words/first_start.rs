//! What the first start says: its questions, what is wrong with an answer, and what would be written.

use super::count::characters;
use super::time::{so_far, took};
use super::{NextStep, Statement, Tone, ask, fault};
use crate::model::profile::{CredentialKind, PROFILE_NAMES, Profile, Source};
use crate::sync::{Doing, Fault, Target};
use std::path::Path;
use std::time::Duration;

/// While nothing is written.
pub const NOTHING_WRITTEN: &str = "nothing is written yet";

/// While it is written.
pub const WRITING: &str = "writing…";

// ── the questions ──

/// The app's id is asked for; the address is told if it is not the usual one.
pub fn app(address: Option<&str>) -> (&'static str, Vec<String>) {
    let mut lines = vec![
        "The app's id, a number: it is on the app's page in the developer account.".to_owned(),
        "Six short questions. Nothing is written before you have seen what and where.".to_owned(),
    ];
    lines.extend(address.map(|url| format!("It is for the server {url}, from --base-url or HUBSPOT_BASE_URL.")));
    ("Which app?", lines)
}

/// The profile's name is asked for; these are known.
pub fn name(known: &[String]) -> (&'static str, &'static str, Option<Statement>) {
    let names = (!known.is_empty()).then(|| {
        let names = format!("Names of the HubSpot CLI's accounts: {}", known.join(", "));
        Statement::brief(Tone::Plain, names).next([NextStep::NextName])
    });
    let what = "A short name, such as staging or production. A later start opens the app by this name.";
    ("What is this environment called?", what, names)
}

/// What is read of the other tool.
pub const ONLY_NAMES: &str = "Only names are taken from there; callset never reads that tool's keys.";

/// The kind of credential is asked for.
pub const WHICH_KIND: &str = "Which kind of credential?";

/// What a kind is.
pub fn kind(kind: CredentialKind) -> &'static str {
    match kind {
        CredentialKind::Bearer => "access token: OAuth, of an account with the app; it lives for 30 minutes",
        CredentialKind::DeveloperKey => "developer API key: of the developer account, where it is still taken",
    }
}

/// The credential is asked for: the question, what happens to it, what it looks like.
pub fn secret(kind: CredentialKind) -> (&'static str, &'static str, &'static str) {
    let paste = "Paste it. It is never shown, and only goes where the last step says.";
    match kind {
        CredentialKind::Bearer => (
            "The access token",
            paste,
            "It takes the scopes developers-read and developers-write; pat-… tokens are refused.",
        ),
        CredentialKind::DeveloperKey => {
            ("The developer API key", paste, "It has 36 characters, and four dashes among them.")
        }
    }
}

/// What was typed looks like the other kind.
pub fn looks_like(other: CredentialKind) -> Statement {
    Statement::brief(Tone::Warning, ask::looks_like(other.label())).next([NextStep::GoBack])
}

/// How long the credential is: in words, and as a number for where there is no room.
pub fn length(count: usize) -> [String; 2] {
    [characters(count), count.to_string()]
}

/// Where the credential is kept is asked for.
pub const WHERE_KEPT: &str = "Where is it kept?";

/// In a variable.
pub fn in_variable(kind: CredentialKind) -> String {
    format!("in the variable {}, which your shell sets", kind.variable())
}

/// In a file; why it cannot be.
pub fn in_file(path: &Path, unfit: Option<&str>) -> String {
    format!("in {}, for you alone{}", path.display(), sentence_after(unfit))
}

/// In the keyring; why it cannot be, once that is known.
pub fn in_keyring(is_known: bool, unfit: Option<&str>) -> String {
    let asking = if is_known { "" } else { ", if it is there: it is being asked…" };
    format!("in the system's keyring{asking}{}", sentence_after(unfit))
}

/// Nowhere.
pub const NOWHERE: &str = "nowhere: it is asked for at each start";

fn sentence_after(why: Option<&str>) -> String {
    why.map(|why| format!(". {why}")).unwrap_or_default()
}

/// Whether customers use the app is asked.
pub const DO_CUSTOMERS: &str = "Do customers use this app?";

/// The answers.
pub const PRODUCTION: [&str; 2] =
    ["no: a save is sent at once", "yes: each save is shown first, and takes the app's id"];

// ── wrong answers ──

/// No app's id.
pub const WRONG_APP: &str = "An app's id is a whole number from 1 to 2147483647.";

/// Nothing that a profile can be called.
pub fn wrong_name() -> String {
    format!("A name {PROFILE_NAMES}.")
}

/// More than any credential has.
pub const TOO_MUCH: &str = "That is longer than any credential, and was left out: is it another text?";

/// Keys that came at once, as in a paste.
pub const TOO_FAST: &str = "Keys came at once and were left out: press them one after the other.";

/// No credential, for this reason.
pub fn wrong_secret(why: &str) -> Statement {
    let title = format!("{}. Paste it again.", why.trim_end_matches(['.', '?']));
    Statement::brief(Tone::Error, title).next([NextStep::ClearSecret])
}

/// It cannot be kept there, for this reason.
pub fn wrong_place(why: &str) -> Statement {
    Statement::brief(Tone::Error, why).next([NextStep::OtherChoice, NextStep::GoBack])
}

/// Nobody knows yet whether it can be kept there.
pub fn still_asking() -> Statement {
    Statement::brief(Tone::Error, "The answer is still awaited: go on in a moment.").next([NextStep::GoOn])
}

// ── what would be written ──

/// Nothing stops it; is it being written already?
pub fn ready(is_writing: bool) -> Statement {
    if is_writing {
        Statement::brief(Tone::Plain, "Writing…")
    } else {
        Statement::brief(Tone::Plain, "").next([NextStep::Write])
    }
}

/// It was not written.
pub const NOT_WRITTEN: &str = "It is not written";

/// It cannot be written.
pub const CANNOT_BE_WRITTEN: &str = "It cannot be written";

/// Why it was not written.
pub fn not_written(why: &str) -> Statement {
    let title = format!("{}.", why.trim_end_matches('.'));
    Statement::brief(Tone::Error, title).next([NextStep::WriteAgain, NextStep::GoBack])
}

/// Why it cannot be.
pub fn cannot_be_written(why: &str) -> Statement {
    let title = format!("{}. Another answer may help, such as another name; none is lost.", why.trim_end_matches('.'));
    Statement::brief(Tone::Error, title).next([NextStep::GoBack])
}

/// The configuration is being read.
pub fn reading(config: &Path) -> String {
    format!("The configuration {} is being read…", config.display())
}

/// Before the lines that it gets.
pub fn into(config: &Path) -> String {
    format!("Into {}:", config.display())
}

/// What becomes of the credential; and a line for the shell, as it is to be written there.
pub fn credential(profile: &Profile, hint: &str) -> (String, Option<String>) {
    let what = format!("The {} {hint}", profile.kind.label());
    match profile.sources.first() {
        Some(Source::File(path)) => (format!("{what} into a new file, mode 0600: {}", path.display()), None),
        Some(Source::Keyring) => (format!("{what} into the system's keyring."), None),
        Some(Source::Variable(name)) => (
            format!("{what} is kept nowhere: this run has it. For the next one, in your shell's profile:"),
            Some(format!("export {name}=…")),
        ),
        Some(Source::Command(_)) | None => {
            (format!("{what} is kept nowhere: this run has it, the next one asks for it."), None)
        }
    }
}

/// The host is not HubSpot's.
pub fn foreign(host: &str) -> Statement {
    Statement::brief(Tone::Warning, format!("{host} is not HubSpot's, and would get the credential."))
        .next([NextStep::SendToHost])
}

// ── the test call ──

/// It waits for a word.
pub fn not_tested(host: &str) -> Statement {
    Statement::brief(Tone::Warning, format!("Not tested: {host} is not HubSpot's.")).next([NextStep::Test])
}

/// It is on its way, for so long.
pub fn testing(app_id: i32, waited: Duration) -> String {
    let waited = if waited.is_zero() { String::new() } else { format!("  {}", so_far(waited)) };
    format!("Reading the settings of app {app_id}…{waited}")
}

/// It worked: does the app have settings?
pub fn works(app_id: i32, host: &str, has_settings: bool, time: Duration) -> String {
    let time = took(time);
    if has_settings {
        format!("It works: {host} gave the settings of app {app_id} ({time}).")
    } else {
        format!("It works: app {app_id} has no settings yet on {host} ({time}).")
    }
}

/// It failed: what happened, and what it means.
pub fn test_failed(why: &Fault, target: &Target) -> (String, Option<String>) {
    (format!("{}.", fault::happened(why, &target.host)), fault::meaning(why, Doing::Loading, target))
}

/// What can be done after it failed.
pub const AFTER_FAILED_TEST: [NextStep; 2] = [NextStep::TestAgain, NextStep::WriteAllTheSame];

/// The credential that failed looks like the other kind.
pub fn other_kind(other: CredentialKind) -> String {
    format!("By its form it is the other kind: {}.", other.label())
}
