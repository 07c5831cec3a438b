//! `callset override`: prints a line for the console of the user's own browser. The line tries a dialer there without
//! changing the app.

use super::assignment;
use super::exit::{CommandError, Said};
use super::options::Shared;
use super::order::{Asking, Offline, Order, Prepared};
use super::outcome::CommandEnd;
use crate::model::{Representation, Resource};
use crate::sync::{Assignment, Target, Wish};
use clap::Args;

/// Options of `override`.
#[derive(Clone, Debug, Args)]
pub struct Override {
    /// The values to try: name, url and isReady
    ///
    /// What is not given is as on the server.
    #[arg(value_name = "FIELD=VALUE", add = super::completing::assignments())]
    values: Vec<String>,
    #[command(flatten)]
    shared: Shared,
}

impl Order for Override {
    fn shared(&self) -> &Shared {
        &self.shared
    }

    fn offline(&self, _: &Offline<'_>) -> Option<Result<Said, CommandError>> {
        let all = || self.values().map(|values| values.into_iter().map(member).collect::<Representation>());
        match all() {
            // All values are given, so the server is not asked.
            Ok(given) if Target::OVERRIDDEN.iter().all(|key| given.get(key).is_some()) => {
                Some(Ok(Said::printed(vec![Target::browser_override(&given)])))
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
        Said::printed(vec![Target::browser_override(&after)])
    }

    fn reads_stdin(&self) -> usize {
        assignment::from_stdin(&self.values)
    }
}

impl Override {
    fn values(&self) -> Result<Vec<Assignment>, CommandError> {
        let values = assignment::sendable(assignment::all(&self.values)?)?;
        let is_one = |value: &Assignment| {
            value.field.resource == Resource::Settings && Target::OVERRIDDEN.contains(&value.field.key.as_ref())
        };
        match values.iter().find(|value| !is_one(value)) {
            Some(other) => Err(CommandError::usage(format!(
                "a browser's override holds isReady, name and url, not {}",
                other.field
            ))),
            None => Ok(values),
        }
    }
}

fn member(value: Assignment) -> (std::borrow::Cow<'static, str>, crate::model::Value) {
    (value.field.key, value.value)
}
