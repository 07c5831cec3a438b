//! The log of this run's requests, for users who want to see what was sent and received.

use super::{Call, Doing, Fault, Reply, Request, RequestId, WorkingCopy};
use crate::model::Resource;
use crate::model::profile::Profile;
use crate::model::trace::Trace;
use jiff::Timestamp;
use std::sync::Arc;
use std::time::Duration;

/// How many requests are kept. When the log is full, the oldest GET is removed first.
pub const LIMIT: usize = 200;

/// How many of the last looks are considered for the usual duration of a look. A slow line is noticed after so many
/// looks.
const LAST_LOOKS: usize = 8;

/// A request and its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logged {
    /// The number of the request.
    pub id: RequestId,
    /// The method and content of the request.
    pub call: Call,
    /// What the request is for.
    pub doing: Doing,
    /// The profile that the request went to, if it is another one than this run's.
    pub elsewhere: Option<Box<Profile>>,
    /// How the request ended.
    pub end: End,
}

/// How a request ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// The request is on its way.
    Open,
    /// The user gave the request up.
    Cancelled,
    /// The request ended with an answer or a fault.
    Over {
        /// When the request ended.
        at: Timestamp,
        /// The time since the request was sent.
        took: Duration,
        /// The fault, if there was one.
        fault: Option<Fault>,
        /// The answer as it came, if there was one.
        trace: Option<Box<Trace>>,
    },
}

impl WorkingCopy {
    /// A request that reads a resource of another profile. It is logged here; the caller takes its answer.
    pub fn look_elsewhere(&mut self, profile: &Profile, resource: Resource) -> Request {
        let (id, call) = (self.next_request(), Call::Get(resource));
        let request = Request { id, call, doing: Doing::Loading, if_match: None, founded: None };
        self.log_sent(&request, Some(Box::new(profile.clone())));
        request
    }

    /// Logs the end of a request to another profile.
    pub fn looked_elsewhere(&mut self, reply: &Reply) {
        self.log_end(reply);
    }

    /// Logs that a request to another profile was given up. Returns whether it was still on its way.
    pub fn give_up_elsewhere(&mut self, id: RequestId) -> bool {
        let is_over = self.log.iter().any(|logged| logged.id == id && !matches!(logged.end, End::Open));
        self.log_cancelled(id);
        !is_over
    }

    pub(super) fn log_sent(&mut self, request: &Request, elsewhere: Option<Box<Profile>>) {
        if self.log.len() == LIMIT {
            let only_looked = self.log.iter().position(|logged| matches!(logged.call, Call::Get(_)));
            self.log.remove(only_looked.unwrap_or(0));
        }
        let Request { id, call, doing, if_match: _, founded: _ } = request.clone();
        self.log.push_back(Arc::new(Logged { id, call, doing, elsewhere, end: End::Open }));
    }

    pub(super) fn log_end(&mut self, reply: &Reply) {
        if let Some(logged) = self.logged(reply.request) {
            let (fault, trace) = (reply.outcome.as_ref().err().cloned(), reply.trace.clone());
            logged.end = End::Over { at: reply.at, took: reply.took, fault, trace };
        }
    }

    pub(super) fn log_cancelled(&mut self, id: RequestId) {
        if let Some(logged) = self.logged(id) {
            logged.end = End::Cancelled;
        }
    }

    /// The shortest duration of the last looks.
    pub(super) fn fastest_look(&self) -> Option<Duration> {
        let took = |logged: &Logged| match (&logged.call, &logged.end) {
            _ if logged.elsewhere.is_some() => None,
            (Call::Get(_), End::Over { took, fault: None, .. }) => Some(*took),
            _ => None,
        };
        self.log.iter().rev().map(|logged| &**logged).filter_map(took).take(LAST_LOOKS).min()
    }

    fn logged(&mut self, id: RequestId) -> Option<&mut Logged> {
        self.log.iter_mut().rfind(|logged| logged.id == id && logged.end == End::Open).map(Arc::make_mut)
    }
}
