//! Chooses what to edit, from the command line, the environment and the configuration.
//!
//! ```text
//!   --demo  >  -p NAME  >  --app ID  >  CALLSET_PROFILE  >  HUBSPOT_APP_ID  >  default_profile  >  the only profile
//! ```

use super::options::{Aim, TargetOptions};
use crate::model::profile::{CredentialKind, Profile, Source};
use crate::sandbox::demo;
use crate::store::config::Reading;
use std::ffi::OsString;

/// What to edit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Choice {
    /// A believable app on the built-in sandbox: a profile of the demo, or the app alone, without a name.
    Demo(Profile),
    /// A profile that is set up.
    Profile(Profile),
    /// An app that was named on the command line or in the environment.
    App(Profile),
    /// Several profiles are set up, and none is the default. The sentence says how to name one.
    Several(String),
    /// Nothing is set up, and nothing was asked for.
    Nothing,
}

/// The message if there is nothing to choose.
pub const NOTHING: &str = "give the app's id with --app or HUBSPOT_APP_ID and an access token in HUBSPOT_ACCESS_TOKEN, or set up a \
                           profile with callset profile add; --demo needs neither";

/// Chooses what to edit. The error is a sentence that says what is missing, and how to give it.
pub fn choose(aim: &Aim, reading: &Reading, var: impl Fn(&str) -> Option<OsString>) -> Result<Choice, String> {
    let (options, is_typed) = (&aim.options, |name: &str| aim.is_typed(name));
    let typed = [("app_id", "--app"), ("base_url", "--base-url"), ("api_version", "--api-version")];
    if let Some((_, option)) = typed.iter().find(|(name, _)| is_typed("profile") && is_typed(name)) {
        return Err(format!("a profile has its own app, address and version: give -p or {option}, not both"));
    }
    if options.demo {
        if is_typed("base_url") {
            return Err("the demo has an address of its own: give --demo or --base-url, not both".to_owned());
        }
        if let (Some(name), true) = (&options.profile, is_typed("profile")) {
            return demo::profile(name).map(Choice::Demo);
        }
        let app = options.app().ok_or("the demo has no app")?;
        return Ok(Choice::Demo(Profile::new("", app)));
    }
    let profiles = &reading.config.profiles;
    let asked_for = options.profile.as_ref().filter(|_| !is_typed("app_id"));
    if let Some(name) = asked_for {
        let found = profiles.iter().find(|profile| profile.name == *name).cloned();
        return found.map(Choice::Profile).ok_or_else(|| unknown(name, reading));
    }
    if let Some(app_id) = options.app_id {
        // What cannot be read may say that customers use this app.
        let app = Profile { production: reading.may_guard(), ..ad_hoc(options, app_id, var) };
        // A guard is about the app, however the app is named.
        let same = |profile: &&Profile| profile.app_id == app.app_id && profile.host() == app.host();
        let (production, read_only) = profiles.iter().filter(same).fold((app.production, false), |guard, profile| {
            (guard.0 || profile.production, guard.1 || profile.read_only)
        });
        return Ok(Choice::App(Profile { production, read_only, ..app }));
    }
    if let Some((name, why)) = reading.default_left_out() {
        // The user does not mean another profile, even if it is the only one.
        return Err(format!("the default profile {name} cannot be used: {why}"));
    }
    let default = reading.config.default_profile.as_ref();
    let found = default.and_then(|name| profiles.iter().find(|profile| profile.name == *name));
    match (found, profiles.as_slice()) {
        (Some(profile), _) | (None, [profile]) => Ok(Choice::Profile(profile.clone())),
        // The configuration holds something unusable, so the first start does not write over it.
        (None, []) if !reading.complaints.is_empty() => Err(unusable(reading)),
        (None, []) => Ok(Choice::Nothing),
        (None, several) => {
            let names: Vec<&str> = several.iter().map(|profile| profile.name.as_str()).collect();
            let why = first_complaint(reading);
            let names = names.join(", ");
            Ok(Choice::Several(format!("say which profile with -p, or set default_profile: {names}{why}")))
        }
    }
}

/// An app without a profile: its credential is in the environment.
fn ad_hoc(options: &TargetOptions, app_id: i32, var: impl Fn(&str) -> Option<OsString>) -> Profile {
    let is_set =
        |kind: &CredentialKind| var(kind.variable()).is_some_and(|value| !value.to_string_lossy().trim().is_empty());
    let kind = CredentialKind::ALL.into_iter().find(is_set).unwrap_or_default();
    Profile {
        base_url: options.base_url.clone(),
        api_version: options.api_version,
        kind,
        sources: vec![Source::Variable(kind.variable().to_owned())],
        ..Profile::new("", app_id)
    }
}

/// There is no such profile, and why that may be.
pub fn unknown(name: &str, reading: &Reading) -> String {
    if reading.is_broken {
        return unusable(reading);
    }
    if let Some(why) = reading.left_out(name) {
        return format!("the profile {name} cannot be used: {why}");
    }
    let names: Vec<&str> = reading.config.profiles.iter().map(|profile| profile.name.as_str()).collect();
    let why = first_complaint(reading);
    match names.as_slice() {
        [] => format!("there is no profile {name}: callset profile add {name} --app ID{why}"),
        names => format!("there is no profile {name}, but {}{why}", names.join(", ")),
    }
}

/// The first problem of the configuration, as a possible reason. Empty if there is none.
fn first_complaint(reading: &Reading) -> String {
    reading.complaints.first().map_or(String::new(), |complaint| format!("; {complaint}"))
}

