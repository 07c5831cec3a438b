//! The prompt for the app's id, which confirms an action.

use super::Styled;
use super::parts::{named, request};
use super::prompt::Line;
use crate::app::{App, Confirm};
use crate::model::Resource;
use crate::sync::{Call, Planned};
use crate::ui::text::wrap;
use crate::ui::theme::Role;
use crate::ui::words;
use crate::words::production::{self, Confirmation};
use tui_input::Input;

/// A page of fewer cells is narrow.
const NARROW: usize = 46;

/// The prompt for the app's id, with what the action will do.
pub(super) fn id(app: &App, what: &Confirm, typed: &Input, room: usize) -> Line {
    let (Confirmation { title, why, prompt }, about) = match what {
        Confirm::Delete(resource) => deletion(app, *resource, room),
        Confirm::Save(plan) => to_production(app, plan, room),
        Confirm::Unlock => unlocking(app),
    };
    let mut lines: Vec<Styled> = wrap(&why, room).into_iter().map(|line| (line, Role::Strong)).collect();
    if room < NARROW {
        // What is changed matters most, and a small screen may not show more.
        lines.splice(0..0, about.into_iter().chain([(String::new(), Role::Plain)]));
    } else if !about.is_empty() {
        lines.push((String::new(), Role::Plain));
        lines.extend(about);
    }
    Line {
        title,
        title_role: Role::Warning,
        label: [prompt, "App id"],
        shown: typed.value().to_owned(),
        caret: typed.cursor(),
        aside: [String::new(), String::new()],
        wrong: wrong(app, room),
        about: lines,
    }
}

/// The message about the typed text, which stands below the line.
pub(super) fn wrong(app: &App, room: usize) -> Vec<Styled> {
    let Some(notice) = app.notice.as_ref().filter(|notice| !notice.is_sticky()) else { return vec![] };
    words::brief(app, notice, room)
}

fn deletion(app: &App, resource: Resource, room: usize) -> (Confirmation, Vec<Styled>) {
    let mut about = request(app, &Call::Delete(resource), room);
    about.push((String::new(), Role::Plain));
    for field in app.sync.draft.fields().iter().filter(|field| field.id.resource == resource) {
        let value = words::plain(app.sync.draft.base(&field.id), field);
        about.extend(named(&field.label, 18.min(room / 2), &value, room));
    }
    (production::deletion(resource, app.target.app_id), about)
}

/// The confirmation of a save to production: the changes that every connected account will see.
fn to_production(app: &App, plan: &[Planned], room: usize) -> (Confirmation, Vec<Styled>) {
    let count: usize = plan.iter().map(|planned| planned.patch.len()).sum();
    let mut about = super::changes(app, room);
    let fields = plan.iter().flat_map(|planned| planned.patch.members());
    for field in fields.filter_map(|(id, _)| app.sync.draft.field(id)) {
        about.push((String::new(), Role::Plain));
        let help = format!("{}: {}", field.label, field.help);
        about.extend(wrap(&help, room).into_iter().map(|line| (line, Role::Plain)));
        about.extend(super::check::in_review(app, &field.id, room));
    }
    for Planned { patch, .. } in plan {
        about.push((String::new(), Role::Plain));
        about.extend(request(app, &app.sync.call(patch.clone()), room));
    }
    about.push((String::new(), Role::Plain));
    about.push((production::CHECKED.to_owned(), Role::Plain));
    (production::save(count), about)
}

fn unlocking(app: &App) -> (Confirmation, Vec<Styled>) {
    let name = app.target.profile.as_ref().map_or("", |profile| &profile.name);
    (production::unlocking(name), vec![])
}
