//! The profiles: a list that is filtered by typing, and the selected one in full below it.

use super::{Styled, cell, filtered, page_width};
use crate::app::{App, ProfilesOnDisk};
use crate::model::profile::Profile;
use crate::ui::canvas::Canvas;
use crate::ui::layout::Layout;
use crate::ui::text::{visible, wrap};
use crate::ui::theme::Role;
use crate::ui::words;
use crate::words::{list, profile as profile_words};
use tui_input::Input;

/// The list, and what is to be known before one goes on with the selected profile.
pub(super) fn paint(
    app: &App,
    (filter, comparing): (&Input, bool),
    (selected, survey): (usize, Option<&ProfilesOnDisk>),
    layout: &Layout,
    canvas: &mut Canvas,
) {
    let room = page_width(layout);
    let listed = app.listed(filter.value());
    let words = match (app.target.setup.profiles.is_empty(), listed.is_empty()) {
        (true, _) => Some(words::told(app, &profile_words::none())),
        (false, true) => Some(words::told(app, &list::no_match("profile"))),
        (false, false) => None,
    };
    let mut below: Vec<Styled> = words.map(|words| (words, Role::Plain)).into_iter().collect();
    if let Some((_, profile)) = listed.get(selected) {
        below.push((String::new(), Role::Plain));
        below.extend(about(app, profile, room));
    }
    let what = if comparing { "Compare with" } else { "Profiles" };
    let title = format!("{what}: {}", visible(filter.value()));
    let row = |at: usize| row(app, listed[at], survey, room.saturating_sub(2));
    filtered(layout, &title, (listed.len(), selected), row, &below, canvas);
}

/// Of a profile and its place among all.
fn row(app: &App, (at, profile): (usize, &Profile), survey: Option<&ProfilesOnDisk>, room: usize) -> String {
    let is_here = app.is_here(profile);
    let unsaved = if is_here {
        app.sync.unsaved()
    } else {
        survey.and_then(|survey| survey.unsaved.get(at).copied()).unwrap_or(0)
    };
    let is_narrow = room < 60;
    let mut notes = Vec::new();
    if profile.production {
        notes.push("▲ PROD".to_owned());
    }
    if unsaved > 0 {
        notes.push(format!("● {unsaved}{}", if is_narrow { "" } else { " unsaved" }));
    }
    if is_here {
        notes.push("in use".to_owned());
    }
    if profile.read_only {
        notes.push("read-only".to_owned());
    }
    let notes = notes.join("  ");
    if is_narrow {
        return format!("{}{notes}", cell(&profile.name, 15));
    }
    let (host, app_id) = (profile.host().unwrap_or_default(), format!("app {}", profile.app_id));
    format!("{}{}{}{notes}", cell(&profile.name, 14), cell(&host, 20), cell(&app_id, 14))
}

fn about(app: &App, profile: &Profile, room: usize) -> Vec<Styled> {
    let sources = profile_words::sources(profile, "nowhere: it will be asked for");
    let mut lines = vec![
        (profile.name.clone(), Role::Strong),
        (format!("{}   API {}", profile.base_url, profile.api_version), Role::Plain),
        (format!("{} from {sources}", profile.kind.label()), Role::Plain),
        (words::told(app, &profile_words::saves(profile)), Role::Plain),
    ];
    if profile.production {
        lines.push((profile_words::REACHES_ALL.to_owned(), Role::Warning));
    }
    if app.sync.unsaved() > 0 && !app.is_here(profile) {
        lines.push((profile_words::EDITS_STAY.to_owned(), Role::Plain));
    }
    lines.into_iter().flat_map(|(line, role)| wrap(&line, room).into_iter().map(move |line| (line, role))).collect()
}
