//! The sentences about the outcome of reads, saves and removals: of one resource, and of several together.

use super::time::took;
use super::{
    About, NextStep, Statement, Tone, capital, doubtful, ended, fault, fields, is_about_removals, section,
    where_edits_are,
};
use crate::model::Resource;
use crate::sync::{Doing, Fault, Keeping, Outcome};
use std::time::Duration;

/// The outcome for one resource.
pub fn said(about: &About<'_>, outcome: &Outcome) -> Statement {
    let sync = about.sync;
    match outcome {
        Outcome::Saved { sent, kept, taken, took } => saved(about, *sent, *kept, *taken, *took),
        Outcome::ReadBack { sent, saved } => read_back(about, *sent, *saved),
        Outcome::NotYet => not_yet(about),
        Outcome::Unclear => unclear(about),
        Outcome::CameLate { fields: count } => {
            let title = format!("An earlier save arrived late and set {}", fields(*count));
            Statement::full(Tone::Warning, title, []).kept(where_edits_are(sync)).next([NextStep::OldValues])
        }
        Outcome::Failed(doing, fault) => failed(about, *doing, fault),
        Outcome::Cancelled(doing) => given_up(*doing, &where_edits_are(sync)),
        Outcome::SetUp { sent, took: time } => {
            let title = format!("Set up with {}, confirmed by the server ({})", fields(*sent), took(*time));
            Statement::brief(Tone::Good, title)
        }
        Outcome::Gone(resource) => gone(about, *resource),
        Outcome::Removed(resource) => removed(*resource, sync.keeping == Keeping::OnDisk),
        Outcome::NotRemoved(resource) => {
            Statement::brief(Tone::Warning, format!("Not deleted: HubSpot still has the {}", resource.label()))
        }
        Outcome::NothingToDelete(resource) => {
            let title = format!("HubSpot has no {} to delete, or it is not loaded", resource.label());
            Statement::brief(Tone::Warning, title)
        }
        Outcome::NotTried => Statement::brief(Tone::Warning, "Not tried: what came before it could not be saved"),
        Outcome::AlreadyThere { fields: count } => {
            Statement::brief(Tone::Good, format!("The server already has your values: {} not sent", fields(*count)))
        }
        Outcome::Clash { fields: count, left } => {
            let title = format!("Not saved: {} changed here and on the server", fields(*count));
            let said = Statement::full(Tone::Warning, title, []).kept(where_edits_are(sync)).next([NextStep::Resolve]);
            if *left { said } else { said.unsent() }
        }
        Outcome::Changed { fields: count } => {
            let title = format!("Not deleted: {} changed on the server since it was read", fields(*count));
            let said = Statement::full(Tone::Warning, title, []).kept(where_edits_are(sync)).unsent();
            said.next([NextStep::DeleteAgain])
        }
        Outcome::Stale(doing) => stale(about, *doing),
        Outcome::NothingToSave => Statement::brief(Tone::Plain, "Nothing to save"),
        Outcome::Invalid { fields: count } => {
            Statement::brief(Tone::Error, format!("Not saved: {} cannot be sent as typed", fields(*count)))
        }
    }
}

/// The server confirmed a deletion.
pub fn removed(resource: Resource, is_in_history: bool) -> Statement {
    if !is_in_history {
        return Statement::brief(Tone::Good, format!("Deleted the {}", resource.label()));
    }
    let title = format!("Deleted the {}; what it held is in the history", resource.label());
    Statement::brief(Tone::Good, title).next([NextStep::History])
}

fn saved(about: &About<'_>, sent: usize, kept: usize, taken: usize, time: Duration) -> Statement {
    let title = match kept {
        0 if taken > 0 => format!("Saved {}; {} changed by others{}", fields(sent), fields(taken), about.see()),
        0 => format!("Saved {}, confirmed by the server ({})", fields(sent), took(time)),
        kept if kept == sent => format!("Not saved: HubSpot kept another value for {}", fields(kept)),
        kept => format!("Saved {} of {}: HubSpot kept another value for the rest", sent - kept, fields(sent)),
    };
    let tone = if kept == 0 { Tone::Good } else { Tone::Warning };
    Statement::brief(tone, title).next((kept < sent).then_some(NextStep::OldValues))
}

