//! `callset delete`: deletes a resource. The user confirms it with the app's id.

use super::changed::Changed;
use super::exit::{CommandError, Said};
use super::names;
use super::options::{Guards, Shared};
use super::order::{Asking, Order, Prepared};
use super::outcome::CommandEnd;
use crate::model::{FieldId, Resource};
use crate::sync::{Call, Task, Wish};
use clap::Args;

/// Options of `delete`.
#[derive(Clone, Debug, Args)]
pub struct Delete {
    /// settings or channel-connection
    #[arg(value_name = "RESOURCE", value_parser = resource)]
    resource: Resource,
    #[command(flatten)]
    guards: Guards,
    #[command(flatten)]
    shared: Shared,
}

fn resource(text: &str) -> Result<Resource, String> {
    match names::resource(text) {
        Some(resource) if resource.can_be_deleted() => Ok(resource),
        Some(resource) => Err(format!("HubSpot has no way to delete the {}", resource.label())),
        None => Err("what can be deleted is settings and channel-connection".to_owned()),
    }
}

impl Order for Delete {
    fn shared(&self) -> &Shared {
        &self.shared
    }

    fn guards(&self) -> Option<&Guards> {
        Some(&self.guards)
    }

    fn prepare(&self, asking: &Asking<'_>) -> Result<Prepared, CommandError> {
        let conditions = self.guards.conditions(&[self.resource])?;
        let consent = self.guards.consent(asking.guarded(&self.shared.common, true))?;
        let (wish, wait) = (Wish::Delete(self.resource), self.guards.wait);
        Ok(Task { conditions, consent, wait, ..wish.into() }.into())
    }

    fn said(&self, end: &CommandEnd<'_>) -> Said {
        let there = end.batch.copy.draft.representation(self.resource).filter(|there| !there.is_empty());
        match there {
            Some(there) if self.guards.dry_run && end.flaw().is_none() => {
                let gone = |(key, value): (&str, &crate::model::Value)| Changed {
                    id: FieldId::new(self.resource, key),
                    before: Some(value.clone()),
                    after: None,
                };
                let changed: Vec<Changed> = there.members().map(gone).collect();
                end.would(&[Call::Delete(self.resource)], &changed)
            }
            _ => end.written(),
        }
    }
}
