//! The result of a batch as exit code, JSON and sentences, for all commands that read or write.

use super::changed::{Changed, change_lines, planned_changes};
use super::exit::{CommandError, Ending, Said, document, object};
use super::names;
use super::options::Format;
use super::values::{Values, Whose, by_name, name_list};
use super::words;
use crate::model::json::string;
use crate::model::{FieldId, Resource, State, Value};
use crate::sync::{Assignment, Batch, Call, Doing, Fault, Outcome, Planned, Target, Verdict};
use crate::words::fault;
use std::time::Duration;

/// A batch that is over, and how its command wants the result printed.
#[derive(Clone, Copy, Debug)]
pub struct CommandEnd<'a> {
    /// The batch.
    pub batch: &'a Batch,
    /// The target of the batch.
    pub target: &'a Target,
    /// How to print.
    pub format: Format,
    /// The exit code of the signal that stopped the batch, if one did.
    pub stopped: Option<u8>,
    /// Do differences have an exit code of their own?
    pub tells_differences: bool,
    /// The places of fields that no table knows, in the file that they came from.
    pub places: &'a [(FieldId, String)],
    /// Values to compare with.
    pub values: &'a [Assignment],
}

impl<'a> CommandEnd<'a> {
    /// The end of a batch that was not stopped by a signal, and has no values to compare with.
    pub fn new(batch: &'a Batch, target: &'a Target, format: Format) -> Self {
        Self { batch, target, format, stopped: None, tells_differences: false, places: &[], values: &[] }
    }