/// The outcome of a save without an answer, after the resource was read back.
fn read_back(about: &About<'_>, sent: usize, saved: usize) -> Statement {
    let title = match saved {
        all if all == sent => {
            let title = format!("It was saved: {} read back as sent", fields(sent));
            return Statement::brief(Tone::Good, title).next([NextStep::OldValues]);
        }
        0 => "It was not saved".to_owned(),
        some => format!("Only {some} of {} was saved", fields(sent)),
    };
    let kept = where_edits_are(about.sync);
    let next = (!kept.is_empty()).then_some(NextStep::SaveAgain);
    Statement::full(Tone::Warning, title, lost(about)).kept(kept).next(next)
}

/// Nothing of a write is there, and it may still be on its way.
fn not_yet(about: &About<'_>) -> Statement {
    let (title, again) = if is_about_removals(about.sync) {
        ("It was not deleted so far; that may still be on its way", None)
    } else {
        let is_edited = about.sync.unsaved() > 0;
        ("It was not saved so far; it may still be on its way", is_edited.then_some(NextStep::SaveAgain))
    };
    let next = [NextStep::LookAgain].into_iter().chain(again);
    Statement::full(Tone::Warning, title, lost(about)).kept(where_edits_are(about.sync)).next(next)
}

/// Nothing of a write is there, but something of others that came after it.
fn unclear(about: &About<'_>) -> Statement {
    let title = if is_about_removals(about.sync) {
        "Nobody knows whether it was deleted: it was set up anew since"
    } else {
        "Nobody knows whether it was saved: others saved since"
    };
    let is_clash = about.sync.draft.conflicts().next().is_some();
    let next = if is_clash { NextStep::Resolve } else { NextStep::LookAgain };
    Statement::full(Tone::Warning, title, lost(about)).kept(where_edits_are(about.sync)).next([next])
}

/// Why the last write had no answer that told its outcome.
fn lost(about: &About<'_>) -> Vec<String> {
    match &about.sync.last_fault {
        Some((doing @ (Doing::Saving | Doing::Removing), fault)) => reason(about, *doing, fault),
        Some(_) | None => vec![],
    }
}

/// The server does not have the resource any more.
fn gone(about: &About<'_>, resource: Resource) -> Statement {
    let what = section::plural(resource);
    let title = format!("The {what} of app {} are gone from the server", about.target.app_id);
    if about.sync.is_doubtful() {
        let lines = [format!("{}.", doubtful(about.sync))];
        let said = Statement::full(Tone::Warning, title, lines).kept(where_edits_are(about.sync));
        return said.next([NextStep::ReadBack, NextStep::SaveAnew]);
    }
    if about.sync.draft.is_edited(resource) {
        let kept = "Your edits are kept with its old values.";
        return Statement::full(Tone::Warning, title, []).kept(kept).next([NextStep::SaveAnew, NextStep::CopyEdits]);
    }
    let why = "They were deleted, or the app belongs to another account now.";
    Statement::full(Tone::Warning, title, [why.to_owned()]).next([NextStep::SetUpWithOldValues])
}

/// The server keeps answering with older settings than it confirmed before.
fn stale(about: &About<'_>, doing: Doing) -> Statement {
    let (title, next) = match doing {
        Doing::Loading | Doing::Watching => ("Not reloaded", NextStep::LookAgain),
        Doing::ReadingBack => (doubtful(about.sync), NextStep::ReadBack),
        Doing::Checking | Doing::Saving | Doing::Removing => ("Not saved", NextStep::SaveAgain),
    };
    let what = "HubSpot keeps answering with an older copy than it confirmed before. A new start would take it.";
    Statement::full(Tone::Warning, title, [what.to_owned()]).kept(where_edits_are(about.sync)).next([next])
}

/// The user stopped waiting for the answer.
fn given_up(doing: Doing, kept: &str) -> Statement {
    let (title, next) = match doing {
        Doing::Loading | Doing::Watching => ("Loading was cancelled", NextStep::Load),
        Doing::Checking => ("Not saved: cancelled before anything was sent", NextStep::Save),
        Doing::Removing => ("Stopped waiting: we do not know whether HubSpot deleted it", NextStep::LookAgain),
        Doing::Saving | Doing::ReadingBack => {
            ("Stopped waiting: we do not know whether HubSpot saved this", NextStep::ReadBack)
        }
    };
    Statement::full(Tone::Warning, title, []).kept(kept).next([next])
}

