//! Copying to the clipboard: a value, or text for a shell, a console or a ticket.

use crate::app::checks::LogEntry;
use crate::app::effect::Effect;
use crate::app::{App, CopyItem, Notice};
use crate::model::{Edit, Resource, Value, json};
use crate::sync::{Call, End, Logged, Outcome, Target};
use crate::words::fault;
use std::sync::Arc;

impl App {
    /// Copies an item to the clipboard, or says that there is nothing to copy.
    pub(super) fn copy(&mut self, item: CopyItem) -> Vec<Effect> {
        let Some(text) = self.copy_text(item) else {
            self.notice = Some(Notice::NothingToCopy(item));
            return vec![];
        };
        self.notice = None;
        vec![Effect::Copy(item, text)]
    }

    /// The text of an item; `None` if there is none. No text contains a credential. A value is copied as it is, with
    /// any invisible characters. The other texts show such characters visibly, because they are pasted into shells,
    /// consoles and tickets.
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
            CopyItem::OverrideEnd => Some(Target::browser_override_end()),
            CopyItem::Findings | CopyItem::Address => None,
            CopyItem::Header => self.header_to_send().map(json::escaped),
            CopyItem::Error => {
                let (doing, why) = self.sync.last_fault.as_ref()?;
                let is_it = |logged: &&Arc<Logged>| match &logged.end {
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

    /// Copies a request of the log as a curl command.
    pub(super) fn copy_logged(&mut self, selected: usize) -> Vec<Effect> {
        let text = match self.log_entries().get(selected) {
            Some(LogEntry::Request(logged)) => self.target.curl(&logged.call),
            Some(LogEntry::Look(look)) => Target::curl_of_page(&look.asked.url),
            None => return vec![],
        };
        self.notice = None;
        vec![Effect::Copy(CopyItem::Curl, text)]
    }

    /// The item that the user most likely wants: the error while the strip shows one, otherwise the value in focus.
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

    /// The requests that a save would send, one for each dirty resource.
    pub fn next_calls(&self) -> Vec<Call> {
        let draft = &self.sync.draft;
        let patches = draft.dirty_resources().map(|resource| draft.patch(resource));
        patches.filter(|patch| !patch.is_empty()).map(|patch| self.sync.call(patch)).collect()
    }

    fn bodies(&self) -> Option<String> {
        let bodies: Vec<String> = self.next_calls().iter().filter_map(Call::body).collect();
        (!bodies.is_empty()).then(|| bodies.join("\n"))
    }

    /// The requests that a save would send, as curl commands. If there are none, the GET of the resource in focus.
    fn next_curl(&self) -> String {
        let calls = self.next_calls();
        let calls = if calls.is_empty() { vec![Call::Get(self.form.focus.resource)] } else { calls };
        calls.iter().map(|call| self.target.curl(call)).collect::<Vec<_>>().join("\n")
    }

    /// A line for the console of a browser on HubSpot's pages. It holds the name and URL as they are edited.
    fn browser_override(&self) -> Option<String> {
        let base = self.sync.draft.representation(Resource::Settings)?;
        Some(Target::browser_override(&self.sync.draft.patch(Resource::Settings).apply(base)))
    }
}
