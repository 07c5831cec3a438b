//! The sentences on the screen: what happened, where the edits are, which key comes next.

mod asked;
mod became;
mod reused;
mod said;
pub(super) mod section;
mod several;
mod time;

use super::text::wrap;
use super::theme::{Role, Theme};
use crate::app::{App, CopyItem, Mark, Mode, Notice};
use crate::model::record::Sending;
use crate::model::{Edit, Field, Kind, Problem, Resource, Severity, State, Value};
use crate::sync::{Act, Call, Doing, Exchange, Keeping, Outcome, Pause, Save, Stage, Why};
use time::time;

pub use reused::{fit, recent, unread, verdict, why_not};
pub use time::{clock_seconds, clock_time};

/// Title, its look, lines. No lines: the help of the row in focus stays.
type Words = (String, Role, Vec<String>);

/// What is not known while a write is in doubt.
fn doubtful(app: &App) -> &'static str {
    let mut doubts = app.sync.doubts().peekable();
    if app.sync.removing().is_some() || doubts.peek().is_some() && doubts.all(Sending::is_removal) {
        "We do not know whether HubSpot deleted this"
    } else {
        "We do not know whether HubSpot saved this"
    }
}

/// Stands for a value that holds the session's credential.
const WITHHELD: &str = "••••••••";

/// What the strip says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Strip {
    /// In the rule.
    pub title: String,
    /// How the title looks.
    pub role: Role,
    /// Below the body of the next PATCH.
    pub lines: Vec<(String, Role)>,
    /// How many of the last lines are to be seen where there is not room for all.
    pub pinned: usize,
}

/// Title and lines of the strip, at most `width` cells wide.
pub fn strip(app: &App, width: usize) -> Strip {
    let (title, role, words) = match (&app.mode, &app.notice) {
        (Mode::Quitting, _) => asked::quitting(app),
        (Mode::Restoring { .. }, _) => asked::restoring(app),
        (Mode::Trusting { source, stopped }, _) => asked::trusting(app, source, stopped),
        (Mode::Token { characters, wrong, stopped }, _) => asked::token(app, *characters, wrong.as_deref(), stopped),
        (_, Some(notice)) => said::notice(app, notice),
        (_, None) => progress(app),
    };
    let mut lines: Vec<(String, Role)> = Vec::new();
    // The first sentence is what happened, which may hold a server's words and so be of any length. What it means, where
    // the edits are, the next key and the id for the support must not fall off for it.
    let mut pinned = 0;
    for (at, text) in words.iter().enumerate() {
        let wrapped = wrap(text, width);
        pinned += if at > 0 { wrapped.len() } else { 0 };
        lines.extend(wrapped.into_iter().map(|line| (line, Role::Plain)));
    }
    let lines = if lines.is_empty() { about_focus(app, width) } else { lines };
    Strip { title, role, lines, pinned }
}

/// What happened, in one line.
pub fn title(app: &App, notice: &Notice) -> (String, Role) {
    let (title, role, _) = said::notice(app, notice);
    (title, role)
}

/// What is under way, or what stands open.
fn progress(app: &App) -> Words {
    if let Some(Exchange { pause: Some(pause), .. }) = app.sync.exchange() {
        return pausing(app, pause);
    }
    let waited = app.sync.waiting();
    if let Some(save) = &app.sync.save {
        let (what, lines) = match &save.stage {
            Stage::Turn(_) | Stage::Record if app.sync.hangs.is_some() => return hanging(app),
            Stage::Turn(Some(peer)) => (format!("Another callset saves first (pid {})…", peer.pid), vec![]),
            Stage::ReadBack(_) if save.act == Act::Delete => (deleting(save), vec![]),
            Stage::ReadBack(_) => (format!("{}. Reading it back…", doubtful(app)), vec![where_edits_are(app)]),
            Stage::Turn(None) | Stage::Check(_) | Stage::Record | Stage::Send(_) => (saving(app, save), vec![]),
        };
        let seconds = waited.map_or(String::new(), |waited| format!("  {} s   Esc cancel", waited.as_secs()));
        let role = if matches!(save.stage, Stage::ReadBack(_)) { Role::Warning } else { Role::Plain };
        return (format!("{what}{seconds}"), role, lines);
    }
    if let Some(waited) = waited.filter(|_| app.sync.is_loading(Resource::Settings)) {
        let words = format!("Loading settings of app {}…  {} s   Esc cancel", app.target.app_id, waited.as_secs());
        return (words, Role::Plain, vec![]);
    }
    if app.sync.doubts().next().is_some() && !app.sync.is_loading(Resource::Settings) {
        return (doubtful(app).to_owned(), Role::Warning, vec![join(&where_edits_are(app), "^R read it back")]);
    }
    if app.sync.hangs.is_some() && app.sync.unsaved() > 0 {
        return (format!("The {}", hangs(app)), Role::Warning, vec![where_edits_are(app)]);
    }
    let title = match app.next_calls().as_slice() {
        [] | [Call::Patch(_)] => "Next PATCH",
        [Call::Create(_)] => "Next POST",
        _ => "Next requests",
    };
    // While one types, the title says that there is something to take: rows and help stay where they are.
    let offers = if app.form.typed { reused::hint(app) } else { String::new() };
    (format!("{title}{offers}"), Role::Strong, vec![])
}

