//! The prompt for a new credential: whose it is, how much was typed, why the last one was refused, where one comes from.
//!
//! ```text
//!   ─── A new access token for app 1234567 on api.hubapi.com ──────────────────────
//!
//!    ▌ Access token  ••••••••••••••▏                                 14 characters
//!      ! It looks like a personal access key, which is no token …
//!      ✗ ••••••••c41f: HubSpot answered 401 …
//! ```

use super::Styled;
use super::prompt::Line;
use crate::app::{App, Typed};
use crate::model::profile::CredentialKind;
use crate::ui::text::{width, wrap};
use crate::ui::theme::Role;
use crate::ui::words;
use crate::words::credential;
use crate::words::first_start::length;

/// The prompt. Of what is typed only the length is shown.
pub(super) fn prompt(app: &App, what: &Typed, room: usize) -> Line {
    let (shown, at) = match what {
        Typed::Token { characters, caret, .. } => (*characters, *caret),
        Typed::Name { .. } | Typed::ProfileName { .. } | Typed::Id(_) => (0, 0),
    };
    let said = reasons(app, what);
    let mut wrong: Vec<Styled> = said.iter().flat_map(|(sign, role, text)| marked(sign, *role, text, room)).collect();
    wrong.extend(super::confirm::wrong(app, room));
    let words::Strip { role, lines: mut about, .. } = words::strip(app, room);
    if said.iter().all(|(sign, ..)| *sign != "✗") {
        let in_use = credential::in_use(&app.target, app.clock.as_ref()).map(|what| credential::so_far(&what));
        about.extend(in_use.iter().flat_map(|text| wrap(text, room)).map(|line| (line, Role::Plain)));
    }
    let [full, brief, briefest] = credential::titles(&app.target);
    let title = [full, brief].into_iter().find(|title| width(title) <= room).unwrap_or_else(|| {
        let host = wrap(&credential::for_host(&app.target.host), room);
        about.splice(0..0, host.into_iter().map(|line| (line, Role::Plain)));
        briefest
    });
    if app.sync.unsaved() > 0 {
        about.extend([String::new(), words::body(app)].map(|line| (line, Role::Plain)));
    }
    Line {
        title,
        title_role: role,
        label: match app.target.kind {
            CredentialKind::Bearer => ["Access token", "Token"],
            CredentialKind::DeveloperKey => ["API key", "Key"],
        },
        shown: "•".repeat(shown),
        caret: at,
        aside: if shown > 0 { length(shown) } else { [String::new(), String::new()] },
        wrong,
        about,
    }
}

/// Why a credential is asked for, and what is wrong with the text: each sentence with its sign.
pub(super) fn reasons(app: &App, what: &Typed) -> Vec<(&'static str, Role, String)> {
    let Typed::Token { characters, looks_like, wrong, refused, .. } = what else { return vec![] };
    let other = looks_like.filter(|likeness| *characters > 0 && !likeness.fits(app.target.kind));
    let refused = refused.iter().map(|why| credential::refused(why.0, &why.1, &app.target));
    let wrong = wrong.iter().map(|why| ("✗", Role::Error, why.clone()));
    let other = other.map(|other| ("!", Role::Warning, credential::looks_like(other)));
    wrong.chain(other).chain(refused.map(|why| ("✗", Role::Error, why))).collect()
}

/// A sentence with a sign before its first line.
fn marked(sign: &str, role: Role, text: &str, room: usize) -> Vec<Styled> {
    let lines = wrap(text, room.saturating_sub(2)).into_iter().enumerate();
    lines.map(|(at, line)| (format!("{} {line}", if at == 0 { sign } else { " " }), role)).collect()
}
