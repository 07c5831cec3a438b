//! The sentences of the questions about a profile: the questions, what is wrong with an answer, and what would be
//! written.

use super::count::characters;
use super::time::{so_far, took};
use super::{NextStep, Statement, Tone, credential, fault};
use crate::model::login::Likeness;
use crate::model::profile::{CredentialKind, PROFILE_NAMES, Profile, Source};
use crate::sync::{Doing, Fault, Target};
use std::path::Path;
use std::time::Duration;

/// Shown as long as nothing is written.
pub const NOTHING_WRITTEN: &str = "nothing is written yet";

/// Shown while the profile is being written.
pub const WRITING: &str = "writing…";

// ── the questions ──

/// Asks for the app's id. The address is named if it is not the usual one.
pub fn app(address: Option<&str>) -> (&'static str, Vec<String>) {
    let mut lines = vec![
        "The app's id, a number: it is on the app's page in the developer account.".to_owned(),
        "Nothing is written before you have seen what and where.".to_owned(),
    ];
    lines.extend(address.map(|url| format!("It is for the server {url}, from --base-url or HUBSPOT_BASE_URL.")));
    ("Which app?", lines)
}

/// Asks for the profile's name. `known` are the names of accounts in the HubSpot CLI's configuration.
pub fn name(known: &[String]) -> (&'static str, &'static str, Option<Statement>) {
    let names = (!known.is_empty()).then(|| {
        let names = format!("Names of the HubSpot CLI's accounts: {}", known.join(", "));
        Statement::brief(Tone::Plain, names).next([NextStep::NextName])
    });
    let what = "A short name, such as staging or live. callset -p NAME opens the app by this name.";
    ("What is this profile called?", what, names)
}

/// Says what is read from the HubSpot CLI's configuration.
pub const ONLY_NAMES: &str = "Only names are taken from there; callset never reads that tool's keys.";

/// Asks for the kind of credential.
pub const WHICH_KIND: &str = "Which kind of credential?";

/// Explains a kind of credential.
pub fn kind(kind: CredentialKind) -> &'static str {
    match kind {
        CredentialKind::Bearer => "access token: OAuth, of an account with the app; it lives for 30 minutes",
        CredentialKind::DeveloperKey => "developer API key: of the developer account, where it is still taken",
    }
}

/// Asks for the credential: the question, what happens to the credential, what it looks like.
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

/// The typed credential looks like something else than what was asked for.
pub fn looks_like(other: Likeness) -> Statement {
    Statement::brief(Tone::Warning, credential::looks_like(other)).next([NextStep::GoBack])
}

/// The length of the credential: in words, and as a bare number for a small screen.
pub fn length(count: usize) -> [String; 2] {
    [characters(count), count.to_string()]
}

/// Asks where the credential is kept.
pub const WHERE_KEPT: &str = "Where is it kept?";

/// Choice: the credential is in a variable.
pub fn in_variable(kind: CredentialKind) -> String {
    format!("in the variable {}, which your shell sets", kind.variable())
}

/// Choice: the credential is kept in a file. `unfit` is the reason why it cannot be.
pub fn in_file(path: &Path, unfit: Option<&str>) -> String {
    format!("in {}, for you alone{}", path.display(), sentence_after(unfit))
}

/// Choice: the credential is kept in the keyring. `unfit` is the reason why it cannot be, once that is known.
pub fn in_keyring(is_known: bool, unfit: Option<&str>) -> String {
    let asking = if is_known { "" } else { ", if it is there: it is being asked…" };
    format!("in the system's keyring{asking}{}", sentence_after(unfit))
}

/// Choice: the credential is not kept.
pub const NOWHERE: &str = "nowhere: this run has it, and each later start asks for it";

/// Choice: the credential stays where it was. `sources` names where that is.
pub fn as_before(sources: &str) -> String {
    format!("as before: {sources}")
}

/// The credential of a profile may be left empty.
pub const MAY_BE_EMPTY: &str = "Empty, the profile goes on with the one that it has.";

/// Asks for the address of the API: the question, and what the answer is for.
pub const ADDRESS: (&str, &str) = (
    "Where is the API?",
    "HubSpot's is https://api.hubapi.com. Plain http is for localhost and loopback addresses only.",
);

/// The text cannot be the address, for this reason.
pub fn wrong_address(why: &str) -> String {
    format!("The address {why}.")
}

/// Asks for the version of the API.
pub const WHICH_VERSION: &str = "Which version of the API?";

/// Asks whether saving is locked.
pub const IS_LOCKED: &str = "Is saving locked?";

/// The answers: no, yes.
pub const READ_ONLY: [&str; 2] =
    ["no: saves are sent", "yes: nothing is saved before it is unlocked for a run, with the app's id"];

/// Asks for the colour.
pub const WHICH_COLOUR: &str = "Which colour has its name?";

/// Choice: the name has no colour.
pub const NO_COLOUR: &str = "none";

/// No credential was typed that could be kept.
pub fn nothing_to_keep() -> Statement {
    Statement::brief(Tone::Error, "No credential was typed that could be kept there.")
        .next([NextStep::OtherChoice, NextStep::GoBack])
}

// ── the answers, in the review ──

/// The app and its server.
pub fn app_on(app_id: i32, host: &str, version: &str) -> String {
    format!("{app_id} on {host}, API {version}")
}

/// The name, and what it is for.
pub fn called(name: &str) -> String {
    format!("{name}: callset -p {name} opens it")
}

/// The words in the header: what the questions are about.
pub const FIRST_START: &str = "first start";

/// The same for another profile.
pub const NEW_PROFILE: &str = "new profile";

/// The same for a change.
pub fn changing(name: &str) -> String {
    format!("edit {name}")
}

/// The same for a copy.
pub fn copying(name: &str) -> String {
    format!("copy of {name}")
}

