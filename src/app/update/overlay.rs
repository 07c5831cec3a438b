//! What opens over the form: palette, list of things to copy, help, review.

use crate::app::effect::Effect;
use crate::app::keymap::Intent;
use crate::app::{App, Choices, Confirm, CopyItem, Mode, Notice, palette};
use crate::model::profile::CredentialKind;
use crate::model::{Edit, Resource, Value, json};
use crate::sync::{Call, End, Logged, Outcome};
use crate::words::fault;
use tui_input::InputRequest;

/// Help and review are never longer than this; the screen stops earlier, at their last line.
const LONGEST: usize = 10_000;

/// From so many lines on, a step in the log is one in the selected request and not one among them.
const PAGE: u32 = 10;

impl App {
    /// A line or an entry up or down.
    pub(super) fn move_by(&mut self, by: i32) {
        let step = by as isize;
        let conflicts = self.sync.draft.conflicts().count();
        let entries = self.entries();
        match &mut self.mode {
            Mode::Help { scroll } | Mode::Reviewing { scroll } | Mode::Confirming { scroll, .. } => {
                *scroll = scroll.saturating_add_signed(step).min(LONGEST);
            }
            Mode::Palette { filter, selected } => {
                *selected = wrapped(*selected, step, palette::entries(filter.value()).len());
            }
            Mode::Profiles { selected, .. } | Mode::Presets { selected, .. } | Mode::Recent { selected } => {
                *selected = wrapped(*selected, step, entries);
            }
            Mode::Comparing(comparison) => {
                let selected = comparison.selected.saturating_add_signed(step);
                comparison.selected = selected.min(entries.saturating_sub(1));
            }
            Mode::Copying { selected } => *selected = wrapped(*selected, step, CopyItem::ALL.len()),
            Mode::Restoring { shown: true, scroll, .. } => *scroll = scroll.saturating_add_signed(step).min(LONGEST),
            Mode::Resolving(Choices { selected, .. }) => *selected = wrapped(*selected, step, conflicts),
            Mode::History { selected } => {
                let saves = self.history.saves().count();
                *selected = selected.saturating_add_signed(step).min(saves.saturating_sub(1));
            }
            Mode::Log { scroll, .. } if by.unsigned_abs() >= PAGE => {
                *scroll = scroll.saturating_add_signed(step).min(LONGEST);
            }
            Mode::Log { selected, scroll } => {
                *scroll = 0;
                *selected = selected.saturating_add_signed(step).min(self.sync.log.len().saturating_sub(1));
            }
            Mode::Editing
            | Mode::Quitting
            | Mode::Restoring { .. }
            | Mode::Token { .. }
            | Mode::Naming { .. }
            | Mode::Trusting { .. } => {}
        }
    }

    /// How many entries a list has that depends on what is typed or read.
    fn entries(&self) -> usize {
        match &self.mode {
            Mode::Profiles { filter, .. } => self.listed(filter.value()).len(),
            Mode::Presets { filter, .. } => self.presets(filter.value()).len(),
            Mode::Recent { .. } => self.offers().len(),
            Mode::Comparing(comparison) => self.pairs(comparison).len(),
            Mode::Editing
            | Mode::Help { .. }
            | Mode::Palette { .. }
            | Mode::Reviewing { .. }
            | Mode::Copying { .. }
            | Mode::Quitting
            | Mode::Restoring { .. }
            | Mode::Resolving(_)
            | Mode::Token { .. }
            | Mode::History { .. }
            | Mode::Trusting { .. }
            | Mode::Confirming { .. }
            | Mode::Naming { .. }
            | Mode::Log { .. } => 0,
        }
    }

    /// Selects an entry of the list on top.
    pub(super) fn select(&mut self, item: usize) {
        if let Mode::Palette { selected, .. } | Mode::Copying { selected } | Mode::Recent { selected } = &mut self.mode
        {
            *selected = item;
        }
    }

