//! The sentences about a save or a deletion that was not sent: which condition did not hold, and who changed what.

use super::value::bare_or_none;
use super::{About, NextStep, Statement, Tone, fields, section};
use crate::model::{FieldId, Value};
use crate::sync::{Condition, Doing, Outcome, Verdict};

/// Why a batch sent nothing. `None` if the verdict is another.
pub fn said(about: &About<'_>, verdict: &Verdict) -> Option<Statement> {
    let warning = |title: String| Statement::full(Tone::Warning, title, []);
    let app = about.target.app_id;
    Some(match verdict {
        Verdict::NoField(id) => warning(format!("HubSpot has no field {id} in this app")),
        Verdict::Withheld(fields) => {
            warning(format!("{} was not sent: it holds the credential of this run", list(fields)))
        }
        Verdict::Absent(resource) => {
            warning(format!("HubSpot has no {} for app {app}", resource.label())).next([NextStep::SetUp])
        }
        Verdict::Present(resource) => {
            warning(format!("HubSpot has {} for app {app} already", resource.label())).next([NextStep::ChangeIt])
        }
        Verdict::Incomplete(lacking) => {
            warning(format!("What is to be set up needs every field. Missing: {}", list(lacking)))
        }
        Verdict::Replaced(all) => {
            let title = format!("Not restored: {} changed on the server since", fields(all.len()));
            warning(title).unsent().next([NextStep::RestoreAllTheSame])
        }
        Verdict::Unmet(condition, now) => warning(unmet(condition, now.as_ref())).unsent(),
        Verdict::Declined => warning("It was not confirmed".to_owned()).unsent(),
        Verdict::Busy(peer) => {
            let who = peer.map_or(String::new(), |peer| format!(" (pid {})", peer.pid));
            warning(format!("Another callset{who} is saving to this app")).unsent().next([NextStep::WaitLonger])
        }
        Verdict::Stopped => super::outcome::said(about, &Outcome::Cancelled(Doing::Checking)),
        Verdict::Outcomes(_) | Verdict::Read | Verdict::Refused(_) | Verdict::Planned(_) | Verdict::Settled => {
            return None;
        }
    })
}

fn list(fields: &[FieldId]) -> String {
    fields.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

fn unmet(condition: &Condition, now: Option<&Value>) -> String {
    let now = bare_or_none(now);
    match condition {
        Condition::Holds(id, value) => format!("{id} is {now}, not {}", bare_or_none(Some(value))),
        Condition::Updated(resource, at) => {
            format!("The {} were last changed at {now}, not at {at}", section::plural(*resource))
        }
    }
}

// ── what others changed, field by field ──

/// A field in conflict.
pub fn conflict(id: &FieldId, base: Option<&Value>, server: Option<&Value>, mine: &Value) -> String {
    format!("{}, yours is {}", changed(id, base, server), bare_or_none(Some(mine)))
}

/// A field for which the server kept another value than the one that was sent.
pub fn kept(id: &FieldId, sent: &Value, server: Option<&Value>) -> String {
    format!("{id} was sent as {}, the server has {}", bare_or_none(Some(sent)), bare_or_none(server))
}

/// A member of a resource that has another value than when it was read.
pub fn changed(id: &FieldId, base: Option<&Value>, server: Option<&Value>) -> String {
    format!("{id} was {} when it was read, the server has {} now", bare_or_none(base), bare_or_none(server))
}

/// A field whose value is neither the one that a save of the history left, nor the one that it replaced.
pub fn since(id: &FieldId, left: Option<&Value>, server: Option<&Value>, mine: &Value) -> String {
    let (left, server, mine) = (bare_or_none(left), bare_or_none(server), bare_or_none(Some(mine)));
    format!("{id} was {left} after that save, the server has {server} now, yours is {mine}")
}