fn sentence_after(why: Option<&str>) -> String {
    why.map(|why| format!(". {why}")).unwrap_or_default()
}

/// Asks whether customers use the app.
pub const DO_CUSTOMERS: &str = "Do customers use this app?";

/// The answers: no, yes.
pub const PRODUCTION: [&str; 2] =
    ["no: a save is sent at once", "yes: each save is shown first, and takes the app's id"];

// ── wrong answers ──

/// The text is not an app's id.
pub const WRONG_APP: &str = "An app's id is a whole number from 1 to 2147483647.";

/// The text cannot be a profile's name.
pub fn wrong_name() -> String {
    format!("A name {PROFILE_NAMES}.")
}

/// The text is longer than any credential.
pub const TOO_MUCH: &str = "That is longer than any credential, and was left out: is it another text?";

/// The line is none of the answers.
pub const NO_ANSWER: &str = "That is none of the answers.";

/// Keys came at once, as in a paste, and were left out.
pub const TOO_FAST: &str = "Keys came at once and were left out: press them one after the other.";

/// The text is not a credential, for this reason.
pub fn wrong_secret(why: &str) -> Statement {
    let title = format!("{}. Paste it again.", why.trim_end_matches(['.', '?']));
    Statement::brief(Tone::Error, title).next([NextStep::ClearSecret])
}

/// The credential cannot be kept there, for this reason.
pub fn wrong_place(why: &str) -> Statement {
    Statement::brief(Tone::Error, why).next([NextStep::OtherChoice, NextStep::GoBack])
}

/// The keyring has not answered yet whether it can keep the credential.
pub fn still_asking() -> Statement {
    Statement::brief(Tone::Error, "The answer is still awaited: go on in a moment.").next([NextStep::GoOn])
}

// ── what would be written ──

/// The profile can be written. `is_writing`: is it being written already?
pub fn ready(is_writing: bool) -> Statement {
    if is_writing {
        Statement::brief(Tone::Plain, "Writing…")
    } else {
        Statement::brief(Tone::Plain, "").next([NextStep::Write])
    }
}

/// The profile was not written.
pub const NOT_WRITTEN: &str = "It is not written";

/// The profile cannot be written.
pub const CANNOT_BE_WRITTEN: &str = "It cannot be written";

/// The profile was not written, for this reason.
pub fn not_written(why: &str) -> Statement {
    let title = format!("{}.", why.trim_end_matches('.'));
    Statement::brief(Tone::Error, title).next([NextStep::WriteAgain, NextStep::GoBack])
}

/// The profile cannot be written, for this reason.
pub fn cannot_be_written(why: &str) -> Statement {
    let title = format!("{}. Another answer may help, such as another name; none is lost.", why.trim_end_matches('.'));
    Statement::brief(Tone::Error, title).next([NextStep::GoBack])
}

/// The configuration is being read.
pub fn reading(config: &Path) -> String {
    format!("The configuration {} is being read…", config.display())
}

/// The file would be as it is.
pub fn as_it_is(config: &Path) -> String {
    format!("{} gets no new line.", config.display())
}

/// The heading of the lines that the configuration gets.
pub fn into(config: &Path) -> String {
    format!("Into {}:", config.display())
}

/// Says what happens to the credential. The second text is a line for the shell's configuration, if one is needed.
pub fn credential(profile: &Profile, hint: &str) -> (String, Option<String>) {
    let what = format!("The {} {hint}", profile.kind.label());
    match profile.sources.first() {
        Some(Source::File(path)) => (format!("{what} into a new file, mode 0600: {}", path.display()), None),
        Some(Source::Keyring) => (format!("{what} into the system's keyring."), None),
        Some(Source::Variable(name)) => (
            format!("{what} is kept nowhere: this run has it. The next one finds it if your shell sets it:"),
            Some(format!("export {name}=…")),
        ),
        Some(Source::Command(_) | Source::OAuth(_) | Source::HubSpotCli(_)) | None => {
            (format!("{what} is kept nowhere: this run has it, and each later start asks for it."), None)
        }
    }
}

/// The host is not HubSpot's.
pub fn foreign(host: &str) -> Statement {
    Statement::brief(Tone::Warning, format!("{host} is not HubSpot's, and would get the credential."))
        .next([NextStep::SendToHost])
}

// ── the test call ──

/// The test call waits until the user asks for it.
pub fn not_tested(host: &str) -> Statement {
    Statement::brief(Tone::Warning, format!("Not tested: {host} is not HubSpot's.")).next([NextStep::Test])
}

/// The test call has been on its way for this long.
pub fn testing(app_id: i32, waited: Duration) -> String {
    let waited = if waited.is_zero() { String::new() } else { format!("  {}", so_far(waited)) };
    format!("Reading the settings of app {app_id}…{waited}")
}

/// The test call worked. `has_settings`: does the app have settings?
pub fn works(app_id: i32, host: &str, has_settings: bool, time: Duration) -> String {
    let time = took(time);
    if has_settings {
        format!("It works: {host} gave the settings of app {app_id} ({time}).")
    } else {
        format!("It works: app {app_id} has no settings yet on {host} ({time}).")
    }
}

/// The test call failed: what happened, and what it means.
pub fn test_failed(why: &Fault, target: &Target) -> (String, Option<String>) {
    (format!("{}.", fault::happened(why, &target.host)), fault::meaning(why, Doing::Loading, target))
}

/// The next steps after a failed test call. `answer` is the label of the answer that it is about.
pub fn after_failed_test(answer: Option<&'static str>) -> Vec<NextStep> {
    let mend = answer.map_or(NextStep::Change, NextStep::ChangeAnswer);
    vec![mend, NextStep::TestAgain, NextStep::WriteAllTheSame]
}
