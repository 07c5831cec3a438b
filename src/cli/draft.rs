//! `callset draft`: lists, shows and discards the unsaved edits that editors have left on the disk.

use super::earlier::{aside_member, set_aside};
use super::exit::{CommandError, Ending, Said, array, document, object};
use super::options::{Format, Shared};
use super::order::{Asking, Offline, Order, Prepared};
use super::outcome::CommandEnd;
use super::values::{columns, moment};
use crate::model::json::string;
use crate::model::record::Leftover;
use crate::model::{Edit, FieldId};
use crate::store::Store;
use clap::{Args, ValueEnum};

/// What to do with drafts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum DraftAction {
    /// The drafts of editors that are gone, newest first.
    List,
    /// The edits of one.
    Show,
    /// Put one into the trash, where it stays for 30 days.
    Discard,
}

/// Options of `draft`.
#[derive(Clone, Debug, Args)]
pub struct Drafts {
    /// list, show or discard
    #[arg(
        value_name = "ACTION",
        value_enum,
        default_value = "list",
        hide_default_value = true,
        hide_possible_values = true
    )]
    action: DraftAction,
    /// Which, by the name that the list has
    #[arg(value_name = "ID", required_if_eq_any([("action", "show"), ("action", "discard")]))]
    id: Option<String>,
    #[command(flatten)]
    shared: Shared,
}

impl Order for Drafts {
    fn shared(&self) -> &Shared {
        &self.shared
    }

    fn formats(&self) -> &'static [Format] {
        match self.action {
            DraftAction::List | DraftAction::Discard => &[Format::Table, Format::Json],
            DraftAction::Show => &[Format::Table, Format::Json, Format::Value],
        }
    }

    fn offline(&self, at: &Offline<'_>) -> Option<Result<Said, CommandError>> {
        Some(self.carry_out(at))
    }

    fn prepare(&self, _: &Asking<'_>) -> Result<Prepared, CommandError> {
        Err(CommandError::usage("drafts are on the disk"))
    }

    fn said(&self, _: &CommandEnd<'_>) -> Said {
        Said::default()
    }
}

impl Drafts {
    fn carry_out(&self, at: &Offline<'_>) -> Result<Said, CommandError> {
        let is_json = self.shared.common.is_json();
        let (mut store, found) = at.store()?.unzip();
        let found = found.unwrap_or_default();
        let drafts: Vec<Leftover> = found.leftovers.into_iter().filter(|left| left.unsaved.is_some()).collect();
        let aside = aside_member(&found.aside);
        let mut said = self.act(&drafts, store.as_mut(), aside.as_ref(), at).unwrap_or_else(|mut flaw| {
            flaw.beside.extend(aside);
            flaw.said(is_json)
        });
        said.said.splice(0..0, found.aside.iter().map(set_aside));
        Ok(said)
    }

    /// `aside`: what could not be read, as a member of what is printed.
    fn act(
        &self,
        drafts: &[Leftover],
        store: Option<&mut Store>,
        aside: Option<&(&'static str, String)>,
        at: &Offline<'_>,
    ) -> Result<Said, CommandError> {
        let format = self.shared.common.format();
        let printed =
            |what: (&'static str, String)| document(&[what].into_iter().chain(aside.cloned()).collect::<Vec<_>>());
        let one = || {
            let id = self.id.as_deref().unwrap_or_default();
            let found = drafts.iter().find(|draft| draft.id == id);
            found.ok_or_else(|| {
                let ids: Vec<&str> = drafts.iter().map(|draft| draft.id.as_str()).collect();
                let there =
                    if ids.is_empty() { "there are none".to_owned() } else { format!("there are {}", ids.join(", ")) };
                CommandError::new(Ending::Failed, "not_found", format!("there is no draft {id}: {there}"))
            })
        };
        match self.action {
            DraftAction::List => Ok(list(drafts, format, printed)),
            DraftAction::Show => Ok(show(one()?, format, printed)),
            DraftAction::Discard => {
                let draft = one()?;
                if self.shared.common.read_only {
                    return Err(CommandError::usage("--read-only was given: nothing was discarded"));
                }
                store.map_or(Ok(()), |store| store.discard(&draft.id, at.now))?;
                let said = vec![format!("callset: {} is in the trash for 30 days", draft.id)];
                let json = (format == Format::Json).then(|| printed(("discarded", string(&draft.id))));
                let printed = json.into_iter().collect();
                Ok(Said { printed, said, code: 0 })
            }
        }
    }
}

fn edits(draft: &Leftover) -> impl Iterator<Item = (&FieldId, &Edit)> {
    draft.unsaved.iter().flat_map(|unsaved| &unsaved.edits)
}

fn text(edit: &Edit) -> String {
    match edit {
        Edit::Text(text) => text.clone(),
        Edit::Switch(on) => on.to_string(),
    }
}

fn edit_json(draft: &Leftover) -> String {
    let member = |(id, edit): (&FieldId, &Edit)| {
        let value = match edit {
            Edit::Text(text) => string(text),
            Edit::Switch(on) => on.to_string(),
        };
        (id.to_string(), value)
    };
    object(&edits(draft).map(member).collect::<Vec<_>>())
}

fn json(draft: &Leftover) -> String {
    object(&[("id", string(&draft.id)), ("at", string(&draft.at.to_string())), ("edits", edit_json(draft))])
}

fn list(drafts: &[Leftover], format: Format, document: impl Fn((&'static str, String)) -> String) -> Said {
    if format == Format::Json {
        let all = array(drafts.iter().map(json));
        return Said::printed(vec![document(("drafts", all))]);
    }
    let row = |draft: &Leftover| {
        let names: Vec<String> = edits(draft).map(|(id, _)| id.to_string()).collect();
        vec![draft.id.clone(), moment(draft.at), names.join(", ")]
    };
    let rows: Vec<_> = drafts.iter().map(row).collect();
    let said = if rows.is_empty() { vec!["callset: there are no drafts".to_owned()] } else { vec![] };
    Said { printed: columns(&rows), said, code: 0 }
}

fn show(draft: &Leftover, format: Format, document: impl Fn((&'static str, String)) -> String) -> Said {
    Said::printed(match format {
        Format::Json => vec![document(("draft", json(draft)))],
        Format::Table | Format::Toml => {
            columns(&edits(draft).map(|(id, edit)| vec![id.to_string(), text(edit)]).collect::<Vec<_>>())
        }
        Format::Env | Format::Value => edits(draft).map(|(_, edit)| text(edit)).collect(),
    })
}
