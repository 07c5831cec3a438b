//! What went wrong on the way to HubSpot and back: what happened, and what it means.
//!
//! Meanings are those HubSpot's answers have in practice, which their words often hide: a wrong kind of token reads as an
//! expired one, settings that were never created as a wrong path.

use super::{Doing, Target};
use crate::model::profile::CredentialKind;
use crate::model::refusal::{Refusal, Unreached};
use std::time::Duration;

/// Why there is no answer to use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The client could not be made, so nothing was sent.
    Setup(String),
    /// There is no credential, so nothing was sent; the sentences say where it was looked for.
    NoCredential(String),
    /// The credential was not stored for this host, so nothing was sent; where it is from, in words.
    Untrusted(String),
    /// The look that a write was founded on was too old before the write could leave, so nothing was sent.
    Outdated,
    /// No connection, so nothing was sent.
    Unreached(Unreached),
    /// No whole answer in this time; the request may have been carried out.
    TimedOut(Duration),
    /// The connection broke before a whole answer; the request may have been carried out.
    Broken(String),
    /// An answer came, but not with settings; the request may have been carried out.
    Unreadable {
        /// What it is instead, as the end of a sentence: "it is a web page".
        what: String,
        /// HubSpot's id of the exchange.
        correlation_id: Option<String>,
    },
    /// HubSpot, or something in between, said no.
    Refused(Box<Refusal>),
}

impl Fault {
    /// May a PATCH have been carried out all the same? Then nobody knows until the settings are read again.
    pub fn leaves_doubt(&self) -> bool {
        match self {
            Fault::Setup(_) | Fault::NoCredential(_) | Fault::Untrusted(_) | Fault::Outdated | Fault::Unreached(_) => {
                false
            }
            Fault::TimedOut(_) | Fault::Broken(_) | Fault::Unreadable { .. } => true,
            // A redirect or a gateway speaks after HubSpot, or instead of it: which of both, nobody can tell.
            Fault::Refused(refusal) => {
                refusal.status >= 500 || matches!(refusal.status, 300..400 | 408) || self.is_foreign()
            }
        }
    }

    /// Does an answer say that there is nothing, but not in HubSpot's words? It may be a gateway's, and says nothing of the
    /// resource then.
    pub fn is_foreign(&self) -> bool {
        matches!(self, Fault::Refused(refusal) if refusal.status == 404 && !refusal.is_absent())
    }

    /// How long to wait before the same is worth asking again, after it has been asked this often; `None` if the answer would
    /// be the same. `chance`, 0 to 1, spreads what nobody prescribes, so that many programs do not come back in one moment.
    pub fn pause(&self, tries: u8, chance: f64) -> Option<Duration> {
        let refusal = match self {
            Fault::Setup(_)
            | Fault::NoCredential(_)
            | Fault::Untrusted(_)
            | Fault::Outdated
            | Fault::Unreached(Unreached::Tls(_) | Unreached::Proxy(_))
            | Fault::Unreadable { .. } => {
                return None;
            }
            Fault::Unreached(_) | Fault::TimedOut(_) | Fault::Broken(_) => return Some(backoff(tries, chance)),
            Fault::Refused(refusal) => refusal,
        };
        match refusal.status {
            408 | 500 | 502..=504 | 521 | 523 | 524 => Some(backoff(tries, chance)),
            // HubSpot: such locks last two seconds.
            423 => Some(Duration::from_secs(2)),
            429 if refusal.policy.as_deref() == Some("DAILY") => None,
            429 => Some(limit_over(refusal)),
            _ => None,
        }
    }

    /// Is there no credential, or does a server say that it is not, or no longer, one it takes?
    pub fn is_about_token(&self) -> bool {
        matches!(self, Fault::Refused(refusal) if refusal.status == 401)
            || matches!(self, Fault::NoCredential(_) | Fault::Untrusted(_))
    }

    /// Does a server that knows conditions say that the settings have changed? Then the answer is to look and to merge.
    pub fn is_conflict(&self) -> bool {
        let exists = |refusal: &Refusal| {
            refusal.sub_category.as_deref().is_some_and(|category| category.ends_with("ALREADY_EXISTS"))
        };
        matches!(self, Fault::Refused(refusal) if matches!(refusal.status, 409 | 412 | 428) || exists(refusal))
    }

    /// HubSpot's id of the exchange, for its support.
    pub fn correlation_id(&self) -> Option<&str> {
        match self {
            Fault::Unreadable { correlation_id, .. } => correlation_id.as_deref(),
            Fault::Refused(refusal) => refusal.correlation_id.as_deref(),
            Fault::Setup(_)
            | Fault::NoCredential(_)
            | Fault::Untrusted(_)
            | Fault::Outdated
            | Fault::Unreached(_)
            | Fault::TimedOut(_)
            | Fault::Broken(_) => None,
        }
    }

