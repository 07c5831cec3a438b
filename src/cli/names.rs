//! The names of fields on a command line. They are HubSpot's keys. Fields of other resources than the settings have the
//! name of their resource in front.
//!
//! ```text
//!   width   isReady   recording.urlToRetrieveAuthedRecording   channel-connection.url
//!   accepted, but never printed: settings.width, the row's name (ready, "Calling window"), any case
//! ```

use crate::model::{Field, FieldId, Resource, nearest, plain_name};

/// The resource of this name.
pub fn resource(text: &str) -> Option<Resource> {
    Resource::ALL.into_iter().find(|resource| plain_name(resource.name()) == plain_name(text))
}

/// The shell variable for a field, such as `CALLSET_IS_READY`.
pub fn variable(id: &FieldId) -> String {
    let mut variable = String::from("CALLSET_");
    let mut was_lower = false;
    for c in id.to_string().chars() {
        if c.is_uppercase() && was_lower {
            variable.push('_');
        }
        was_lower = c.is_lowercase() || c.is_ascii_digit();
        variable.push(if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' });
    }
    variable
}

/// All fields that the tables know.
pub fn fields() -> impl Iterator<Item = &'static Field> {
    Resource::ALL.into_iter().flat_map(Resource::fields)
}

/// The field of this name, if a table has it.
pub fn known(text: &str) -> Option<&'static Field> {
    let (of, key) = split(text);
    let exact = of.unwrap_or(Resource::Settings).field(key);
    let is_of = |field: &&Field| of.is_none_or(|of| field.id.resource == of);
    exact.or_else(|| fields().filter(is_of).find(|field| field.is_called(key)))
}

/// The id of the member with this name. It may be unknown to the tables.
pub fn member(text: &str) -> FieldId {
    if let Some(field) = known(text) {
        return field.id.clone();
    }
    let (of, key) = split(text);
    FieldId::new(of.unwrap_or(Resource::Settings), key)
}

/// A suggestion of a similar name, as the end of a sentence. Empty if no name is similar.
pub fn did_you_mean(text: &str) -> String {
    let names = fields().filter(|field| field.kind.is_editable()).map(|field| field.id.to_string());
    nearest(text, names).map_or(String::new(), |name| format!("; did you mean {name}?"))
}

fn split(text: &str) -> (Option<Resource>, &str) {
    match text.split_once('.').map(|(of, key)| (resource(of), key)) {
        Some((Some(of), key)) => (Some(of), key),
        Some((None, _)) | None => (None, text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_found_by_its_key_and_by_its_row() {
        for (text, called) in [
            ("width", "width"),
            ("isReady", "isReady"),
            ("isready", "isReady"),
            ("ready", "isReady"),
            ("Calling window", "usesCallingWindow"),
            ("calling-window", "usesCallingWindow"),
            ("settings.url", "url"),
            ("url", "url"),
            ("channel-connection.url", "channel-connection.url"),
            ("channel-connection.isReady", "channel-connection.isReady"),
            ("channel ready", "channel-connection.isReady"),
            ("numbers", "channel-connection.url"),
            ("recording.urlToRetrieveAuthedRecording", "recording.urlToRetrieveAuthedRecording"),
            ("recording url", "recording.urlToRetrieveAuthedRecording"),
            ("createdAt", "createdAt"),
        ] {
            assert_eq!(known(text).map(|field| field.id.to_string()).as_deref(), Some(called), "{text}");
        }
        for text in ["", "breadth", "channel-connection.width", "recording", "."] {
            assert_eq!(known(text), None, "{text}");
        }
    }

    #[test]
    fn every_name_leads_back_and_every_variable_is_its_own() {
        let mut variables: Vec<String> = Vec::new();
        for field in fields() {
            assert_eq!(known(&field.id.to_string()), Some(field));
            variables.push(variable(&field.id));
        }
        assert!(variables.contains(&"CALLSET_IS_READY".to_owned()), "{variables:?}");
        assert!(variables.contains(&"CALLSET_CHANNEL_CONNECTION_URL".to_owned()), "{variables:?}");
        variables.sort();
        variables.dedup();
        assert_eq!(variables.len(), fields().count());
    }

    #[test]
    fn what_is_nearly_right_is_suggested() {
        assert_eq!(did_you_mean("widht"), "; did you mean width?");
        assert_eq!(did_you_mean("is_redy"), "; did you mean isReady?");
        assert_eq!(did_you_mean("zzz"), "");
        assert_eq!(nearest("gte", ["set", "get"].map(str::to_owned)).as_deref(), Some("get"));
    }
}
