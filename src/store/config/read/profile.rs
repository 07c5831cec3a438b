//! Reads a profile: the app, the address and the sources of the credential.

use super::{Reader, Section, Taken, span};
use crate::model::ApiVersion;
use crate::model::login::{Login, LoginPart};
use crate::model::pace::pace;
use crate::model::profile::{self as rules, BASE_URL, CredentialKind, Profile, Source, Tint};
use crate::store::config::keys::{self, COMMAND_TIMEOUT, ConfigScope};
use std::path::{Path, PathBuf};
use std::time::Duration;
use toml_edit::{Item, Key, Value};

impl Reader<'_> {
    /// `None` without an app or with an unusable address: with a default address, the credential would go to
    /// another host.
    pub(super) fn profile(&mut self, key: &Key, item: &Item) -> Option<Profile> {
        let (name, at) = (key.get(), key.span());
        let path = ["profiles", name];
        let Some(table) = item.as_table_like() else {
            self.complain(at, &path, "a table is needed; the profile is left out");
            return None;
        };
        if !rules::is_profile_name(name) {
            let names = format!("a profile's name {}; the profile is left out", rules::PROFILE_NAMES);
            self.complain(at, &path, &names);
            return None;
        }
        let section = Section { path: &path, table };
        let app_id = self.take(
            section,
            "app_id",
            "a whole number from 1 to 2147483647 is needed, without quotes; the profile is left out",
            |value| rules::app_id(value.as_integer()?),
        );
        if matches!(app_id, Taken::Nothing) {
            self.complain(at, &path, "app_id is missing; the profile is left out");
        }
        let base_url = self.base_url(section);
        let kind =
            self.one_of(section, "credential", &CredentialKind::ALL, CredentialKind::word).ok().unwrap_or_default();
        let profile = Profile {
            name: name.to_owned(),
            app_id: app_id.ok().unwrap_or_default(),
            base_url: base_url.clone().unwrap_or_default(),
            api_version: self
                .one_of(section, "api_version", &ApiVersion::ALL, ApiVersion::label)
                .ok()
                .unwrap_or_default(),
            kind,
            sources: self.sources(section, kind),
            command_timeout: self.command_timeout(section),
            mark: self.mark(section),
            production: self.guard(section, "production"),
            read_only: self.guard(section, "read_only"),
        };
        self.unknown(section, ConfigScope::Profile);
        (base_url.is_some() && profile.app_id > 0).then_some(profile)
    }

    fn base_url(&mut self, section: Section<'_>) -> Option<String> {
        let url = self.take(section, "base_url", "text is needed; the profile is left out", |value| {
            value.as_str().map(ToOwned::to_owned)
        });
        let url = match url {
            Taken::Nothing => return Some(BASE_URL.to_owned()),
            Taken::Unfit => return None,
            Taken::Fit(url) => url,
        };
        // Most profiles have the same one.
        if self.last_url.as_ref() == Some(&url) {
            return Some(url);
        }
        if let Err(why) = rules::base_url(&url) {
            let sentence = format!("the address {why}; the profile is left out");
            self.complain(span(section, "base_url"), &[section.path, &["base_url"]].concat(), sentence);
            return None;
        }
        self.last_url = Some(url.clone());
        Some(url)
    }

    fn mark(&mut self, section: Section<'_>) -> Option<Tint> {
        section.table.get("mark")?;
        let words: Vec<_> = Tint::ALL.iter().map(|mark| mark.word()).collect();
        let else_ = format!("one of {} is needed; there is none", words.join(", "));
        let read = |value: &Value| {
            let text = value.as_str()?;
            Tint::ALL.into_iter().find(|mark| mark.word() == text)
        };
        self.take(section, "mark", &else_, read).ok()
    }

    /// A guard that is there but cannot be read counts as set. So does one whose key is misspelled, whatever it says.
    fn guard(&mut self, section: Section<'_>, key: &str) -> bool {
        let is_misspelled = section.table.iter().any(|(name, _)| keys::guard(name, ConfigScope::Profile) == Some(key));
        match self.switch(section, key, "until then it counts as true") {
            Taken::Nothing => is_misspelled,
            Taken::Unfit => true,
            Taken::Fit(on) => on || is_misspelled,
        }
    }

    fn sources(&mut self, section: Section<'_>, kind: CredentialKind) -> Vec<Source> {
        let (file, command) = (self.token_file(section), self.token_command(section));
        let (login, has_login) = self.login(section);
        let words = self.take(
            section,
            "sources",
            "a list is needed, such as [\"env\"]; until then there is no source",
            |value| Some(value.as_array()?.iter().cloned().collect::<Vec<Value>>()),
        );
        let (has_file, has_command) = (!matches!(file, Taken::Nothing), !matches!(command, Taken::Nothing));
        let words = match words {
            Taken::Nothing => implied(has_login, has_file, has_command).into_iter().map(Value::from).collect(),
            Taken::Unfit => return Vec::new(),
            Taken::Fit(words) => words,
        };
        let (file, command) = (file.ok(), command.ok());
        let path = [section.path, &["sources"]].concat();
        let named: Vec<String> = words.iter().filter_map(|word| word.as_str().map(ToOwned::to_owned)).collect();
        let mut sources = Vec::new();
        for word in words {
            let at = word.span();
            let source = match word.as_str() {
                Some("env") => Ok(Some(Source::Variable(kind.variable().to_owned()))),
                Some("keyring") => Ok(Some(Source::Keyring)),
                Some(word) if kind != CredentialKind::Bearer && is_login(word) => {
                    Err("this source gives an access token, and credential says developer-key; it is left out")
                }
                Some("hs") => Ok(Some(Source::HubSpotCli(None))),
                // A part that cannot be used has its complaint already.
                Some("oauth") => Ok(login.clone().map(|login| Source::OAuth(Box::new(login)))),
                // If the key exists but cannot be used, the complaint was made already.
                Some("file") if has_file => Ok(file.clone().map(Source::File)),
                Some("command") if has_command => Ok(command.clone().map(Source::Command)),
                Some("file") => Err("\"file\" needs a token_file; this source is left out"),
                Some("command") => Err("\"command\" needs a token_command; this source is left out"),
                word => match word.and_then(|word| word.strip_prefix("env:")) {
                    Some(name) if is_variable(name) => Ok(Some(Source::Variable(name.to_owned()))),
                    None if word.is_some_and(|word| is_account(word.strip_prefix("hs:").unwrap_or_default())) => {
                        Ok(word
                            .and_then(|word| word.strip_prefix("hs:"))
                            .map(|name| Source::HubSpotCli(Some(name.to_owned()))))
                    }
                    Some(_) => Err("the name of a variable is letters, digits and _; this source is left out"),
                    None => Err(
                        "env, env:NAME, file, command, keyring, oauth, hs or hs:ACCOUNT is needed; this source is left out",
                    ),
                },
            };
            match source {
                Ok(source) => sources.extend(source),
                Err(sentence) => self.complain(at, &path, sentence),
            }
        }
        for (key, word, has_it) in [("token_file", "file", has_file), ("token_command", "command", has_command)] {
            if has_it && !named.contains(&word.to_owned()) {
                let sentence = format!("not used: sources does not name \"{word}\"");
                self.complain(span(section, key), &[section.path, &[key]].concat(), sentence);
            }
        }
        for part in LoginPart::ALL.into_iter().filter(|part| section.table.get(part.word()).is_some()) {
            if !named.contains(&"oauth".to_owned()) {
                let path = [section.path, &[part.word()]].concat();
                self.complain(span(section, part.word()), &path, "not used: sources does not name \"oauth\"");
            }
        }
        sources
    }

    /// The parts of the OAuth login, each from its usual variable unless the file names another source; `None` if a
    /// part cannot be used. Also returns whether the file names any part.
    fn login(&mut self, section: Section<'_>) -> (Option<Login>, bool) {
        let (mut login, mut is_named) = (Some(Login::default()), false);
        for part in LoginPart::ALL {
            let home = self.home.map(PathBuf::from);
            let taken = self.take(
                section,
                part.word(),
                "env, env:NAME, file:PATH, keyring or a command as a list is needed, and never the text itself; the \
                 source \"oauth\" is left out",
                |value| match value.as_array() {
                    Some(words) => {
                        let words = words.iter().map(|word| word.as_str().map(ToOwned::to_owned));
                        command(words.collect::<Option<Vec<String>>>()?, home.as_deref()).map(Source::Command)
                    }
                    None => part_place(part, value.as_str()?, home.as_deref()),
                },
            );
            is_named |= !matches!(taken, Taken::Nothing);
            match taken {
                Taken::Nothing => {}
                Taken::Unfit => login = None,
                Taken::Fit(source) => {
                    if let Some(login) = &mut login {
                        login.set(part, source);
                    }
                }
            }
        }
        (login, is_named)
    }

    fn token_file(&mut self, section: Section<'_>) -> Taken<PathBuf> {
        let home = self.home.map(PathBuf::from);
        self.take(
            section,
            "token_file",
            "an absolute path is needed, or one with ~/ in front if HOME is set; there is no file",
            |value| absolute(value.as_str()?, home.as_deref()),
        )
    }

    fn token_command(&mut self, section: Section<'_>) -> Taken<Vec<String>> {
        let home = self.home.map(PathBuf::from);
        self.take(
            section,
            "token_command",
            "a list of texts is needed: a program's name or absolute path, or one with ~/ in front, then its arguments; there \
             is no command",
            |value| {
                let words = value.as_array()?.iter().map(|word| word.as_str().map(ToOwned::to_owned));
                command(words.collect::<Option<Vec<String>>>()?, home.as_deref())
            },
        )
    }

    fn command_timeout(&mut self, section: Section<'_>) -> Option<Duration> {
        let read = self.take(section, COMMAND_TIMEOUT, "a time from \"1s\" to \"60s\" is needed; it is 10s", |value| {
            pace(value.as_str()?)
        });
        read.ok()
    }
}

