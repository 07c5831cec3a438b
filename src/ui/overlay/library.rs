//! The history of saves and the log of requests, each as a list with the selected entry in full below it.

use super::Styled;
use super::list::Listing;
use crate::app::App;
use crate::app::checks::{LogEntry, LookEnd};
use crate::model::record::Saved;
use crate::model::{Field, FieldId, Resource, Value};
use crate::sync::log::LIMIT;
use crate::sync::{Call, Doing, End, Logged};
use crate::ui::theme::Role;
use crate::ui::words::{clock_seconds, plain};
use crate::ui::wrap_cells;
use crate::words::time::Clock;
use crate::words::{check as check_words, credential, fault, list as list_words, mask, section, time, value};

/// The saves, with what the selected one changed.
pub(super) fn history(app: &App, selected: usize, room: usize) -> Listing<'_> {
    let saves: Vec<&Saved> = app.history.saves().collect();
    let read = app.history.read.as_ref().map(|read| read.as_ref().map(|_| ()).map_err(String::as_str));
    let empty = list_words::no_saves(read);
    let (rows, save) = (saves.len(), saves.get(selected).copied());
    let is_narrow = room < 52;
    let row = move |at: usize| {
        let (save, time) = (saves[at], time::of_save(saves[at].at, app.clock.as_ref(), is_narrow));
        let changes = changes(app, save, true).into_iter().map(|change| change.join(" ")).collect::<Vec<_>>();
        let what = if changes.is_empty() {
            format!("{} deleted", save.resource.label())
        } else {
            format!("{}: {}", section::short(save.resource), changes.join(", "))
        };
        format!("{time:<width$}{what}", width = if is_narrow { 10 } else { 21 })
    };
    let mut detail = Vec::new();
    for [label, change] in save.iter().flat_map(|save| changes(app, save, false)) {
        detail.extend(wrap_cells(&format!("{label}: {change}"), room).into_iter().map(|line| (line, Role::Plain)));
    }
    Listing {
        title: "History of saves".to_owned(),
        filter: None,
        count: if rows == 0 { String::new() } else { rows.to_string() },
        heading: None,
        rows,
        row: Box::new(row),
        marks: None,
        empty: vec![(String::new(), Role::Plain), (empty, Role::Plain)],
        detail,
        part: None,
    }
}

/// The label of each field that a save changed, with its values before and after. `is_brief`: is what two long values
/// have in common left out?
fn changes(app: &App, save: &Saved, is_brief: bool) -> Vec<[String; 2]> {
    let change = |(key, after): (&str, &Value)| {
        let id = FieldId::new(save.resource, key);
        let unknown = Field::unknown(save.resource, key, after);
        let field = app.sync.draft.field(&id).unwrap_or(&unknown);
        let before = value::held(save.before.get(key), !save.is_set_up(), field);
        let after = plain(Some(after), field);
        [field.label.to_string(), mask::change(&before, &after, is_brief)]
    };
    save.after.members().map(change).collect()
}

/// The requests, newest first, with the selected one and its answer in full.
pub(super) fn log(app: &App, selected: usize, room: usize) -> Listing<'_> {
    let entries = app.log_entries();
    let rows = entries.len();
    let shown = entries.get(selected).map_or(vec![], |entry| entry_detail(app, *entry, room));
    let title = match rows {
        1 => "1 request of this run".to_owned(),
        LIMIT => format!("The last {LIMIT} requests"),
        n => format!("{n} requests of this run"),
    };
    Listing {
        title,
        filter: None,
        count: String::new(),
        heading: Some(columns(room, ["TIME", "", "STATUS", "TOOK", "WHY"])),
        rows,
        row: Box::new(move |at| entries.get(at).map_or_else(String::new, |entry| entry_summary(app, *entry, room))),
        marks: None,
        empty: vec![],
        detail: shown,
        part: None,
    }
}

/// A request in short, for the panel beside the strip.
pub(in crate::ui) fn brief(logged: &Logged, clock: Option<&Clock>, room: usize) -> String {
    summary(logged, clock, room.min(51))
}

/// The columns of the log. A narrow log leaves out how long a request took, because its purpose matters more.
fn columns(room: usize, [time, method, status, took, why]: [&str; 5]) -> String {
    if room < 52 {
        format!("{time:<9}{method:<7}{status:<10}{why}")
    } else {
        format!("{time:<10}{method:<6}{status:<11}{took:>8}   {why}")
    }
}

fn entry_summary(app: &App, entry: LogEntry<'_>, room: usize) -> String {
    let look = match entry {
        LogEntry::Request(logged) => return summary(logged, app.clock.as_ref(), room),
        LogEntry::Look(look) => look,
    };
    let (time, status, took) = match &look.end {
        LookEnd::Open => (String::new(), "on its way".to_owned(), String::new()),
        LookEnd::GivenUp => (String::new(), "cancelled".to_owned(), String::new()),
        LookEnd::Over(check) => {
            let status = check.visit.came.as_ref().map_or("no answer".to_owned(), |answer| answer.status.to_string());
            (clock_seconds(app.clock.as_ref(), check.visit.at), status, time::took(check.visit.took))
        }
    };
    let why = format!("check {}", mask::masked(&look.asked.url));
    columns(room, [&time, "GET", &status, &took, &why])
}

