//! The sentences of questions to the user.

use super::{About, NextStep, Statement, Tone, doubtful, edits_are, fields};
use crate::model::Patch;
use crate::sync::{Act, Keeping, Stopped, WorkingCopy};

/// Asks whether to quit although edits would be lost, or although it is not known whether a write took effect.
pub fn quitting(sync: &WorkingCopy) -> Statement {
    if !sync.is_certain() {
        return leaving(sync);
    }
    let (keep, none, why) = match &sync.keeping {
        Keeping::OnDisk => (Some(NextStep::QuitKeeping), "", None),
        Keeping::Opening => (None, "; no draft yet", None),
        Keeping::Failing(why) | Keeping::InMemory(why) => {
            (None, "; no draft", Some(format!("No draft on disk: {why}.")))
        }
    };
    let begun = if sync.is_saving() { "; the save has sent nothing yet" } else { "" };
    let title = format!("Quit? {} unsaved{none}{begun}", edits_are(sync.unsaved()));
    let next = [NextStep::QuitSaving].into_iter().chain(keep).chain([NextStep::QuitDiscarding, NextStep::Stay]);
    Statement::full(Tone::Warning, title, why).next(next)
}

/// Asks whether to quit while a write is on its way or in doubt.
fn leaving(sync: &WorkingCopy) -> Statement {
    let is_removing = sync.removing().is_some();
    let (title, first) = match (sync.is_saving(), sync.unsaved()) {
        (true, _) if is_removing => ("A removal is on its way", Some(NextStep::QuitWaiting)),
        (true, _) => ("A save is on its way", Some(NextStep::QuitWaiting)),
        (false, 0) => (doubtful(sync), None),
        (false, _) => (doubtful(sync), Some(NextStep::QuitLooking)),
    };
    let is_noted = sync.keeping == Keeping::OnDisk;
    let later = is_noted.then(|| "If you leave now, the next start finds out what became of it.".to_owned());
    let next = first.into_iter().chain([NextStep::QuitAtOnce, NextStep::Stay]);
    Statement::full(Tone::Warning, format!("Quit? {title}"), later).next(next)
}

/// The question whether to quit, for a screen of a few cells. `unsaved` says how many edits are unsaved.
pub fn quitting_briefly(unsaved: &str) -> String {
    if unsaved.is_empty() { "Quit?".to_owned() } else { format!("Quit? {unsaved}") }
}

/// Says how many edits are unsaved. Empty if there are none.
pub fn unsaved_briefly(unsaved: usize) -> String {
    if unsaved == 0 { String::new() } else { format!("● {unsaved} unsaved.") }
}

/// Asks whether the credential from this source may go to this host.
pub fn trusting(about: &About<'_>, source: &str, stopped: &Stopped) -> Statement {
    let title = format!("Send this {} to {}?", about.target.kind.label(), about.target.host);
    let why =
        format!("{source} was never used with this host, which is not HubSpot's. Whoever runs it could use it as you.");
    let lines = [why].into_iter().chain(what_goes_on(stopped));
    Statement::full(Tone::Error, title, lines).next([NextStep::Trust, NextStep::DoNotTrust])
}

/// Says what goes on as soon as there is a credential. `None` if only a read waits for it.
pub(super) fn what_goes_on(stopped: &Stopped) -> Option<String> {
    match stopped {
        Stopped::Reading => None,
        Stopped::Saving(save) if save.sent => Some("With it callset finds out what became of the request.".to_owned()),
        Stopped::Saving(save) if save.act == Act::Delete => {
            Some(format!("With it the deletion of the {} goes on.", save.resource().label()))
        }
        Stopped::Saving(save) => {
            let count = save.wanted.len() + save.next.iter().map(Patch::len).sum::<usize>();
            Some(format!("With it the save of {} goes on.", fields(count)))
        }
    }
}
