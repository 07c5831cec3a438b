//! Presets: entering a preset, and keeping the edits of the settings as a preset.

use crate::app::effect::Effect;
use crate::app::palette::{has, words};
use crate::app::reuse::Reused;
use crate::app::{App, Mode, Notice, Picker, Prompt, Rows, Typed};
use crate::model::profile::{Config, Preset, is_preset_name};
use crate::model::{FieldId, Fit, Kind, Resource, Value};
use crate::sync::Disk;
use tui_input::Input;

impl App {
    /// Opens the list of presets. The file is read again, because it may have been edited since the last time.
    pub(super) fn open_presets(&mut self) -> Vec<Effect> {
        self.mode = Mode::picking(Rows::Presets);
        vec![Effect::Disk(Disk::Survey)]
    }

    /// Enters values in one undo step, and removes the old marks of their fields. A field in conflict stays in conflict
    /// until the user chooses a side. Returns how many fields have another value now.
    pub(super) fn take_over<'a>(&mut self, values: impl IntoIterator<Item = (FieldId, &'a Value)>) -> usize {
        let entered = self.sync.draft.enter(values);
        self.marks.retain(|id, _| !entered.contains(id));
        self.arrive();
        self.select_all();
        entered.len()
    }

    /// The presets that have every word of the filter in their name or in a key.
    pub fn presets(&self, filter: &str) -> Vec<&Preset> {
        let words = words(filter);
        let is_in = |preset: &Preset, word: &str| {
            has(&preset.name, word) || preset.values.members().any(|(key, _)| has(key, word))
        };
        let presets = self.target.setup.presets.iter();
        presets.filter(|preset| words.iter().all(|word| is_in(preset, word))).collect()
    }

    /// For each value of a preset, what would happen if it were entered now.
    pub fn foresee<'a>(&self, preset: &'a Preset) -> Vec<(FieldId, &'a Value, Fit)> {
        let id = |key: &str| FieldId::new(Resource::Settings, key);
        let fit = |(key, value): (&str, &'a Value)| (id(key), value, self.sync.draft.fit(&id(key), value));
        preset.values.members().map(fit).collect()
    }

    /// Enters the values of the selected preset, if the settings are there.
    pub(super) fn apply(&mut self, picker: Picker) -> Vec<Effect> {
        let Some(preset) = self.presets(picker.filter.value()).get(picker.selected).map(|preset| (*preset).clone())
        else {
            self.mode = Mode::Picking(picker);
            return vec![];
        };
        if !self.sync.draft.is_loaded(Resource::Settings) {
            return self.refuse(Notice::NotLoaded);
        }
        if self.is_closed(Resource::Settings) {
            return self.refuse(Notice::Closed(Resource::Settings));
        }
        let fits = self.foresee(&preset);
        let with = |wanted: Fit| fits.iter().filter(move |(.., fit)| *fit == wanted);
        let keys = |wanted: Fit| with(wanted).map(|(id, ..)| id.key.to_string()).collect();
        let (not_there, unfit) = (keys(Fit::NotThere), keys(Fit::Unfit));
        let values: Vec<(FieldId, &Value)> = with(Fit::Changes).map(|(id, value, _)| (id.clone(), *value)).collect();
        let fields = self.take_over(values);
        self.notice = Some(Notice::Reused(Reused::Applied { name: preset.name, fields, not_there, unfit }));
        vec![]
    }

    /// Enters the next preset of sizes, or the one before, from the one whose values the form has. After the last comes the
    /// first.
    pub(super) fn step_preset(&mut self, by: isize) {
        if self.may_edit().is_none() {
            return;
        }
        let is_size = |key: &str| Resource::Settings.field(key).is_some_and(|field| field.kind == Kind::Integer);
        let is_of_sizes = |preset: &&Preset| {
            preset.values.members().next().is_some() && preset.values.members().all(|(key, _)| is_size(key))
        };
        let presets: Vec<Preset> = self.target.setup.presets.iter().filter(is_of_sizes).cloned().collect();
        let is_on = |preset: &Preset| self.foresee(preset).iter().all(|(.., fit)| *fit == Fit::Same);
        let of = presets.len();
        let at = match (presets.iter().position(is_on), by) {
            (Some(on), by) => (on + of).saturating_add_signed(by) % of,
            (None, 1..) => 0,
            (None, _) => of.saturating_sub(1),
        };
        let told = match presets.get(at) {
            None => Reused::NoSizes,
            Some(preset) => {
                let fits = self.foresee(preset).into_iter().filter(|(.., fit)| *fit == Fit::Changes);
                let values: Vec<(FieldId, &Value)> = fits.map(|(id, value, _)| (id, value)).collect();
                let fields = self.take_over(values);
                Reused::Stepped { name: preset.name.clone(), at: (at + 1, of), fields }
            }
        };
        self.notice = Some(Notice::Reused(told));
    }

    // ── a new one ──

    /// The edits of the settings that a preset could hold: what a save would send.
    pub fn to_keep(&self) -> Preset {
        let patch = self.sync.draft.patch(Resource::Settings);
        let values = patch.members().map(|(id, value)| (id.key.to_string(), value.clone())).collect();
        Preset { name: String::new(), values }
    }

    /// Asks for the name of a new preset. The file is read again, to know which names are taken.
    pub(super) fn name_preset(&mut self) -> Vec<Effect> {
        if self.to_keep().values.is_empty() {
            return self.refuse(Notice::Reused(Reused::NothingToKeep));
        }
        self.mode = Mode::Entering(Prompt::of(Typed::Name { replacing: None }));
        vec![Effect::Disk(Disk::Survey)]
    }

    /// Writes the new preset. An existing preset of the same name is replaced only after a second Enter.
    pub(super) fn keep_preset(&mut self, name: Input, replacing: Option<&str>) -> Vec<Effect> {
        let wanted = name.value().trim().to_owned();
        let preset = Preset { name: wanted.clone(), ..self.to_keep() };
        let replace = self.target.setup.presets.iter().any(|other| other.name == wanted);
        let (refused, replacing) = if !is_preset_name(&wanted) {
            (Reused::NotAName, None)
        } else if replace && replacing != Some(&wanted) {
            (Reused::NameTaken(wanted.clone()), Some(wanted))
        } else if preset.values.is_empty() {
            // The edits were saved while the name was typed.
            return self.refuse(Notice::Reused(Reused::NothingToKeep));
        } else {
            return vec![Effect::Disk(Disk::KeepPreset { preset: Box::new(preset), replace })];
        };
        self.notice = Some(Notice::Reused(refused));
        self.mode = Mode::Entering(Prompt { input: name, ..Prompt::of(Typed::Name { replacing }) });
        vec![]
    }

    /// Reports whether the preset was written. The edits stay in either case.
    pub(super) fn preset_kept(&mut self, name: String, kept: Result<(Config, String), String>) -> Vec<Effect> {
        let told = match kept {
            Ok((setup, file)) => {
                self.target.setup = setup;
                Reused::Kept { name, file }
            }
            Err(why) => Reused::NotKept(why),
        };
        self.tell(Notice::Reused(told));
        vec![]
    }
}
