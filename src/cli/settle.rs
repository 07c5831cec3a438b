//! `callset settle`: reads back the writes in doubt, and tells whether they took effect.

use super::earlier::earlier_json;
use super::exit::{Ending, Said, document};
use super::options::{Format, Shared};
use super::order::{Asking, Order, Prepared};
use super::outcome::CommandEnd;
use super::words;
use crate::model::json::string;
use crate::sync::{Earlier, Wish};
use clap::Args;

/// Options of `settle`.
#[derive(Clone, Debug, Args)]
pub struct Settle {
    #[command(flatten)]
    shared: Shared,
}

impl Order for Settle {
    fn shared(&self) -> &Shared {
        &self.shared
    }

    fn prepare(&self, _: &Asking<'_>) -> Result<Prepared, super::exit::CommandError> {
        Ok(Wish::Settle.into())
    }

    fn said(&self, end: &CommandEnd<'_>) -> Said {
        if let Some(flaw) = end.flaw() {
            return end.fails(flaw);
        }
        let earlier = &end.batch.earlier;
        let (outcome, ending) = if earlier.is_empty() {
            ("unchanged", Ending::Done)
        } else if earlier.iter().any(Earlier::is_unknown) {
            ("unknown", Ending::Unknown)
        } else if earlier.iter().all(Earlier::is_whole) {
            ("saved", Ending::Done)
        } else {
            ("not_saved", Ending::Failed)
        };
        let lines: Vec<String> = earlier.iter().map(words::earlier).collect();
        let printed = match end.format {
            Format::Json => vec![document(&[("outcome", string(outcome)), ("earlier", earlier_json(earlier))])],
            Format::Table => lines,
            Format::Toml | Format::Env | Format::Value => vec![outcome.to_owned()],
        };
        let said = match outcome {
            "unchanged" => vec!["callset: nothing is in doubt".to_owned()],
            "unknown" if earlier.iter().any(Earlier::is_awaited) => {
                vec!["callset: it may still be on its way: callset settle tells in half a minute".to_owned()]
            }
            _ => vec![],
        };
        Said { printed, said, code: ending.code() }
    }
}
