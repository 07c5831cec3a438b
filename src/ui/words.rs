//! The sentences on the screen: what happened, where the edits are, which key comes next.

use super::text::wrap;
use super::theme::{Role, Theme};
use crate::app::fault::{Fault, seconds};
use crate::app::msg::Clock;
use crate::app::{App, CopyItem, Doing, Mark, Mode, Notice, Sync};
use crate::model::{Edit, Field, Kind, Problem, Resource, Severity, State, Value};
use jiff::Timestamp;

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
        (Mode::Quitting, _) => quitting(app),
        (_, Some(notice)) => notice_words(app, notice),
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
    if lines.is_empty() {
        lines = about_focus(app, width);
    }
    Strip { title, role, lines, pinned }
}

fn quitting(app: &App) -> (String, Role, Vec<String>) {
    if let Sync::Saving { .. } = app.sync {
        let words = "s waits for the answer and then quits; d leaves now, and nobody knows whether it was saved.";
        return ("Quit? A save is on its way".to_owned(), Role::Warning, vec![words.to_owned()]);
    }
    if app.doubt().is_some() && app.unsaved() == 0 {
        let words = "d quit all the same   Esc stay: ^R then reads it back".to_owned();
        return ("Quit? We do not know whether HubSpot saved this".to_owned(), Role::Warning, vec![words]);
    }
    let title = format!("Quit? {} unsaved", edits(app.unsaved()));
    (title, Role::Warning, vec!["s save and quit   d discard and quit   n or Esc stay".to_owned()])
}

fn progress(app: &App) -> (String, Role, Vec<String>) {
    match (&app.sync, app.waiting()) {
        (Sync::Loading { .. }, Some(waited)) => {
            let words = format!("Loading settings of app {}…  {} s   Esc cancel", app.target.app_id, waited.as_secs());
            (words, Role::Plain, vec![])
        }
        (Sync::Saving { patch, .. }, Some(waited)) => {
            (format!("{}  {} s   Esc cancel", saving(app, patch.len()), waited.as_secs()), Role::Plain, vec![])
        }
        (Sync::Saving { patch, .. }, None) => (saving(app, patch.len()), Role::Plain, vec![]),
        (Sync::Idle, _) if app.doubt().is_some() => (
            "We do not know whether HubSpot saved this".to_owned(),
            Role::Warning,
            vec![join(&where_edits_are(app), "^R read it back")],
        ),
        (Sync::Loading { .. } | Sync::Idle, _) => ("Next PATCH".to_owned(), Role::Strong, vec![]),
    }
}

fn saving(app: &App, sent: usize) -> String {
    format!("Saving {}{}…", fields(sent), if app.is_leaving() { ", then quitting" } else { "" })
}

