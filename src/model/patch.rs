//! The change that a save sends: exactly the dirty fields of one resource.

use super::field::{FieldId, Value};
use super::json;
use super::representation::Representation;
use super::resource::Resource;

/// The body of a PATCH, in the order of the form. A patch that is sent is always made from edits, by
/// [`Draft`](super::Draft).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Patch {
    resource: Resource,
    members: Vec<(FieldId, Value)>,
}

impl Patch {
    pub(super) fn new(resource: Resource, members: Vec<(FieldId, Value)>) -> Self {
        Self { resource, members }
    }

    /// A patch of an earlier run, rebuilt from its record in order to compare it with what the server holds.
    pub fn recorded(resource: Resource, members: &Representation) -> Self {
        let id = |key: &str| FieldId::new(resource, key);
        Self::new(resource, members.members().map(|(key, value)| (id(key), value.clone())).collect())
    }

    /// The resource that the patch changes.
    pub fn resource(&self) -> Resource {
        self.resource
    }

    /// The fields that the patch sets, in the order of the form.
    pub fn members(&self) -> impl ExactSizeIterator<Item = (&FieldId, &Value)> {
        self.members.iter().map(|(id, value)| (id, value))
    }

    /// The value that the patch gives a field, if it sets the field.
    pub fn get(&self, id: &FieldId) -> Option<&Value> {
        self.members.iter().find(|(i, _)| i == id).map(|(_, value)| value)
    }

    /// What is left to send once `sent` is confirmed.
    #[must_use]
    pub fn beyond(&self, sent: &Self) -> Self {
        self.only(|id, value| sent.get(id) != Some(value))
    }

    /// The members of the patch for which `keep` returns true.
    #[must_use]
    pub fn only(&self, keep: impl Fn(&FieldId, &Value) -> bool) -> Self {
        Self::new(self.resource, self.members.iter().filter(|(id, value)| keep(id, value)).cloned().collect())
    }

    /// How many fields the patch sets.
    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// True if there is nothing to send.
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// The exact bytes of the request's body, compact JSON. The form shows these bytes and the client sends them.
    pub fn body(&self) -> String {
        let mut body = "{".to_owned();
        for (nth, (id, value)) in self.members.iter().enumerate() {
            if nth > 0 {
                body.push(',');
            }
            json::add_string(&id.key, &mut body);
            body.push(':');
            value.add_to(&mut body);
        }
        body + "}"
    }

    /// What the server would hold if it accepted everything. Law: a draft's patch applied to its base gives what
    /// the user sees.
    #[must_use]
    pub fn apply(&self, base: &Representation) -> Representation {
        let mut after = base.clone();
        for (id, value) in &self.members {
            after.set(&id.key, value.clone());
        }
        after
    }

    /// Everything that the server may have received from an earlier patch and from this one. Where both set a
    /// field, this patch's value counts.
    #[must_use]
    fn over(&self, earlier: &Self) -> Self {
        let old = earlier.members.iter().filter(|(id, _)| self.get(id).is_none());
        Self::new(self.resource, old.chain(&self.members).cloned().collect())
    }

    /// Like `over`, for patches that may be missing.
    pub fn last_of(later: Option<&Self>, earlier: Option<&Self>) -> Option<Self> {
        match (later, earlier) {
            (Some(later), Some(earlier)) => Some(later.over(earlier)),
            (later, earlier) => later.or(earlier).cloned(),
        }
    }

    /// The patch that restores what this patch replaces. Fields that `base` does not have are left out, since no
    /// request can remove a field. Law: the inverse applied after this patch gives `base` again, for the fields
    /// that `base` has.
    #[must_use]
    pub fn invert(&self, base: &Representation) -> Self {
        let old = |id: &FieldId| base.get(&id.key).map(|value| (id.clone(), value.clone()));
        Self::new(self.resource, self.members.iter().filter_map(|(id, _)| old(id)).collect())
    }
}
