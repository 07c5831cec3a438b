//! What the row in focus is for, and the answers to what is asked about it.

use super::help::heading;
use super::page::Sheet;
use crate::app::App;
use crate::ui::text::wrap;
use crate::ui::theme::Role;
use crate::ui::words;
use crate::words::{questions, section};

/// The page about the row in focus, or about the resource whose single row it is.
pub(super) fn text(app: &App, room: usize) -> Sheet {
    let field = app.focused();
    let resource = field.id.resource;
    let (title, about) = if app.is_closed(resource) {
        let said = section::meaning(&app.about(), resource, app.unread.get(&resource));
        (section::label(resource, false).to_owned(), words::told(app, &said))
    } else {
        (format!("{}   {}", field.label, field.id.key), field.help.to_string())
    };
    let plain = |text: &str| wrap(text, room).into_iter().map(|line| (line, Role::Plain)).collect::<Vec<_>>();
    let mut lines = vec![(String::new(), Role::Plain)];
    if let Some(problem) = app.tunnel_problem(field) {
        // A small screen has no room for it beside the row.
        let said = format!("! {}", problem.text);
        lines.extend(wrap(&said, room).into_iter().map(|line| (line, Role::Warning)));
        lines.push((String::new(), Role::Plain));
    }
    lines.extend(plain(&about));
    for (asked, answer) in questions::about(&field.id) {
        lines.push((String::new(), Role::Plain));
        lines.extend(heading(asked, room));
        lines.extend(plain(answer));
    }
    Sheet::new(title, lines)
}
