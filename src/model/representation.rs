//! The representation of a resource that `HubSpot` answers with.

use super::field::Value;
use jiff::Timestamp;
use std::sync::Arc;

/// A resource as the server represents it: its members in the order of the answer. A missing member was not sent,
/// which is not the same as null or empty text. A representation without members stands for a resource that the
/// server does not have: no answer that can be read as a resource is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Representation {
    /// Shared by all copies, since a copy goes to the disk with each edit.
    members: Arc<Vec<(String, Value)>>,
}

impl Representation {
    /// Sets a member. A member with the same key is replaced in its place, as JSON parsers treat duplicate keys.
    pub fn set(&mut self, key: &str, value: Value) {
        let members = Arc::make_mut(&mut self.members);
        match members.iter_mut().find(|(k, _)| k == key) {
            Some((_, old)) => *old = value,
            None => members.push((key.to_owned(), value)),
        }
    }

    /// Sets a member to this value, or removes the member.
    pub fn put(&mut self, key: &str, value: Option<Value>) {
        match value {
            Some(value) => self.set(key, value),
            None => Arc::make_mut(&mut self.members).retain(|(k, _)| k != key),
        }
    }

    /// The value of a member, if the server sent it.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.members.iter().find(|(k, _)| k == key).map(|(_, v)| v)
    }

    /// The members, in the order of the answer.
    pub fn members(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.members.iter().map(|(k, v)| (k.as_str(), v))
    }

    /// When the server last changed the resource, by the server's clock; `None` if there is no time that can be
    /// read. The time is only a hint: it may stay the same after a change, or move without one.
    pub fn updated(&self) -> Option<Timestamp> {
        match self.get("updatedAt")? {
            Value::Text(text) => text.parse().ok(),
            Value::Integer(_) | Value::Switch(_) | Value::Null | Value::Other(_) | Value::Withheld(_) => None,
        }
    }

    /// Is it an older copy than `other`, as a replica that lags behind would send?
    pub fn is_older_than(&self, other: &Self) -> bool {
        self.updated().zip(other.updated()).is_some_and(|(mine, other)| mine < other)
    }

    /// True if there are no members.
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }
}

impl<K: AsRef<str>> FromIterator<(K, Value)> for Representation {
    fn from_iter<I: IntoIterator<Item = (K, Value)>>(members: I) -> Self {
        let mut all = Self::default();
        for (key, value) in members {
            all.set(key.as_ref(), value);
        }
        all
    }
}
