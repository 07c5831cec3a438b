//! The list of profiles, with the selected one in full below it.

use super::Styled;
use super::list::{self, Listing};
use super::parts::cell;
use crate::app::{App, Picker, ProfilesOnDisk};
use crate::model::profile::Profile;
use crate::ui::text::wrap;
use crate::ui::theme::Role;
use crate::ui::words;
use crate::words::{list as list_words, profile as profile_words};

/// The list of profiles, with what the user should know before switching to the selected one.
pub(super) fn listing<'a>(
    app: &'a App,
    picker: &'a Picker,
    (survey, comparing): (Option<&'a ProfilesOnDisk>, bool),
    room: usize,
) -> Listing<'a> {
    let listed = app.listed(picker.filter.value());
    let all = app.target.setup.profiles.len();
    let empty = words::told(app, &if all == 0 { profile_words::none() } else { list_words::no_match("profile") });
    let rows = listed.len();
    Listing {
        title: if comparing { "Compare with" } else { "Profiles" }.to_owned(),
        filter: Some(&picker.filter),
        count: list::count(rows, all),
        heading: None,
        rows,
        detail: listed.get(picker.selected).map_or(vec![], |(_, profile)| about(app, profile, room)),
        row: Box::new(move |at| row(app, listed[at], survey, room)),
        marks: None,
        empty: wrap(&empty, room).into_iter().map(|line| (line, Role::Plain)).collect(),
        part: None,
    }
}

/// The row of a profile. `at` is its index among all profiles.
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
        lines.push((profile_words::REACHES_ALL.to_owned(), Role::Strong));
    }
    if app.sync.unsaved() > 0 && !app.is_here(profile) {
        lines.push((profile_words::EDITS_STAY.to_owned(), Role::Plain));
    }
    lines.into_iter().flat_map(|(line, role)| wrap(&line, room).into_iter().map(move |line| (line, role))).collect()
}
