//! What opens over the form: palette, list of things to copy, help, review.

use crate::app::effect::Call;
use crate::app::effect::Effect;
use crate::app::{App, Choices, CopyItem, Doing, Mode, Notice, palette};
use crate::model::{Edit, Resource, Value};
use tui_input::InputRequest;

/// Help and review are never longer than this; the screen stops earlier, at their last line.
const LONGEST: usize = 10_000;

/// From so many lines on, a step in the log is one in the selected request and not one among them.
const PAGE: u32 = 10;

impl App {
    /// A line or an entry up or down.
    pub(super) fn move_by(&mut self, by: i32) {
        let step = by as isize;
        let conflicts = self.conflicts().count();
        match &mut self.mode {
            Mode::Help { scroll } | Mode::Reviewing { scroll } => {
                *scroll = scroll.saturating_add_signed(step).min(LONGEST);
            }
            Mode::Palette { filter, selected } => {
                *selected = wrapped(*selected, step, palette::entries(filter.value()).len());
            }
            Mode::Copying { selected } => *selected = wrapped(*selected, step, CopyItem::ALL.len()),
            Mode::Restoring { shown: true, scroll, .. } => *scroll = scroll.saturating_add_signed(step).min(LONGEST),
            Mode::Resolving(Choices { selected, .. }) => *selected = wrapped(*selected, step, conflicts),
            Mode::History { saves, selected } => {
                let saves = saves.as_ref().and_then(|read| read.as_ref().ok()).map_or(0, Vec::len);
                *selected = selected.saturating_add_signed(step).min(saves.saturating_sub(1));
            }
            Mode::Log { scroll, .. } if by.unsigned_abs() >= PAGE => {
                *scroll = scroll.saturating_add_signed(step).min(LONGEST);
            }
            Mode::Log { selected, scroll } => {
                *scroll = 0;
                *selected = selected.saturating_add_signed(step).min(self.log.len().saturating_sub(1));
            }
            Mode::Editing | Mode::Quitting | Mode::Restoring { .. } | Mode::Token { .. } => {}
        }
    }

    /// Selects an entry of the list on top.
    pub(super) fn select(&mut self, item: usize) {
        if let Mode::Palette { selected, .. } | Mode::Copying { selected } = &mut self.mode {
            *selected = item;
        }
    }

    /// Types in the palette's filter.
    pub(super) fn filter(&mut self, request: InputRequest) {
        if let Mode::Palette { filter, selected } = &mut self.mode {
            filter.handle(request);
            *selected = 0;
        }
    }

    /// Takes the selected entry.
    pub(super) fn choose(&mut self) -> Vec<Effect> {
        match std::mem::replace(&mut self.mode, Mode::Editing) {
            Mode::Palette { filter, selected } => match palette::entries(filter.value()).get(selected) {
                Some(binding) => self.intent(binding.intent),
                None => vec![],
            },
            Mode::Copying { selected } => match CopyItem::ALL.get(selected) {
                Some(&item) => self.copy(item),
                None => vec![],
            },
            resolving @ Mode::Resolving(_) => {
                self.mode = resolving;
                self.decide()
            }
            asking @ Mode::Token { .. } => {
                self.mode = asking;
                vec![Effect::UseToken]
            }
            Mode::Log { selected, scroll } => {
                self.mode = Mode::Log { selected, scroll };
                self.copy_logged(selected)
            }
            other @ (Mode::Editing
            | Mode::Help { .. }
            | Mode::Reviewing { .. }
            | Mode::Quitting
            | Mode::Restoring { .. }
            | Mode::History { .. }) => {
                self.mode = other;
                vec![]
            }
        }
    }

    fn copy(&mut self, item: CopyItem) -> Vec<Effect> {
        let Some(text) = self.copy_text(item) else {
            self.notice = Some(Notice::NothingToCopy(item));
            return vec![];
        };
        self.notice = Some(Notice::Copied(item));
        vec![Effect::Copy(text)]
    }

