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
use crate::words::production::{self, Confirmation};
use ratatui::layout::Position;
use tui_input::Input;

/// The question, the line to type in, and what it is about.
pub(super) fn paint(app: &App, what: &Confirm, typed: &Input, scroll: usize, layout: &Layout, canvas: &mut Canvas) {
    let room = page_width(layout);
    let (Confirmation { title, why, prompt }, about) = match what {
        Confirm::Delete(resource) => deletion(app, *resource, room),
        Confirm::Save(plan) => to_production(app, plan, room),
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
    let caret = width(prompt) + width(&visible(typed.value())[..]);
    let cells = |n: usize| u16::try_from(n).unwrap_or(u16::MAX);
    let (x, y) = (cells(3 + caret).min(area.right().saturating_sub(1)), area.y + 1 + cells(at));
    canvas.caret = Some(Position::new(x, y)).filter(|_| y < area.bottom());
}

fn deletion(app: &App, resource: Resource, room: usize) -> (Confirmation, Vec<Styled>) {
    let mut about = request(app, &Call::Delete(resource), room);
    about.push((String::new(), Role::Plain));
    for field in app.sync.draft.fields().iter().filter(|field| field.id.resource == resource) {
        let value = words::plain(app.sync.draft.base(&field.id), field);
        about.push((format!("{}{value}", super::cell(&field.label, 18.min(room / 2))), Role::Plain));
    }
    (production::deletion(resource, app.target.app_id), about)
}

/// What every connected account will see.
fn to_production(app: &App, plan: &[Planned], room: usize) -> (Confirmation, Vec<Styled>) {
    let count: usize = plan.iter().map(|planned| planned.patch.len()).sum();
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
    about.push((production::CHECKED.to_owned(), Role::Quiet));
    (production::save(count), about)
}

fn unlocking(app: &App) -> (Confirmation, Vec<Styled>) {
    let name = app.target.profile.as_ref().map_or("", |profile| &profile.name);
    (production::unlocking(name), vec![])
}