/// The save waits for a disk that does not answer.
fn hanging(app: &App) -> Words {
    let what = "The note of a save goes there before it leaves; nothing was sent.";
    let lines = vec![what.to_owned(), join(&where_edits_are(app), "Esc stop")];
    (format!("Not saved yet: the {}", hangs(app)), Role::Warning, lines)
}

fn hangs(app: &App) -> String {
    format!("disk does not answer at {}", app.sync.hangs.as_deref().unwrap_or_default())
}

fn pausing(app: &App, pause: &Pause) -> Words {
    let (doing, title) = match &app.sync.save {
        Some(save) if matches!(save.stage, Stage::ReadBack(_)) => (Doing::ReadingBack, doubtful(app)),
        Some(_) => (Doing::Checking, "Not saved yet"),
        None if app.sync.synced.is_some() => (Doing::Loading, "Not reloaded yet"),
        None => (Doing::Loading, "Not loaded yet"),
    };
    let left = pause.left.as_millis().div_ceil(1000);
    let (mut lines, what) = match &pause.why {
        Why::Failed(fault) => {
            let mut lines = vec![format!("{}.", fault.happened(&app.target.host))];
            lines.extend(fault.meaning(doing, &app.target));
            (lines, "Trying again")
        }
        Why::Vanished => {
            (vec!["HubSpot answered that there is nothing, where it had something before.".to_owned()], "Looking again")
        }
        Why::Stale => {
            (vec!["HubSpot answered with an older copy than it confirmed before.".to_owned()], "Looking again")
        }
    };
    lines.push(join(&where_edits_are(app), "^R try now   Esc stop"));
    (format!("{title}. {what} in {left} s"), Role::Warning, lines)
}

fn saving(app: &App, save: &Save) -> String {
    if save.act == Act::Delete {
        return deleting(save);
    }
    let of = match save.resource() {
        Resource::Settings => String::new(),
        other => format!(" of the {}", other.label()),
    };
    let then = if app.is_leaving() { ", then quitting" } else { "" };
    format!("Saving {}{of}{then}…", fields(save.sends().len()))
}

fn deleting(save: &Save) -> String {
    format!("Deleting the {}…", save.resource().label())
}

/// A title that says it all: the help of the row in focus stays below it.
fn quick(title: String, role: Role) -> Words {
    (title, role, vec![])
}

fn join(a: &str, b: &str) -> String {
    if a.is_empty() { b.to_owned() } else { format!("{a}   {b}") }
}

/// Where the unsaved edits are: on disk as well, or only here.
fn where_edits_are(app: &App) -> String {
    let place = match app.sync.keeping {
        Keeping::OnDisk if app.sync.hangs.is_none() => "safe in a draft on this disk",
        // Of a disk that does not answer nobody knows what is on it.
        Keeping::OnDisk | Keeping::Opening | Keeping::Failing(_) | Keeping::InMemory(_) => "still here",
    };
    match app.sync.unsaved() {
        0 => String::new(),
        1 => format!("Your edit is {place}."),
        n => format!("Your {n} edits are {place}."),
    }
}

fn edits(count: usize) -> String {
    if count == 1 { "1 edit is".to_owned() } else { format!("{count} edits are") }
}

/// `1 field is`, `2 fields are`.
fn is_or_are(count: usize) -> String {
    format!("{} {}", fields(count), if count == 1 { "is" } else { "are" })
}

/// `1 field has`, `2 fields have`.
fn have(count: usize) -> String {
    format!("{} {}", fields(count), if count == 1 { "has" } else { "have" })
}