    /// Types where something is typed over the form: the palette's filter, the app's id.
    pub(super) fn filter(&mut self, request: InputRequest) {
        match &mut self.mode {
            Mode::Palette { filter, selected }
            | Mode::Profiles { filter, selected, .. }
            | Mode::Presets { filter, selected } => {
                filter.handle(request);
                *selected = 0;
            }
            Mode::Confirming { typed, .. } => _ = typed.handle(request),
            Mode::Naming { name, replacing } => {
                name.handle(request);
                *replacing = None;
            }
            Mode::Recent { selected } => {
                *selected = 0;
                self.edit(match request {
                    InputRequest::InsertChar(c) => Intent::Type(c),
                    request => Intent::Text(request),
                });
            }
            Mode::Editing
            | Mode::Help { .. }
            | Mode::Reviewing { .. }
            | Mode::Copying { .. }
            | Mode::Quitting
            | Mode::Restoring { .. }
            | Mode::Resolving(_)
            | Mode::Token { .. }
            | Mode::History { .. }
            | Mode::Trusting { .. }
            | Mode::Comparing(_)
            | Mode::Log { .. } => {}
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
            Mode::Confirming { what, typed, scroll } if typed.value().trim() != self.target.app_id.to_string() => {
                self.mode = Mode::Confirming { what, typed, scroll };
                self.notice = Some(Notice::NotTheId);
                vec![]
            }
            Mode::Confirming { what, .. } => match what {
                Confirm::Delete(resource) => self.delete(resource),
                Confirm::Save(plan) => self.save_reviewed(plan),
                Confirm::Unlock => self.unlock(),
            },
            Mode::Profiles { filter, selected, survey, comparing } => {
                if let Some(profile) = self.listed(filter.value()).get(selected).map(|(_, profile)| (*profile).clone())
                {
                    return self.switch_to(profile);
                }
                self.mode = Mode::Profiles { filter, selected, survey, comparing };
                vec![]
            }
            Mode::Presets { filter, selected } => self.apply(filter, selected),
            Mode::Naming { name, replacing } => self.keep_preset(name, replacing.as_deref()),
            Mode::Recent { selected } => self.take_recent(selected),
            Mode::Comparing(comparison) => self.copy_marked(comparison),
            other @ (Mode::Editing
            | Mode::Help { .. }
            | Mode::Reviewing { .. }
            | Mode::Quitting
            | Mode::Restoring { .. }
            | Mode::Trusting { .. }
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
        self.notice = None;
        vec![Effect::Copy(item, text)]
    }

    /// The text of a thing to copy; `None` while there is none. No credential is in any of them. A value is copied as it is,
    /// whatever it holds; in all others everything can be seen, because they are pasted into shells, consoles and tickets.
    pub fn copy_text(&self, item: CopyItem) -> Option<String> {
        match item {
            CopyItem::Value => {
                let field = self.focused();
                match self.sync.draft.entered(field) {
                    Some(Edit::Text(text)) => Some(text),
                    Some(Edit::Switch(on)) => Some(on.to_string()),
                    None => match self.sync.draft.base(&field.id)? {
                        Value::Text(text) => Some(text.clone()),
                        Value::Withheld(_) => None,
                        value @ (Value::Integer(_) | Value::Switch(_) | Value::Null | Value::Other(_)) => {
                            Some(value.to_json())
                        }
                    },
                }
            }
            CopyItem::Body => self.bodies(),
            CopyItem::Curl => Some(self.next_curl()),
            CopyItem::Override => self.browser_override(),
            CopyItem::Error => {
                let (doing, why) = self.sync.last_fault.as_ref()?;
                let is_it = |logged: &&Logged| match &logged.end {
                    End::Over { fault: Some(its), .. } => logged.doing == *doing && its == why,
                    End::Over { fault: None, .. } | End::Open | End::Cancelled => false,
                };
                let call = self.sync.log.iter().rfind(is_it).map(|logged| &logged.call);
                let (method, resource) =
                    call.map_or(("GET", Resource::Settings), |call| (call.method(), call.resource()));
                let id = why.correlation_id().map_or(String::new(), |id| format!(" (correlation id {id})"));
                let (at, happened) = (self.target.path(resource), fault::happened(why, &self.target.host));
                Some(json::escaped(format!("{method} {}{at}: {happened}{id}", self.target.base_url)))
            }
        }
    }

    /// A request of the log, as curl.
    fn copy_logged(&mut self, selected: usize) -> Vec<Effect> {
        let Some(logged) = self.sync.log.iter().rev().nth(selected) else { return vec![] };
        let text = self.curl(&logged.call);
        self.notice = None;
        vec![Effect::Copy(CopyItem::Curl, text)]
    }

    /// The entry that Ctrl-O most likely means: the error while the strip tells one, else the value in focus.
    pub(super) fn likely_copy(&self) -> usize {
        let has_failed = |outcome: &Outcome| matches!(outcome, Outcome::Failed(..));
        let is_error = self.notice.as_ref().is_some_and(|notice| match notice {
            Notice::Several(ended) => ended.iter().any(|(_, outcome)| has_failed(outcome)),
            Notice::Outcome(outcome) => has_failed(outcome),
            _ => false,
        });
        let likely = if is_error { CopyItem::Error } else { CopyItem::Value };
        CopyItem::ALL.iter().position(|item| *item == likely).unwrap_or(0)
    }

    /// The requests that a save would send, of each resource that is dirty.
    pub fn next_calls(&self) -> Vec<Call> {
        let draft = &self.sync.draft;
        let patches = draft.resources().iter().map(|resource| draft.patch(*resource));
        patches.filter(|patch| !patch.is_empty()).map(|patch| self.sync.call(patch)).collect()
    }

    fn bodies(&self) -> Option<String> {
        let bodies: Vec<String> = self.next_calls().iter().filter_map(body).collect();
        (!bodies.is_empty()).then(|| bodies.join("\n"))
    }

    /// What a save would send, for a shell; the GET if that is nothing.
    fn next_curl(&self) -> String {
        let calls = self.next_calls();
        let calls = if calls.is_empty() { vec![Call::Get(self.form.focus.resource)] } else { calls };
        calls.iter().map(|call| self.curl(call)).collect::<Vec<_>>().join("\n")
    }

    /// A request for a shell.
    fn curl(&self, call: &Call) -> String {
        let (plain, variable) =
            (format!("{}{}", self.target.base_url, self.target.path(call.resource())), self.target.variable());
        let (url, auth) = match self.target.kind {
            CredentialKind::Bearer => (quoted(&plain), format!(" -H \"Authorization: Bearer ${variable}\"")),
            CredentialKind::DeveloperKey => {
                (format!("{}\"${variable}\"", quoted(&format!("{plain}?hapikey="))), String::new())
            }
        };
        let method = match call {
            Call::Get(_) => String::new(),
            Call::Patch(_) | Call::Create(_) | Call::Delete(_) => format!("-X {} ", call.method()),
        };
        match body(call) {
            Some(body) => {
                let body = quoted(&body);
                format!("curl {method}{url}{auth} -H 'Content-Type: application/json' --data {body}")
            }
            None => format!("curl {method}{url}{auth}"),
        }
    }

    /// For the console of a browser on app.hubspot.com: try name, URL and readiness there only, without touching the server.
    /// The key is the calling SDK's own.
    fn browser_override(&self) -> Option<String> {
        let base = self.sync.draft.representation(Resource::Settings)?;
        let after = self.sync.draft.patch(Resource::Settings).apply(base);
        let members: Vec<String> = ["isReady", "name", "url"]
            .iter()
            .filter_map(|key| Some((key, after.get(key).filter(|value| !matches!(value, Value::Withheld(_)))?)))
            .map(|(key, value)| format!("\"{key}\":{}", value.to_json()))
            .collect();
        let json = json::string(&format!("{{{}}}", members.join(",")));
        Some(format!("localStorage.setItem(\"LocalSettings:Calling:CallingExtensions\", {json})"))
    }
}

fn body(call: &Call) -> Option<String> {
    match call {
        Call::Patch(patch) | Call::Create(patch) => Some(patch.body()),
        Call::Get(_) | Call::Delete(_) => None,
    }
}

/// For a POSIX shell: nothing in it is interpreted, and nothing in it reaches a terminal as a control character.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

fn wrapped(at: usize, by: isize, len: usize) -> usize {
    if len == 0 { 0 } else { (at + len).saturating_add_signed(by % len.cast_signed()) % len }
}
