//! The sentences about work that is under way or unsettled.

use super::time::{Clock, of_run, so_far};
use super::{About, NextStep, Statement, Tone, doubtful, fault, fields, hangs, where_edits_are};
use crate::model::Resource;
use crate::sync::{Act, Doing, Exchange, Keeping, Pause, Save, Stage, Why, WorkingCopy};
use jiff::Timestamp;
use std::fmt;

/// Says what is under way or unsettled. `None` if nothing is. `is_leaving`: does the program end after the save?
pub fn said(about: &About<'_>, is_leaving: bool) -> Option<Statement> {
    let sync = about.sync;
    if let Some(Exchange { pause: Some(pause), .. }) = sync.exchange() {
        return Some(pausing(about, pause));
    }
    if let Some(save) = &sync.save {
        return Some(of_save(sync, save, is_leaving));
    }
    if let Some(waited) = sync.waiting().filter(|_| sync.is_loading(Resource::Settings)) {
        let title = format!("Loading settings of app {}…  {}", about.target.app_id, so_far(waited));
        return Some(Statement::brief(Tone::Plain, title).next([NextStep::Cancel]));
    }
    if sync.is_doubtful_here() && !sync.is_loading(Resource::Settings) {
        let said = Statement::full(Tone::Warning, doubtful(sync), []).kept(where_edits_are(sync));
        return Some(said.next([NextStep::ReadBack]));
    }
    if sync.doubts().next().is_some() && !sync.is_loading(Resource::Settings) {
        return Some(Statement::brief(Tone::Plain, doubtful(sync)).next([NextStep::LookAgain]));
    }
    let is_at_stake = sync.hangs.is_some() && sync.unsaved() > 0;
    is_at_stake.then(|| Statement::full(Tone::Warning, format!("The {}", hangs(sync)), []).kept(where_edits_are(sync)))
}

fn of_save(sync: &WorkingCopy, save: &Save, is_leaving: bool) -> Statement {
    let (title, is_doubtful) = match &save.stage {
        Stage::Turn(_) | Stage::Record if sync.hangs.is_some() => return hanging(sync),
        Stage::Turn(Some(peer)) => (format!("Another callset saves first (pid {})…", peer.pid), false),
        Stage::ReadBack(_) if save.act == Act::Delete => (deleting(save), false),
        Stage::ReadBack(_) => (format!("{}. Reading it back…", doubtful(sync)), true),
        Stage::Turn(None) | Stage::Check(_) | Stage::Record | Stage::Send(_) => (saving(save, is_leaving), false),
    };
    let tone = if matches!(save.stage, Stage::ReadBack(_)) { Tone::Warning } else { Tone::Plain };
    let waited = sync.waiting();
    let title = waited.map_or(title.clone(), |waited| format!("{title}  {}", so_far(waited)));
    let said = Statement::brief(tone, title).next(waited.map(|_| NextStep::Cancel));
    if is_doubtful { Statement { lines: vec![where_edits_are(sync)], ..said } } else { said }
}

/// The save waits for a disk that does not answer.
fn hanging(sync: &WorkingCopy) -> Statement {
    let what = "The note of a save goes there before it leaves; nothing was sent.";
    let title = format!("Not saved yet: the {}", hangs(sync));
    Statement::full(Tone::Warning, title, [what.to_owned()]).kept(where_edits_are(sync)).next([NextStep::Stop])
}

/// A request that failed is sent again in a moment.
fn pausing(about: &About<'_>, pause: &Pause) -> Statement {
    let sync = about.sync;
    let (doing, title) = match &sync.save {
        Some(save) if matches!(save.stage, Stage::ReadBack(_)) => (Doing::ReadingBack, doubtful(sync)),
        Some(_) => (Doing::Checking, "Not saved yet"),
        None if sync.synced.is_some() => (Doing::Loading, "Not reloaded yet"),
        None => (Doing::Loading, "Not loaded yet"),
    };
    let left = pause.left.as_millis().div_ceil(1000);
    let (lines, what) = match &pause.why {
        Why::Failed(why) => {
            let happened = format!("{}.", fault::happened(why, &about.target.host));
            let lines = [happened].into_iter().chain(fault::meaning(why, doing, about.target)).collect();
            (lines, "Trying again")
        }
        Why::Vanished => {
            (vec!["HubSpot answered that there is nothing, where it had something before.".to_owned()], "Looking again")
        }
        Why::Stale => {
            (vec!["HubSpot answered with an older copy than it confirmed before.".to_owned()], "Looking again")
        }
    };
    let title = format!("{title}. {what} in {left} s");
    Statement::full(Tone::Warning, title, lines).kept(where_edits_are(sync)).next([NextStep::TryNow, NextStep::Stop])
}

fn saving(save: &Save, is_leaving: bool) -> String {
    if save.act == Act::Delete {
        return deleting(save);
    }
    let resource = save.resource();
    let of = if resource == Resource::Settings { String::new() } else { format!(" of the {}", resource.label()) };
    let then = if is_leaving { ", then quitting" } else { "" };
    format!("Saving {}{of}{then}…", fields(save.sends().len()))
}

fn deleting(save: &Save) -> String {
    format!("Deleting the {}…", save.resource().label())
}

/// The right end of the header while nothing is under way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Edits are not kept.
    NoDraft,
    /// The last load has failed.
    NotLoaded,
    /// The settings were last read or watched at this time.
    Read(&'static str, Timestamp, Clock),
}

impl fmt::Display for Standing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoDraft => f.write_str("! no draft on disk"),
            Self::NotLoaded => f.write_str("not loaded"),
            Self::Read(word, at, clock) => write!(f, "{word} {}", of_run(*at, Some(clock))),
        }
    }
}

/// What is wrong with the disk, or when the settings were last read. `has_failed`: has the last load failed?
pub fn standing(about: &About<'_>, has_failed: bool) -> Option<Standing> {
    let sync = about.sync;
    if sync.hangs.is_some() || matches!(sync.keeping, Keeping::Failing(_) | Keeping::InMemory(_)) {
        return Some(Standing::NoDraft);
    }
    let Some(at) = sync.synced else { return has_failed.then_some(Standing::NotLoaded) };
    let clock = about.clock?;
    let word = match sync.watch.every {
        Some(_) if sync.watch.failed > 0 => "! last watched",
        Some(_) => "watched",
        None => "synced",
    };
    Some(Standing::Read(word, at, clock.clone()))
}

/// The right end of the header while a request is under way.
pub fn doing(sync: &WorkingCopy) -> &'static str {
    if sync.is_saving() { "saving" } else { "loading" }
}
