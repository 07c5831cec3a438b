//! `callset apply`: saves the values of a file to an app's settings.

use super::document::{self, FileValues};
use super::exit::CommandError;
use super::input;
use super::options::{Guards, Shared};
use super::order::{Asking, Order, Prepared, saving};
use crate::sync::Absence;
use clap::Args;

/// Options of `apply`.
#[derive(Clone, Debug, Args)]
pub struct Apply {
    /// TOML or JSON; - is standard input
    ///
    /// `callset help files` describes it.
    #[arg(value_name = "FILE")]
    file: String,
    /// Set up what the server does not have
    ///
    /// It needs every field of that.
    #[arg(long)]
    create: bool,
    #[command(flatten)]
    guards: Guards,
    #[command(flatten)]
    shared: Shared,
}

/// Reads a file of settings that is for this app.
///
/// # Errors
///
/// The file cannot be read, holds a value that cannot be right, or is for another app.
pub(super) fn wanted(file: &str, app_id: i32) -> Result<FileValues, CommandError> {
    let text = if file == "-" { input::stdin()? } else { input::file(file)? };
    let wanted = document::read(file, &text)?;
    document::guard(&wanted, if file == "-" { "standard input" } else { file }, app_id)?;
    Ok(wanted)
}

impl Order for Apply {
    fn shared(&self) -> &Shared {
        &self.shared
    }

    fn guards(&self) -> Option<&Guards> {
        Some(&self.guards)
    }

    fn prepare(&self, asking: &Asking<'_>) -> Result<Prepared, CommandError> {
        let FileValues { values, places, .. } = wanted(&self.file, asking.profile.app_id)?;
        let absence = if self.create { Absence::SetsUp } else { Absence::Fails };
        let prepared = saving(values, absence, &self.guards, asking.guarded(&self.shared.common, false))?;
        Ok(Prepared { places, ..prepared })
    }

    fn reads_stdin(&self) -> usize {
        usize::from(self.file == "-")
    }
}
