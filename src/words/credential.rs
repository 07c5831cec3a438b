//! The sentences about a credential: asking for one, why the last one was refused, what a text looks like.

use super::{About, Clock, NextStep, Statement, Tone, a, ask, ended, fault};
use crate::model::login::{Likeness, Renewal};
use crate::model::profile::{CredentialKind, Source};
use crate::sync::{Doing, Fault, Stopped, Target};
use jiff::Timestamp;

/// Asks for a new credential. `is_typed`: is there text already? [`titles`] has the title for less room.
pub fn asked(about: &About<'_>, stopped: &Stopped, is_typed: bool) -> Statement {
    // A variable holds in a run what it held when the run began.
    let can_change = |source: &Source| !matches!(source, Source::Variable(_));
    let profile = about.target.profile.as_ref().filter(|_| !is_typed);
    let has_source = profile.is_some_and(|profile| profile.sources.iter().any(can_change));
    let again = has_source.then_some(NextStep::ReadTokenAgain);
    let login = (about.target.kind == CredentialKind::Bearer).then_some(NextStep::LogIn);
    let next = again.into_iter().chain([NextStep::WithoutToken]).chain(login);
    let [title, ..] = titles(about.target);
    let lines = ask::what_goes_on(stopped).into_iter().chain([where_from(about.target.kind).to_owned()]);
    let said = Statement::full(Tone::Warning, title, lines)
        .kept("Paste it here. It is not shown, and kept for this run only.".to_owned())
        .next(next);
    Statement { kept_first: true, ..said }
}

/// Who asks, and for what: for much room, for little, and for hardly any. The last one does not name the host.
pub fn titles(target: &Target) -> [String; 3] {
    let Target { app_id, host, kind, .. } = target;
    let what = match kind.label() {
        label if target.credential_hint.is_empty() => format!("The {label}"),
        label if label.starts_with('a') => format!("A new {label}"),
        label => format!("Another {label}"),
    };
    let app = format!("App {app_id}");
    [format!("{what} for app {app_id} on {host}"), format!("{app} on {host}"), app]
}

/// The host, where the title has no room for it.
pub fn for_host(host: &str) -> String {
    format!("It is for {host}.")
}

/// The credential in use: its kind and end, where it is from, and how long it lives, as far as that is known. `None`
/// before one was read.
pub fn in_use(target: &Target, clock: Option<&Clock>) -> Option<String> {
    if target.credential_hint.is_empty() {
        return None;
    }
    let mut words = format!("{} {}", target.kind.label(), target.credential_hint);
    match (target.credential_source.as_str(), target.sandbox) {
        ("", true) => {}
        ("", false) => words.push_str(", typed for this run"),
        (source, _) => words = format!("{words} from {source}"),
    }
    if let Some(Renewal { ends }) = target.credential_renewal {
        words.push_str(", renews itself");
        words.extend(ends.zip(clock).map(|(ends, clock)| format!(", {}", left(ends, clock.now))));
    }
    Some(words)
}

/// Says which one is in use while another one is asked for.
pub fn so_far(in_use: &str) -> String {
    format!("In use: {in_use}.")
}

/// How long a credential still lives.
fn left(ends: Timestamp, now: Timestamp) -> String {
    match (ends.as_second() - now.as_second()).div_euclid(60) {
        ..0 => "with the next request".to_owned(),
        0 => "less than a minute left".to_owned(),
        minutes => format!("{minutes} min left"),
    }
}

/// Where a credential of this kind comes from.
fn where_from(kind: CredentialKind) -> &'static str {
    match kind {
        CredentialKind::Bearer => {
            "An access token comes from an OAuth login to an app, with the scopes developers-read and developers-write. \
             It lives 30 minutes."
        }
        CredentialKind::DeveloperKey => {
            "The key is in the developer account, under Keys. It opens everything there, and does not expire."
        }
    }
}

/// Why there is no credential, or why the one in use was refused, and what that means.
pub fn refused(doing: Doing, why: &Fault, target: &Target) -> String {
    let happened = ended(fault::happened(why, &target.host));
    let Fault::Refused(_) = why else { return happened };
    let which = &target.credential_hint;
    let happened = if which.is_empty() { happened } else { format!("{which}: {happened}") };
    match fault::meaning(why, doing, target) {
        Some(meaning) => format!("{happened} {meaning}"),
        None => happened,
    }
}

/// What a text looks like that was given as something else.
pub fn looks_like(likeness: Likeness) -> String {
    match likeness {
        Likeness::Of(kind) => format!("It looks like {}.", a(kind.label())),
        Likeness::PrivateApp => {
            "It looks like a private app's token or a service key (pat-…): HubSpot refuses both for these settings."
                .into()
        }
        Likeness::AccessKey => {
            "It looks like a personal access key, which is no token: the source hs exchanges it for one.".into()
        }
    }
}

/// What was sent as a credential of this kind, and was refused, looks like something else. `scope` is what it takes.
pub(super) fn sent(kind: CredentialKind, likeness: Likeness, scope: &str) -> String {
    match likeness {
        Likeness::Of(looks) => {
            let (kind, looks) = (a(kind.label()), a(looks.label()));
            format!("What was sent as {kind} looks like {looks}: look at the profile's credential.")
        }
        Likeness::PrivateApp => format!(
            "It is a private app's token or a service key (pat-…), and HubSpot refuses both for these settings. They take \
             an OAuth access token with {scope}."
        ),
        Likeness::AccessKey => {
            "It is a personal access key, which is no token. The source hs exchanges it for one.".to_owned()
        }
    }
}

/// The access token was renewed for a request.
pub const RENEWED: &str = "The access token was renewed for it.";
