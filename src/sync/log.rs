//! The requests of this run, for people who want to know what went over the line.

use super::{Call, Doing, Fault, Reply, Request, RequestId, WorkingCopy};
use crate::model::Resource;
use crate::model::profile::Profile;
use crate::model::trace::Trace;
use jiff::Timestamp;
use std::time::Duration;

/// How many requests are kept; the oldest go, those that only looked first.
pub const LIMIT: usize = 200;

/// How many looks say how long one takes. A line that gets slow is known as such after so many.
const LAST_LOOKS: usize = 8;

/// A request, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logged {
    /// Its number.
    pub id: RequestId,
    /// Its method and content.
    pub call: Call,
    /// What for.
    pub doing: Doing,
    /// The profile it went to, if that is another one.
    pub elsewhere: Option<Box<Profile>>,
    /// What became of it.
    pub end: End,
}

/// What became of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// It is on its way.
    Open,
    /// The user gave it up.
    Cancelled,
    /// An answer came, or a fault did.
    Over {
        /// When.
        at: Timestamp,
        /// Since it was sent.
        took: Duration,
        /// The fault, if it was one.
        fault: Option<Fault>,
        /// The answer as it came, if one did.
        trace: Option<Box<Trace>>,
    },
}

impl WorkingCopy {
    /// A look at a resource of another profile. It stands in the log; what comes of it is for who asked.
    pub fn look_elsewhere(&mut self, profile: &Profile, resource: Resource) -> Request {
        let (id, call) = (self.next_request(), Call::Get(resource));
        let request = Request { id, call, doing: Doing::Loading, if_match: None, founded: None };
        self.log_sent(&request, Some(Box::new(profile.clone())));
        request
    }

    /// Such a look is over.
    pub fn looked_elsewhere(&mut self, reply: &Reply) {
        self.log_end(reply);
    }

    /// Nobody waits for such a look any more. Is it still on its way?
    pub fn give_up_elsewhere(&mut self, id: RequestId) -> bool {
        self.log_cancelled(id);
        !self.log.iter().any(|logged| logged.id == id && matches!(logged.end, End::Over { .. }))
    }

    pub(super) fn log_sent(&mut self, request: &Request, elsewhere: Option<Box<Profile>>) {
        if self.log.len() == LIMIT {
            let only_looked = self.log.iter().position(|logged| matches!(logged.call, Call::Get(_)));
            self.log.remove(only_looked.unwrap_or(0));
        }
        let Request { id, call, doing, if_match: _, founded: _ } = request.clone();
        self.log.push_back(Logged { id, call, doing, elsewhere, end: End::Open });
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

    /// The shortest time that one of the last looks has taken.
    pub(super) fn fastest_look(&self) -> Option<Duration> {
        let took = |logged: &Logged| match (&logged.call, &logged.end) {
            _ if logged.elsewhere.is_some() => None,
            (Call::Get(_), End::Over { took, fault: None, .. }) => Some(*took),
            _ => None,
        };
        self.log.iter().rev().filter_map(took).take(LAST_LOOKS).min()
    }

    fn logged(&mut self, id: RequestId) -> Option<&mut Logged> {
        self.log.iter_mut().rfind(|logged| logged.id == id && logged.end == End::Open)
    }
}