/// A failure: what was being done, what happened, what it means, where the edits are, the next step.
fn failed(about: &About<'_>, doing: Doing, fault: &Fault) -> Statement {
    let (title, next) = match doing {
        Doing::Loading | Doing::Watching if about.has_rows && about.sync.synced.is_some() => {
            ("Not reloaded", NextStep::LoadAgain)
        }
        Doing::Loading | Doing::Watching => ("Not loaded", NextStep::LoadAgain),
        Doing::ReadingBack => (doubtful(about.sync), NextStep::ReadBack),
        Doing::Checking | Doing::Saving => ("Not saved", NextStep::SaveAgain),
        Doing::Removing => ("Not deleted", NextStep::DeleteAgain),
    };
    let credential = fault.is_about_token().then_some(NextStep::GiveCredential);
    let next = [next].into_iter().chain(credential).chain([NextStep::CopyError]);
    let said =
        Statement::full(Tone::Error, title, reason(about, doing, fault)).kept(where_edits_are(about.sync)).next(next);
    Statement { id: fault.correlation_id().map(ToOwned::to_owned), ..said }
}

/// The lines of a failure: what happened, and what it means.
fn reason(about: &About<'_>, doing: Doing, fault: &Fault) -> Vec<String> {
    let happened = ended(fault::happened(fault, &about.target.host));
    let is_row = |key: &str| about.has_rows && about.sync.draft.fields().iter().any(|field| field.id.key == key);
    let refused = fault::refused_fields(fault, is_row);
    [happened].into_iter().chain(refused).chain(fault::meaning(fault, doing, about.target)).collect()
}

// ── several resources at once ──

/// The outcome of each resource, in one line. Below it are the next step and the reasons why resources were not saved.
pub fn several(about: &About<'_>, ended: &[(Resource, Outcome)]) -> Statement {
    let mut parts: Vec<(&str, Vec<String>)> = Vec::new();
    let mut reasons = Vec::new();
    let mut tone = Tone::Good;
    for (resource, outcome) in ended {
        let of_it = said(about, outcome);
        let (what, of) = listed_as(*resource, outcome, of_it.title);
        match parts.iter_mut().find(|(other, _)| *other == what) {
            Some((_, all)) => all.push(of),
            None => parts.push((what, vec![of])),
        }
        if let Outcome::Failed(doing, fault) = outcome {
            let mut why = reason(about, *doing, fault);
            why[0] = format!("{}: {}", resource.label(), why[0]);
            reasons.extend(why);
        }
        if of_it.tone != Tone::Good {
            tone = if of_it.tone == Tone::Error { Tone::Error } else { tone.max(Tone::Warning) };
        }
    }
    let listed = |(what, all): &(&str, Vec<String>)| format!("{what}{}", all.join(", "));
    let mut title = capital(&parts.iter().map(listed).collect::<Vec<_>>().join("; "));
    if tone == Tone::Good {
        if let Some(time) = time_of(ended) {
            title = format!("{title}, confirmed by the server ({})", took(time));
        }
        return Statement::brief(tone, title);
    }
    let copy = (!reasons.is_empty()).then_some(NextStep::CopyError);
    let next = [next_of(ended)].into_iter().chain(copy);
    let said = Statement::full(tone, title, reasons).kept(where_edits_are(about.sync)).next(next);
    Statement { kept_first: true, ..said }
}

/// How long the writes took together. `None` if one of the outcomes is not that of an answer to a write.
fn time_of(ended: &[(Resource, Outcome)]) -> Option<Duration> {
    let of = |(_, outcome): &(Resource, Outcome)| match outcome {
        Outcome::Saved { took, .. } | Outcome::SetUp { took, .. } => Some(*took),
        _ => None,
    };
    ended.iter().map(of).sum()
}

