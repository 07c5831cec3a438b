//! `callset set`: saves values with a PATCH of only the fields that differ.

use super::assignment;
use super::exit::{CommandError, Said};
use super::options::{Common, Guards, TargetOptions};
use super::order::{Asking, Order, Prepared, saving};
use super::outcome::CommandEnd;
use crate::sync::Absence;
use clap::Args;

/// Options of `set`.
#[derive(Clone, Debug, Args)]
pub struct Set {
    /// The values: width=420, name=@file, url=-
    ///
    /// @file reads a file, - standard input. FIELD:=JSON gives JSON, also for a member that callset does not know.
    #[arg(value_name = "FIELD=VALUE", required = true, add = super::completing::assignments())]
    values: Vec<String>,
    #[command(flatten)]
    guards: Guards,
    #[command(flatten)]
    target: TargetOptions,
    #[command(flatten)]
    common: Common,
}

impl Order for Set {
    fn target(&self) -> &TargetOptions {
        &self.target
    }

    fn common(&self) -> &Common {
        &self.common
    }

    fn prepare(&self, asking: &Asking<'_>) -> Result<Prepared, CommandError> {
        let typed = assignment::all(&self.values)?;
        saving(typed, Absence::Fails, &self.guards, asking.guarded(&self.common, false))
    }

    fn said(&self, end: &CommandEnd<'_>) -> Said {
        end.written()
    }

    fn tells_differences(&self) -> bool {
        self.guards.exit_code
    }

    fn reads_stdin(&self) -> usize {
        assignment::from_stdin(&self.values)
    }
}
