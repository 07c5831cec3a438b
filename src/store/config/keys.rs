//! The reference of all keys of the configuration. The reader accepts no others, and the guide's table is printed
//! from it.

use std::fmt::Write as _;

/// The table that a key belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConfigScope {
    /// At the top of the file.
    Top,
    /// In a table `[profiles.NAME]`.
    Profile,
}

/// A key of the configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConfigKey {
    /// The table that the key belongs to.
    pub scope: ConfigScope,
    /// The name of the key.
    pub name: &'static str,
    /// The values that the key accepts.
    pub takes: &'static str,
    /// The value that is used without the key.
    pub default: &'static str,
    /// What the key does.
    pub meaning: &'static str,
}

const fn top(name: &'static str, takes: &'static str, default: &'static str, meaning: &'static str) -> ConfigKey {
    ConfigKey { scope: ConfigScope::Top, name, takes, default, meaning }
}

const fn profile(name: &'static str, takes: &'static str, default: &'static str, meaning: &'static str) -> ConfigKey {
    ConfigKey { scope: ConfigScope::Profile, name, takes, default, meaning }
}

/// The key for how long a program may take.
pub(super) const COMMAND_TIMEOUT: &str = "token_command_timeout";

/// All keys, in the order in which they are written.
pub const KEYS: &[ConfigKey] = &[
    top("version", "1", "1", "The version of this file's shape. Only a newer callset would raise it."),
    top("default_profile", "the name of a profile", "none", "The profile to start with, if none is asked for."),
    top(
        "theme",
        "auto, colour, mono, ascii",
        "auto",
        "How the screen looks: as the environment says, in colours, without them, or with nothing but ASCII.",
    ),
    top(
        "ambiguous",
        "narrow, wide",
        "narrow",
        "How many cells the terminal gives characters of ambiguous width. Where it is two, callset's own signs are others.",
    ),
    top("plain", "true, false", "false", "Whether the editor is a dialogue of lines, in which nothing is drawn."),
    top(
        "mouse",
        "true, false",
        "true",
        "Whether clicks and the wheel are callset's; false leaves them to the terminal.",
    ),
    top(
        "title",
        "true, false",
        "true",
        "Whether the terminal's window says what is edited and how much is unsaved; false leaves its title alone.",
    ),
    top("watch", "1s to 60s", "never", "How often to look for changes of others, while nobody asks."),
    top("profiles", "tables", "none", "One table for each app, `[profiles.NAME]`, with the keys below."),
    top(
        "presets",
        "tables",
        "none",
        "Named sets of values for the settings, `[presets.NAME]`, with the settings' JSON keys: url, isReady and so on.",
    ),
    profile("app_id", "1 to 2147483647", "must be given", "The app's id, from its page in the developer account."),
    profile(
        "base_url",
        "an https address",
        "https://api.hubapi.com",
        "Where the API is. Plain http is for localhost and loopback addresses only.",
    ),
    profile("api_version", "v3, 2025-09, 2026-03, 2026-09", "v3", "The API's version."),
    profile(
        "credential",
        "bearer, developer-key",
        "bearer",
        "The kind of credential: an OAuth access token, or the developer account's API key, which is legacy.",
    ),
    profile(
        "sources",
        "a list of env, env:NAME, file, command, keyring, oauth, hs, hs:ACCOUNT",
        "oauth, file and command if their keys are given, else env",
        "Where the credential is had from, in the order tried. `env` is the kind's usual variable: HUBSPOT_ACCESS_TOKEN or \
         HUBSPOT_DEVELOPER_API_KEY. `hs` is the HubSpot CLI's login.",
    ),
    profile(
        "token_file",
        "a path, absolute or with ~/ in front",
        "none",
        "The file of the source `file`; only its owner may read it. The credential itself never stands here.",
    ),
    profile(
        "token_command",
        "a list: the program and its arguments",
        "none",
        "The program of the source `command`; it prints the credential. No shell is in between. The program is a name that \
         the `PATH` has, or a path, absolute or with ~/ in front.",
    ),
    profile(
        COMMAND_TIMEOUT,
        "1s to 60s",
        "10s",
        "How long a program may take, from its start to its end. One that asks its user may need longer.",
    ),
    profile(
        "client_id",
        "env, env:NAME, file:PATH, keyring, or a list: a program and its arguments",
        "env: HUBSPOT_CLIENT_ID",
        "Where the source `oauth` has the app's client id from.",
    ),
    profile(
        "client_secret",
        "the same",
        "env: HUBSPOT_CLIENT_SECRET",
        "Where it has the app's client secret from. The secret itself never stands here.",
    ),
    profile(
        "refresh_token",
        "the same",
        "env: HUBSPOT_REFRESH_TOKEN",
        "Where it has the refresh token from, and where it keeps another one that HubSpot gives: in a file or the keyring.",
    ),
    profile(
        "mark",
        "red, green, yellow, blue, magenta, cyan",
        "none",
        "A colour beside the profile's name on the screen, to tell profiles apart.",
    ),
    profile("production", "true, false", "false", "Customers use this app: every save is reviewed first."),
    profile("read_only", "true, false", "false", "Saving is locked, until it is unlocked for a run."),
];

