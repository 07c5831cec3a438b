//! `callset set`: saves values with a PATCH of only the fields that differ.

use super::assignment;
use super::exit::CommandError;
use super::options::{Guards, Shared};
use super::order::{Asking, Order, Prepared, saving};
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
    shared: Shared,
}

impl Order for Set {
    fn shared(&self) -> &Shared {
        &self.shared
    }

    fn guards(&self) -> Option<&Guards> {
        Some(&self.guards)
    }

    fn prepare(&self, asking: &Asking<'_>) -> Result<Prepared, CommandError> {
        let typed = assignment::all(&self.values)?;
        saving(typed, Absence::Fails, &self.guards, asking.guarded(&self.shared.common, false))
    }

    fn reads_stdin(&self) -> usize {
        assignment::from_stdin(&self.values)
    }
}