fn unusable(reading: &Reading) -> String {
    reading.complaints.first().map_or_else(|| "the configuration cannot be used".to_owned(), ToString::to_string)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::Cli;
    use crate::store::config::parse;
    use clap::{CommandFactory, FromArgMatches};
    use std::path::Path;

    const TWO: &str =
        "default_profile = \"b\"\n[profiles.a]\napp_id = 1\n[profiles.b]\napp_id = 2\nproduction = true\n";

    fn chosen(arguments: &str, config: &str) -> Result<Choice, String> {
        let given = Cli::command().try_get_matches_from(["callset"].into_iter().chain(arguments.split_whitespace()));
        let given = given.unwrap();
        let cli = Cli::from_arg_matches(&given).unwrap();
        let aim = Aim::new(&cli.editor.target, None, &given);
        choose(&aim, &parse(config.as_bytes(), Path::new("config.toml"), None), |_| None)
    }

    fn app(choice: Result<Choice, String>) -> (i32, String) {
        match choice.unwrap() {
            Choice::Profile(profile) | Choice::App(profile) => (profile.app_id, profile.name),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_is_named_comes_before_the_default_and_the_demo_before_all() {
        assert_eq!(chosen("--demo", TWO), Ok(Choice::Demo(Profile::new("", 1_234_567))));
        let Ok(Choice::Demo(live)) = chosen("--demo -p live", TWO) else { panic!() };
        assert!(live.name == "live" && live.production);
        assert!(chosen("--demo -p a", TWO).unwrap_err().contains("the demo has no profile a, but dev"));
        assert!(chosen("--demo --base-url http://127.0.0.1:9", TWO).unwrap_err().contains("not both"));
        assert_eq!(app(chosen("-p a", TWO)), (1, "a".into()));
        assert_eq!(app(chosen("--app 7", TWO)), (7, String::new()));
        assert_eq!(app(chosen("", TWO)), (2, "b".into()));
        assert_eq!(app(chosen("", "[profiles.a]\napp_id = 1\n")), (1, "a".into()));
        assert_eq!(chosen("", ""), Ok(Choice::Nothing));
    }

    #[test]
    fn a_guard_is_about_the_app_however_it_is_named() {
        let guards = |arguments: &str, config: &str| match chosen(arguments, config).unwrap() {
            Choice::App(profile) => (profile.production, profile.read_only),
            other => panic!("{other:?}"),
        };
        assert_eq!(guards("--app 2", TWO), (true, false));
        let read_only = TWO.replace("production = true", "read_only = true");
        assert_eq!(guards("--app 2", &read_only), (false, true));
        // Elsewhere it is another app.
        assert_eq!(guards("--app 2 --base-url http://127.0.0.1:9", TWO), (false, false));
        assert_eq!(guards("--app 1", TWO), (false, false));
    }

    #[test]
    fn x17_an_app_is_reviewed_while_a_guard_of_it_may_be_hidden() {
        let is_reviewed = |text: &str| match chosen("--app 7", text).unwrap() {
            Choice::App(profile) => profile.production,
            other => panic!("{other:?}"),
        };
        for hidden in
            ["[profiles", "[profiles.a]\nproduction = yes", "[profiles.a]\napp_id = '7'\n", "[profile.a]\napp_id = 7\n"]
        {
            assert!(is_reviewed(hidden), "{hidden}");
        }
        for plain in ["", "theme = 'pink'\n", "[profiles.a]\napp_id = 1\n"] {
            assert!(!is_reviewed(plain), "{plain}");
        }
        // A misspelled guard of the very app is one.
        assert!(is_reviewed("[profiles.a]\napp_id = 7\nproducton = true\n"));
    }

    #[test]
    fn what_is_not_clear_is_not_guessed() {
        let unclear = TWO.replacen("default_profile", "# default_profile", 1);
        assert_eq!(
            chosen("", &unclear),
            Ok(Choice::Several("say which profile with -p, or set default_profile: a, b".into()))
        );
        assert_eq!(chosen("-p c", TWO), Err("there is no profile c, but a, b".into()));
        assert_eq!(chosen("-p c", ""), Err("there is no profile c: callset profile add c --app ID".into()));
        assert!(chosen("-p a --app 7", TWO).unwrap_err().contains("not both"));
        // A misspelled default is why it is not clear.
        let misspelled = TWO.replacen("default_profile", "default", 1);
        let Ok(Choice::Several(said)) = chosen("", &misspelled) else { panic!() };
        assert!(said.starts_with("say which profile") && said.contains("config.toml:1:1: default: "), "{said}");
        // A profile that is named and was left out says why, and no other is taken in its place.
        let spoilt = "theme = 'pink'\ndefault_profile = \"a\"\n[profiles.a]\napp_id = 1\nbase_url = 'http://a.dev'\n[profiles.b]\napp_id = 2\n";
        for (arguments, who) in [("", "the default profile a"), ("-p a", "the profile a")] {
            let said = chosen(arguments, spoilt).unwrap_err();
            let why = "cannot be used: config.toml:5:1: profiles.a.base_url: the address is plain http";
            assert!(said.starts_with(&format!("{who} {why}")), "{said}");
        }
        assert_eq!(app(chosen("-p b", spoilt)), (2, "b".into()));
        assert_eq!(app(chosen("--app 7", spoilt)), (7, String::new()));
        // The only profile was left out, or stands under another name: that is not having none.
        for spoilt in ["[profiles.a]\napp_id = 0\n", "[profile.a]\napp_id = 1\n"] {
            let said = chosen("", spoilt).unwrap_err();
            assert!(said.starts_with("config.toml:"), "{said}");
        }
        // F2: a broken file is told with its place, and nobody is led through setting up over it.
        assert!(chosen("", "[profiles").unwrap_err().starts_with("config.toml:1:"));
        assert!(chosen("-p a", "[profiles").unwrap_err().starts_with("config.toml:1:"));
    }
}
