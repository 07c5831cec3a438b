//! The header: where the user is, what is unsaved, and when the settings were last read.

use super::canvas::{Canvas, Region};
use super::layout::Layout;
use super::theme::Role;
use super::{Rule, Styled, cells, words};
use crate::app::App;
use crate::model::profile::{Profile, Tint};
use crate::words::profile::CONFIGURATION;
use std::ops::Range;

/// The header, with its rule.
#[derive(PartialEq)]
pub(super) struct Header {
    right: u16,
    /// The row of the rule.
    rule_at: Option<u16>,
    rule: Rule,
    place: Whereabouts,
    unsaved: usize,
    status: words::HeaderStatus,
    is_idle: bool,
}

/// Where the user is: the profile, the app and the host.
#[derive(PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a mark of its own in the header")]
struct Whereabouts {
    narrow: bool,
    is_choosing: bool,
    is_production: bool,
    is_locked: bool,
    has_complaints: bool,
    profile: Option<(String, Option<Tint>)>,
    app_id: i32,
    host: String,
}

impl Header {
    pub(super) fn new(app: &App, layout: &Layout) -> Self {
        Self {
            right: layout.area.right(),
            rule_at: layout.rule,
            rule: Rule::of(app),
            place: Whereabouts::new(app, layout.columns.short),
            unsaved: app.sync.unsaved(),
            status: words::HeaderStatus::new(app),
            is_idle: app.sync.is_idle(),
        }
    }
}

impl Region for Header {
    fn paint(&self, canvas: &mut Canvas) {
        let (right, narrow) = (self.right, self.place.narrow);
        let unsaved = match self.unsaved {
            0 => String::new(),
            n if narrow => format!("● {n} "),
            n => format!("● {n} unsaved "),
        };
        let mut status = self.status.words(canvas.theme(), narrow);
        let parts = self.place.parts();
        let needed = 1 + parts.iter().map(|(text, _)| cells(text)).sum::<u16>();
        // In a narrow header the place and the unsaved edits matter more than the time of the last read.
        if needed + 1 + cells(&unsaved) + cells(&status) + 2 > right && self.is_idle {
            status.clear();
        }
        let status_at = right.saturating_sub(cells(&status));
        let gap = if status.is_empty() || unsaved.is_empty() { 0 } else { 2 };
        let unsaved_at = status_at.saturating_sub(cells(&unsaved) + gap);
        let mut x = 1;
        for (text, role) in &parts {
            x = canvas.say((x, 0), unsaved_at, text, *role);
        }
        canvas.say((unsaved_at, 0), right, &unsaved, Role::Dirty);
        canvas.put((status_at, 0), right, &status, canvas.style(Role::Plain));
        if let Some(y) = self.rule_at {
            canvas.fill((0, y), right, self.rule.sign, canvas.sign(self.rule.role));
        }
    }
}

impl Whereabouts {
    fn new(app: &App, narrow: bool) -> Self {
        let target = &app.target;
        // An app without a name may be guarded as well.
        let profile = target.profile.as_ref().filter(|profile| !profile.name.is_empty());
        Self {
            narrow,
            is_choosing: app.is_choosing(),
            is_production: target.is_production(),
            is_locked: app.is_locked(),
            has_complaints: !target.complaints.is_empty(),
            profile: profile.map(|Profile { name, mark, .. }| (name.clone(), *mark)),
            app_id: target.app_id,
            host: if target.sandbox { "sandbox".to_owned() } else { target.host.clone() },
        }
    }

    /// The parts of the header, the most important first. The last is a mark if something is wrong with the
    /// configuration.
    fn parts(&self) -> Vec<Styled> {
        let Self { narrow, host, app_id, .. } = self;
        let mut parts = Vec::new();
        if self.is_choosing {
            parts.push(("callset".to_owned(), Role::Strong));
        } else {
            match (self.is_production, narrow) {
                (true, true) => parts.extend([("▲ PROD".to_owned(), Role::Error), (" ".to_owned(), Role::Plain)]),
                (true, false) => {
                    parts.extend([("▲ PRODUCTION".to_owned(), Role::Error), ("   ".to_owned(), Role::Plain)]);
                }
                (false, true) => {}
                (false, false) => {
                    parts.extend([("callset".to_owned(), Role::Strong), ("    ".to_owned(), Role::Plain)]);
                }
            }
            let named = self.profile.as_ref().map(|(name, tint)| match tint {
                Some(tint) => (format!("■ {name}"), Role::Of(*tint)),
                None => (name.clone(), Role::Strong),
            });
            match (named, narrow) {
                (Some(named), true) => parts.extend([named, (format!(" {app_id}"), Role::Plain)]),
                (Some(named), false) => parts.extend([named, (format!("   app {app_id}   {host}"), Role::Plain)]),
                (None, true) => parts.extend([(host.clone(), Role::Strong), (format!(" {app_id}"), Role::Plain)]),
                (None, false) => parts.push((format!("{host}   app {app_id}"), Role::Plain)),
            }
            if self.is_locked && !narrow {
                parts.push(("   read-only".to_owned(), Role::Strong));
            }
        }
        if self.has_complaints {
            parts.push((if *narrow { "  " } else { "   " }.to_owned(), Role::Plain));
            parts.push((CONFIGURATION[usize::from(*narrow)].to_owned(), Role::Warning));
        }
        parts
    }
}

/// The columns of the mark that says that something is wrong with the configuration. A click there shows what.
pub(super) fn complaints_at(app: &App, narrow: bool) -> Option<Range<u16>> {
    let parts = Whereabouts::new(app, narrow).parts();
    let (mark, before) = parts.split_last().filter(|_| !app.target.complaints.is_empty())?;
    let start = 1 + before.iter().map(|(text, _)| cells(text)).sum::<u16>();
    Some(start..start + cells(&mark.0))
}
