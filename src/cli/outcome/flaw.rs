//! What went wrong in a batch, as exit code, JSON and sentence.

use super::CommandEnd;
use crate::cli::changed::change_lines;
use crate::cli::earlier::aside_member;
use crate::cli::exit::{CommandError, Ending, Said, array, object};
use crate::cli::names;
use crate::cli::options::Format;
use crate::cli::values::name_list;
use crate::cli::words;
use crate::model::json::string;
use crate::model::record::Sending;
use crate::model::{FieldId, Representation, Resource, State, Value};
use crate::sync::{Assignment, Doing, Fault, Keeping, Obstacle, Outcome, Verdict, Wish};
use crate::words::fault;
use std::collections::BTreeSet;

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

    /// The worst error, if there was one. A value that the server kept different does not count.
    pub fn flaw(&self) -> Option<CommandError> {
        let refused = |flaw: CommandError| Some(flaw);
        match self.batch.verdict() {
            Some(Verdict::Outcomes(outcomes)) => {
                let flaws = outcomes.iter().filter_map(|(resource, outcome)| self.flaw_of(*resource, outcome));
                flaws.max_by_key(|flaw| (flaw.ending == Ending::Unknown, flaw.ending == Ending::NoCredential))
            }
            Some(Verdict::Read | Verdict::Planned(_) | Verdict::Settled) => None,
            Some(Verdict::NoField(id) | Verdict::Refused(Obstacle::Invalid(id, _))) if self.flaw_in(id).is_some() => {
                self.flaw_in(id)
            }
            Some(Verdict::Refused(_)) | None => refused(CommandError::new(
                Ending::Fault,
                "fault",
                "the save was refused for a reason that nobody foresaw",
            )),
            Some(Verdict::NoField(id)) => {
                let name = id.to_string();
                let place = self.places.iter().find(|(at, _)| at == id).map_or("", |(_, place)| place.as_str());
                let hint = names::did_you_mean(&name);
                let why = format!("{place}HubSpot has no field {name} in this app{hint}");
                refused(CommandError::new(Ending::Rejected, "unknown_field", why))
            }
            Some(Verdict::Withheld(fields)) => {
                let names: Vec<String> = fields.iter().map(ToString::to_string).collect();
                let why = format!("{} was not sent: it holds the credential of this run", names.join(", "));
                refused(CommandError::rejected(why))
            }
            Some(Verdict::Absent(resource)) => {
                refused(CommandError::new(Ending::Failed, "not_found", words::absent(*resource, self.target)))
            }
            Some(Verdict::Present(resource)) => {
                let what = resource.label();
                let why =
                    format!("HubSpot has {what} for app {} already: callset apply changes it", self.target.app_id);
                refused(CommandError::new(Ending::Condition, "exists", why))
            }
            Some(Verdict::Incomplete(lacking)) => {
                let lack: Vec<String> = lacking.iter().map(ToString::to_string).collect();
                let why = format!("what is to be set up needs every field. Missing: {}", lack.join(", "));
                let more = vec![("missing", name_list(lacking))];
                refused(CommandError { more, ..CommandError::new(Ending::Rejected, "incomplete", why) })
            }
            Some(Verdict::Unmet(condition, now)) => {
                refused(CommandError::new(Ending::Condition, "condition", words::unmet(condition, now.as_ref())))
            }
            Some(Verdict::Replaced(fields)) => Some(self.replaced(fields)),
            Some(Verdict::Declined) => {
                refused(CommandError::new(Ending::Usage, "declined", "that was not the app's id. Nothing was sent"))
            }
            Some(Verdict::Busy(peer)) => {
                let who = peer.map_or(String::new(), |peer| format!(" (pid {})", peer.pid));
                let why =
                    format!("another callset{who} is saving to this app. Nothing was sent; --wait 30s waits longer");
                let more = vec![("retryable", "true".to_owned())];
                refused(CommandError { more, ..CommandError::new(Ending::Failed, "busy", why) })
            }
            Some(Verdict::Stopped) => {
                let ending = Ending::of_signal(self.stopped.unwrap_or(130));
                refused(CommandError::new(ending, "interrupted", "interrupted before anything was sent"))
            }
        }
    }

    fn flaw_of(&self, resource: Resource, outcome: &Outcome) -> Option<CommandError> {
        let sent = self.batch.sent.get(&resource);
        let doubt = self.batch.copy.doubts().find(|doubt| Some(*doubt) == sent);
        let is_removal = sent.is_some_and(Sending::is_removal);
        let unknown = |why: String| {
            let how = words::how_to_settle(self.batch.copy.keeping == Keeping::OnDisk);
            let why = if doubt.is_some() { format!("{why}. {how}") } else { why };
            Some(CommandError::new(Ending::Unknown, "unknown", why))
        };
        match outcome {
            Outcome::Failed(doing, fault) => {
                if let Some(sending) = doubt.filter(|_| *doing != Doing::Loading) {
                    return unknown(words::in_doubt(sending.is_removal(), &fault::happened(fault, &self.target.host)));
                }
                Some(self.fault(*doing, fault))
            }
            Outcome::Cancelled(Doing::Loading | Doing::Watching | Doing::Checking) => {
                let ending = Ending::of_signal(self.stopped.unwrap_or(130));
                Some(CommandError::new(ending, "interrupted", words::outcome(outcome)))
            }
            Outcome::Cancelled(Doing::Saving | Doing::ReadingBack | Doing::Removing)
            | Outcome::Stale(Doing::ReadingBack) => unknown(words::outcome(outcome)),
            Outcome::NotYet => unknown(format!("{}{}", words::not_yet(is_removal), self.lost())),
            Outcome::Unclear => unknown(format!("{}{}", words::unclear(is_removal), self.lost())),
            Outcome::Clash { .. } => Some(self.clash(outcome)),
            Outcome::Changed { .. } => Some(self.changed_meanwhile(resource, outcome)),
            Outcome::ReadBack { sent, saved } if sent == saved => None,
            Outcome::ReadBack { .. } => {
                let why = format!("{}{}", words::outcome(outcome), self.lost());
                Some(CommandError::new(Ending::Failed, "not_saved", why))
            }
            Outcome::Gone(_) => Some(CommandError::new(Ending::Failed, "not_found", words::outcome(outcome))),
            Outcome::NotRemoved(_) | Outcome::CameLate { .. } => {
                Some(CommandError::new(Ending::Failed, "not_saved", words::outcome(outcome)))
            }
            Outcome::Stale(_) => Some(CommandError::new(Ending::Failed, "stale", words::outcome(outcome))),
            Outcome::Invalid { .. } => Some(CommandError::rejected(words::outcome(outcome))),
            // If a resource was not tried, the outcome of an earlier resource is the error.
            Outcome::NotTried
            | Outcome::Saved { .. }
            | Outcome::SetUp { .. }
            | Outcome::Removed(_)
            | Outcome::NothingToDelete(_)
            | Outcome::AlreadyThere { .. }
            | Outcome::NothingToSave => None,
        }
    }

    /// Why the write had no answer that told its outcome, as the end of a sentence.
    fn lost(&self) -> String {
        match &self.batch.copy.last_fault {
            Some((Doing::Saving | Doing::Removing, fault)) => {
                format!(". {}", fault::happened(fault, &self.target.host))
            }
            Some(_) | None => String::new(),
        }
    }

    fn clash(&self, outcome: &Outcome) -> CommandError {
        let (mut lines, mut members) = (vec![words::outcome(outcome)], vec![]);
        let draft = &self.batch.copy.draft;
        for (field, base, server) in draft.conflicts() {
            let State::Dirty(mine) = draft.state(field) else { continue };
            lines.push(words::conflict(&field.id, base, server, &mine));
            members.push((field.id.to_string(), three(base, server, &mine)));
        }
        conflict(&lines, &members)
    }

    /// What others changed since the save of the history that is to be taken back.
    fn replaced(&self, fields: &[FieldId]) -> CommandError {
        let (mut lines, mut members) = (vec![words::replaced(fields.len())], vec![]);
        let Wish::Write(values, _) = &self.batch.task.wish else { return CommandError::rejected(lines.concat()) };
        for Assignment { field, value, .. } in values.iter().filter(|wanted| fields.contains(&wanted.field)) {
            let left = self.batch.task.replaces.get(field).and_then(Option::as_ref);
            let server = self.now(field.resource, &field.key);
            lines.push(words::since(field, left, server.as_ref(), value));
            members.push((field.to_string(), three(left, server.as_ref(), value)));
        }
        conflict(&lines, &members)
    }

    /// What others changed of a resource that was to be deleted.
    fn changed_meanwhile(&self, resource: Resource, outcome: &Outcome) -> CommandError {
        let none = Representation::default();
        let before = self.batch.before.get(&resource).unwrap_or(&none);
        let now = self.batch.copy.draft.representation(resource).unwrap_or(&none);
        let (mut lines, mut members) = (vec![words::outcome(outcome)], vec![]);
        let keys: BTreeSet<&str> = before.members().chain(now.members()).map(|(key, _)| key).collect();
        for key in keys.into_iter().filter(|key| before.get(key) != now.get(key)) {
            let (id, base, server) = (FieldId::new(resource, key), before.get(key), now.get(key));
            lines.push(words::changed(&id, base, server));
            members.push((id.to_string(), object(&[("base", json(base)), ("server", json(server))])));
        }
        conflict(&lines, &members)
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
        let mut message = words::failed(doing, fault, self.target);
        for (id, why) in &self.batch.refused {
            message = format!("{message}; {id}: {}", why.trim_end_matches('.'));
        }
        CommandError { more, ..CommandError::new(ending, kind, message) }
    }
}

fn conflict(lines: &[String], members: &[(String, String)]) -> CommandError {
    let more = vec![("conflicts", object(members))];
    CommandError { more, ..CommandError::new(Ending::Condition, "conflict", lines.join("; ")) }
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
