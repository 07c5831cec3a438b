//! The page about the preview: where it is, how far the dialer has got, what is missing, and what was said.

use super::parts::worded;
use crate::app::App;
use crate::app::preview::Previewing;
use crate::ui::text::{visible, wrap};
use crate::ui::theme::Role;
use crate::ui::{Styled, wrap_cells};
use crate::words::check::INSTEAD;
use crate::words::preview as words;

/// The cells of a column for the names of steps.
const COLUMN: usize = 17;

pub(super) fn lines(app: &App, room: usize) -> Vec<Styled> {
    let Some(preview) = &app.preview else { return vec![(words::OFF.to_owned(), Role::Plain)] };
    let mut lines = vec![blank()];
    match &preview.address {
        None => lines.push((words::STARTS.to_owned(), Role::Plain)),
        Some(address) => {
            let exact = |text: &str| wrap_cells(text, room).into_iter().map(|line| (line, Role::Strong));
            if let Some(forward) = &address.forward {
                lines.extend(plain(words::FAR, room));
                lines.extend(exact(forward));
                lines.extend(plain(words::THEN, room));
            } else if preview.is_handed == Some(false) && preview.pages.all().len() == 0 {
                lines.extend(wrap(words::NO_BROWSER, room).into_iter().map(|line| (line, Role::Warning)));
            }
            lines.extend(exact(&address.url));
        }
    }
    lines.push(blank());
    lines.extend(state(app, preview, room));
    if !preview.scene.around.is_empty() {
        lines.extend([blank(), ("What HubSpot does".to_owned(), Role::Strong)]);
        lines.extend(preview.scene.around.iter().flat_map(|text| plain(text, room)));
    }
    lines.extend([blank(), (words::messages(preview.messages.len()), Role::Strong)]);
    lines.extend(preview.messages.iter().flat_map(|text| plain(text, room)));
    lines
}

/// The steps of the handshake that is of interest, and what is missing.
fn state(app: &App, preview: &Previewing, room: usize) -> Vec<Styled> {
    let (shake, known) = (preview.pages.current(), app.known_of(preview));
    let title = crate::words::capital(&words::progress(shake, &preview.scene, known));
    let role = shake.map_or(Role::Plain, |shake| crate::ui::words::feeling(words::mood(shake, &preview.scene, known)));
    let mut lines: Vec<Styled> = wrap(&title, room).into_iter().map(|line| (line, role)).collect();
    let Some(shake) = shake else { return lines };
    let words::Reasons { lines: reasons, send, then } = words::reasons(shake, &preview.scene, known);
    lines.extend(reasons.iter().flat_map(|text| plain(text, room)));
    if let Some(header) = send {
        lines.extend(plain(&format!("{INSTEAD}:"), room));
        lines.extend(wrap(&visible(&header), room).into_iter().map(|line| (line, Role::Strong)));
    }
    lines.extend(then.iter().flat_map(|text| plain(text, room)));
    lines.push(blank());
    for (name, state) in words::steps(shake, &preview.scene, known) {
        lines.extend(worded(name, COLUMN.min(room / 2), &state, room));
    }
    let pages = preview.pages.all().len();
    if pages > 1 {
        lines.extend(plain(&words::several(pages), room));
    }
    lines
}

fn blank() -> Styled {
    (String::new(), Role::Plain)
}

fn plain(text: &str, room: usize) -> impl Iterator<Item = Styled> {
    wrap(text, room).into_iter().map(|line| (line, Role::Plain))
}
