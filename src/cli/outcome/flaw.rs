//! What went wrong in a batch, as exit code, JSON and sentence.

use super::CommandEnd;
use crate::cli::changed::change_lines;
use crate::cli::earlier::aside_member;
use crate::cli::exit::{CommandError, Ending, Said, array, object};
use crate::cli::names;
use crate::cli::options::Format;
use crate::cli::values::name_list;
use crate::model::json::string;
use crate::model::{FieldId, Representation, Resource, State, Value};
use crate::sync::{Assignment, Doing, Fault, Obstacle, Outcome, Verdict, Wish};
use crate::words::{NextStep, Statement, outcome, verdict};
use std::collections::BTreeSet;
use std::iter;

impl CommandEnd<'_> {
    /// The output for an error, with the changes that were saved before it.
    pub fn fails(&self, mut flaw: CommandError) -> Said {
        let changed = self.changed();
        if !changed.is_empty() {
            flaw.beside.extend(Self::change_members(&changed));
            let saved: Vec<String> = changed.iter().map(|changed| changed.id.to_string()).collect();
            let rest = flaw.message.replace("Nothing was sent", "Nothing more was sent");
            flaw.message = format!("{} saved; after that: {rest}", saved.join(", "));
        }
        if flaw.ending == Ending::Unknown {
            flaw.beside.insert(0, ("outcome", string("unknown")));
        }
        flaw.beside.extend(aside_member(self.aside));
        let mut said = flaw.said(self.format == Format::Json);
        if self.format == Format::Table {
            said.printed.extend(change_lines(&changed));
        }
        said
    }

    /// What is wrong with the value that this field was to get.
    pub fn flaw_in(&self, id: &FieldId) -> Option<CommandError> {
        self.flaws.iter().find(|(of, _)| of == id).map(|(_, flaw)| flaw.clone())
    }

    /// Why nothing was sent, in one line.
    pub fn refusal(&self, verdict: &Verdict) -> String {
        verdict::said(&self.about(), verdict).map_or(String::new(), |said| self.line(&said))
    }

    /// The worst error, if there was one. A value that the server kept different does not count.
    pub fn flaw(&self) -> Option<CommandError> {
        let Some(of) = self.batch.verdict() else { return Some(unforeseen()) };
        let refused = |ending, kind| Some(CommandError::new(ending, kind, self.refusal(of)));
        match of {
            Verdict::Outcomes(outcomes) => {
                let flaws = outcomes.iter().filter_map(|(resource, outcome)| self.flaw_of(*resource, outcome));
                flaws.max_by_key(|flaw| (flaw.ending == Ending::Unknown, flaw.ending == Ending::NoCredential))
            }
            Verdict::Read | Verdict::Planned(_) | Verdict::Settled => None,
            Verdict::NoField(id) | Verdict::Refused(Obstacle::Invalid(id, _)) if self.flaw_in(id).is_some() => {
                self.flaw_in(id)
            }
            Verdict::Refused(_) => Some(unforeseen()),
            Verdict::NoField(id) => {
                let place = self.places.iter().find(|(at, _)| at == id).map_or("", |(_, place)| place.as_str());
                let hint = match names::resource(&id.key) {
                    Some(_) => "; a resource is a table in TOML, an object in JSON".to_owned(),
                    None => names::did_you_mean(&id.to_string()),
                };
                let why = format!("{place}{}{hint}", self.refusal(of));
                Some(CommandError::new(Ending::Rejected, "unknown_field", why))
            }
            Verdict::Withheld(_) => refused(Ending::Rejected, "rejected"),
            Verdict::Absent(_) => refused(Ending::Failed, "not_found"),
            Verdict::Present(_) => refused(Ending::Condition, "exists"),
            Verdict::Incomplete(lacking) => {
                let more = vec![("missing", name_list(lacking))];
                refused(Ending::Rejected, "incomplete").map(|flaw| CommandError { more, ..flaw })
            }
            Verdict::Unmet(..) => refused(Ending::Condition, "condition"),
            Verdict::Replaced(fields) => Some(self.replaced(of, fields)),
            Verdict::Declined => refused(Ending::Usage, "declined"),
            Verdict::Busy(_) => {
                let more = vec![("retryable", "true".to_owned())];
                refused(Ending::Failed, "busy").map(|flaw| CommandError { more, ..flaw })
            }
            Verdict::Stopped => refused(Ending::of_signal(self.stopped.unwrap_or(130)), "interrupted"),
        }
    }

    fn flaw_of(&self, resource: Resource, outcome: &Outcome) -> Option<CommandError> {
        let sent = self.batch.sent.get(&resource);
        let is_in_doubt = self.batch.copy.doubts().any(|doubt| Some(doubt) == sent);
        let (ending, kind) = match outcome {
            Outcome::Failed(doing, fault) if is_in_doubt && *doing != Doing::Loading => {
                let unknown = Outcome::Failed(Doing::ReadingBack, fault.clone());
                return Some(self.told(Ending::Unknown, "unknown", &unknown));
            }
            Outcome::Failed(doing, fault) => {
                let flaw = self.fault(*doing, fault);
                let is_main = resource == Resource::Settings;
                let of = if is_main { String::new() } else { format!("{}: ", resource.name()) };
                return Some(CommandError { message: format!("{of}{}", flaw.message), ..flaw });
            }
            Outcome::Cancelled(Doing::Loading | Doing::Watching | Doing::Checking) => {
                // Of a write, its not having left is what matters.
                let is_write = matches!(self.batch.task.wish, Wish::Write(..) | Wish::Delete(_));
                let of = if is_write { Outcome::Cancelled(Doing::Checking) } else { outcome.clone() };
                return Some(self.told(Ending::of_signal(self.stopped.unwrap_or(130)), "interrupted", &of));
            }
            Outcome::Cancelled(Doing::Saving | Doing::ReadingBack | Doing::Removing)
            | Outcome::Stale(Doing::ReadingBack)
            | Outcome::NotYet
            | Outcome::Unclear => (Ending::Unknown, "unknown"),
            Outcome::Clash { .. } => return Some(self.clash(outcome)),
            Outcome::Changed { .. } => return Some(self.changed_meanwhile(resource, outcome)),
            Outcome::ReadBack { sent, saved } if sent == saved => return None,
            Outcome::ReadBack { .. } => {
                let message = self.line(&self.with_differing(resource, outcome));
                let more = vec![("differs", self.differing_json(iter::once(resource)))];
                return Some(CommandError { more, ..CommandError::new(Ending::Failed, "not_saved", message) });
            }
            Outcome::NotRemoved(_) | Outcome::CameLate { .. } => (Ending::Failed, "not_saved"),
            // A write has left, and with the resource went what could tell its outcome.
            Outcome::Gone(_) if sent.is_some() => (Ending::Unknown, "unknown"),
            Outcome::Gone(_) => (Ending::Failed, "not_found"),
            Outcome::Stale(_) => (Ending::Failed, "stale"),
            Outcome::Invalid { .. } => (Ending::Rejected, "rejected"),
            // If a resource was not tried, the outcome of an earlier resource is the error.
            Outcome::NotTried
            | Outcome::Saved { .. }
            | Outcome::SetUp { .. }
            | Outcome::Removed(_)
            | Outcome::NothingToDelete(_)
            | Outcome::AlreadyThere { .. }
            | Outcome::NothingToSave => return None,
        };
        Some(self.told(ending, kind, outcome))
    }

    /// An outcome as an error, in one line.
    fn told(&self, ending: Ending, kind: &'static str, outcome: &Outcome) -> CommandError {
        CommandError::new(ending, kind, self.line(&outcome::said(&self.about(), outcome)))
    }

    fn clash(&self, outcome: &Outcome) -> CommandError {
        let (mut lines, mut members) = (vec![], vec![]);
        let draft = &self.batch.copy.draft;
        for (field, base, server) in draft.conflicts() {
            let State::Dirty(mine) = draft.state(field) else { continue };
            lines.push(verdict::conflict(&field.id, base, server, &mine));
            members.push((field.id.to_string(), three(base, server, &mine)));
        }
        self.conflict(outcome::said(&self.about(), outcome), lines, &members)
    }

    /// What others changed since the save of the history that is to be taken back.
    fn replaced(&self, of: &Verdict, fields: &[FieldId]) -> CommandError {
        let (mut lines, mut members) = (vec![], vec![]);
        let values: &[Assignment] = if let Wish::Write(values, _) = &self.batch.task.wish { values } else { &[] };
        for Assignment { field, value, .. } in values.iter().filter(|wanted| fields.contains(&wanted.field)) {
            let left = self.batch.task.replaces.get(field).and_then(Option::as_ref);
            let server = self.now(field.resource, &field.key);
            lines.push(verdict::since(field, left, server.as_ref(), value));
            members.push((field.to_string(), three(left, server.as_ref(), value)));
        }
        let said = verdict::said(&self.about(), of);
        said.map_or_else(unforeseen, |said| self.conflict(said, lines, &members))
    }

    /// What others changed of a resource that was to be deleted.
    fn changed_meanwhile(&self, resource: Resource, outcome: &Outcome) -> CommandError {
        let none = Representation::default();
        let before = self.batch.before.get(&resource).unwrap_or(&none);
        let now = self.batch.copy.draft.representation(resource).unwrap_or(&none);
        let (mut lines, mut members) = (vec![], vec![]);
        let keys: BTreeSet<&str> = before.members().chain(now.members()).map(|(key, _)| key).collect();
        for key in keys.into_iter().filter(|key| before.get(key) != now.get(key)) {
            let (id, base, server) = (FieldId::new(resource, key), before.get(key), now.get(key));
            lines.push(verdict::changed(&id, base, server));
            members.push((id.to_string(), object(&[("base", json(base)), ("server", json(server))])));
        }
        self.conflict(outcome::said(&self.about(), outcome), lines, &members)
    }

    /// Values that others changed, field by field.
    fn conflict(&self, said: Statement, lines: Vec<String>, members: &[(String, String)]) -> CommandError {
        let message = self.line(&Statement { lines, ..said });
        let more = vec![("conflicts", object(members))];
        CommandError { more, ..CommandError::new(Ending::Condition, "conflict", message) }
    }

    /// A fault as exit code, sentence and JSON.
    pub fn fault(&self, doing: Doing, fault: &Fault) -> CommandError {
        let (ending, kind) = class(doing, fault);
        let mut more = Vec::new();
        if let Fault::Refused(refusal) = fault {
            more.push(("status", refusal.status.to_string()));
            let category = refusal.category.as_deref().map_or("null".to_owned(), string);
            more.push(("category", category));
            more.push(("scopes", array(refusal.missing_scopes.iter().map(|scope| string(scope)))));
            let fields: Vec<_> =
                refusal.fields.iter().map(|field| (field.key.clone(), string(&field.message))).collect();
            more.push(("fields", object(&fields)));
        }
        more.push(("correlation_id", fault.correlation_id().map_or("null".to_owned(), string)));
        more.push(("retryable", fault.pause(0, 0.5).is_some().to_string()));
        let mut said = outcome::said(&self.about(), &Outcome::Failed(doing, fault.clone()));
        if let Fault::Untrusted(_) = fault {
            said.next = vec![NextStep::AskAboutHost];
        }
        CommandError { more, ..CommandError::new(ending, kind, self.line(&said)) }
    }
}

