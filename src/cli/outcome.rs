//! The result of a batch as exit code, JSON and sentences, for all commands that read or write.

mod flaw;

use super::changed::{Changed, change_lines, planned_changes};
use super::earlier::{aside_member, earlier_json};
use super::exit::{CommandError, Ending, Said, array, document, object};
use super::options::Format;
use super::steps::{self, Way};
use super::values::{Values, Whose, by_name, name_list};
use crate::model::json::string;
use crate::model::record::Aside;
use crate::model::{FieldId, Resource, Value};
use crate::sync::{Assignment, Batch, Call, Earlier, Keeping, Outcome, Planned, Target, Verdict};
use crate::words::{self, About, Notice, Statement, leftover};
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
    /// Why values were not sent, if they differ from the server's.
    pub flaws: &'a [(FieldId, CommandError)],
    /// Values to compare with.
    pub values: &'a [Assignment],
    /// What earlier runs left and could not be read.
    pub aside: &'a [Aside],
    /// Why not everything is on the disk that should be.
    pub not_on_disk: Option<&'a str>,
}

impl<'a> CommandEnd<'a> {
    /// The end of a batch that was not stopped by a signal, and has no values to compare with.
    pub fn new(batch: &'a Batch, target: &'a Target, format: Format) -> Self {
        let (places, flaws, values, aside) = (&[], &[], &[], &[]);
        let (stopped, tells_differences, not_on_disk) = (None, false, None);
        Self { batch, target, format, stopped, tells_differences, places, flaws, values, aside, not_on_disk }
    }

    /// The app that the settings belong to.
    pub fn whose(&self) -> Whose<'a> {
        let profile = self.target.profile.as_ref().map(|profile| profile.name.as_str());
        Whose { id: self.target.app_id, profile }
    }

    /// What the sentences are about.
    pub fn about(&self) -> About<'a> {
        About { sync: &self.batch.copy, target: self.target, clock: None, has_rows: false }
    }

    /// A line about members that an answer has more than once.
    pub fn repeated(&self) -> Option<String> {
        let (members, first) = self.batch.repeated.clone()?;
        Some(format!("callset: {}", self.line(&Notice::Repeated { members, first }.said(&self.about()))))
    }

    /// A statement in one line, with its next steps as commands.
    fn line(&self, said: &Statement) -> String {
        let is_noted = self.batch.copy.keeping == Keeping::OnDisk;
        let looks = self.batch.copy.doubts().next().map(|_| if is_noted { "callset settle" } else { "callset get" });
        steps::line(said, Way { host: &self.target.host, looks })
    }

    /// The output of a batch that was to save or to delete.
    pub fn written(&self) -> Said {
        let mut said = match self.flaw() {
            Some(flaw) => self.fails(flaw),
            None => self.went_well(),
        };
        let fate = |earlier: &Earlier| leftover::fate(&self.about(), &earlier.sending, &earlier.fate);
        let told = self.batch.earlier.iter().map(|earlier| format!("callset: {}", self.line(&fate(earlier))));
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
            ("differs", Some((resource, outcome))) => self.line(&self.with_differing(*resource, outcome)),
            ("unchanged", _) => "nothing to change: nothing was sent".to_owned(),
            _ => self.line(&self.all_went_well()),
        };
        let code = if differs { Ending::Failed } else { Ending::Done };
        Said { printed: self.print(outcome, &changed, &[]), said: vec![format!("callset: {words}")], code: code.code() }
    }

    fn all_went_well(&self) -> Statement {
        match self.batch.outcomes() {
            [(_, Outcome::Removed(resource))] => words::outcome::removed(
                *resource,
                self.not_on_disk.is_none() && self.batch.copy.keeping == Keeping::OnDisk,
            ),
            [(_, outcome)] => words::outcome::said(&self.about(), outcome),
            all => words::outcome::several(&self.about(), all),
        }
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
        if outcome == "differs" {
            let resources = self.batch.outcomes().iter().map(|(resource, _)| *resource);
            all.push(("differs", self.differing_json(resources)));
        }
        all.push(("took_ms", self.took().map_or("null".to_owned(), |took| took.as_millis().to_string())));
        if !calls.is_empty() {
            let request = |call: &Call| {
                object(&[
                    ("method", string(call.method())),
                    ("url", string(&self.target.shown_url(call.resource()))),
                    ("body", call.body().unwrap_or_else(|| "null".to_owned())),
                ])
            };
            all.push(("requests", array(calls.iter().map(request))));
        }
        if !self.batch.earlier.is_empty() {
            all.push(("earlier", earlier_json(&self.batch.earlier)));
        }
        all.extend(aside_member(self.aside));
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

    /// What was sent, and what the server has now, for the fields where these are two values.
    fn differing(&self, resource: Resource) -> impl Iterator<Item = (&FieldId, &Value, Option<&Value>)> {
        let now = self.batch.copy.draft.representation(resource);
        let sent = self.batch.sent.get(&resource).zip(now);
        sent.into_iter().flat_map(|(sent, now)| sent.differing(now).map(|(id, sent)| (id, sent, now.get(&id.key))))
    }

    /// An outcome, with the fields that it leaves different.
    fn with_differing(&self, resource: Resource, outcome: &Outcome) -> Statement {
        let said = words::outcome::said(&self.about(), outcome);
        let lines = self.differing(resource).map(|(id, sent, now)| words::verdict::kept(id, sent, now));
        Statement { lines: said.lines.into_iter().chain(lines).collect(), ..said }
    }

    /// `{"width":[420,400]}`: what was sent, and what the server has.
    fn differing_json(&self, of: impl Iterator<Item = Resource>) -> String {
        let all = of.flat_map(|resource| self.differing(resource)).map(|(id, sent, now)| {
            let now = now.map_or("null".to_owned(), Value::to_json);
            (id.to_string(), array([sent.to_json(), now]))
        });
        object(&all.collect::<Vec<_>>())
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
        let is_confirmed = |of: Resource| {
            self.batch.ended.iter().any(|(resource, outcome)| {
                let is_ours = matches!(
                    outcome,
                    Outcome::Saved { .. } | Outcome::SetUp { .. } | Outcome::ReadBack { .. } | Outcome::Removed(_)
                );
                *resource == of && is_ours
            })
        };
        for (resource, sending) in &self.batch.sent {
            if self.batch.copy.doubts().any(|doubt| doubt == sending) || !is_confirmed(*resource) {
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
}

fn is_well(outcome: &Outcome) -> bool {
    outcome.is_whole() || matches!(outcome, Outcome::NothingToDelete(_))
}
