//! `callset diff`: compares a file or another profile with the server. It changes nothing.

use super::apply::wanted;
use super::assignment::sent;
use super::changed::{Changed, change_lines};
use super::document::FileValues;
use super::exit::{CommandError, Ending, Said, document};
use super::names;
use super::options::{Format, Shared};
use super::order::{Asking, Order, Prepared, flaws};
use super::outcome::CommandEnd;
use super::values::{Values, by_name, name_list};
use crate::model::json::string;
use crate::model::{FieldId, Kind, Representation, Resource, Value};
use crate::sync::{Assignment, Wish};
use clap::Args;

/// Options of `diff`.
#[derive(Clone, Debug, Args)]
pub struct Diff {
    /// TOML or JSON; - is standard input
    #[arg(value_name = "FILE", required_unless_present = "with", conflicts_with = "with")]
    file: Option<String>,
    /// Compare with this profile instead of a file
    #[arg(long, value_name = "PROFILE", add = super::completing::profiles())]
    with: Option<String>,
    /// Exit with 3 if there are differences
    #[arg(long)]
    exit_code: bool,
    #[command(flatten)]
    shared: Shared,
}

impl Order for Diff {
    fn shared(&self) -> &Shared {
        &self.shared
    }

    fn prepare(&self, asking: &Asking<'_>) -> Result<Prepared, CommandError> {
        let (values, places, flaws) = match (&self.file, &asking.other) {
            (Some(file), _) => {
                let FileValues { values, places, .. } = wanted(file, asking.profile.app_id)?;
                let flaws = flaws(&values);
                (values.into_iter().map(|typed| typed.assignment).collect(), places, flaws)
            }
            (None, Some(other)) => {
                let of = |(resource, there): (&Resource, &Representation)| {
                    let is_time = |key: &str| resource.field(key).is_some_and(|field| field.kind == Kind::Time);
                    let value = |(key, value): (&str, &Value)| Assignment {
                        field: FieldId::new(*resource, key),
                        value: value.clone(),
                        adds: true,
                    };
                    there.members().filter(|(key, _)| !is_time(key)).map(value).collect::<Vec<_>>()
                };
                (other.iter().flat_map(of).collect(), vec![], vec![])
            }
            (None, None) => (vec![], vec![], vec![]),
        };
        let resources = values.iter().map(|value: &Assignment| value.field.resource).collect();
        Ok(Prepared { flaws, places, values, ..Wish::Read(resources, None).into() })
    }

    fn said(&self, end: &CommandEnd<'_>) -> Said {
        if let Some(flaw) = end.flaw() {
            return end.fails(flaw);
        }
        let mut changed = Vec::new();
        for assignment in end.values {
            let Assignment { field, value, adds } = assignment;
            let before = end.now(field.resource, &field.key);
            let is_known = names::known(&field.to_string()).is_some();
            let is_absent = end.batch.copy.draft.is_absent(field.resource);
            if !is_known && before.is_none() && !adds && !is_absent {
                let place = end.places.iter().find(|(at, _)| at == field).map_or("", |(_, place)| place.as_str());
                let flaw = super::assignment::unknown(&field.to_string());
                return end.fails(CommandError { message: format!("{place}{}", flaw.message), ..flaw });
            }
            let after = sent(assignment);
            if before.as_ref() == Some(value) || before.as_ref() == Some(&after) {
                continue;
            }
            if let Some(flaw) = end.flaw_in(field) {
                return end.fails(flaw);
            }
            changed.push(Changed { id: field.clone(), before, after: Some(after) });
        }
        let code = if self.exit_code && !changed.is_empty() { Ending::Differs } else { Ending::Done };
        let said = if changed.is_empty() { vec!["callset: no differences".to_owned()] } else { vec![] };
        Said { printed: print(end, &changed), said, code: code.code() }
    }

    fn other(&self) -> Option<&str> {
        self.with.as_deref()
    }

    fn reads_stdin(&self) -> usize {
        usize::from(self.file.as_deref() == Some("-"))
    }
}

fn print(end: &CommandEnd<'_>, changed: &[Changed]) -> Vec<String> {
    let pick = |of: fn(&Changed) -> &Option<Value>| -> Vec<(FieldId, Option<Value>)> {
        changed.iter().map(|changed| (changed.id.clone(), of(changed).clone())).collect()
    };
    match end.format {
        Format::Table => change_lines(changed),
        Format::Json => vec![document(&[
            ("outcome", string(if changed.is_empty() { "unchanged" } else { "differs" })),
            ("changed", name_list(changed.iter().map(|changed| &changed.id))),
            ("before", by_name(&pick(|changed| &changed.before))),
            ("after", by_name(&pick(|changed| &changed.after))),
        ])],
        Format::Toml | Format::Env | Format::Value => {
            let after = changed.iter().filter_map(|changed| Some((changed.id.clone(), changed.after.clone()?)));
            Values::of(after).lines(end.format, &end.whose())
        }
    }
}