    /// The app that the settings belong to.
    pub fn whose(&self) -> Whose<'a> {
        let profile = self.target.profile.as_ref().map(|profile| profile.name.as_str());
        Whose { id: self.target.app_id, profile }
    }

    /// The output of a batch that was to save or to delete.
    pub fn written(&self) -> Said {
        let mut said = match self.flaw() {
            Some(flaw) => self.fails(flaw),
            None => self.went_well(),
        };
        let told = self.batch.earlier.iter().map(|earlier| format!("callset: {}", words::earlier(earlier)));
        said.said.splice(0..0, told);
        said
    }

    fn went_well(&self) -> Said {
        if let Some(Verdict::Planned(plan)) = self.batch.verdict() {
            return self.planned(plan);
        }
        let changed = self.changed();
        let differs = self.batch.outcomes().iter().any(|(_, outcome)| !is_well(outcome));
        let outcome = match (changed.is_empty(), differs) {
            (_, true) => "differs",
            (true, false) => "unchanged",
            (false, false) => "saved",
        };
        let words = match (outcome, self.batch.outcomes().iter().find(|(_, outcome)| !is_well(outcome))) {
            ("differs", Some((_, outcome))) => words::outcome(outcome),
            ("unchanged", _) => "nothing to change: nothing was sent".to_owned(),
            _ if self.removed() => "deleted; what it held is in the history".to_owned(),
            _ => words::saved(changed.len(), self.took()),
        };
        let code = if differs { Ending::Failed } else { Ending::Done };
        Said { printed: self.print(outcome, &changed, &[]), said: vec![format!("callset: {words}")], code: code.code() }
    }

    /// The output of a dry run.
    fn planned(&self, plan: &[Planned]) -> Said {
        let changed: Vec<Changed> = plan.iter().flat_map(planned_changes).collect();
        let calls: Vec<Call> =
            plan.iter().map(|planned| Call::of(planned.patch.clone(), planned.before.is_empty())).collect();
        self.would(&calls, &changed)
    }

    /// The output for requests that would be sent, with the changes that they would make.
    pub fn would(&self, calls: &[Call], changed: &[Changed]) -> Said {
        let differs = !calls.is_empty();
        let code = if differs && self.tells_differences { Ending::Differs } else { Ending::Done };
        let words = if differs {
            "a dry run: nothing was sent".to_owned()
        } else {
            "nothing to change: nothing would be sent".to_owned()
        };
        let outcome = if differs { "planned" } else { "unchanged" };
        Said {
            printed: self.print(outcome, changed, calls),
            said: vec![format!("callset: {words}")],
            code: code.code(),
        }
    }

    fn print(&self, outcome: &str, changed: &[Changed], calls: &[Call]) -> Vec<String> {
        match self.format {
            Format::Json => vec![self.json(outcome, changed, calls)],
            Format::Table => {
                let requests = calls.iter().flat_map(|call| self.request(call));
                requests.chain(change_lines(changed)).collect()
            }
            Format::Toml | Format::Env | Format::Value => {
                let after = changed.iter().filter_map(|changed| Some((changed.id.clone(), changed.after.clone()?)));
                Values::of(after).lines(self.format, &self.whose())
            }
        }
    }

    fn request(&self, call: &Call) -> Vec<String> {
        let line = format!("{} {}", call.method(), self.target.shown_url(call.resource()));
        std::iter::once(line).chain(call.body()).collect()
    }

    fn json(&self, outcome: &str, changed: &[Changed], calls: &[Call]) -> String {
        let mut all = vec![("outcome", string(outcome))];
        all.extend(Self::change_members(changed));
        let updated = self.batch.sent.keys().find_map(|resource| self.now(*resource, "updatedAt"));
        all.push(("updated_at", updated.map_or("null".to_owned(), |value| value.to_json())));
        all.push(("took_ms", self.took().map_or("null".to_owned(), |took| took.as_millis().to_string())));
        if !calls.is_empty() {
            let request = |call: &Call| {
                object(&[
                    ("method", string(call.method())),
                    ("url", string(&self.target.shown_url(call.resource()))),
                    ("body", call.body().unwrap_or_else(|| "null".to_owned())),
                ])
            };
            all.push(("requests", super::exit::array(calls.iter().map(request))));
        }
        if !self.batch.earlier.is_empty() {
            all.push(("earlier", super::earlier::earlier_json(&self.batch.earlier)));
        }
        document(&all)
    }

    fn change_members(changed: &[Changed]) -> Vec<(&'static str, String)> {
        let pick = |of: fn(&Changed) -> &Option<Value>| -> Vec<(FieldId, Option<Value>)> {
            changed.iter().map(|changed| (changed.id.clone(), of(changed).clone())).collect()
        };
        vec![
            ("changed", name_list(changed.iter().map(|changed| &changed.id))),
            ("before", by_name(&pick(|changed| &changed.before))),
            ("after", by_name(&pick(|changed| &changed.after))),
        ]
    }

    fn removed(&self) -> bool {
        self.batch.outcomes().iter().any(|(_, outcome)| matches!(outcome, Outcome::Removed(_)))
    }

    fn took(&self) -> Option<Duration> {
        let took = self.batch.outcomes().iter().filter_map(|(_, outcome)| match outcome {
            Outcome::Saved { took, .. } | Outcome::SetUp { took, .. } => Some(*took),
            _ => None,
        });
        took.reduce(|a, b| a + b)
    }

    /// The server's value of a member.
    pub fn now(&self, resource: Resource, key: &str) -> Option<Value> {
        self.batch.copy.draft.representation(resource)?.get(key).cloned()
    }

    /// The changes that the server has confirmed.
    fn changed(&self) -> Vec<Changed> {
        let mut changed = Vec::new();
        for (resource, sending) in &self.batch.sent {
            if self.batch.copy.doubts().any(|doubt| doubt == sending) {
                continue;
            }
            let before = |key: &str| sending.before.get(key).cloned();
            match sending.patch() {
                Some(patch) => changed.extend(patch.members().map(|(id, _)| Changed {
                    id: id.clone(),
                    before: before(&id.key),
                    after: self.now(*resource, &id.key),
                })),
                None if self.batch.copy.draft.is_absent(*resource) => {
                    changed.extend(sending.before.members().map(|(key, value)| Changed {
                        id: FieldId::new(*resource, key),
                        before: Some(value.clone()),
                        after: None,
                    }));
                }
                None => {}
            }
        }
        changed.retain(|changed| changed.before != changed.after);
        changed
    }

    // ── what went wrong ──

    /// The output for an error, with the changes that were saved before it.
    pub fn fails(&self, mut flaw: CommandError) -> Said {
        let changed = self.changed();
        if !changed.is_empty() {
            flaw.beside.extend(Self::change_members(&changed));
            let saved: Vec<String> = changed.iter().map(|changed| names::name(&changed.id)).collect();
            let rest = flaw.message.replace("Nothing was sent", "Nothing more was sent");
            flaw.message = format!("{} saved; after that: {rest}", saved.join(", "));
        }
        if flaw.ending == Ending::Unknown {
            flaw.beside.insert(0, ("outcome", string("unknown")));
        }
        let mut said = flaw.said(self.format == Format::Json);
        if self.format == Format::Table {
            said.printed.extend(change_lines(&changed));
        }
        said
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
            Some(Verdict::Refused(_)) | None => refused(CommandError::new(
                Ending::Fault,
                "fault",
                "the save was refused for a reason that nobody foresaw",
            )),
            Some(Verdict::NoField(id)) => {
                let name = names::name(id);
                let place = self.places.iter().find(|(at, _)| at == id).map_or("", |(_, place)| place.as_str());
                let hint = names::did_you_mean(&name);
                let why = format!("{place}HubSpot has no field {name} in this app{hint}");
                refused(CommandError::new(Ending::Rejected, "unknown_field", why))
            }
            Some(Verdict::Withheld(fields)) => {
                let names: Vec<String> = fields.iter().map(names::name).collect();
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
                let lack: Vec<String> = lacking.iter().map(names::name).collect();
                let why = format!("what is to be set up needs every field. Missing: {}", lack.join(", "));
                let more = vec![("missing", name_list(lacking))];
                refused(CommandError { more, ..CommandError::new(Ending::Rejected, "incomplete", why) })
            }
            Some(Verdict::Unmet(condition)) => {
                let now = match condition {
                    crate::sync::Condition::Holds(id, _) => self.now(id.resource, &id.key),
                    crate::sync::Condition::Updated(resource, _) => self.now(*resource, "updatedAt"),
                };
                refused(CommandError::new(Ending::Condition, "condition", words::unmet(condition, now.as_ref())))
            }
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
        let unknown = |why: String| Some(CommandError::new(Ending::Unknown, "unknown", why));
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
            Outcome::NotYet | Outcome::Unclear => unknown(format!("{}{}", words::outcome(outcome), self.lost())),
            Outcome::Clash { .. } => Some(self.clash(outcome)),
            Outcome::ReadBack { sent, saved } if sent == saved => None,
            Outcome::ReadBack { .. } => {
                let why = format!("{}{}", words::outcome(outcome), self.lost());
                Some(CommandError::new(Ending::Failed, "not_saved", why))
            }
            Outcome::Gone(_) => Some(CommandError::new(Ending::Failed, "not_found", words::outcome(outcome))),
            Outcome::NotRemoved(_) => Some(CommandError::new(Ending::Failed, "not_saved", words::outcome(outcome))),
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
            Some((Doing::Saving, fault)) => format!(". {}", fault::happened(fault, &self.target.host)),
            Some(_) | None => String::new(),
        }
    }

    fn clash(&self, outcome: &Outcome) -> CommandError {
        let (mut lines, mut members) = (vec![words::outcome(outcome)], vec![]);
        let draft = &self.batch.copy.draft;
        for (field, base, server) in draft.conflicts() {
            let State::Dirty(mine) = draft.state(field) else { continue };
            lines.push(words::conflict(&field.id, base, server, &mine));
            let json = |value: Option<&Value>| value.map_or("null".to_owned(), Value::to_json);
            let three = object(&[("base", json(base)), ("server", json(server)), ("yours", json(Some(&mine)))]);
            members.push((names::name(&field.id), three));
        }
        let more = vec![("conflicts", object(&members))];
        CommandError { more, ..CommandError::new(Ending::Condition, "conflict", lines.join("; ")) }
    }

    /// A fault as exit code, sentence and JSON.
    pub fn fault(&self, doing: Doing, fault: &Fault) -> CommandError {
        let (ending, kind) = class(doing, fault);
        let mut more = Vec::new();
        if let Fault::Refused(refusal) = fault {
            more.push(("status", refusal.status.to_string()));
            let category = refusal.category.as_deref().map_or("null".to_owned(), string);
            more.push(("category", category));
            more.push(("scopes", super::exit::array(refusal.missing_scopes.iter().map(|scope| string(scope)))));
            let fields: Vec<_> =
                refusal.fields.iter().map(|field| (field.key.clone(), string(&field.message))).collect();
            more.push(("fields", object(&fields)));
        }
        more.push(("correlation_id", fault.correlation_id().map_or("null".to_owned(), string)));
        more.push(("retryable", fault.pause(0, 0.5).is_some().to_string()));
        let mut message = words::failed(doing, fault, self.target);
        for (id, why) in &self.batch.refused {
            message = format!("{message}; {}: {}", names::name(id), why.trim_end_matches('.'));
        }
        CommandError { more, ..CommandError::new(ending, kind, message) }
    }
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

fn is_well(outcome: &Outcome) -> bool {
    outcome.is_whole() || matches!(outcome, Outcome::NothingToDelete(_))
}