/// The title and lines of a notice. No lines: the help of the row in focus stays.
fn notice_words(app: &App, notice: &Notice) -> (String, Role, Vec<String>) {
    let kept = where_edits_are(app);
    let quick = |title: String, role: Role| (title, role, vec![]);
    match notice {
        Notice::Saved { sent, kept, taken, took } => {
            let mut title = if *kept == 0 {
                format!("Saved {}, confirmed by the server ({})", fields(*sent), seconds(*took))
            } else if kept == sent {
                format!("Not saved: HubSpot kept another value for {}", fields(*kept))
            } else {
                format!("Saved {} of {}: HubSpot kept another value for the rest", sent - kept, fields(*sent))
            };
            if *kept == 0 && *taken > 0 {
                title = format!("Saved {}; {} changed by others, see ←", fields(*sent), fields(*taken));
            }
            if kept < sent {
                title.push_str("   ^Z old values");
            }
            quick(title, if *kept == 0 { Role::Good } else { Role::Warning })
        }
        Notice::ReadBack { sent, saved } if sent == saved => {
            quick(format!("It was saved: {} read back as sent   ^Z old values", fields(*sent)), Role::Good)
        }
        Notice::ReadBack { sent, saved } => {
            let title = match saved {
                0 => "It was not saved".to_owned(),
                some => format!("Only {some} of {} was saved", fields(*sent)),
            };
            (title, Role::Warning, if kept.is_empty() { vec![] } else { vec![join(&kept, "^S try again")] })
        }
        Notice::Reloaded { changed: 0, .. } => quick("Reloaded: nothing changed on the server".to_owned(), Role::Good),
        Notice::Reloaded { changed, conflicts: 0 } => {
            quick(format!("Reloaded: {} changed on the server", fields(*changed)), Role::Good)
        }
        Notice::Reloaded { conflicts, .. } => (
            format!("Reloaded: {} changed here and on the server", fields(*conflicts)),
            Role::Warning,
            vec![
                "Your values are kept as unsaved edits, marked with !.  ^X takes the server's value, ^S sends yours."
                    .to_owned(),
            ],
        ),
        Notice::Failed(doing, fault) => failed(app, *doing, fault),
        Notice::Cancelled(Doing::Loading) => {
            ("Loading was cancelled".to_owned(), Role::Warning, vec![join(&kept, "^R load the settings")])
        }
        Notice::Cancelled(Doing::Saving) => (
            "Stopped waiting: we do not know whether HubSpot saved this".to_owned(),
            Role::Warning,
            vec![join(&kept, "^R read it back")],
        ),
        Notice::NothingToSave => quick("Nothing to save".to_owned(), Role::Plain),
        Notice::Invalid { fields: count } => {
            quick(format!("Not saved: {} can not be sent as typed", fields(*count)), Role::Error)
        }
        Notice::Busy(Doing::Loading) => quick("Still loading: wait, or Esc to cancel".to_owned(), Role::Warning),
        Notice::Busy(Doing::Saving) => {
            quick("Still saving: what you change now is sent by the next ^S".to_owned(), Role::Warning)
        }
        Notice::NotLoaded => quick("The settings are not loaded yet".to_owned(), Role::Warning),
        Notice::NotSent => {
            let key = &app.form.focus.key;
            quick(format!("HubSpot sent no {key}. Enter sets it all the same"), Role::Warning)
        }
        Notice::ReadOnly => quick("Only the server sets this".to_owned(), Role::Warning),
        Notice::Pasted { tidied, cut } => {
            let mut words = Vec::new();
            if *tidied > 0 {
                words.push("line ends and control characters became spaces or went".to_owned());
            }
            if *cut {
                words.push(format!("cut at {} KiB", crate::model::validate::TEXT_LIMIT / 1024));
            }
            quick(format!("Pasted as one line: {}", words.join("; ")), Role::Warning)
        }
        Notice::Full => {
            quick(format!("A field holds at most {} KiB", crate::model::validate::TEXT_LIMIT / 1024), Role::Warning)
        }
        Notice::Burst => {
            quick("That looked like a paste: no text goes here, so nothing was done".to_owned(), Role::Warning)
        }
        Notice::NothingToUndo => quick("No step left".to_owned(), Role::Plain),
        Notice::NothingToReset => quick("Nothing to reset: this is the server's value".to_owned(), Role::Plain),
        Notice::ResetAll { fields: count } => {
            quick(format!("{} have the server's value again   ^Z undo", fields(*count)), Role::Plain)
        }
        Notice::Copied(item) => quick(format!("Copied: {}", copy_item(*item).to_lowercase()), Role::Good),
        Notice::NothingToCopy(item) => quick(format!("Nothing copied: {}", nothing_to_copy(*item)), Role::Plain),
        Notice::Mouse(true) => quick("Mouse on: click a row, a switch, a place in a text".to_owned(), Role::Plain),
        Notice::Mouse(false) => quick("Mouse off: the terminal selects text itself".to_owned(), Role::Plain),
    }
}

/// What was being done, what happened, what it means, where the edits are, the next key.
fn failed(app: &App, doing: Doing, fault: &Fault) -> (String, Role, Vec<String>) {
    let (title, next) = match doing {
        Doing::Loading => ("Not loaded", "^R try again"),
        Doing::Saving if fault.leaves_doubt() => ("We do not know whether HubSpot saved this", "^R read it back"),
        Doing::Saving => ("Not saved", "^S try again"),
    };
    let mut lines = vec![format!("{}.", fault.happened(&app.target.host))];
    lines.extend(fault.meaning(doing, &app.target));
    lines.push(join(&where_edits_are(app), &format!("{next}   ^O copy error")));
    lines.extend(fault.correlation_id().map(|id| format!("HubSpot's correlation id: {id}")));
    (title.to_owned(), Role::Error, lines)
}

fn join(a: &str, b: &str) -> String {
    if a.is_empty() { b.to_owned() } else { format!("{a}   {b}") }
}

fn where_edits_are(app: &App) -> String {
    match app.unsaved() {
        0 => String::new(),
        1 => "Your edit is still here.".to_owned(),
        n => format!("Your {n} edits are still here."),
    }
}

fn edits(count: usize) -> String {
    if count == 1 { "1 edit is".to_owned() } else { format!("{count} edits are") }
}

fn fields(count: usize) -> String {
    if count == 1 { "1 field".to_owned() } else { format!("{count} fields") }
}