/// The words for a group of resources, and the words for this resource within the group.
fn listed_as(resource: Resource, outcome: &Outcome, title: String) -> (&'static str, String) {
    let short = section::short(resource).to_owned();
    match outcome {
        Outcome::Failed(Doing::ReadingBack, _) | Outcome::Stale(Doing::ReadingBack) => ("not known: ", short),
        Outcome::Failed(Doing::Removing, _) => ("not deleted: ", short),
        Outcome::Failed(Doing::Loading | Doing::Watching, _) => ("not reloaded: ", short),
        Outcome::Failed(..) | Outcome::Stale(_) | Outcome::Clash { .. } | Outcome::NotTried => ("not saved: ", short),
        Outcome::Saved { sent, kept: 0, .. } => ("saved ", format!("{short} ({})", fields(*sent))),
        Outcome::ReadBack { sent, saved } if sent == saved => ("saved ", format!("{short} ({})", fields(*sent))),
        Outcome::SetUp { sent, .. } => ("set up ", format!("{short} ({})", fields(*sent))),
        Outcome::AlreadyThere { .. } => ("there already: ", short),
        _ => ("", title),
    }
}

/// The next step after a save of several resources. A doubt comes before a resource that was not saved.
fn next_of(ended: &[(Resource, Outcome)]) -> NextStep {
    let has = |all: &[Doing]| {
        ended.iter().any(|(_, outcome)| match outcome {
            Outcome::Failed(Doing::Saving, _) => false,
            Outcome::Failed(doing, _) | Outcome::Cancelled(doing) | Outcome::Stale(doing) => all.contains(doing),
            _ => false,
        })
    };
    if has(&[Doing::ReadingBack, Doing::Saving]) {
        NextStep::ReadBack
    } else if has(&[Doing::Loading, Doing::Watching]) {
        NextStep::LoadAgain
    } else if has(&[Doing::Removing]) {
        NextStep::DeleteAgain
    } else {
        NextStep::SaveAgain
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::profile::{Config, CredentialKind};
    use crate::model::refusal::{Refusal, Unreached};
    use crate::sync::{Target, WorkingCopy};
    use std::collections::BTreeMap;

    fn target() -> Target {
        Target {
            app_id: 1,
            host: "api.hubapi.com".to_owned(),
            base_url: "https://api.hubapi.com".to_owned(),
            paths: BTreeMap::new(),
            kind: CredentialKind::Bearer,
            credential_hint: String::new(),
            looks_like: None,
            credential_source: String::new(),
            credential_renewal: None,
            sandbox: false,
            profile: None,
            setup: Config::default(),
            complaints: vec![],
            watch: None,
            seed: 0,
        }
    }

    /// Of a working copy that nobody looks at on a screen.
    fn of(outcome: &Outcome) -> Statement {
        let (sync, target) = (WorkingCopy::new([Resource::Settings], 0), target());
        said(&About { sync: &sync, target: &target, clock: None, has_rows: true }, outcome)
    }

    fn refused(status: u16) -> Fault {
        Fault::Refused(Box::new(Refusal { status, correlation_id: Some("x-1".to_owned()), ..Refusal::default() }))
    }

    #[test]
    fn what_can_be_done_next_follows_from_what_was_being_done() {
        let dns = || Fault::Unreached(Unreached::Dns);
        for (outcome, title, next) in [
            (Outcome::Failed(Doing::Loading, dns()), "Not loaded", NextStep::LoadAgain),
            (Outcome::Failed(Doing::Checking, dns()), "Not saved", NextStep::SaveAgain),
            (Outcome::Failed(Doing::Removing, dns()), "Not deleted", NextStep::DeleteAgain),
            (Outcome::Cancelled(Doing::Saving), "Stopped waiting: we do not know", NextStep::ReadBack),
            (Outcome::Clash { fields: 2, left: false }, "Not saved: 2 fields changed here and on", NextStep::Resolve),
            (Outcome::Stale(Doing::Loading), "Not reloaded", NextStep::LookAgain),
        ] {
            let said = of(&outcome);
            assert!(said.title.starts_with(title), "{said:?}");
            assert_eq!(said.next.first(), Some(&next), "{said:?}");
        }
        assert_eq!(of(&Outcome::Saved { sent: 1, kept: 1, taken: 0, took: Duration::ZERO }).next, []);
    }

    #[test]
    fn a_credential_that_is_refused_can_be_given_anew_and_the_id_is_told() {
        let said = of(&Outcome::Failed(Doing::Saving, refused(401)));
        assert_eq!(said.next, [NextStep::SaveAgain, NextStep::GiveCredential, NextStep::CopyError]);
        assert_eq!((said.tone, said.id.as_deref()), (Tone::Error, Some("x-1")));
        assert_eq!(of(&Outcome::Failed(Doing::Saving, refused(500))).next, [NextStep::SaveAgain, NextStep::CopyError]);
    }

    #[test]
    fn what_a_401_means_depends_on_the_version_and_the_kind() {
        let meaning = |path: &str, kind| {
            let paths = BTreeMap::from([(Resource::Settings, path.to_owned())]);
            let target = Target { paths, kind, ..target() };
            fault::meaning(&refused(401), Doing::Saving, &target).unwrap_or_default()
        };
        let (v3, dated) = ("/crm/v3/extensions/calling/1/settings", "/crm/extensions/calling/2026-09/1/settings");
        let (token, key) = (CredentialKind::Bearer, CredentialKind::DeveloperKey);
        assert!(meaning(v3, token).contains("an OAuth access token with developers-write"));
        assert!(meaning(dated, token).contains("lists the developer API key alone"));
        for words in [meaning(v3, token), meaning(dated, token)] {
            assert!(words.contains("service keys (pat-…)"), "{words}");
        }
        assert!(meaning(v3, key).contains("this version takes access tokens only"));
        assert!(meaning(dated, key).contains("another account's") && !meaning(dated, key).contains("access tokens"));
    }

    #[test]
    fn what_a_403_means_depends_on_the_version_and_the_kind_too() {
        let meaning = |version: &str, kind, message: &str, missing: &[&str]| {
            let path = format!("/crm/extensions/calling/{version}/1/settings");
            let target = Target { paths: BTreeMap::from([(Resource::Settings, path)]), kind, ..target() };
            let missing_scopes = missing.iter().map(|scope| (*scope).to_owned()).collect();
            let refusal =
                Refusal { status: 403, message: Some(message.to_owned()), missing_scopes, ..Refusal::default() };
            fault::meaning(&Fault::Refused(Box::new(refusal)), Doing::Saving, &target).unwrap_or_default()
        };
        let (token, key) = (CredentialKind::Bearer, CredentialKind::DeveloperKey);
        for message in ["no", "The scope needed isn't available for public use."] {
            for missing in [&[][..], &["developers-write"]] {
                for version in ["2025-09", "2026-09"] {
                    assert!(meaning(version, token, message, missing).contains("lists the developer API key alone"));
                }
                for version in ["v3", "2026-03"] {
                    let words = meaning(version, token, message, missing);
                    assert!(words.contains("developers-write") && !words.contains("API key"), "{words}");
                }
            }
        }
        assert!(meaning("v3", token, "isn't available for public use", &[]).contains("to some apps only"));
        assert!(meaning("v3", key, "no", &[]).contains("lists OAuth access tokens alone"));
        let dated = meaning("2026-09", key, "no", &[]);
        assert!(dated.contains("another account's") && !dated.contains("token"), "{dated}");
    }

    #[test]
    fn several_are_told_in_one_line_and_what_is_not_known_comes_first() {
        let (sync, target) = (WorkingCopy::new(Resource::ALL, 0), target());
        let about = About { sync: &sync, target: &target, clock: None, has_rows: true };
        let saved = Outcome::Saved { sent: 1, kept: 0, taken: 0, took: Duration::ZERO };
        let open = Outcome::Failed(Doing::ReadingBack, refused(500));
        let said = several(
            &about,
            &[
                (Resource::Settings, saved),
                (Resource::Recording, Outcome::NotTried),
                (Resource::ChannelConnection, open),
            ],
        );
        assert_eq!(said.title, "Saved settings (1 field); not saved: recording; not known: channel");
        assert_eq!((said.next.first(), said.tone), (Some(&NextStep::ReadBack), Tone::Error));
        assert!(said.lines[0].starts_with("channel connection: "), "{said:?}");
    }
}
