//! The checks of URLs: what was asked for, what runs, and what was found. A result holds until the URL changes.

use super::App;
use super::effect::{Effect, PageLook};
use crate::model::check::{UrlCheck, UrlUse, Visit};
use crate::model::{Edit, FieldId, Kind, Resource, Value};
use crate::sync::{Logged, RequestId};
use std::collections::VecDeque;

/// How many looks are kept.
const KEPT: usize = 50;

/// The looks of this run, the last one at the end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UrlChecks {
    looks: VecDeque<UrlLook>,
}

/// A look at the page behind the URL of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UrlLook {
    /// The row.
    pub field: FieldId,
    /// What was asked for.
    pub asked: PageLook,
    /// How it ended.
    pub end: LookEnd,
}

/// How a look ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LookEnd {
    /// It is under way.
    Open,
    /// The user gave it up.
    GivenUp,
    /// This was found.
    Over(Box<UrlCheck>),
}

/// An entry of the log.
#[derive(Clone, Copy, Debug)]
pub enum LogEntry<'a> {
    /// A request to HubSpot.
    Request(&'a Logged),
    /// A look at a page.
    Look(&'a UrlLook),
}

impl App {
    /// The row whose URL is meant: the one in focus, or else that of the settings.
    pub fn row_to_check(&self) -> FieldId {
        let field = self.focused();
        let is_one = field.kind == Kind::Url && !self.is_closed(field.id.resource);
        if is_one { field.id.clone() } else { FieldId::settings("url") }
    }

    /// The URL of a row as it is entered now. `None` if there is none.
    pub fn url_of(&self, id: &FieldId) -> Option<String> {
        let field = self.sync.draft.field(id)?;
        let text = match self.sync.draft.entered(field) {
            Some(Edit::Text(text)) => text,
            Some(Edit::Switch(_)) => return None,
            None => match self.sync.draft.base(id)? {
                Value::Text(text) => text.clone(),
                Value::Integer(_) | Value::Switch(_) | Value::Null | Value::Other(_) | Value::Withheld(_) => {
                    return None;
                }
            },
        };
        Some(text.trim().to_owned()).filter(|text| !text.is_empty())
    }

    /// Does a row hold a URL?
    pub(super) fn is_url(&self, id: &FieldId) -> bool {
        self.sync.draft.field(id).is_some_and(|field| field.kind == Kind::Url)
    }

    /// The last look at the URL that a row has now, unless it was given up.
    pub fn look_at(&self, id: &FieldId) -> Option<&UrlLook> {
        // Each row asks with each frame, and mostly nothing was looked at.
        if !self.checks.looks.iter().any(|look| look.field == *id) {
            return None;
        }
        let url = self.url_of(id)?;
        let is_it = |look: &&UrlLook| look.field == *id && look.asked.url == url;
        self.checks.looks.iter().rfind(is_it).filter(|look| look.end != LookEnd::GivenUp)
    }

    /// What was found about the URL that a row has now.
    pub fn found_at(&self, id: &FieldId) -> Option<&UrlCheck> {
        match &self.look_at(id)?.end {
            LookEnd::Over(check) => Some(check),
            LookEnd::Open | LookEnd::GivenUp => None,
        }
    }

    /// Is a look under way?
    pub fn is_looking(&self) -> bool {
        self.checks.looks.iter().any(|look| look.end == LookEnd::Open)
    }

    /// The requests and the looks of this run, newest first.
    pub fn log_entries(&self) -> Vec<LogEntry<'_>> {
        let mut entries: Vec<LogEntry<'_>> = self.sync.log.iter().map(|logged| LogEntry::Request(logged)).collect();
        entries.extend(self.checks.looks.iter().map(LogEntry::Look));
        let number = |entry: &LogEntry<'_>| match entry {
            LogEntry::Request(logged) => logged.id,
            LogEntry::Look(look) => look.asked.id,
        };
        entries.sort_by_key(|entry| std::cmp::Reverse(number(entry)));
        entries
    }

    /// Looks at the page behind the URL of a row, unless that is under way.
    pub(super) fn look(&mut self, id: &FieldId) -> Vec<Effect> {
        let Some(url) = self.url_of(id) else { return vec![] };
        if self.look_at(id).is_some_and(|look| look.end == LookEnd::Open) {
            return vec![];
        }
        // Of a row that has another URL by now, nobody waits for the page.
        let mut effects = self.give_up_looks(id);
        let used = match id.resource {
            Resource::Settings => UrlUse::Dialer,
            Resource::Recording => UrlUse::Recording,
            Resource::ChannelConnection => UrlUse::Numbers,
        };
        let asked = PageLook { id: self.sync.next_request(), url, used };
        if self.checks.looks.len() == KEPT {
            self.checks.looks.pop_front();
        }
        self.checks.looks.push_back(UrlLook { field: id.clone(), asked: asked.clone(), end: LookEnd::Open });
        effects.push(Effect::Check(asked));
        effects
    }

    /// Gives up what is under way for a row.
    pub(super) fn give_up_looks(&mut self, id: &FieldId) -> Vec<Effect> {
        let mut effects = Vec::new();
        for look in self.checks.looks.iter_mut().filter(|look| look.field == *id && look.end == LookEnd::Open) {
            look.end = LookEnd::GivenUp;
            effects.push(Effect::Cancel(look.asked.id));
        }
        effects
    }

    /// A look has ended. One that was given up stays so.
    pub(super) fn looked(&mut self, id: RequestId, visit: Visit) -> Vec<Effect> {
        if let Some(look) = self.checks.looks.iter_mut().find(|look| look.asked.id == id && look.end == LookEnd::Open) {
            look.end = LookEnd::Over(Box::new(UrlCheck::of(visit)));
            return self.tell_pages();
        }
        vec![]
    }

    /// The header to send instead, of the worst finding on the open page that has one.
    pub fn header_to_send(&self) -> Option<String> {
        let id = match &self.mode {
            super::Mode::Paging(super::Page { text: super::PageText::Check(id), .. }) => id.clone(),
            _ => self.row_to_check(),
        };
        self.found_at(&id)?.headers_to_send().next()
    }
}