fn fields(count: usize) -> String {
    if count == 1 { "1 field".to_owned() } else { format!("{count} fields") }
}

/// The row in focus: what is wrong with it, or what it does; and its old value where the row has no room for it.
fn about_focus(app: &App, width: usize) -> Vec<(String, Role)> {
    let field = app.focused();
    let key = &field.id.key;
    let mut lines = Vec::new();
    if app.is_closed(field.id.resource) {
        let text = section::about(app, field.id.resource);
        return wrap(&text, width).into_iter().map(|line| (line, Role::Plain)).collect();
    }
    let (text, role) = match app.problem(field) {
        Some(Problem { severity: Severity::Error, text }) => (format!("✗ {key}: {text}"), Role::Error),
        Some(Problem { severity: Severity::Warning, text }) => (format!("! {key}: {text}"), Role::Warning),
        None => (format!("{key}  {}{}", kind_words(field), field.help), Role::Plain),
    };
    lines.extend(wrap(&text, width).into_iter().map(|line| (line, role)));
    let is_edited = app.sync.draft.state(field) != State::Clean && !app.sync.draft.is_absent(field.id.resource);
    if matches!(field.kind, Kind::Text | Kind::Url) && is_edited {
        lines.truncate(1);
        lines.push((format!("was {}", plain(app.sync.draft.base(&field.id), field)), Role::Quiet));
    }
    lines
}

fn kind_words(field: &Field) -> &'static str {
    match field.kind {
        Kind::Integer if field.unit == "px" => "integer, px. ",
        Kind::Integer => "integer. ",
        Kind::Text | Kind::Url | Kind::Switch | Kind::Time | Kind::Json => "",
    }
}

/// The bytes that Ctrl-S would send, or why it would send none, and how that looks.
pub fn body(app: &App) -> (String, Role) {
    let calls = app.next_calls();
    let role = if calls.is_empty() { Role::Quiet } else { Role::Plain };
    let is_loaded = app.sync.draft.is_loaded(Resource::Settings);
    let listed = |calls: &[Call]| calls.iter().map(section::request).collect::<Vec<_>>().join("   ");
    let words = if let Some(field) = app.sync.invalid().next() {
        format!("nothing, until {} can be sent", field.label)
    } else if let Some(save) = &app.sync.save {
        sending(app, save)
    } else if !calls.is_empty() {
        listed(&calls)
    } else if app.sync.is_loading(Resource::Settings) && !is_loaded {
        "loading…".to_owned()
    } else if !is_loaded {
        "nothing: the settings are not loaded".to_owned()
    } else {
        match (&app.mode, app.leftovers.first().and_then(|leftover| leftover.unsaved.as_ref())) {
            (Mode::Restoring { .. }, Some(unsaved)) => {
                let keys: Vec<&str> = unsaved.edits.keys().map(|id| &*id.key).collect();
                format!("in the draft: {}", keys.join(", "))
            }
            _ => "nothing unsaved".to_owned(),
        }
    };
    (words, role)
}

/// What a save sends, of the resource it is at and of those that follow, and what is left for the next one.
fn sending(app: &App, save: &Save) -> String {
    let wanted = || [&save.wanted].into_iter().chain(&save.next);
    let sent: Vec<String> =
        [save.sends()].into_iter().chain(&save.next).cloned().map(|p| section::request(&app.sync.call(p))).collect();
    let later = app.sync.draft.resources().iter().map(|resource| {
        let patch = app.sync.draft.patch(*resource);
        match wanted().find(|wanted| wanted.resource() == *resource) {
            Some(wanted) => patch.beyond(wanted),
            // It was saved already, or was not dirty then.
            None => patch,
        }
    });
    let later: Vec<String> =
        later.filter(|patch| !patch.is_empty()).map(|p| section::request(&app.sync.call(p))).collect();
    let sent =
        if save.act == Act::Delete { section::request(&Call::Delete(save.resource())) } else { sent.join("   ") };
    if later.is_empty() { sent } else { format!("{sent}   then {}", later.join("   ")) }
}

