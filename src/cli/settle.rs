//! `callset settle`: reads back the writes in doubt, and tells whether they took effect.

use super::earlier::earlier_json;
use super::exit::{Ending, Said, object};
use super::options::{Common, Format, TargetOptions};
use super::order::{Asking, Order, Prepared};
use super::outcome::CommandEnd;
use super::words;
use crate::model::json::string;
use crate::sync::{Consent, Earlier, Task, Wish};
use clap::Args;
use std::time::Duration;

/// Options of `settle`.
#[derive(Clone, Debug, Args)]
pub struct Settle {
    #[command(flatten)]
    target: TargetOptions,
    #[command(flatten)]
    common: Common,
}

impl Order for Settle {
    fn target(&self) -> &TargetOptions {
        &self.target
    }

    fn common(&self) -> &Common {
        &self.common
    }

    fn prepare(&self, _: &Asking<'_>) -> Result<Prepared, super::exit::CommandError> {
        let (conditions, wait) = (vec![], Duration::ZERO);
        Ok(Task { wish: Wish::Settle, conditions, consent: Consent::Given, wait }.into())
    }

    fn said(&self, end: &CommandEnd<'_>) -> Said {
        if let Some(flaw) = end.flaw() {
            return end.fails(flaw);
        }
        let earlier = &end.batch.earlier;
        let (outcome, ending) = if earlier.is_empty() {
            ("unchanged", Ending::Done)
        } else if earlier.iter().any(|earlier| earlier.is_open) {
            ("unknown", Ending::Unknown)
        } else if earlier.iter().all(Earlier::is_whole) {
            ("saved", Ending::Done)
        } else {
            ("not_saved", Ending::Failed)
        };
        let lines: Vec<String> = earlier.iter().map(words::earlier).collect();
        let printed = match end.format {
            Format::Json => vec![object(&[
                ("schema", "1".to_owned()),
                ("outcome", string(outcome)),
                ("earlier", earlier_json(earlier)),
            ])],
            Format::Table => lines,
            Format::Toml | Format::Env | Format::Value => vec![outcome.to_owned()],
        };
        let said = match outcome {
            "unchanged" => vec!["callset: nothing is in doubt".to_owned()],
            "unknown" => vec!["callset: it may still be on its way: callset settle tells in half a minute".to_owned()],
            _ => vec![],
        };
        Said { printed, said, code: ending.code() }
    }
}
