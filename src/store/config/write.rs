//! Writes profiles and presets as keys and values of TOML. Default values are left out.

use super::keys::COMMAND_TIMEOUT;
use super::read::profile::implied;
use crate::model::login::LoginPart;
use crate::model::pace::written;
use crate::model::profile::{BASE_URL, CredentialKind, Preset, Profile, Source};
use crate::model::{self, ApiVersion};
use std::borrow::Cow;
use toml_edit::{Array, Value};

/// A key and its value; without a value, the key is removed.
pub(super) type Wanted = (Cow<'static, str>, Option<Value>);

/// The table of a profile, in the order of the reference. The error is a sentence.
pub(super) fn profile(profile: &Profile) -> Result<Vec<Wanted>, String> {
    let (mut words, mut file, mut command, mut login) = (Vec::new(), None, None, None);
    for source in &profile.sources {
        match source {
            Source::Variable(name) if name == profile.kind.variable() => words.push("env".to_owned()),
            Source::Variable(name) => words.push(format!("env:{name}")),
            Source::Keyring => words.push("keyring".to_owned()),
            Source::File(path) => {
                words.push("file".to_owned());
                let path =
                    path.to_str().ok_or("the path of the credential's file is not UTF-8, which TOML has to be")?;
                if file.replace(path).is_some_and(|other| other != path) {
                    return Err("a profile has one file for its credential".to_owned());
                }
            }
            Source::HubSpotCli(None) => words.push("hs".to_owned()),
            Source::HubSpotCli(Some(account)) => words.push(format!("hs:{account}")),
            Source::OAuth(parts) => {
                words.push("oauth".to_owned());
                if login.replace(parts).is_some_and(|other| other != parts) {
                    return Err("a profile has one OAuth login".to_owned());
                }
            }
            Source::Command(line) => {
                words.push("command".to_owned());
                if command.replace(line).is_some_and(|other| other != line) {
                    return Err("a profile has one command for its credential".to_owned());
                }
            }
        }
    }
    let part = |part| login.map_or(Ok(None), |login| part_value(part, login.place(part)));
    let parts = [LoginPart::ClientId, LoginPart::ClientSecret, LoginPart::RefreshToken].map(part);
    let [client_id, client_secret, refresh_token] = parts;
    let (client_id, client_secret, refresh_token) = (client_id?, client_secret?, refresh_token?);
    let names_login = client_id.is_some() || client_secret.is_some() || refresh_token.is_some();
    let default = implied(names_login, file.is_some(), command.is_some());
    let text = |text: &str, default: &str| (text != default).then(|| Value::from(text));
    let timeout = profile.command_timeout.map(|limit| written(limit).into());
    let wanted: [(&'static str, Option<Value>); 14] = [
        ("app_id", Some(i64::from(profile.app_id).into())),
        ("base_url", text(&profile.base_url, BASE_URL)),
        ("api_version", text(profile.api_version.label(), ApiVersion::default().label())),
        ("credential", (profile.kind != CredentialKind::default()).then(|| profile.kind.word().into())),
        ("sources", (words != default).then(|| words.into_iter().collect::<Array>().into())),
        ("token_file", file.map(Value::from)),
        ("token_command", command.map(|line| line.iter().collect::<Array>().into())),
        (COMMAND_TIMEOUT, timeout),
        (LoginPart::ClientId.word(), client_id),
        (LoginPart::ClientSecret.word(), client_secret),
        (LoginPart::RefreshToken.word(), refresh_token),
        ("mark", profile.mark.map(|mark| mark.word().into())),
        ("production", profile.production.then_some(true.into())),
        ("read_only", profile.read_only.then_some(true.into())),
    ];
    Ok(wanted.into_iter().map(|(key, value)| (key.into(), value)).collect())
}

/// The source of a part of a login; `None` for the part's usual variable.
fn part_value(part: LoginPart, source: &Source) -> Result<Option<Value>, String> {
    Ok(match source {
        Source::Variable(name) if name == part.variable() => None,
        Source::Variable(name) => Some(format!("env:{name}").into()),
        Source::Keyring => Some("keyring".into()),
        Source::Command(line) => Some(line.iter().collect::<Array>().into()),
        Source::File(path) => {
            let path = path.to_str().ok_or("the path of a part's file is not UTF-8, which TOML has to be")?;
            Some(format!("file:{path}").into())
        }
        Source::OAuth(_) | Source::HubSpotCli(_) => return Err("a part of a login is no login itself".to_owned()),
    })
}

/// The table of a preset, in its own order. The error is a sentence.
pub(super) fn preset(preset: &Preset) -> Result<Vec<Wanted>, String> {
    let value = |value: &model::Value| match value {
        model::Value::Text(text) => Ok(Value::from(text)),
        model::Value::Integer(number) => Ok(i64::from(*number).into()),
        model::Value::Switch(on) => Ok((*on).into()),
        model::Value::Null | model::Value::Other(_) | model::Value::Withheld(_) => {
            Err("a preset holds texts, whole numbers and switches only")
        }
    };
    preset.values.members().map(|(key, member)| Ok((key.to_owned().into(), Some(value(member)?)))).collect()
}