/// The row in focus: what is wrong with it, or what it does; and its old value where the row has no room for it.
fn about_focus(app: &App, width: usize) -> Vec<(String, Role)> {
    let field = app.focused();
    let key = &field.id.key;
    let mut lines = Vec::new();
    let (text, role) = match app.problem(field) {
        Some(Problem { severity: Severity::Error, text }) => (format!("✗ {key}: {text}"), Role::Error),
        Some(Problem { severity: Severity::Warning, text }) => (format!("! {key}: {text}"), Role::Warning),
        None => (format!("{key}  {}{}", kind_words(field), field.help), Role::Plain),
    };
    lines.extend(wrap(&text, width).into_iter().map(|line| (line, role)));
    if matches!(field.kind, Kind::Text | Kind::Url) && app.draft.state(field) != State::Clean {
        lines.truncate(1);
        lines.push((format!("was {}", plain(app.draft.base(&field.id), field)), Role::Quiet));
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
    let patch = app.draft.patch(Resource::Settings);
    let role = if patch.is_empty() { Role::Quiet } else { Role::Plain };
    let words = if !app.draft.is_loaded(Resource::Settings) {
        match app.sync {
            Sync::Loading { .. } => "loading…".to_owned(),
            Sync::Idle | Sync::Saving { .. } => "nothing: the settings are not loaded".to_owned(),
        }
    } else if let Some(field) = app.invalid().next() {
        format!("nothing, until {} can be sent", field.label)
    } else if let Sync::Saving { patch: sent, .. } = &app.sync {
        let later = patch.beyond(sent);
        if later.is_empty() { sent.body() } else { format!("{}   then {}", sent.body(), later.body()) }
    } else if patch.is_empty() {
        "nothing unsaved".to_owned()
    } else {
        patch.body()
    };
    (words, role)
}

/// The right end of the header.
pub fn status(app: &App, theme: Theme, narrow: bool) -> String {
    if let Some(waited) = app.waiting() {
        let sign = theme.spinner(waited.as_millis() / 250);
        let doing = match app.sync {
            Sync::Saving { .. } => "saving",
            Sync::Loading { .. } | Sync::Idle => "loading",
        };
        return if narrow { format!("{sign} ") } else { format!("{sign} {doing} ") };
    }
    if narrow {
        return String::new();
    }
    match (&app.notice, app.synced, &app.clock) {
        (Some(Notice::Failed(..)), None, _) => "not loaded ".to_owned(),
        (_, Some(at), Some(clock)) => {
            let at = clock.zone.to_datetime(at);
            format!("synced {:02}:{:02}:{:02} ", at.hour(), at.minute(), at.second())
        }
        (_, None, _) | (_, _, None) => String::new(),
    }
}

/// What stands right of a value: what HubSpot made of it, or what it was.
pub fn note(app: &App, field: &Field) -> Option<String> {
    let dirty = app.draft.state(field) != State::Clean;
    match app.marks.get(&field.id) {
        Some(Mark::Kept(value)) => return Some(format!("HubSpot kept {}", plain(value.as_ref(), field))),
        Some(Mark::Conflict(value)) => return Some(format!("server now {}", plain(value.as_ref(), field))),
        Some(Mark::Taken) if !dirty => return Some("← server".to_owned()),
        Some(Mark::Settled) if !dirty => return Some("as HubSpot wrote it".to_owned()),
        Some(Mark::Taken | Mark::Settled | Mark::Refused(_)) | None => {}
    }
    dirty.then(|| match app.draft.base(&field.id) {
        Some(value) => format!("was {}", plain(Some(value), field)),
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
    match (field.kind, app.draft.entered(field), app.draft.base(&field.id)) {
        (Kind::Switch, Some(Edit::Switch(on)), _) => {
            format!("[{}] {}", if on { "x" } else { " " }, yes_no(on))
        }
        (_, _, None) if !app.draft.is_loaded(field.id.resource) => match app.sync {
            Sync::Loading { .. } => "…".to_owned(),
            Sync::Idle | Sync::Saving { .. } => "–".to_owned(),
        },
        (Kind::Time, _, Some(Value::Text(text))) => time(text, app.clock.as_ref(), short),
        (Kind::Switch, _, Some(value)) => format!("[?] {}", value.to_json()),
        (_, _, value) => plain(value, field),
    }
}

/// A date-time in the user's zone and how long ago that is; text that is no date-time stays as it is.
fn time(text: &str, clock: Option<&Clock>, short: bool) -> String {
    let (Some(clock), Ok(at)) = (clock, text.parse::<Timestamp>()) else { return text.to_owned() };
    let info = clock.zone.to_offset_info(at);
    let local = info.offset().to_datetime(at);
    if !(1970..=9999).contains(&local.year()) {
        return text.to_owned();
    }
    let (year, month, day, hour, minute) = (local.year(), local.month(), local.day(), local.hour(), local.minute());
    let mut words = format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}");
    for word in [(!short).then(|| info.abbreviation().to_owned()), ago(at, clock.now)].into_iter().flatten() {
        words.push(' ');
        words.push_str(&word);
    }
    words
}

/// "4 days ago"; nothing for what lies ahead.
fn ago(at: Timestamp, now: Timestamp) -> Option<String> {
    let seconds = now.as_second() - at.as_second();
    let (count, unit) = match seconds {
        // A server's clock may be a little ahead of ours.
        -60..60 => return Some("just now".to_owned()),
        60..3600 => (seconds / 60, "minute"),
        3600..86_400 => (seconds / 3600, "hour"),
        86_400..5_184_000 => (seconds / 86_400, "day"),
        5_184_000..63_072_000 => (seconds / 2_592_000, "month"),
        63_072_000.. => (seconds / 31_536_000, "year"),
        _ => return None,
    };
    Some(format!("{count} {unit}{} ago", if count == 1 { "" } else { "s" }))
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