/// The keys of a scope, by name.
pub(super) fn names(scope: ConfigScope) -> impl Iterator<Item = &'static str> {
    KEYS.iter().filter(move |key| key.scope == scope).map(|key| key.name)
}

/// The name that was probably meant: at most two letters differ, and at most a third of the name.
pub(super) fn meant<'a>(written: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    // No key is that long, and the time to compare grows with the product of both lengths.
    if written.len() > 64 {
        return None;
    }
    let plain = |text: &str| text.to_lowercase().replace('-', "_");
    let written = plain(written);
    let far = |name: &str| strsim::damerau_levenshtein(&written, &plain(name));
    names
        .map(|name| (far(name), name))
        .filter(|(far, name)| *far <= 2 && far * 3 <= name.len())
        .min()
        .map(|(_, name)| name)
}

/// The guard that was probably meant by a key that a scope does not have. A guard is guessed sooner than any other key:
/// a wrong guess costs a question, and a missed one costs the settings of customers.
pub(super) fn guard(written: &str, scope: ConfigScope) -> Option<&'static str> {
    if written.len() > 64 || names(scope).any(|known| known == written) {
        return None;
    }
    let plain: String = written.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect();
    let is_near = |name: &str, far: usize| strsim::damerau_levenshtein(&plain, name) <= far;
    if plain.contains("prod") || plain == "live" || is_near("production", 3) {
        Some("production")
    } else if ["readonly", "lock", "protect"].iter().any(|word| plain.contains(word)) || is_near("readonly", 2) {
        Some("read_only")
    } else {
        None
    }
}

/// The reference as a Markdown table.
pub fn markdown() -> String {
    let mut table = String::from("| key | values | default | what it does |\n|---|---|---|---|\n");
    for key in KEYS {
        let path = match key.scope {
            ConfigScope::Top => key.name.to_owned(),
            ConfigScope::Profile => format!("profiles.NAME.{}", key.name),
        };
        // Writing to a string cannot fail.
        let _ = writeln!(table, "| `{path}` | {} | {} | {} |", key.takes, key.default, key.meaning);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_told_from_another_word() {
        let meant = |written| meant(written, names(ConfigScope::Profile));
        for (written, name) in [
            ("app-id", "app_id"),
            ("appid", "app_id"),
            ("App_ID", "app_id"),
            ("readonly", "read_only"),
            ("prodcution", "production"),
            ("makr", "mark"),
            ("token_fiel", "token_file"),
        ] {
            assert_eq!(meant(written), Some(name), "{written}");
        }
        for written in ["", "x", "colour", "park_it", "token", &"app_id".repeat(1000)] {
            assert_eq!(meant(written), None, "{written}");
        }
    }

    #[test]
    fn x17_a_guard_is_recognised_in_whatever_way_it_is_misspelled() {
        let guard = |written| guard(written, ConfigScope::Profile);
        for written in [
            "producton",
            "Production",
            "PRODUCTION",
            "prod",
            "is_prod",
            "in-production",
            "produktiv",
            "podruction",
            "live",
        ] {
            assert_eq!(guard(written), Some("production"), "{written}");
        }
        for written in ["readonly", "read-only", "Read_Only", "raed_only", "read_olny", "locked", "lock", "protected"] {
            assert_eq!(guard(written), Some("read_only"), "{written}");
        }
        for written in ["production", "read_only", "app_id", "base_url", "", "note", "colour", "token", "sources"] {
            assert_eq!(guard(written), None, "{written}");
        }
        // Above the tables it is a guard in the wrong place.
        assert_eq!(super::guard("production", ConfigScope::Top), Some("production"));
        for key in names(ConfigScope::Top) {
            assert_eq!(super::guard(key, ConfigScope::Top), None, "{key}");
        }
    }

    #[test]
    fn the_table_has_a_row_for_each_key_and_four_columns() {
        let table = markdown();
        assert_eq!(table.lines().count(), KEYS.len() + 2);
        assert!(table.lines().all(|line| line.matches('|').count() == 5), "{table}");
        assert!(table.contains("\n| `profiles.NAME.mark` | red, green"), "{table}");
    }
}