/// The right end of the header.
pub fn status(app: &App, theme: Theme, narrow: bool) -> String {
    if let Some(waited) = app.sync.waiting() {
        let sign = theme.spinner(waited.as_millis() / 250);
        let doing = if app.sync.is_saving() { "saving" } else { "loading" };
        return if narrow { format!("{sign} ") } else { format!("{sign} {doing} ") };
    }
    if narrow {
        return String::new();
    }
    if app.sync.hangs.is_some() || matches!(app.sync.keeping, Keeping::Failing(_) | Keeping::InMemory(_)) {
        return "! no draft on disk ".to_owned();
    }
    match (&app.notice, app.sync.synced, &app.clock) {
        (Some(Notice::Outcome(Outcome::Failed(..))), None, _) => "not loaded ".to_owned(),
        (_, Some(at), Some(_)) => {
            let word = match app.sync.watch.every {
                Some(_) if app.sync.watch.failed > 0 => "! last watched",
                Some(_) => "watched",
                None => "synced",
            };
            format!("{word} {} ", clock_seconds(app, at))
        }
        (_, None, _) | (_, _, None) => String::new(),
    }
}

/// What stands right of a value: what HubSpot made of it, or what it was.
pub fn note(app: &App, field: &Field) -> Option<String> {
    let dirty = app.sync.draft.state(field) != State::Clean;
    if let Some((_, server)) = app.sync.draft.conflict(&field.id) {
        return Some(format!("server now {}", plain(server, field)));
    }
    match app.marks.get(&field.id) {
        Some(Mark::Kept(value)) => return Some(format!("HubSpot kept {}", plain(value.as_ref(), field))),
        Some(Mark::Taken) if !dirty => return Some("← server".to_owned()),
        Some(Mark::Tidied) if !dirty => return Some("as HubSpot wrote it".to_owned()),
        Some(Mark::Taken | Mark::Tidied | Mark::Refused(_)) | None => {}
    }
    dirty.then(|| match app.sync.draft.base(&field.id) {
        Some(value) => format!("was {}", plain(Some(value), field)),
        None if app.sync.draft.is_absent(field.id.resource) => "not set up yet".to_owned(),
        None => "was not sent".to_owned(),
    })
}

/// A value of the base in the form's words.
pub fn plain(value: Option<&Value>, field: &Field) -> String {
    match (field.kind, value) {
        (_, None) => "not sent by HubSpot".to_owned(),
        (Kind::Switch, Some(Value::Switch(on))) => yes_no(*on).to_owned(),
        (Kind::Text | Kind::Url | Kind::Time, Some(Value::Text(text))) if text.is_empty() => "empty".to_owned(),
        (Kind::Text | Kind::Url | Kind::Time, Some(Value::Text(text))) => text.clone(),
        (_, Some(Value::Withheld(_))) => WITHHELD.to_owned(),
        (_, Some(value)) => value.to_json(),
    }
}

/// A value after a save, with the step where it is a number.
pub fn after(now: Option<&Value>, after: &Value, field: &Field) -> String {
    match (now, after) {
        (Some(Value::Integer(a)), Value::Integer(b)) => format!("{b}   ({:+})", i64::from(*b) - i64::from(*a)),
        _ => plain(Some(after), field),
    }
}

fn yes_no(on: bool) -> &'static str {
    if on { "yes" } else { "no" }
}

/// What a row that is no text cell shows.
pub fn value(app: &App, field: &Field, short: bool) -> String {
    match (field.kind, app.sync.draft.entered(field), app.sync.draft.base(&field.id)) {
        (Kind::Switch, Some(Edit::Switch(on)), _) => {
            format!("[{}] {}", if on { "x" } else { " " }, yes_no(on))
        }
        (_, _, None) if !app.sync.draft.is_loaded(field.id.resource) => {
            if app.sync.is_loading(field.id.resource) {
                "…".to_owned()
            } else {
                "–".to_owned()
            }
        }
        (Kind::Time, _, Some(Value::Text(text))) => time(text, app.clock.as_ref(), short),
        (Kind::Switch, _, Some(value)) => format!("[?] {}", plain(Some(value), field)),
        (_, _, value) => plain(value, field),
    }
}

/// The name of a thing to copy.
pub fn copy_item(item: CopyItem) -> &'static str {
    match item {
        CopyItem::Value => "Value in focus",
        CopyItem::Body => "PATCH body",
        CopyItem::Curl => "curl, token from the environment",
        CopyItem::Override => "Browser override, for your browser only",
        CopyItem::Error => "Last error",
    }
}

/// Why a thing can not be copied now.
pub fn nothing_to_copy(item: CopyItem) -> &'static str {
    match item {
        CopyItem::Value => "no value",
        CopyItem::Body => "nothing unsaved",
        CopyItem::Curl | CopyItem::Override => "not loaded",
        CopyItem::Error => "no error",
    }
}