    /// What happened, as a sentence without a full stop. Holds foreign text.
    pub fn happened(&self, host: &str) -> String {
        match self {
            Fault::Setup(why) => format!("Cannot start the HTTP client: {why}"),
            Fault::NoCredential(why) => why.trim_end_matches('.').to_owned(),
            Fault::Untrusted(source) => format!("What {source} holds was not stored for {host}, so nothing was sent"),
            Fault::Outdated => {
                "Each time more than a second passed between the look at the settings and the save, so nothing was sent"
                    .into()
            }
            Fault::Unreached(Unreached::Tls(why)) => format!("No secure connection to {host}: {why}"),
            Fault::Unreached(Unreached::Proxy(why)) => format!("The proxy of your environment failed: it {why}"),
            Fault::Unreached(Unreached::Timeout(after)) => {
                format!("Cannot reach {host}: no connection in {}", seconds(*after))
            }
            Fault::Unreached(reason) => format!("Cannot reach {host}: {reason}"),
            Fault::TimedOut(after) => format!("No answer from {host} in {}", seconds(*after)),
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

    /// What it means and what would help, where more can be said than what happened.
    pub fn meaning(&self, doing: Doing, target: &Target) -> Option<String> {
        let words = match self {
            Fault::Unreached(Unreached::Tls(_)) => {
                "The system's certificates are used. A company proxy needs its own certificate among them.".to_owned()
            }
            Fault::Unreached(Unreached::Proxy(_)) => {
                "Look at HTTPS_PROXY, ALL_PROXY and NO_PROXY; HubSpot was not asked.".to_owned()
            }
            Fault::Unreadable { what, .. } if what.contains("web page") => {
                "A login page of this network or a proxy may stand in between.".to_owned()
            }
            Fault::Refused(refusal) => return refused(refusal, doing, target),
            Fault::Outdated => "This machine, its disk or the line is too slow just now.".to_owned(),
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
}

fn refused(refusal: &Refusal, doing: Doing, target: &Target) -> Option<String> {
    let message = refusal.message.as_deref().unwrap_or_default();
    let category = refusal.category.as_deref().unwrap_or_default();
    let scope = match doing {
        Doing::Loading | Doing::Watching | Doing::Checking | Doing::ReadingBack => "developers-read",
        Doing::Saving | Doing::Removing => "developers-write",
    };
    let is_key = target.kind == CredentialKind::DeveloperKey;
    let words = match refusal.status {
        300..400 => "A login page or a proxy may stand in between; a redirect is never a save.".to_owned(),
        400 if message.contains("only accepted on") => {
            "HubSpot wants another host for this: give it with --base-url.".to_owned()
        }
        401 | 403 if target.looks_like.is_some_and(|kind| kind != target.kind) => {
            let looks = target.looks_like.unwrap_or_default().label();
            format!("What was sent as {} looks like {}: look at the profile's credential.", article(target.kind.label()), article(looks))
        }
        401 if is_key => {
            "HubSpot does not take this developer API key here: it may be revoked, or this version takes access tokens only."
                .to_owned()
        }
        401 if expired_for_years(refusal) => {
            "This is not an access token: a personal access key or an API key reads like that. It takes an OAuth access token."
                .to_owned()
        }
        401 if category == "EXPIRED_AUTHENTICATION" || message.contains("expired") => {
            "The token has expired; they live about 30 minutes.".to_owned()
        }
        401 => format!(
            "HubSpot does not take this token here. It wants an OAuth access token with {scope}; private-app tokens \
             (pat-…) are refused."
        ),
        403 if !refusal.missing_scopes.is_empty() => format!("The token lacks: {}", refusal.missing_scopes.join(", ")),
        403 if message.contains("hapikey") => {
            "This API version wants a developer API key: set the profile's credential to developer-key.".to_owned()
        }
        403 => format!("The token is known but may not do this; it takes the scope {scope}."),
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
            let wait = seconds(limit_over(refusal));
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

fn article(noun: &str) -> String {
    format!("{} {noun}", if noun.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" })
}

/// When a limit is over: as the answer says, or else with the window of its policy.
fn limit_over(refusal: &Refusal) -> Duration {
    refusal.retry_after.unwrap_or(match refusal.policy.as_deref() {
        Some("SECONDLY") => Duration::from_secs(1),
        _ => Duration::from_secs(10),
    })
}

/// 1, 2, 4 seconds, a fifth more or less.
fn backoff(tries: u8, chance: f64) -> Duration {
    Duration::from_secs(1 << tries.min(5)).mul_f64(0.8 + 0.4 * chance)
}

/// HubSpot reads a string that is no token as one that expired at the start of 1970.
fn expired_for_years(refusal: &Refusal) -> bool {
    let since_1970 = refusal.expire_time.as_deref().is_some_and(|time| time.starts_with("1970"));
    let days = refusal.message.as_deref().and_then(|message| {
        let (before, _) = message.split_once(" day(s) ago")?;
        before.rsplit(' ').next()?.parse::<u32>().ok()
    });
    since_1970 || days.is_some_and(|days| days > 3650)
}

/// `5 s`, `1.5 s`, `50 ms`, `<1 ms`.
pub fn seconds(duration: Duration) -> String {
    match duration.as_millis() {
        0 => "<1 ms".to_owned(),
        ms if ms < 1000 => format!("{ms} ms"),
        ms if ms % 1000 == 0 => format!("{} s", ms / 1000),
        ms => format!("{}.{} s", ms / 1000, ms % 1000 / 100),
    }
}
