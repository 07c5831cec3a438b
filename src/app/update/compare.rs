//! The comparison with another profile: reading it, choosing fields, and entering their values here as edits.
//!
//! ```text
//!   ^T list, or the palette ── profile ──> Compare ──> Reading ──> Read ── Space … Enter ──> edits, one step
//!                                                       │ Esc      Failed ── ^R
//!                                                       └──> Cancel; an answer that is late changes nothing
//! ```

use crate::app::effect::Effect;
use crate::app::reuse::{Comparison, Difference, Other, Pair, Reused};
use crate::app::{App, Mode, Notice, Overlay, Picker, Rows};
use crate::model::profile::Profile;
use crate::model::{Edit, Field, FieldId, Kind, Representation, Resource, State, Value};
use crate::sync::{Disk, Reply, RequestId, or_absent};
use std::collections::{BTreeMap, BTreeSet};

impl App {
    /// Compares with the profile that is selected in the list. If the list is not open, opens it.
    pub(super) fn compare(&mut self) -> Vec<Effect> {
        let Mode::Picking(Picker { rows: Rows::Profiles { .. }, filter, selected, .. }) = &self.mode else {
            self.mode = Mode::profiles(true);
            return vec![Effect::Disk(Disk::Survey)];
        };
        let Some(profile) = self.listed(filter.value()).get(*selected).map(|(_, profile)| (*profile).clone()) else {
            return vec![];
        };
        if self.is_here(&profile) {
            self.notice = Some(Notice::SameProfile);
            return vec![];
        }
        self.read_other(profile)
    }

    fn read_other(&mut self, with: Profile) -> Vec<Effect> {
        let requests = Resource::ALL.map(|resource| self.sync.look_elsewhere(&with, resource));
        let awaited = requests.iter().map(|request| (request.id, request.call.resource())).collect();
        let other = Other::Reading { awaited, read: BTreeMap::new() };
        let effect = Effect::SendElsewhere(Box::new(with.clone()), requests.into());
        let comparison = Comparison { with, other, marked: BTreeSet::new(), equal: false };
        self.mode = Mode::picking(Rows::Comparison(Box::new(comparison)));
        vec![effect]
    }

    /// Reads the other profile again, unless it is being read already.
    pub(super) fn read_other_again(&mut self) -> Vec<Effect> {
        if let Some(comparison) = self.mode.comparison()
            && self.reading_other().is_empty()
        {
            return self.read_other(comparison.with.clone());
        }
        vec![]
    }

    /// The running requests to other profiles: of the comparison, or of a test.
    pub(super) fn reading_other(&self) -> BTreeSet<RequestId> {
        if let Mode::Picking(Picker { rows: Rows::Profiles { test: Some(test), .. }, .. }) = self.mode.ground() {
            return test.ended.is_none().then_some(test.request).into_iter().collect();
        }
        let Some(comparison) = self.mode.comparison() else { return BTreeSet::new() };
        match &comparison.other {
            Other::Reading { awaited, .. } => awaited.keys().copied().collect(),
            Other::Read(_) | Other::Failed(_) => BTreeSet::new(),
        }
    }

    /// Cancels those of the given requests that are of no use any more. This is so if the comparison was closed, or if
    /// the settings of the other profile could not be read.
    pub(super) fn stop_reading_other(&mut self, reading: &BTreeSet<RequestId>) -> Vec<Effect> {
        let still = self.reading_other();
        let open = reading.difference(&still).filter(|request| self.sync.give_up_elsewhere(**request));
        open.copied().map(Effect::Cancel).collect()
    }

    /// A request to the other profile has ended. Without its settings there is nothing to compare.
    pub(super) fn compared(&mut self, reply: Reply) {
        if self.mode.ground().is(Overlay::Profiles) {
            return self.profile_tested(reply);
        }
        let Mode::Picking(Picker { rows: Rows::Comparison(comparison), .. }) = self.mode.ground_mut() else { return };
        let Other::Reading { awaited, read } = &mut comparison.other else { return };
        let Some(resource) = awaited.remove(&reply.request) else { return };
        self.sync.looked_elsewhere(&reply);
        match or_absent(reply.outcome) {
            Err(fault) if resource == Resource::Settings => comparison.other = Other::Failed(fault),
            outcome => {
                read.insert(resource, outcome);
                if awaited.is_empty() {
                    comparison.other = Other::Read(std::mem::take(read));
                }
            }
        }
    }

