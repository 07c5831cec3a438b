//! `callset watch`: one JSON line for each change, until it is interrupted.

use super::exit::{CommandError, Said, array, object};
use super::options::{Format, Shared};
use super::order::{Asking, Before, Order, Prepared};
use super::outcome::CommandEnd;
use crate::model::json::string;
use crate::model::{Kind, Representation, Resource, Value, pace};
use crate::sync::{Batch, End, Target, Wish};
use crate::words::{fault, looks};
use clap::Args;
use std::time::Duration;

/// Options of `watch`.
#[derive(Clone, Debug, Args)]
pub struct Watching {
    /// Look this often, from 1s to 60s
    #[arg(long, value_name = "TIME", default_value = "5s", hide_default_value = true, value_parser = every)]
    every: Duration,
    #[command(flatten)]
    shared: Shared,
}

fn every(text: &str) -> Result<Duration, String> {
    pace::pace(text).ok_or_else(|| "a pace is from 1s to 60s".to_owned())
}

impl Order for Watching {
    fn shared(&self) -> &Shared {
        &self.shared
    }

    fn formats(&self) -> &'static [Format] {
        &[Format::Table, Format::Json]
    }

    fn prepare(&self, _: &Asking<'_>) -> Result<Prepared, CommandError> {
        Ok(Wish::Read(Resource::ALL.into(), Some(self.every)).into())
    }

    fn heard(&self, before: &mut Before, batch: &Batch) -> Vec<String> {
        let mut lines = Vec::new();
        for (resource, now) in batch.copy.draft.bases() {
            match before.data.insert(*resource, now.clone()) {
                Some(old) if old != *now => lines.extend(line(*resource, &old, now, batch)),
                Some(_) | None => {}
            }
        }
        lines
    }

    fn remarks(&self, before: &mut Before, batch: &Batch, target: &Target) -> Option<String> {
        let is_failing = batch.copy.watch.failed > 0;
        if std::mem::replace(&mut before.is_failing, is_failing) == is_failing {
            return None;
        }
        let faults = batch.copy.log.iter().rev().filter_map(|logged| match &logged.end {
            End::Over { fault, .. } => fault.as_ref(),
            End::Open | End::Cancelled => None,
        });
        let why = faults.map(|why| fault::happened(why, &target.host)).next().unwrap_or_default();
        Some(if is_failing { looks::fail(&why) } else { looks::WORK_AGAIN.to_owned() })
    }

    fn said(&self, end: &CommandEnd<'_>) -> Said {
        match end.flaw() {
            Some(flaw) if flaw.kind == "interrupted" => Said { code: flaw.ending.code(), ..Said::default() },
            Some(flaw) => end.fails(flaw),
            None => Said::default(),
        }
    }
}

/// The JSON line for a change. `None` if nothing but a date has changed.
fn line(resource: Resource, old: &Representation, now: &Representation, batch: &Batch) -> Option<String> {
    let is_time = |key: &str| resource.field(key).is_some_and(|field| field.kind == Kind::Time);
    let json = |value: Option<&Value>| value.map_or("null".to_owned(), Value::to_json);
    let gone = old.members().filter(|(key, _)| now.get(key).is_none());
    let changed: Vec<_> = now
        .members()
        .chain(gone)
        .map(|(key, _)| (key, old.get(key), now.get(key)))
        .filter(|(key, old, now)| old != now && !is_time(key))
        .map(|(key, old, now)| (key, array([json(old), json(now)])))
        .collect();
    let at = batch.copy.log.iter().rev().find_map(|logged| match &logged.end {
        End::Over { at, .. } => Some(at.to_string()),
        End::Open | End::Cancelled => None,
    });
    (!changed.is_empty()).then(|| {
        object(&[
            ("at", at.map_or("null".to_owned(), |at| string(&at))),
            ("resource", string(resource.name())),
            ("changed", object(&changed)),
            ("updated_at", json(now.get("updatedAt"))),
        ])
    })
}
