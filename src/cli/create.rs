//! `callset create`: sets up resources that the server does not have yet, with a POST of every field.

use super::apply::wanted;
use super::assignment::{self, Assigned};
use super::document::FileValues;
use super::exit::CommandError;
use super::options::{Guards, Shared};
use super::order::{Asking, Order, Prepared, saving};
use crate::model::Resource;
use crate::sync::Absence;
use clap::Args;

/// Options of `create`.
#[derive(Clone, Debug, Args)]
pub struct Create {
    /// TOML or JSON with every field; - is stdin
    ///
    /// Without it the settings begin with the values that the editor begins with.
    #[arg(value_name = "FILE")]
    file: Option<String>,
    #[command(flatten)]
    guards: Guards,
    #[command(flatten)]
    shared: Shared,
}

impl Order for Create {
    fn shared(&self) -> &Shared {
        &self.shared
    }

    fn guards(&self) -> Option<&Guards> {
        Some(&self.guards)
    }

    fn prepare(&self, asking: &Asking<'_>) -> Result<Prepared, CommandError> {
        let FileValues { values, places, .. } = match &self.file {
            Some(file) => wanted(file, asking.profile.app_id)?,
            None => FileValues { values: first()?, ..FileValues::default() },
        };
        let prepared = saving(values, Absence::IsMeant, &self.guards, asking.guarded(&self.shared.common, false))?;
        Ok(Prepared { places, ..prepared })
    }

    fn reads_stdin(&self) -> usize {
        usize::from(self.file.as_deref() == Some("-"))
    }
}

/// The first values of settings that are set up.
fn first() -> Result<Vec<Assigned>, CommandError> {
    let editable = Resource::Settings.fields().iter().filter(|field| field.kind.is_editable());
    editable.map(|field| assignment::typed(field, field.first)).collect()
}
