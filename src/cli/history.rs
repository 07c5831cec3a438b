//! `callset history`: lists and shows earlier saves, and restores the values that they have replaced.

use super::assignment::{self, Assigned};
use super::changed::{Changed, change_lines};
use super::exit::{CommandError, Ending, Said, array, document, object};
use super::options::{Format, Guards, Shared};
use super::order::{Asking, Offline, Order, Prepared, saving};
use super::values::{Values, Whose, columns, members_json, moment};
use crate::model::json::string;
use crate::model::record::Saved;
use crate::model::{FieldId, Representation, Resource, Value};
use crate::sync::{Absence, Assignment};
use crate::words::list::OTHER_SECRET;
use crate::words::mask;
use clap::{Args, ValueEnum};

/// What to do with the history.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum HistoryAction {
    /// The saves, newest first.
    List,
    /// One of them.
    Show,
    /// Save the values again that it has replaced.
    Restore,
}

/// Options of `history`.
#[derive(Clone, Debug, Args)]
pub struct PastSaves {
    /// list, show or restore
    #[arg(
        value_name = "ACTION",
        value_enum,
        default_value = "list",
        hide_default_value = true,
        hide_possible_values = true
    )]
    action: HistoryAction,
    /// Which save: 1 is the newest
    #[arg(value_name = "N", required_if_eq_any([("action", "show"), ("action", "restore")]),
        value_parser = number)]
    number: Option<usize>,
    /// Restore over what was changed since as well
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    guards: Guards,
    #[command(flatten)]
    shared: Shared,
}

fn number(text: &str) -> Result<usize, String> {
    text.parse().map_err(|_| "a save has a number: 1 is the newest".to_owned())
}

impl Order for PastSaves {
    fn shared(&self) -> &Shared {
        &self.shared
    }

    fn formats(&self) -> &'static [Format] {
        match self.action {
            HistoryAction::List => &[Format::Table, Format::Json],
            HistoryAction::Show | HistoryAction::Restore => {
                &[Format::Table, Format::Json, Format::Toml, Format::Env, Format::Value]
            }
        }
    }

    fn offline(&self, at: &Offline<'_>) -> Option<Result<Said, CommandError>> {
        match self.action {
            HistoryAction::List => Some(at.history().map(|saves| list(&saves, self.shared.common.format()))),
            HistoryAction::Show => Some(at.history().and_then(|saves| self.show(&saves, at))),
            HistoryAction::Restore => None,
        }
    }

    fn guards(&self) -> Option<&Guards> {
        Some(&self.guards)
    }

    fn prepare(&self, asking: &Asking<'_>) -> Result<Prepared, CommandError> {
        let all = (asking.history)()?;
        let saved = self.one(&all)?;
        let is_editable = |key: &str| saved.resource.field(key).is_none_or(|field| field.kind.is_editable());
        let values = saved.before.members().filter(|(key, value)| is_editable(key) && is_known(value));
        let typed: Vec<Assigned> =
            values.map(|(key, value)| restored(saved.resource, key, value)).collect::<Result<_, _>>()?;
        if typed.is_empty() {
            return Err(CommandError::new(
                Ending::Failed,
                "not_found",
                "this save has replaced no value that could come back",
            ));
        }
        // A resource that was deleted is set up again.
        let absence = if saved.after.is_empty() { Absence::SetsUp } else { Absence::Fails };
        let mut prepared = saving(typed, absence, &self.guards, asking.guarded(&self.shared.common, false))?;
        if !self.force {
            // What it brings back was replaced by these values: another one is somebody else's.
            let after = |(key, _): (&str, &Value)| (FieldId::new(saved.resource, key), saved.after.get(key).cloned());
            prepared.task.replaces = saved.before.members().map(after).collect();
        }
        Ok(prepared)
    }
}

fn restored(resource: Resource, key: &str, value: &Value) -> Result<Assigned, CommandError> {
    let assignment = Assignment { field: FieldId::new(resource, key), value: value.clone(), adds: true };
    let judged = resource.field(key).map(|field| assignment::fitting(field, value)).transpose()?;
    Ok(Assigned { flaw: judged.and_then(|judged| judged.flaw), ..Assigned::plain(assignment) })
}

