//! The sentences about failed requests: what happened, and what it means.
//!
//! The meanings are those that HubSpot's answers have in practice. HubSpot's words often hide them: it calls a
//! wrong kind of token expired, and settings that were never created a wrong path.

use super::credential;
use super::time::took;
use crate::model::ApiVersion;
use crate::model::login::Likeness;
use crate::model::profile::CredentialKind;
use crate::model::refusal::{Refusal, Unreached};
use crate::sync::{Doing, Fault, Target};

/// What happened, as a sentence without a full stop. Holds foreign text.
pub fn happened(fault: &Fault, host: &str) -> String {
    match fault {
        Fault::Setup(why) => format!("Cannot start the HTTP client: {why}"),
        Fault::NoCredential(why) => why.trim_end_matches('.').to_owned(),
        Fault::Untrusted(source) => format!("What {source} holds was not stored for {host}, so nothing was sent"),
        Fault::Outdated => {
            "Each time more than a second passed between the look at the settings and the save, so nothing was sent"
                .into()
        }
        Fault::Unreached(Unreached::Tls(why)) => format!("No secure connection to {host}: {why}"),
        Fault::Unreached(Unreached::Proxy(why)) => format!("The proxy {why}"),
        Fault::Unreached(Unreached::Timeout(after)) => {
            format!("Cannot reach {host}: no connection in {}", took(*after))
        }
        Fault::Unreached(reason) => format!("Cannot reach {host}: {reason}"),
        Fault::TimedOut(after) => format!("No answer from {host} in {}", took(*after)),
        Fault::Broken(why) => format!("The connection to {host} broke: {why}"),
        Fault::Unreadable { what, .. } => format!("{host} answered, but not with settings: {what}"),
        Fault::Refused(refusal) => {
            let status = refusal.status;
            match (&refusal.message, refusal.web_page, &refusal.location) {
                (_, _, Some(to)) if (300..400).contains(&status) => {
                    format!("{host} answered {status}, a redirect to {to}; it was not followed")
                }
                (Some(words), ..) => format!("HubSpot answered {status}: {}", words.trim_end_matches('.')),
                (None, true, _) => format!("{host} answered {status} with a web page"),
                (None, false, _) => format!("{host} answered {status}"),
            }
        }
    }
}

/// The fields that HubSpot refused. The row of a field says why; a field without a row is told with HubSpot's words.
pub fn refused_fields(fault: &Fault, is_row: impl Fn(&str) -> bool) -> Option<String> {
    let Fault::Refused(refusal) = fault else { return None };
    let mut told: Vec<String> = Vec::new();
    for field in &refusal.fields {
        let words = if is_row(&field.key) { field.key.clone() } else { format!("{} ({})", field.key, field.message) };
        if !told.contains(&words) {
            told.push(words);
        }
    }
    (!told.is_empty()).then(|| format!("Refused: {}.", told.join(", ")))
}

/// What the fault means and what would help, if there is more to say than what happened.
pub fn meaning(fault: &Fault, doing: Doing, target: &Target) -> Option<String> {
    let words = match fault {
        Fault::Unreached(Unreached::Tls(_)) => {
            "The certificates in SSL_CERT_FILE are trusted if it is set, else this system's; without any, Mozilla's. A company \
             proxy needs its own among them."
                .to_owned()
        }
        Fault::Unreached(Unreached::Proxy(_)) => {
            "Look at HTTPS_PROXY, ALL_PROXY and NO_PROXY; HubSpot was not asked.".to_owned()
        }
        Fault::Unreadable { what, .. } if what.contains("web page") => {
            "A login page of this network or a proxy may stand in between.".to_owned()
        }
        Fault::Refused(refusal) => return refused(refusal, doing, target),
        Fault::Outdated => "This machine, its disk or the line is too slow just now.".to_owned(),
        Fault::NoCredential(_) if target.profile.is_none() => {
            format!("Give one for this run, or set {} before the next.", target.kind.variable())
        }
        Fault::NoCredential(_) => "Give one for this run, or put one where the profile looks.".to_owned(),
        Fault::Setup(_)
        | Fault::Untrusted(_)
        | Fault::Unreached(_)
        | Fault::TimedOut(_)
        | Fault::Broken(_)
        | Fault::Unreadable { .. } => return None,
    };
    Some(words)
}

