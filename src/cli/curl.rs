//! `callset curl`: prints the request that would be sent, as a line for a shell. Nothing is sent, and the line holds no
//! credential.

use super::assignment;
use super::exit::{CommandError, Said, array, document};
use super::options::{Format, Shared};
use super::order::{Asking, Offline, Order, Prepared};
use super::outcome::CommandEnd;
use crate::model::json::string;
use crate::model::{Patch, Representation, Resource};
use crate::sync::Call;
use clap::Args;

/// Options of `curl`.
#[derive(Clone, Debug, Args)]
pub struct Curl {
    /// The values; without any, the line reads
    #[arg(value_name = "FIELD=VALUE", add = super::completing::assignments())]
    values: Vec<String>,
    #[command(flatten)]
    shared: Shared,
}

impl Order for Curl {
    fn shared(&self) -> &Shared {
        &self.shared
    }

    fn formats(&self) -> &'static [Format] {
        &[Format::Table, Format::Json]
    }

    fn offline(&self, at: &Offline<'_>) -> Option<Result<Said, CommandError>> {
        let printed = |lines: Vec<String>| match self.shared.common.format() {
            Format::Json => vec![document(&[("curl", array(lines.iter().map(|line| string(line))))])],
            Format::Table | Format::Toml | Format::Env | Format::Value => lines,
        };
        Some(self.lines(at).map(|lines| Said::printed(printed(lines))))
    }

    fn prepare(&self, _: &Asking<'_>) -> Result<Prepared, CommandError> {
        Err(CommandError::usage("curl sends nothing"))
    }

    fn said(&self, _: &CommandEnd<'_>) -> Said {
        Said::default()
    }

    fn reads_stdin(&self) -> usize {
        assignment::from_stdin(&self.values)
    }
}

impl Curl {
    fn lines(&self, at: &Offline<'_>) -> Result<Vec<String>, CommandError> {
        let values = assignment::sendable(assignment::all(&self.values)?)?;
        let of = |resource: Resource| {
            let members: Representation = values
                .iter()
                .filter(|value| value.field.resource == resource)
                .map(|value| (value.field.key.clone(), value.value.clone()))
                .collect();
            Patch::recorded(resource, &members)
        };
        let patches = Resource::ALL.map(of).into_iter().filter(|patch| !patch.is_empty());
        let mut calls: Vec<Call> = patches.map(Call::Patch).collect();
        if calls.is_empty() {
            calls.push(Call::Get(Resource::Settings));
        }
        Ok(calls.iter().map(|call| at.target.curl(call)).collect())
    }
}
