//! The representation of a resource that `HubSpot` answers with.

use super::field::Value;
use jiff::Timestamp;

/// A resource as the server represents it: its members in the order of the answer. A member that is not here was not sent,
/// which is something else than null or empty. Without any member it is one that the server does not have: no answer that
/// reads as a resource is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Representation {
    members: Vec<(String, Value)>,
}

impl Representation {
    /// Sets a member; one of the same key is replaced where it stands, as JSON parsers do with duplicate keys.
    pub fn set(&mut self, key: &str, value: Value) {
        match self.members.iter_mut().find(|(k, _)| k == key) {
            Some((_, old)) => *old = value,
            None => self.members.push((key.to_owned(), value)),
        }
    }

    /// Gives a member this value, or takes it away.
    pub fn put(&mut self, key: &str, value: Option<Value>) {
        match value {
            Some(value) => self.set(key, value),
            None => self.members.retain(|(k, _)| k != key),
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

    /// When the server last changed it, by its own clock; `None` if it does not say so readably. A hint, not the truth: it
    /// may stand still, or move without a change.
    pub fn updated(&self) -> Option<Timestamp> {
        match self.get("updatedAt")? {
            Value::Text(text) => text.parse().ok(),
            Value::Integer(_) | Value::Switch(_) | Value::Null | Value::Other(_) | Value::Withheld(_) => None,
        }
    }

    /// Is it an older copy than `other`, from a replica that lags behind?
    pub fn is_older_than(&self, other: &Self) -> bool {
        self.updated().zip(other.updated()).is_some_and(|(mine, other)| mine < other)
    }

    /// True for `{}`.
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