    /// The text of a thing to copy; `None` while there is none. No credential is in any of them.
    pub fn copy_text(&self, item: CopyItem) -> Option<String> {
        let patch = self.draft.patch(Resource::Settings);
        let body = patch.body();
        match item {
            CopyItem::Value => {
                let field = self.focused();
                match self.draft.entered(field) {
                    Some(Edit::Text(text)) => Some(text),
                    Some(Edit::Switch(on)) => Some(on.to_string()),
                    None => self.draft.base(&field.id).map(|value| match value {
                        Value::Text(text) => text.clone(),
                        Value::Integer(_) | Value::Switch(_) | Value::Null | Value::Other(_) => value.to_json(),
                    }),
                }
            }
            CopyItem::Body => (!patch.is_empty()).then_some(body),
            CopyItem::Curl => Some(self.curl((!patch.is_empty()).then_some(body.as_str()))),
            CopyItem::Override => self.browser_override(),
            CopyItem::Error => {
                let (doing, fault) = self.last_fault.as_ref()?;
                let method = match doing {
                    Doing::Loading | Doing::Watching | Doing::Checking | Doing::ReadingBack => "GET",
                    Doing::Saving => "PATCH",
                };
                let id = fault.correlation_id().map_or(String::new(), |id| format!(" (correlation id {id})"));
                let (at, happened) = (self.target.path(Resource::Settings), fault.happened(&self.target.host));
                Some(format!("{method} {}{at}: {happened}{id}", self.target.base_url))
            }
        }
    }

    /// A request of the log, as curl.
    fn copy_logged(&mut self, selected: usize) -> Vec<Effect> {
        let Some(logged) = self.log.iter().rev().nth(selected) else { return vec![] };
        let text = match &logged.call {
            Call::Get(_) => self.curl(None),
            Call::Patch(patch) => self.curl(Some(&patch.body())),
        };
        self.notice = Some(Notice::Copied(CopyItem::Curl));
        vec![Effect::Copy(text)]
    }

    /// The entry that Ctrl-O most likely means: the error while the strip tells one, else the value in focus.
    pub(super) fn likely_copy(&self) -> usize {
        let likely = if matches!(self.notice, Some(Notice::Failed(..))) { CopyItem::Error } else { CopyItem::Value };
        CopyItem::ALL.iter().position(|item| *item == likely).unwrap_or(0)
    }

    /// The next request for a shell: the PATCH if something is dirty, else the GET.
    fn curl(&self, body: Option<&str>) -> String {
        let url = quoted(&format!("{}{}", self.target.base_url, self.target.path(Resource::Settings)));
        let auth = "-H \"Authorization: Bearer $HUBSPOT_ACCESS_TOKEN\"";
        match body {
            Some(body) => {
                let body = quoted(body);
                format!("curl -X PATCH {url} {auth} -H 'Content-Type: application/json' --data {body}")
            }
            None => format!("curl {url} {auth}"),
        }
    }

    /// For the console of a browser on app.hubspot.com: try name, URL and readiness there only, without touching the server.
    /// The key is the calling SDK's own.
    fn browser_override(&self) -> Option<String> {
        let base = self.draft.representation(Resource::Settings)?;
        let after = self.draft.patch(Resource::Settings).apply(base);
        let members: Vec<String> = ["isReady", "name", "url"]
            .iter()
            .filter_map(|key| after.get(key).map(|value| format!("\"{key}\":{}", value.to_json())))
            .collect();
        let json = serde_json::Value::from(format!("{{{}}}", members.join(",")));
        Some(format!("localStorage.setItem(\"LocalSettings:Calling:CallingExtensions\", {json})"))
    }
}

/// For a POSIX shell: nothing in it is interpreted, and nothing in it reaches a terminal as a control character.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

fn wrapped(at: usize, by: isize, len: usize) -> usize {
    if len == 0 { 0 } else { (at + len).saturating_add_signed(by % len.cast_signed()) % len }
}