    /// The fields that are shown, in the order of the form. Times are left out, because each server sets its own.
    pub fn pairs(&self, comparison: &Comparison) -> Vec<Pair> {
        let Other::Read(read) = &comparison.other else { return vec![] };
        let mut pairs = Vec::new();
        for &resource in self.sync.draft.resources() {
            let mut fields = self.sync.draft.fields().iter().filter(|field| field.id.resource == resource);
            match read.get(&resource) {
                Some(Ok(there)) => {
                    let is_new = |(key, _): &(&str, &Value)| {
                        !self
                            .sync
                            .draft
                            .fields()
                            .iter()
                            .any(|field| field.id.resource == resource && field.id.key == *key)
                    };
                    let new = there.members().filter(is_new);
                    let new: Vec<Field> = new.map(|(key, value)| Field::unknown(resource, key, value)).collect();
                    pairs.extend(fields.cloned().chain(new).filter_map(|field| self.pair(field, there)));
                }
                Some(Err(_)) | None => pairs.extend(fields.next().map(|field| Pair {
                    field: field.clone(),
                    here: self.value_of(field),
                    there: None,
                    verdict: Difference::Unread,
                })),
            }
        }
        pairs.retain(|pair| comparison.equal || pair.verdict != Difference::Equal);
        pairs
    }

    fn pair(&self, field: Field, there: &Representation) -> Option<Pair> {
        let (here, there) = (self.value_of(&field), there.get(&field.id.key).cloned());
        let verdict = match (&here, &there) {
            _ if field.kind == Kind::Time => return None,
            (None, None) => return None,
            (Some(_), None) => Difference::OnlyHere,
            (here, Some(value)) if here.as_ref() == Some(value) => Difference::Equal,
            (_, Some(value)) => Difference::of(self.sync.draft.fit(&field.id, value)),
        };
        Some(Pair { field, here, there, verdict })
    }

    /// The value of a field with its edit. Text that is no valid value is returned as it was typed.
    fn value_of(&self, field: &Field) -> Option<Value> {
        match (self.sync.draft.state(field), self.sync.draft.edit(&field.id)) {
            (State::Dirty(value), _) => Some(value),
            (State::Invalid, Some(Edit::Text(text))) => Some(Value::Text(text.clone())),
            (State::Clean | State::Invalid, _) => self.sync.draft.base(&field.id).cloned(),
        }
    }

    // ── choosing ──

    /// The rows of the open comparison, and the index of the selected one.
    fn choices(&self) -> Option<(Vec<Pair>, usize)> {
        let Mode::Picking(Picker { rows: Rows::Comparison(comparison), selected, .. }) = &self.mode else {
            return None;
        };
        Some((self.pairs(comparison), *selected))
    }

    fn comparison(&mut self) -> Option<&mut Comparison> {
        let Mode::Picking(Picker { rows: Rows::Comparison(comparison), .. }) = &mut self.mode else { return None };
        Some(comparison)
    }

    /// Chooses the selected field, or undoes the choice. Says why if it cannot be copied.
    pub(super) fn choose_field(&mut self) {
        let Some((pairs, selected)) = self.choices() else { return };
        let Some(pair) = pairs.get(selected) else { return };
        if pair.verdict != Difference::Differs {
            self.notice = Some(Notice::Reused(Reused::NotCopied(pair.verdict)));
        } else if let Some(comparison) = self.comparison()
            && !comparison.marked.remove(&pair.field.id)
        {
            comparison.marked.insert(pair.field.id.clone());
        }
    }

    /// Chooses all fields that can be copied. If all are chosen already, chooses none.
    pub(super) fn choose_all_fields(&mut self) {
        let Some((pairs, _)) = self.choices() else { return };
        let all: BTreeSet<FieldId> = differing(pairs).map(|pair| pair.field.id).collect();
        if let Some(comparison) = self.comparison() {
            comparison.marked = if all.is_subset(&comparison.marked) { BTreeSet::new() } else { all };
        }
    }

    /// Shows or hides the fields with equal values. The selected field stays selected if it is still shown.
    pub(super) fn show_equal(&mut self) {
        let Some((pairs, selected)) = self.choices() else { return };
        if let Some(comparison) = self.comparison() {
            comparison.equal = !comparison.equal;
        }
        let here = pairs.get(selected).map(|pair| pair.field.id.clone());
        let Some((pairs, _)) = self.choices() else { return };
        self.select(pairs.iter().position(|pair| Some(&pair.field.id) == here.as_ref()).unwrap_or(0));
    }

    /// Enters the values of the chosen fields as edits.
    pub(super) fn copy_marked(&mut self, picker: Picker) -> Vec<Effect> {
        let Rows::Comparison(comparison) = &picker.rows else { return vec![] };
        let pairs = differing(self.pairs(comparison)).filter(|pair| comparison.marked.contains(&pair.field.id));
        let values: Vec<(FieldId, Value)> = pairs.filter_map(|pair| Some((pair.field.id, pair.there?))).collect();
        if values.is_empty() {
            self.notice = Some(Notice::Reused(Reused::NothingMarked));
            self.mode = Mode::Picking(picker);
            return vec![];
        }
        let fields = self.take_over(values.iter().map(|(id, value)| (id.clone(), value)));
        self.notice = Some(Notice::Reused(Reused::Copied { from: comparison.with.name.clone(), fields }));
        vec![]
    }
}

fn differing(pairs: Vec<Pair>) -> impl Iterator<Item = Pair> {
    pairs.into_iter().filter(|pair| pair.verdict == Difference::Differs)
}
