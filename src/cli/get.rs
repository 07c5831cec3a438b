//! `callset get`: reads the settings and prints them in one of five formats.

use super::exit::{CommandError, Ending, Said};
use super::names;
use super::options::{Format, Shared};
use super::order::{Asking, Order, Prepared};
use super::outcome::CommandEnd;
use super::values::Values;
use crate::model::{FieldId, Resource};
use crate::sync::{Verdict, Wish};
use clap::Args;
use std::collections::BTreeSet;

/// Options of `get`.
#[derive(Clone, Debug, Args)]
pub struct Get {
    /// The fields, or resources; all, if none is named
    #[arg(value_name = "FIELD", add = super::completing::fields())]
    fields: Vec<String>,
    #[command(flatten)]
    shared: Shared,
}

impl Order for Get {
    fn shared(&self) -> &Shared {
        &self.shared
    }

    fn prepare(&self, _: &Asking<'_>) -> Result<Prepared, CommandError> {
        let named = self.fields.iter().map(|text| match names::resource(text) {
            Some(resource) => resource,
            None => names::member(text).resource,
        });
        let mut resources: BTreeSet<Resource> = named.collect();
        if resources.is_empty() {
            resources.extend(Resource::ALL);
        }
        Ok(Wish::Read(resources, None).into())
    }

    fn said(&self, end: &CommandEnd<'_>) -> Said {
        if let Some(flaw) = end.flaw() {
            return end.fails(flaw);
        }
        match self.values(end) {
            Ok(values) => Said::printed(values.lines(end.format, &end.whose())),
            Err(flaw) => end.fails(flaw),
        }
    }
}

impl Get {
    fn values(&self, end: &CommandEnd<'_>) -> Result<Values, CommandError> {
        let draft = &end.batch.copy.draft;
        let there = |resource: Resource| draft.representation(resource).filter(|there| !there.is_empty());
        if self.fields.is_empty() {
            if there(Resource::Settings).is_none() {
                return Err(absent(Resource::Settings, end));
            }
            return Ok(Values(Resource::ALL.map(|resource| (resource, there(resource).cloned())).to_vec()));
        }
        let mut members = Vec::new();
        for text in &self.fields {
            if let Some(resource) = names::resource(text) {
                let there = there(resource).ok_or_else(|| absent(resource, end))?;
                let id = |key: &str| FieldId::new(resource, key);
                members.extend(there.members().map(|(key, value)| (id(key), value.clone())));
                continue;
            }
            let id = names::member(text);
            let there = there(id.resource);
            match there.and_then(|there| there.get(&id.key)) {
                Some(value) => members.push((id, value.clone())),
                None if names::known(text).is_none() => return Err(super::assignment::unknown(text)),
                None if there.is_none() => return Err(absent(id.resource, end)),
                None => {
                    let why = format!("HubSpot sent no {id}");
                    return Err(CommandError::new(Ending::Failed, "not_found", why));
                }
            }
        }
        if end.format == Format::Value {
            // The values are printed in the order in which they were asked for, and as often.
            return Ok(Values(members.into_iter().map(one).collect()));
        }
        Ok(Values::of(members))
    }
}

fn one((id, value): (FieldId, crate::model::Value)) -> (Resource, Option<crate::model::Representation>) {
    (id.resource, Some([(id.key, value)].into_iter().collect()))
}

fn absent(resource: Resource, end: &CommandEnd<'_>) -> CommandError {
    CommandError::new(Ending::Failed, "not_found", end.refusal(&Verdict::Absent(resource)))
}