fn is_known(value: &Value) -> bool {
    !matches!(value, Value::Withheld(_))
}

fn changes(saved: &Saved) -> Vec<Changed> {
    let id = |key: &str| FieldId::new(saved.resource, key);
    let of = |(key, _): (&str, &Value)| Changed {
        id: id(key),
        before: saved.before.get(key).cloned(),
        after: saved.after.get(key).cloned(),
    };
    let gone = saved.before.members().filter(|(key, _)| saved.after.get(key).is_none());
    saved.after.members().map(of).chain(gone.map(of)).collect()
}

/// A change as it may be shown to others: what may be secret in its URLs is masked.
fn masked(changed: Changed) -> Changed {
    let of = |value: &Option<Value>| {
        value.clone().map(|value| match value {
            Value::Text(text) => Value::Text(mask::masked(&text)),
            value @ (Value::Integer(_) | Value::Switch(_) | Value::Null | Value::Other(_) | Value::Withheld(_)) => {
                value
            }
        })
    };
    let (before, mut after) = (of(&changed.before), of(&changed.after));
    if before == after && changed.before != changed.after {
        after = Some(Value::Text(OTHER_SECRET.to_owned()));
    }
    Changed { id: changed.id, before, after }
}

fn json(number: usize, saved: &Saved) -> String {
    object(&[
        ("n", number.to_string()),
        ("at", string(&saved.at.to_string())),
        ("resource", string(saved.resource.name())),
        ("before", members_json(&saved.before)),
        ("after", if saved.after.is_empty() { "null".to_owned() } else { members_json(&saved.after) }),
    ])
}

fn list(saves: &[Saved], format: Format) -> Said {
    if format == Format::Json {
        let all = array((1..).zip(saves).map(|(number, saved)| json(number, saved)));
        return Said::printed(vec![document(&[("history", all)])]);
    }
    let row = |(number, saved): (usize, &Saved)| {
        let what = if saved.after.is_empty() {
            format!("deleted the {}", saved.resource.label())
        } else {
            let one = |changed: Changed| change_lines(&[masked(changed)]).concat();
            changes(saved).into_iter().map(one).collect::<Vec<_>>().join(", ")
        };
        vec![number.to_string(), moment(saved.at), what]
    };
    let rows: Vec<_> = (1..).zip(saves).map(row).collect();
    let said = if rows.is_empty() { vec!["callset: there are no saves yet".to_owned()] } else { vec![] };
    Said { printed: columns(&rows), said, code: 0 }
}

impl PastSaves {
    fn one<'a>(&self, all: &'a [Saved]) -> Result<&'a Saved, CommandError> {
        let number = self.number.unwrap_or(1);
        let saved = number.checked_sub(1).and_then(|at| all.get(at));
        saved.ok_or_else(|| {
            let why = match all.len() {
                0 => "there are no saves yet".to_owned(),
                count => format!("there is no save {number}: the history has 1 to {count}"),
            };
            CommandError::new(Ending::Failed, "not_found", why)
        })
    }

    fn show(&self, all: &[Saved], at: &Offline<'_>) -> Result<Said, CommandError> {
        let saved = self.one(all)?;
        let number = self.number.unwrap_or(1);
        Ok(Said::printed(match self.shared.common.format() {
            Format::Json => {
                let members = document(&[("save", json(number, saved))]);
                vec![members]
            }
            Format::Table => change_lines(&changes(saved).into_iter().map(masked).collect::<Vec<_>>()),
            format @ (Format::Toml | Format::Env | Format::Value) => {
                // The values that `restore` would save.
                let before: Representation = saved.before.clone();
                let profile = at.target.profile.as_ref().map(|profile| profile.name.as_str());
                Values(vec![(saved.resource, Some(before))]).lines(format, &Whose { id: at.target.app_id, profile })
            }
        }))
    }
}
