//! What reaches every connected account takes the app's id, typed.

use super::{Styled, page, page_width, pager, request};
use crate::app::{App, Confirm};
use crate::model::Resource;
use crate::sync::{Call, Planned};
use crate::ui::canvas::Canvas;
use crate::ui::layout::Layout;
use crate::ui::text::{visible, width, wrap};
use crate::ui::theme::Role;
use crate::ui::words;
use ratatui::layout::Position;
use tui_input::Input;

/// The question, the line to type in, and what it is about.
pub(super) fn paint(app: &App, what: &Confirm, typed: &Input, scroll: usize, layout: &Layout, canvas: &mut Canvas) {
    let room = page_width(layout);
    let (title, why, prompt, about) = match what {
        Confirm::Delete(resource) => deletion(app, *resource, room),
        Confirm::Save(plan) => production(app, plan, room),
        Confirm::Unlock => unlocking(app),
    };
    let mut lines: Vec<Styled> = wrap(&why, room).into_iter().map(|line| (line, Role::Warning)).collect();
    let at = lines.len();
    lines.push((format!("{prompt}{}", visible(typed.value())), Role::Strong));
    lines.push((String::new(), Role::Plain));
    // The line to type in stays where it is.
    lines.extend(about.into_iter().skip(scroll));
    pager(layout, &title, &lines, 0, canvas);
    let area = page(layout);
    let caret = width(&prompt) + width(&visible(typed.value())[..]);
    let cells = |n: usize| u16::try_from(n).unwrap_or(u16::MAX);
    let (x, y) = (cells(3 + caret).min(area.right().saturating_sub(1)), area.y + 1 + cells(at));
    canvas.caret = Some(Position::new(x, y)).filter(|_| y < area.bottom());
}

fn deletion(app: &App, resource: Resource, room: usize) -> (String, String, String, Vec<Styled>) {
    let title = format!("Delete the {} of app {}?", resource.label(), app.target.app_id);
    let why = match resource {
        Resource::Settings | Resource::Recording => {
            "This removes the app's calling for every connected account, at once, and can not be undone. What it holds goes \
             into the history of this machine."
        }
        Resource::ChannelConnection => {
            "This removes the app's phone numbers from every connected account, at once, and can not be undone. What it holds \
             goes into the history of this machine."
        }
    };
    let mut about = request(app, &Call::Delete(resource), room);
    about.push((String::new(), Role::Plain));
    for field in app.sync.draft.fields().iter().filter(|field| field.id.resource == resource) {
        let value = words::plain(app.sync.draft.base(&field.id), field);
        about.push((format!("{}{value}", super::cell(&field.label, 18.min(room / 2))), Role::Plain));
    }
    (title, why.to_owned(), "Type the app id to delete: ".to_owned(), about)
}

/// What every connected account will see.
fn production(app: &App, plan: &[Planned], room: usize) -> (String, String, String, Vec<Styled>) {
    let count: usize = plan.iter().map(|planned| planned.patch.len()).sum();
    let changes = if count == 1 { "1 change".to_owned() } else { format!("{count} changes") };
    let title = format!("Save {changes} to PRODUCTION?");
    let why = "Every account that connects to this app gets these settings, at once.".to_owned();
    let mut about = super::changes(app, room);
    let fields = plan.iter().flat_map(|planned| planned.patch.members());
    for field in fields.filter_map(|(id, _)| app.sync.draft.field(id)) {
        about.push((String::new(), Role::Plain));
        let help = format!("{}: {}", field.label, field.help);
        about.extend(wrap(&help, room).into_iter().map(|line| (line, Role::Plain)));
    }
    for Planned { patch, .. } in plan {
        about.push((String::new(), Role::Plain));
        about.extend(request(app, &app.sync.call(patch.clone()), room));
    }
    about.push((String::new(), Role::Plain));
    about.push((
        "Checked against the server just now; it is looked at once more before anything is sent.".to_owned(),
        Role::Quiet,
    ));
    (title, why, "Type the app id to save: ".to_owned(), about)
}

fn unlocking(app: &App) -> (String, String, String, Vec<Styled>) {
    let name = app.target.profile.as_ref().map_or("", |profile| &profile.name);
    let title = format!("Unlock saving with {name}, for this run?");
    let why =
        "The profile is read-only, so that nothing is saved by mistake. The next start locks it again.".to_owned();
    (title, why, "Type the app id to unlock: ".to_owned(), vec![])
}
