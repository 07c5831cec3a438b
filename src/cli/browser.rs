//! `callset override`: prints a line for the console of the user's own browser. The line tries a dialer there without
//! changing the app.

use super::assignment;
use super::exit::{CommandError, Said, document};
use super::options::{Format, Shared};
use super::order::{Asking, Offline, Order, Prepared};
use super::outcome::CommandEnd;
use crate::model::json::string;
use crate::model::{Representation, Resource, Value};
use crate::sync::{Assignment, Target, Wish};
use crate::words::copy;
use clap::Args;

/// Options of `override`.
#[derive(Clone, Debug, Args)]
pub struct Override {
    /// The values to try: name and url
    ///
    /// What is not given is as on the server. isReady is always true.
    #[arg(value_name = "FIELD=VALUE", add = super::completing::assignments())]
    values: Vec<String>,
    /// Print the line that takes the override out again
    #[arg(long, conflicts_with = "values")]
    remove: bool,
    #[command(flatten)]
    shared: Shared,
}

impl Order for Override {
    fn shared(&self) -> &Shared {
        &self.shared
    }

    fn formats(&self) -> &'static [Format] {
        &[Format::Table, Format::Json]
    }

    fn offline(&self, _: &Offline<'_>) -> Option<Result<Said, CommandError>> {
        if self.remove {
            return Some(Ok(self.told(Target::browser_override_end(), copy::OVERRIDE_ENDS)));
        }
        let all = || self.values().map(|values| values.into_iter().map(member).collect::<Representation>());
        match all() {
            // All values are given, so the server is not asked.
            Ok(given) if Target::OVERRIDDEN.iter().all(|key| given.get(key).is_some()) => {
                Some(Ok(self.told(Target::browser_override(&given), copy::OVERRIDE_GOES)))
            }
            Ok(_) => None,
            Err(flaw) => Some(Err(flaw)),
        }
    }

    fn prepare(&self, _: &Asking<'_>) -> Result<Prepared, CommandError> {
        Ok(Prepared { values: self.values()?, ..Wish::Read([Resource::Settings].into(), None).into() })
    }

    fn said(&self, end: &CommandEnd<'_>) -> Said {
        if let Some(flaw) = end.flaw() {
            return end.fails(flaw);
        }
        let mut after = end.batch.copy.draft.representation(Resource::Settings).cloned().unwrap_or_default();
        for value in end.values {
            after.set(&value.field.key, value.value.clone());
        }
        self.told(Target::browser_override(&after), copy::OVERRIDE_GOES)
    }

    fn reads_stdin(&self) -> usize {
        assignment::from_stdin(&self.values)
    }
}

impl Override {
    /// The line on standard output, and what to do with it.
    fn told(&self, line: String, what_to_do: [&str; 2]) -> Said {
        let printed = match self.shared.common.format() {
            Format::Json => document(&[("override", string(&line))]),
            Format::Table | Format::Toml | Format::Env | Format::Value => line,
        };
        Said { said: what_to_do.map(str::to_owned).to_vec(), ..Said::printed(vec![printed]) }
    }

    fn values(&self) -> Result<Vec<Assignment>, CommandError> {
        let values = assignment::sendable(assignment::all(&self.values)?)?;
        for Assignment { field, value, .. } in &values {
            match (field.resource, &*field.key) {
                (Resource::Settings, "isReady") if *value != Value::Switch(true) => {
                    return Err(CommandError::usage(
                        "a browser's override always says isReady=true: that is what it is for",
                    ));
                }
                (Resource::Settings, "isReady") => {}
                (Resource::Settings, key) if Target::OVERRIDDEN.contains(&key) => {}
                _ => {
                    return Err(CommandError::usage(format!(
                        "a browser's override holds isReady, name and url, not {field}"
                    )));
                }
            }
        }
        Ok(values)
    }
}

fn member(value: Assignment) -> (std::borrow::Cow<'static, str>, Value) {
    (value.field.key, value.value)
}