fn entry_detail(app: &App, entry: LogEntry<'_>, room: usize) -> Vec<Styled> {
    let look = match entry {
        LogEntry::Request(logged) => return detail(app, logged, room),
        LogEntry::Look(look) => look,
    };
    let mut text = vec![format!("> GET {}", mask::masked(&look.asked.url))];
    if let LookEnd::Over(check) = &look.end {
        text.extend(check.visit.way.iter().skip(1).map(|at| format!("> GET {}", mask::masked(at.as_str()))));
        match &check.visit.came {
            Ok(answer) => {
                text.push(format!("< {}", answer.status));
                text.extend(
                    answer.headers.iter().map(|line| format!("< {}", mask::masked(&check_words::piece(&line.shown())))),
                );
            }
            Err(_) => text.extend(check.findings.iter().map(|found| check_words::finding(found, look.asked.used).text)),
        }
    }
    text.iter().flat_map(|line| wrap_cells(line, room)).map(|line| (line, Role::Plain)).collect()
}

fn summary(logged: &Logged, clock: Option<&Clock>, room: usize) -> String {
    let why = match logged.doing {
        Doing::Loading => "load".to_owned(),
        Doing::Watching => "watch".to_owned(),
        Doing::Checking => "check before save".to_owned(),
        Doing::ReadingBack => "read back".to_owned(),
        Doing::Saving => "save".to_owned(),
        Doing::Removing => "delete".to_owned(),
    };
    let whose = logged.elsewhere.as_ref().map(|profile| format!(" of {}", profile.name)).unwrap_or_default();
    let keys = match &logged.call {
        Call::Get(resource) | Call::Delete(resource) if *resource == Resource::Settings => String::new(),
        Call::Get(resource) | Call::Delete(resource) => format!(": {}", resource.label()),
        Call::Patch(patch) | Call::Create(patch) => {
            let keys: Vec<&str> = patch.members().map(|(id, _)| &*id.key).collect();
            format!(": {}", keys.join(", "))
        }
    };
    let (time, status, took) = match &logged.end {
        End::Open => (String::new(), "on its way".to_owned(), String::new()),
        End::Cancelled => (String::new(), "cancelled".to_owned(), String::new()),
        End::Over { at, took, trace, .. } => (
            clock_seconds(clock, *at),
            trace.as_ref().map_or("no answer".to_owned(), |trace| trace.status.to_string()),
            time::took(*took),
        ),
    };
    let renewed = if is_renewed(logged) { ", token renewed" } else { "" };
    columns(room, [&time, logged.call.method(), &status, &took, &format!("{why}{whose}{keys}{renewed}")])
}

/// Was the access token renewed for this request?
fn is_renewed(logged: &Logged) -> bool {
    matches!(&logged.end, End::Over { trace: Some(trace), .. } if trace.renewed)
}

/// The request with its credential masked, and the part of the answer that was kept.
fn detail(app: &App, logged: &Logged, room: usize) -> Vec<Styled> {
    let mut text = Vec::new();
    if let Some(profile) = &logged.elsewhere {
        let (what, app_id) = (logged.call.resource().label(), profile.app_id);
        text.push(format!("> {} {what} of app {app_id} at {}", logged.call.method(), profile.base_url));
    } else {
        text.push(format!("> {} {}", logged.call.method(), app.target.shown_url(logged.call.resource())));
        text.extend(app.target.shown_header().map(|header| format!("> {}", header.replacen('A', "a", 1))));
    }
    if let Call::Patch(patch) | Call::Create(patch) = &logged.call {
        text.push("> content-type: application/json".to_owned());
        text.push(format!("> {}", mask::masked(&patch.body())));
    }
    if let End::Over { fault, trace, .. } = &logged.end {
        if is_renewed(logged) {
            text.push(credential::RENEWED.to_owned());
        }
        if let Some(trace) = trace {
            text.push(format!("< {}", trace.status));
            text.extend(trace.headers.iter().map(|(name, value)| format!("< {name}: {value}")));
            if !trace.body.is_empty() {
                text.push(format!("< {}", mask::masked(&trace.body)));
            }
            if trace.length > trace.body.len() {
                text.push(format!("  … {} bytes in all", trace.length));
            }
        }
        text.extend(fault.iter().map(|why| format!("{}.", fault::happened(why, &app.target.host))));
    }
    text.iter().flat_map(|line| wrap_cells(line, room)).map(|line| (line, Role::Plain)).collect()
}
