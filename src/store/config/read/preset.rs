//! Reads a preset: values of the settings under their JSON keys, with the types of the table of settings.

use super::{Reader, Section, span};
use crate::model::profile::{Preset, is_preset_name};
use crate::model::validate::TEXT_LIMIT;
use crate::model::{Field, Kind, Representation, Resource, Value};
use crate::store::config::keys;
use toml_edit::{Item, Key, Value as Toml};

impl Reader<'_> {
    pub(super) fn preset(&mut self, key: &Key, item: &Item) -> Option<Preset> {
        let (name, at) = (key.get(), key.span());
        let path = ["presets", name];
        let Some(table) = item.as_table_like() else {
            self.complain(at, &path, "a table is needed; the preset is left out");
            return None;
        };
        if !is_preset_name(name) {
            const NAMES: &str = "a preset's name is 1 to 40 characters that can be seen, without spaces at the ends; the \
                                 preset is left out";
            self.complain(at, &path, NAMES);
            return None;
        }
        let section = Section { path: &path, table };
        let mut values = Representation::default();
        for (key, item) in table.iter() {
            let value = item.as_value().and_then(value);
            if let Some(value) = self.fit(section, key, value) {
                values.set(key, value);
            }
        }
        Some(Preset { name: name.to_owned(), values })
    }

    /// The value, if the setting accepts it. A setting that the table does not know is kept, with a complaint,
    /// since HubSpot adds settings.
    fn fit(&mut self, section: Section<'_>, key: &str, value: Option<Value>) -> Option<Value> {
        let fields = Resource::Settings.fields();
        let field = fields.iter().find(|field| field.id.key == key);
        let (value, sentence) = match (field, value) {
            (Some(Field { kind, .. }), _) if !kind.is_editable() => {
                (None, "only HubSpot sets it; it is left out".to_owned())
            }
            (Some(Field { kind, .. }), value) => match value.filter(|value| kind.fits(value)) {
                Some(value) => return Some(value),
                None => (None, format!("{} is needed; it is left out", needed(*kind))),
            },
            (None, None) => (None, "text, a whole number, true or false is needed; it is left out".to_owned()),
            (None, value) => match keys::meant(key, fields.iter().map(|field| field.id.key.as_ref())) {
                Some(meant) => (value, format!("callset knows no such setting, but keeps it; did you mean {meant}?")),
                None => (value, "callset knows no such setting, but keeps it".to_owned()),
            },
        };
        self.complain(span(section, key), &[section.path, &[key]].concat(), sentence);
        value
    }
}

fn value(value: &Toml) -> Option<Value> {
    match value {
        Toml::String(text) => Some(text.value().clone()).filter(|text| text.len() <= TEXT_LIMIT).map(Value::Text),
        Toml::Integer(number) => i32::try_from(*number.value()).ok().map(Value::Integer),
        Toml::Boolean(on) => Some(Value::Switch(*on.value())),
        Toml::Float(_) | Toml::Datetime(_) | Toml::Array(_) | Toml::InlineTable(_) => None,
    }
}

fn needed(kind: Kind) -> &'static str {
    match kind {
        Kind::Text | Kind::Url | Kind::Time | Kind::Json => "text in quotes, at most 64 KiB,",
        Kind::Integer => "a whole number from -2147483648 to 2147483647, without quotes,",
        Kind::Switch => "true or false, without quotes,",
    }
}