fn unforeseen() -> CommandError {
    CommandError::new(Ending::Fault, "fault", "the save was refused for a reason that nobody foresaw")
}

fn three(base: Option<&Value>, server: Option<&Value>, mine: &Value) -> String {
    object(&[("base", json(base)), ("server", json(server)), ("yours", json(Some(mine)))])
}

fn json(value: Option<&Value>) -> String {
    value.map_or("null".to_owned(), Value::to_json)
}

/// The exit code and the word for a fault.
fn class(doing: Doing, fault: &Fault) -> (Ending, &'static str) {
    let is_writing = matches!(doing, Doing::Saving | Doing::Removing);
    match fault {
        Fault::NoCredential(_) => (Ending::NoCredential, "no_credential"),
        Fault::Untrusted(_) => (Ending::Usage, "untrusted_host"),
        Fault::Setup(_) => (Ending::Failed, "setup"),
        Fault::Outdated => (Ending::Failed, "outdated"),
        Fault::Unreached(_) => (Ending::Failed, "unreached"),
        Fault::TimedOut(_) => (Ending::Failed, "timed_out"),
        Fault::Broken(_) => (Ending::Failed, "broken"),
        Fault::Unreadable { .. } => (Ending::Failed, "unreadable"),
        Fault::Refused(refusal) => match refusal.status {
            401 => (Ending::NoCredential, "unauthorized"),
            403 if !refusal.missing_scopes.is_empty() => (Ending::NoCredential, "missing_scopes"),
            403 => (Ending::NoCredential, "forbidden"),
            400 | 422 if is_writing => (Ending::Rejected, "rejected"),
            404 => (Ending::Failed, "not_found"),
            409 | 412 | 428 if is_writing => (Ending::Condition, "conflict"),
            429 => (Ending::Failed, "rate_limited"),
            500.. => (Ending::Failed, "server"),
            _ => (Ending::Failed, "refused"),
        },
    }
}