fn refused(refusal: &Refusal, doing: Doing, target: &Target) -> Option<String> {
    let message = refusal.message.as_deref().unwrap_or_default();
    let scope = match doing {
        Doing::Loading | Doing::Watching | Doing::Checking | Doing::ReadingBack => "developers-read",
        Doing::Saving | Doing::Removing => "developers-write",
    };
    let is_key = target.kind == CredentialKind::DeveloperKey;
    // What has just expired was a token, whatever it looks like.
    let was_one = refusal.has_expired() && !expired_for_years(refusal);
    match (refusal.status, target.looks_like.filter(|it| !was_one && !it.fits(target.kind))) {
        (401, Some(likeness)) | (403, Some(likeness @ Likeness::Of(_))) => {
            return Some(credential::sent(target.kind, likeness, scope));
        }
        _ => {}
    }
    let words = match refusal.status {
        300..400 => "A login page or a proxy may stand in between; a redirect is never a save.".to_owned(),
        400 if message.contains("only accepted on") => {
            "HubSpot wants another host for this: give it with --base-url.".to_owned()
        }
        401 if is_key && target.version().is_some_and(ApiVersion::lists_keys) => {
            "HubSpot does not take this developer API key: it may have been replaced, or be another account's.".to_owned()
        }
        401 if is_key => {
            "HubSpot does not take this developer API key here: it may be revoked, or this version takes access tokens only."
                .to_owned()
        }
        401 if expired_for_years(refusal) => {
            "This is not an access token: a personal access key or an API key reads like that. It takes an OAuth access token."
                .to_owned()
        }
        401 if refusal.has_expired() => {
            "The token has expired; they live about 30 minutes.".to_owned()
        }
        401 if let Some(version) = target.version().filter(|version| version.lists_keys()) => format!(
            "HubSpot does not take this token here. Of {version} its specification lists the developer API key alone: set \
             the profile's credential to developer-key, or its version to v3. Private-app tokens and service keys (pat-…) \
             are refused everywhere."
        ),
        401 => format!(
            "HubSpot does not take this token here. It wants an OAuth access token with {scope}; private-app tokens and \
             service keys (pat-…) are refused."
        ),
        403 if !refusal.missing_scopes.is_empty() => {
            format!("The {} lacks: {}.{}", noun(target.kind), refusal.missing_scopes.join(", "), other_way(target))
        }
        403 if message.contains("hapikey") => {
            "This API version wants a developer API key: set the profile's credential to developer-key.".to_owned()
        }
        403 if is_key => format!(
            "HubSpot knows this developer API key, but it may not do this: the app may be another account's.{}",
            other_way(target)
        ),
        403 if message.contains("public use") => {
            format!("HubSpot gives the scope {scope} to some apps only, and which is not known.{}", other_way(target))
        }
        403 => {
            format!("The token is known but may not do this; it takes the scope {scope}.{}", other_way(target))
        }
        404 if !refusal.is_absent() => "There is no such path here: look at --base-url and --api-version.".to_owned(),
        404 => format!("The settings of app {} are gone: deleted, or the app is another account's now.", target.app_id),
        405 | 406 | 415 => match &refusal.allow {
            Some(allow) => format!("This API version does not take the request; it allows {allow}."),
            None => "This API version does not take the request: look at --api-version.".to_owned(),
        },
        409 | 412 | 428 => "Someone changed the settings meanwhile: read them again, then save.".to_owned(),
        423 => "HubSpot has locked the settings for a moment: wait two seconds.".to_owned(),
        429 if refusal.policy.as_deref() == Some("DAILY") => {
            "The daily limit of requests is used up; it starts anew at midnight.".to_owned()
        }
        429 => {
            let wait = took(refusal.limit_over());
            match &refusal.policy {
                Some(policy) => format!("Too many requests (limit {policy}): wait {wait}."),
                None => format!("Too many requests: wait {wait}."),
            }
        }
        477 => "HubSpot is moving this account to another data centre; that can take a day.".to_owned(),
        502..=504 | 521 | 523 | 524 => "HubSpot is in trouble: wait a few seconds.".to_owned(),
        _ => return None,
    };
    Some(words)
}

/// What a credential of this kind is called in short.
fn noun(kind: CredentialKind) -> &'static str {
    match kind {
        CredentialKind::Bearer => "token",
        CredentialKind::DeveloperKey => "key",
    }
}

/// The kind of credential that the specification of this version lists, if another one was sent: with a space before
/// it, to follow a sentence.
fn other_way(target: &Target) -> &'static str {
    match (target.version().map(ApiVersion::lists_keys), target.kind) {
        (Some(true), CredentialKind::Bearer) => {
            " Of this version HubSpot's specification lists the developer API key alone: credential developer-key sends one."
        }
        (Some(false), CredentialKind::DeveloperKey) => {
            " Of this version HubSpot's specification lists OAuth access tokens alone: credential bearer sends one."
        }
        (Some(true), CredentialKind::DeveloperKey) | (Some(false), CredentialKind::Bearer) | (None, _) => "",
    }
}

/// HubSpot treats text that is no token as a token that expired at the start of 1970.
fn expired_for_years(refusal: &Refusal) -> bool {
    let since_1970 = refusal.expire_time.as_deref().is_some_and(|time| time.starts_with("1970"));
    let days = refusal.message.as_deref().and_then(|message| {
        let (before, _) = message.split_once(" day(s) ago")?;
        before.rsplit(' ').next()?.parse::<u32>().ok()
    });
    since_1970 || days.is_some_and(|days| days > 3650)
}
