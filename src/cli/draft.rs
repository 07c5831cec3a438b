//! `callset draft`: lists, shows and discards the unsaved edits that editors have left on the disk.

use super::exit::{CommandError, Ending, Said, array, object};
use super::names;
use super::options::{Common, Format, TargetOptions};
use super::order::{Asking, Offline, Order, Prepared};
use super::outcome::CommandEnd;
use super::values::columns;
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
    target: TargetOptions,
    #[command(flatten)]
    common: Common,
}

impl Order for Drafts {
    fn target(&self) -> &TargetOptions {
        &self.target
    }

    fn common(&self) -> &Common {
        &self.common
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
        let failed = |why: String| CommandError::new(Ending::Failed, "disk", why);
        let Some((dir, place)) = at.state.clone() else {
            return Err(failed("there are no drafts: neither XDG_STATE_HOME nor HOME is set".to_owned()));
        };
        let is_json = self.common.is_json();
        if !dir.exists() && self.action == DraftAction::List {
            return Ok(list(&[], is_json));
        }
        let opened = Store::open(&dir, place, std::process::id(), at.now);
        let (mut store, found) = opened.map_err(|why| failed(why.to_string()))?;
        let drafts: Vec<Leftover> = found.leftovers.into_iter().filter(|left| left.unsaved.is_some()).collect();
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
            DraftAction::List => Ok(list(&drafts, is_json)),
            DraftAction::Show => Ok(show(one()?, self.common.format())),
            DraftAction::Discard => {
                let draft = one()?;
                if self.common.read_only {
                    return Err(CommandError::usage("--read-only was given: nothing was discarded"));
                }
                store.finish(&draft.id, at.now).map_err(|why| failed(why.to_string()))?;
                let said = vec![format!("callset: {} is in the trash for 30 days", draft.id)];
                let printed = if is_json {
                    vec![object(&[("schema", "1".to_owned()), ("discarded", string(&draft.id))])]
                } else {
                    vec![]
                };
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
        (names::name(id), value)
    };
    object(&edits(draft).map(member).collect::<Vec<_>>())
}

fn json(draft: &Leftover) -> String {
    object(&[("id", string(&draft.id)), ("at", string(&draft.at.to_string())), ("edits", edit_json(draft))])
}

fn list(drafts: &[Leftover], is_json: bool) -> Said {
    if is_json {
        let all = array(drafts.iter().map(json));
        return Said::printed(vec![object(&[("schema", "1".to_owned()), ("drafts", all)])]);
    }
    let row = |draft: &Leftover| {
        let names: Vec<String> = edits(draft).map(|(id, _)| names::name(id)).collect();
        vec![draft.id.clone(), draft.at.strftime("%Y-%m-%d %H:%M:%SZ").to_string(), names.join(", ")]
    };
    let rows: Vec<_> = drafts.iter().map(row).collect();
    let said = if rows.is_empty() { vec!["callset: there are no drafts".to_owned()] } else { vec![] };
    Said { printed: columns(&rows), said, code: 0 }
}

fn show(draft: &Leftover, format: Format) -> Said {
    Said::printed(match format {
        Format::Json => vec![object(&[("schema", "1".to_owned()), ("draft", json(draft))])],
        Format::Table | Format::Toml => {
            columns(&edits(draft).map(|(id, edit)| vec![names::name(id), text(edit)]).collect::<Vec<_>>())
        }
        Format::Env | Format::Value => edits(draft).map(|(_, edit)| text(edit)).collect(),
    })
}
