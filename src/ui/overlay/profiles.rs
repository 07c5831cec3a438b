//! The list of profiles, with the selected one in full below it.

use super::list::{self, Listing};
use super::parts::cell;
use super::prompt::Line;
use super::{Sheet, Styled, confirm};
use crate::app::{App, ConnectionTest, Picker, ProfilesOnDisk};
use crate::model::profile::Profile;
use crate::sync::Target;
use crate::ui::steps::wrapped;
use crate::ui::text::{visible, wrap};
use crate::ui::theme::Role;
use crate::ui::words;
use crate::words::{credential, first_start, list as list_words, profile as profile_words};
use std::time::Duration;
use tui_input::Input;

/// The list of profiles, with what the user should know before switching to the selected one.
pub(super) fn listing<'a>(
    app: &'a App,
    picker: &'a Picker,
    (survey, comparing, test): (Option<&'a ProfilesOnDisk>, bool, Option<&'a ConnectionTest>),
    room: usize,
) -> Listing<'a> {
    let listed = app.listed(picker.filter.value());
    let all = app.target.setup.profiles.len();
    let empty = words::told(app, &if all == 0 { profile_words::none() } else { list_words::no_match("profile") });
    let rows = listed.len();
    Listing {
        title: match (comparing, app.is_choosing()) {
            (true, _) => "Compare with".to_owned(),
            (false, true) => profile_words::CHOOSE.to_owned(),
            (false, false) => "Profiles".to_owned(),
        },
        filter: Some(&picker.filter),
        count: list::count(rows, all),
        heading: None,
        rows,
        detail: listed.get(picker.selected).map_or(vec![], |(_, profile)| about(app, profile, test, room)),
        row: Box::new(move |at| row(app, listed[at], survey, room)),
        marks: None,
        empty: wrap(&empty, room).into_iter().map(|line| (line, Role::Plain)).collect(),
        part: None,
    }
}

/// The row of a profile. `at` is its index among all profiles.
fn row(app: &App, (at, profile): (usize, &Profile), survey: Option<&ProfilesOnDisk>, room: usize) -> String {
    let is_here = app.is_here(profile);
    let unsaved = app.unsaved_at(at, survey);
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
    if app.target.setup.default_profile.as_ref() == Some(&profile.name) {
        notes.push("default".to_owned());
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

fn about(app: &App, profile: &Profile, test: Option<&ConnectionTest>, room: usize) -> Vec<Styled> {
    let sources = if app.target.sandbox {
        profile_words::ANY_TOKEN.to_owned()
    } else {
        profile_words::sources(profile, "nowhere: it will be asked for")
    };
    let is_told = app.is_here(profile) && !app.target.sandbox;
    let in_use = is_told.then(|| credential::in_use(&app.target, app.clock.as_ref())).flatten();
    let mut lines = vec![(profile.name.clone(), Role::Strong)];
    lines.extend(test.filter(|test| test.profile == profile.name).map_or(vec![], |test| tested(app, profile, test)));
    lines.extend([
        (format!("{}   API {}", profile.base_url, profile.api_version), Role::Plain),
        (in_use.unwrap_or_else(|| format!("{} from {sources}", profile.kind.label())), Role::Plain),
        (words::told(app, &profile_words::saves(profile)), Role::Plain),
    ]);
    if profile.production {
        lines.push((profile_words::REACHES_ALL.to_owned(), Role::Strong));
    }
    if app.sync.unsaved() > 0 && !app.is_here(profile) {
        lines.push((profile_words::EDITS_STAY.to_owned(), Role::Plain));
    }
    lines.into_iter().flat_map(|(line, role)| wrap(&line, room).into_iter().map(move |line| (line, role))).collect()
}

/// How the test of a profile went.
pub(super) fn tested(app: &App, profile: &Profile, test: &ConnectionTest) -> Vec<Styled> {
    let host = profile.host().unwrap_or_default();
    match &test.ended {
        None => vec![(first_start::testing(profile.app_id, Duration::ZERO), Role::Plain)],
        Some((took, Ok(has_settings))) => {
            vec![(first_start::works(profile.app_id, &host, *has_settings, *took), Role::Good)]
        }
        Some((_, Err(fault))) => {
            let target = Target {
                app_id: profile.app_id,
                host,
                base_url: profile.base_url.clone(),
                kind: profile.kind,
                profile: Some(profile.clone()),
                ..app.target.clone()
            };
            let (happened, meaning) = first_start::test_failed(fault, &target);
            let happened = (format!("✗ {}", visible(&happened)), Role::Error);
            [happened].into_iter().chain(meaning.map(|meaning| (meaning, Role::Plain))).collect()
        }
    }
}

/// What is lost if a profile is removed, and what stays.
pub(super) fn removing(app: &App, profile: &Profile, unsaved: usize, room: usize) -> Sheet {
    let asked = profile_words::removing(&profile.name);
    let lost = lost(app, profile, unsaved);
    // A small screen has no line to spare.
    let blank = if room < 46 { vec![] } else { vec![(String::new(), Role::Plain)] };
    let mut lines = blank.clone();
    lines.extend(lost.iter().flat_map(|line| wrap(line, room)).map(|line| (line, Role::Plain)));
    lines.extend(blank);
    lines.extend(wrapped("", &asked.next, app.scope(), room).into_iter().map(|line| (line, Role::Strong)));
    Sheet::new(asked.title, lines)
}

/// What is lost if a profile is removed, and what stays.
pub(super) fn lost(app: &App, profile: &Profile, unsaved: usize) -> Vec<String> {
    let is_default = app.target.setup.default_profile.as_ref() == Some(&profile.name);
    profile_words::lost_with(profile, is_default, app.is_here(profile), unsaved)
}

/// The line for another name.
pub(super) fn renaming(app: &App, of: &Profile, typed: &Input, room: usize) -> Line {
    Line {
        title: format!("Rename {}", of.name),
        title_role: Role::Strong,
        label: ["Profile", "Profile"],
        shown: typed.value().to_owned(),
        caret: typed.cursor(),
        aside: [String::new(), String::new()],
        wrong: confirm::wrong(app, room),
        about: wrap(profile_words::RENAMING, room).into_iter().map(|line| (line, Role::Plain)).collect(),
    }
}

/// The parts of the configuration that cannot be used, and what becomes of them.
pub(super) fn complaints(app: &App, room: usize) -> Vec<Styled> {
    let mut lines = Vec::new();
    for complaint in &app.target.complaints {
        lines.push((String::new(), Role::Plain));
        lines.extend(wrap(&visible(complaint), room).into_iter().map(|line| (line, Role::Plain)));
    }
    let after = if lines.is_empty() { profile_words::ALL_USED } else { profile_words::MEND };
    lines.push((String::new(), Role::Plain));
    lines.extend(wrap(after, room).into_iter().map(|line| (line, Role::Strong)));
    lines
}
