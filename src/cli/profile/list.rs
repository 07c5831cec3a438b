//! Lists profiles, in columns for people and as JSON for programs.

use super::List;
use crate::cli::exit::{Said, array, document, object as json_object};
use crate::cli::values::columns;
use crate::model::json::string;
use crate::model::login::LoginPart;
use crate::model::pace::written;
use crate::model::profile::{Profile, Source, Tint};
use crate::store::config::ConfigFile;
use crate::words;

/// Prints the profiles that can be used, and names what cannot be used. The command fails only if nothing of the file
/// can be used.
pub(super) fn list(options: &List, file: &ConfigFile) -> Said {
    let reading = file.read();
    let said = reading.complaints.iter().map(|complaint| format!("callset: {complaint}")).collect();
    let (profiles, default) = (&reading.config.profiles, reading.config.default_profile.as_deref());
    let is_default = |profile: &Profile| default == Some(profile.name.as_str());
    let mut outcome = Said { said, code: u8::from(reading.is_broken), ..Said::default() };
    if options.json {
        let objects = profiles.iter().map(|profile| object(profile, is_default(profile)));
        outcome.printed = vec![document(&[("profiles", array(objects))])];
    } else {
        let rows: Vec<_> = profiles.iter().map(|profile| row(profile, is_default(profile))).collect();
        outcome.printed = columns(&rows);
        if profiles.is_empty() && outcome.said.is_empty() {
            outcome.said.push("callset: there are no profiles: callset profile add NAME --app ID makes one".to_owned());
        }
    }
    outcome
}

/// The properties of a profile, one line each.
pub(super) fn details(profile: &Profile, is_default: bool) -> Vec<Vec<String>> {
    let names = ["name", "app", "host", "version", "credential", "sources", "flags"];
    let is_said = |(_, value): &(&str, String)| !value.is_empty();
    let lines = names.into_iter().zip(row(profile, is_default)).filter(is_said);
    lines.map(|(name, value)| vec![name.to_owned(), value]).collect()
}

fn row(profile: &Profile, is_default: bool) -> Vec<String> {
    let sources = words::profile::sources(profile, "nothing");
    let mark = profile.mark.map(Tint::word);
    let flags = [(is_default, "default"), (profile.production, "production"), (profile.read_only, "read-only")];
    let flags: Vec<_> = flags.into_iter().filter_map(|(is_set, flag)| is_set.then_some(flag)).chain(mark).collect();
    vec![
        profile.name.clone(),
        format!("app {}", profile.app_id),
        profile.host().unwrap_or_default(),
        profile.api_version.to_string(),
        profile.kind.word().to_owned(),
        format!("from {sources}"),
        flags.join(", "),
    ]
}

/// A profile as JSON.
pub(super) fn object(profile: &Profile, is_default: bool) -> String {
    json_object(&[
        ("name", string(&profile.name)),
        ("app_id", profile.app_id.to_string()),
        ("host", string(&profile.host().unwrap_or_default())),
        ("base_url", string(&profile.base_url)),
        ("api_version", string(profile.api_version.label())),
        ("credential", string(profile.kind.word())),
        ("sources", array(profile.sources.iter().map(source_json))),
        ("command_timeout", profile.command_timeout.map_or("null".to_owned(), |limit| string(&written(limit)))),
        ("mark", profile.mark.map_or("null".to_owned(), |mark| string(mark.word()))),
        ("production", profile.production.to_string()),
        ("read_only", profile.read_only.to_string()),
        ("default", is_default.to_string()),
    ])
}

/// A source as JSON. Of a program only its name is shown.
fn source_json(source: &Source) -> String {
    match source {
        Source::Variable(name) => json_object(&[("env", string(name))]),
        Source::File(path) => json_object(&[("file", string(&path.to_string_lossy()))]),
        Source::Command(words) => json_object(&[("command", string(words.first().map_or("", String::as_str)))]),
        Source::Keyring => json_object(&[("keyring", "true".to_owned())]),
        Source::HubSpotCli(account) => json_object(&[("hs", account.as_deref().map_or("null".to_owned(), string))]),
        Source::OAuth(login) => {
            let part = |part: LoginPart| (part.word(), source_json(login.place(part)));
            json_object(&[("oauth", json_object(&LoginPart::ALL.map(part)))])
        }
    }
}
