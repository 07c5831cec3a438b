//! The title of the terminal's window: what is unsaved, and what is edited.

use super::About;
use crate::model::text::is_invisible;

/// The most characters of a name.
const NAME: usize = 40;

/// What the parts stand between.
const BETWEEN: &str = " · ";

/// The title, without a character that a terminal could take for the end of it.
pub fn title(about: &About<'_>, is_chosen: bool) -> String {
    let mut parts = Vec::new();
    let unsaved = about.sync.unsaved();
    if unsaved > 0 {
        parts.push(format!("● {unsaved} unsaved"));
    }
    if is_chosen {
        let target = about.target;
        let name = target.profile.as_ref().map(|profile| harmless(&profile.name)).filter(|name| !name.is_empty());
        let name = name.unwrap_or_else(|| format!("app {}", target.app_id));
        let is_told = name == PRODUCTION;
        parts.push(name);
        parts.extend((target.is_production() && !is_told).then(|| PRODUCTION.to_owned()));
    }
    parts.push("callset".to_owned());
    parts.join(BETWEEN)
}

const PRODUCTION: &str = "production";

fn harmless(name: &str) -> String {
    name.chars().filter(|c| !c.is_control() && !is_invisible(*c)).take(NAME).collect()
}
