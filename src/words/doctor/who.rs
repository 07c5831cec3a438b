//! The sentences about the profile, its credential, and what the API says to it.

use super::{Check, Diagnosis};
use crate::model::ApiVersion;
use crate::model::login::Likeness;
use crate::model::profile::{CredentialKind, Profile, Source};
use crate::sync::{Doing, Fault, Target};
use crate::words::{NextStep, credential as credential_words, fault as fault_words, login, time};
use std::time::Duration;

/// The profile that is in use.
pub fn profile(profile: &Profile, is_demo: bool, host: &str) -> Diagnosis {
    let name = match (is_demo, profile.name.as_str()) {
        (true, _) => "the demo",
        (false, "") => "none",
        (false, name) => name,
    };
    let flags = [(profile.production, ", production"), (profile.read_only, ", read-only")];
    let flags: String = flags.into_iter().filter_map(|(is_set, flag)| is_set.then_some(flag)).collect();
    let words = format!("{name}: app {} on {host}, {}{flags}", profile.app_id, profile.api_version);
    Diagnosis::well(Check::Profile.name(), words)
}

/// Nothing can be started from.
pub fn no_profile(why: &str) -> Diagnosis {
    let why = why.trim_end_matches('.');
    Diagnosis::ill(Check::Profile.name(), why, "").next([NextStep::AddProfile])
}

/// What is known of a credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CredentialFacts {
    /// Its kind.
    pub kind: CredentialKind,
    /// Where it is from, in words; empty if it was typed, or is the demo's.
    pub source: String,
    /// All but its end masked.
    pub hint: String,
    /// What it looks like, if its form tells.
    pub looks_like: Option<Likeness>,
    /// How long it still lives, if that is known.
    pub left: Option<Duration>,
    /// Its scopes; empty if they are not known.
    pub scopes: Vec<String>,
    /// Does callset renew it?
    pub renews: bool,
}

/// The credential in use.
pub fn credential(facts: &CredentialFacts) -> Diagnosis {
    let name = Check::Credential.name();
    let from = if facts.source.is_empty() { String::new() } else { format!(" from {}", facts.source) };
    let label = facts.kind.label();
    if let Some(looks) = facts.looks_like.filter(|looks| !looks.fits(facts.kind)) {
        let advice = credential_words::looks_like(looks);
        return Diagnosis::odd(name, format!("{label}{from}, {}", facts.hint), advice).next([NextStep::GiveCredential]);
    }
    let left = match (facts.left, facts.renews) {
        (Some(left), _) => format!(", {} min left, and then it is renewed", left.as_secs().div_ceil(60)),
        (None, true) => ", renewed when it ends".to_owned(),
        (None, false) => String::new(),
    };
    let scopes = match facts.scopes.as_slice() {
        [] => String::new(),
        scopes => format!(", scopes {}", scopes.join(" ")),
    };
    let unknown =
        if facts.left.is_none() && facts.scopes.is_empty() && facts.kind == CredentialKind::Bearer && !facts.renews {
            "; HubSpot tells its time and scopes only where it refuses something"
        } else {
            ""
        };
    let words = format!("{label}{from}, {}{left}{scopes}{unknown}", facts.hint);
    match login::lacks(&facts.scopes) {
        Some(lacks) => Diagnosis::odd(name, words, lacks).next([NextStep::LogIn]),
        None => Diagnosis::well(name, words),
    }
}

/// There is no credential to send.
pub fn no_credential(fault: &Fault, profile: &Profile, host: &str) -> Diagnosis {
    let name = Check::Credential.name();
    let words = fault_words::happened(fault, host);
    match fault {
        Fault::Untrusted(_) => {
            Diagnosis::ill(name, words, "Say that this host may have it, if it may.").next([NextStep::AskAboutHost])
        }
        Fault::NoCredential(_) => {
            let advice = if profile.name.is_empty() {
                format!("Give one for this run, or set {} before the next.", profile.kind.variable())
            } else {
                "Give one for this run, or put one where the profile looks.".to_owned()
            };
            let login = (profile.kind == CredentialKind::Bearer).then_some(NextStep::LogIn);
            Diagnosis::ill(name, words, advice).next([NextStep::GiveCredential].into_iter().chain(login))
        }
        _ => Diagnosis::ill(name, words, ""),
    }
}

/// What the keyring is like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyringFacts {
    /// It can be read and written.
    Open,
    /// Its user has to unlock it.
    Locked,
    /// There is none here, or it cannot be used: a sentence.
    None(String),
}

/// The keyring. `is_needed`: does the profile keep something there?
pub fn keyring(facts: &KeyringFacts, is_needed: bool) -> Diagnosis {
    let name = Check::Keyring.name();
    let unused = if is_needed { "" } else { "; the profile does not use it" };
    match facts {
        KeyringFacts::Open => Diagnosis::well(name, format!("it is there and open{unused}")),
        KeyringFacts::Locked if is_needed => {
            Diagnosis::ill(name, "it is locked", "Unlock it with the desktop's program for it.")
        }
        KeyringFacts::Locked => Diagnosis::well(name, format!("it is there and locked{unused}")),
        KeyringFacts::None(why) if is_needed => Diagnosis::ill(
            name,
            why.trim_end_matches('.'),
            "Start callset in the desktop's session, or give the profile another source of its credential.",
        ),
        KeyringFacts::None(why) => Diagnosis::well(name, format!("{}{unused}", why.trim_end_matches('.'))),
    }
}

/// Does the profile keep something in the keyring?
pub fn needs_keyring(profile: &Profile) -> bool {
    profile.sources.iter().any(Source::uses_keyring)
}

/// What the API answered to a GET of the settings.
pub fn api(version: ApiVersion, status: u16, is_absent: bool, after: Duration) -> Diagnosis {
    let what = if is_absent { "; the app has no settings yet" } else { "" };
    Diagnosis::well(Check::Api.name(), format!("{version} answered {status} in {}{what}", time::took(after)))
}

/// The API gave no settings.
pub fn no_api(fault: &Fault, target: &Target) -> Diagnosis {
    let words = fault_words::happened(fault, &target.host);
    let advice = fault_words::meaning(fault, Doing::Loading, target).unwrap_or_default();
    let next = match fault {
        Fault::Refused(refusal) if matches!(refusal.status, 401 | 403) => {
            vec![NextStep::GiveCredential, NextStep::LogIn]
        }
        _ => vec![],
    };
    let next = next.into_iter().filter(|step| *step != NextStep::LogIn || target.kind == CredentialKind::Bearer);
    Diagnosis::ill(Check::Api.name(), words, advice).next(next)
}

/// Why the API was not asked.
pub const NOT_REACHED: &str = "the server was not reached";

/// Why the API was not asked.
pub const NOTHING_TO_SEND: &str = "there is no credential to send";
