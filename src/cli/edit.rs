//! `callset edit`: all settings as a file in the user's own editor. What is changed in it is shown, and saved after a yes.

use super::assignment::{self, Assigned};
use super::exit::CommandError;
use super::options::{Guards, Shared};
use super::order::{Asking, Order, Prepared, saving};
use crate::model::{FieldId, Value};
use crate::sync::{Absence, Assignment, Condition, Consent};
use clap::Args;

/// Options of `edit`.
#[derive(Clone, Debug, Args)]
pub struct EditAll {
    /// The editor: --editor='code --wait'
    ///
    /// Without it: $VISUAL, $EDITOR, else editor, vi or nano. It is split into words as a shell does, and run without one.
    #[arg(long, value_name = "PROGRAM", num_args = 0..=1, require_equals = true, default_missing_value = "",
        hide_default_value = true)]
    editor: Option<String>,
    #[command(flatten)]
    guards: Guards,
    #[command(flatten)]
    shared: Shared,
}

/// A value that came back from the editor, and the value of the server that it was made from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EditedValue {
    /// The field.
    pub field: FieldId,
    /// Its value in the file.
    pub value: Value,
    /// The server's value when the file was handed out.
    pub on: Option<Value>,
}

impl EditedValue {
    fn assigned(&self) -> Result<Assigned, CommandError> {
        match self.field.resource.field(&self.field.key) {
            Some(field) => assignment::fitting(field, &self.value),
            // The server sent it.
            None => {
                Ok(Assigned::plain(Assignment { field: self.field.clone(), value: self.value.clone(), adds: false }))
            }
        }
    }

    /// The server still has the value that was seen. One that is not known cannot be compared.
    fn condition(&self) -> Option<Condition> {
        let on = self.on.clone().filter(|on| !matches!(on, Value::Withheld(_)))?;
        Some(Condition::Holds(self.field.clone(), on))
    }
}

impl Order for EditAll {
    fn shared(&self) -> &Shared {
        &self.shared
    }

    fn guards(&self) -> Option<&Guards> {
        Some(&self.guards)
    }

    fn prepare(&self, asking: &Asking<'_>) -> Result<Prepared, CommandError> {
        let values = asking.edited.iter().map(EditedValue::assigned).collect::<Result<Vec<_>, _>>()?;
        let is_empty = values.is_empty();
        let mut prepared = if is_empty {
            // Conditions are about what is written.
            let none = Guards { if_updated_at: None, conditions: vec![], ..self.guards.clone() };
            saving(values, Absence::SetsUp, &none, asking.guarded(&self.shared.common, false))?
        } else {
            saving(values, Absence::SetsUp, &self.guards, asking.guarded(&self.shared.common, false))?
        };
        prepared.task.conditions.extend(asking.edited.iter().filter_map(EditedValue::condition));
        if prepared.task.consent == Consent::Given && self.guards.confirm.is_none() {
            prepared.task.consent = Consent::Asked;
        }
        Ok(prepared)
    }

    fn own_editor(&self) -> Option<Option<&str>> {
        Some(self.editor.as_deref().filter(|program| !program.trim().is_empty()))
    }
}
