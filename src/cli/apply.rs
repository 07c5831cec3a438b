//! `callset apply`: saves the values of a file to an app's settings.

use super::document::{self, FileValues};
use super::exit::{CommandError, Said};
use super::input;
use super::options::{Common, Guards, TargetOptions};
use super::order::{Asking, Order, Prepared, saving};
use super::outcome::CommandEnd;
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
    target: TargetOptions,
    #[command(flatten)]
    common: Common,
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
    fn target(&self) -> &TargetOptions {
        &self.target
    }

    fn common(&self) -> &Common {
        &self.common
    }

    fn prepare(&self, asking: &Asking<'_>) -> Result<Prepared, CommandError> {
        let FileValues { values, places, .. } = wanted(&self.file, asking.profile.app_id)?;
        let absence = if self.create { Absence::SetsUp } else { Absence::Fails };
        let prepared = saving(values, absence, &self.guards, asking.guarded(&self.common, false))?;
        Ok(Prepared { places, ..prepared })
    }

    fn said(&self, end: &CommandEnd<'_>) -> Said {
        end.written()
    }

    fn tells_differences(&self) -> bool {
        self.guards.exit_code
    }

    fn reads_stdin(&self) -> usize {
        usize::from(self.file == "-")
    }
}