/// The sources of a profile that does not list them. A key counts even if its value is unusable, since it shows
/// what was meant.
pub(in crate::store::config) fn implied(login: bool, file: bool, command: bool) -> Vec<&'static str> {
    let named = [(login, "oauth"), (file, "file"), (command, "command")];
    let named: Vec<&str> = named.into_iter().filter_map(|(is_named, word)| is_named.then_some(word)).collect();
    if named.is_empty() { vec!["env"] } else { named }
}

/// Does this source give access tokens only?
fn is_login(word: &str) -> bool {
    word == "oauth" || word == "hs" || word.starts_with("hs:")
}

/// Can this be the name or the number of an account in the configuration of the HubSpot CLI?
pub fn is_account(text: &str) -> bool {
    !text.trim().is_empty() && text.trim() == text && text.chars().count() <= 200 && !text.chars().any(char::is_control)
}

/// The source of a part of a login: `env`, `env:NAME`, `file:PATH` or `keyring`. `None` for anything else.
pub fn part_place(part: LoginPart, text: &str, home: Option<&Path>) -> Option<Source> {
    match text {
        "env" => Some(Source::Variable(part.variable().to_owned())),
        "keyring" => Some(Source::Keyring),
        text => match (text.strip_prefix("env:"), text.strip_prefix("file:")) {
            (Some(name), _) => is_variable(name).then(|| Source::Variable(name.to_owned())),
            (None, Some(path)) => absolute(path, home).map(Source::File),
            (None, None) => None,
        },
    }
}

/// An absolute path; `~/` stands for the home folder.
pub fn absolute(text: &str, home: Option<&Path>) -> Option<PathBuf> {
    let path = match text.strip_prefix("~/") {
        Some(rest) => home?.join(rest.trim_start_matches('/')),
        None => PathBuf::from(text),
    };
    (path.is_absolute() && !text.contains('\0')).then_some(path)
}

/// Is this a valid name of an environment variable?
pub fn is_variable(name: &str) -> bool {
    !name.starts_with(|c: char| c.is_ascii_digit())
        && !name.is_empty()
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// The words of a command: the name of a program in the `PATH` or an absolute path, where `~/` stands for the home
/// folder, then its arguments. `None` if they are none. A relative path is refused, since its program would depend on
/// the current folder.
pub fn command(mut words: Vec<String>, home: Option<&Path>) -> Option<Vec<String>> {
    let program = words.first_mut()?;
    if program.contains('/') {
        *program = absolute(program, home)?.into_os_string().into_string().ok()?;
    }
    let fits = !program.is_empty() && !program.starts_with('~');
    (fits && words.iter().all(|word| !word.contains('\0'))).then_some(words)
}
