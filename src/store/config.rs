//! The configuration: `config.toml`, which people write, and which callset edits without changing any other part of
//! it.
//!
//! ```text
//!   $XDG_CONFIG_HOME/callset/config.toml       or  $HOME/.config/callset/config.toml; never the current folder
//!
//!   read ──> Reading: Config, and a complaint with line and column for each part that cannot be used
//!   edit ──> lock ── read ── change the text ── read the result: is it as intended? ── replace the file at once
//! ```
//!
//! A file that cannot be read is never written. The configuration holds no credential: a profile only says where
//! one is.

mod file;
mod keys;
mod read;
mod splice;
mod write;

pub use keys::{ConfigKey, ConfigScope, KEYS, markdown};
pub use read::parse;
pub use read::profile::{absolute, command, is_account, is_variable, part_place};

use super::{StoreError, lock};
use crate::model::profile::{Config, Preset, Profile};
use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};
use toml_edit::Value;
use write::Wanted;

/// The result of reading the configuration.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// The usable parts; the defaults for the rest, or if there is no file.
    pub config: Config,
    /// The parts that cannot be used, in the order of the file.
    pub complaints: Vec<Complaint>,
    /// There is a file, and no part of it can be used.
    pub is_broken: bool,
    /// The default profile that the file names, whether it exists or not.
    wished: Option<String>,
    /// The profiles that cannot be used, each with its complaint.
    left_out: Vec<(String, Complaint)>,
}

impl Reading {
    /// The complaint about the profile of this name, if the file has the profile and it cannot be used. Also
    /// available if the file has more complaints than are kept.
    pub fn left_out(&self, name: &str) -> Option<&Complaint> {
        self.left_out.iter().find(|(left_out, _)| left_out == name).map(|(_, complaint)| complaint)
    }

    /// The default profile and its complaint, if it cannot be used.
    pub fn default_left_out(&self) -> Option<(&str, &Complaint)> {
        let wished = self.wished.as_deref()?;
        Some((wished, self.left_out(wished)?))
    }

    /// May the file guard an app without this being known? So it is if the file, or a profile in it, cannot be read.
    pub fn may_guard(&self) -> bool {
        let is_lost = |complaint: &Complaint| {
            complaint.key.as_deref().is_some_and(|key| keys::meant(key, ["profiles"].into_iter()).is_some())
        };
        self.is_broken || !self.left_out.is_empty() || self.complaints.iter().any(is_lost)
    }

    /// The complaint about a profile, as the end of a sentence that names the profile; empty if there is none.
    fn because(&self, name: &str) -> String {
        self.left_out(name).map_or(String::new(), |complaint| format!("; it cannot be used: {complaint}"))
    }
}

/// A part of the file that cannot be used. Never repeats a value, which may be a credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complaint {
    /// The file.
    pub file: PathBuf,
    /// Line and column, both from 1, in characters.
    pub at: Option<(usize, usize)>,
    /// The key, from the top of the file, with dots.
    pub key: Option<String>,
    /// What is wrong, and what is used instead.
    pub text: String,
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file.display())?;
        if let Some((line, column)) = self.at {
            write!(f, ":{line}:{column}")?;
        }
        write!(f, ": {}", self.about())
    }
}

impl Complaint {
    /// The key and the complaint.
    fn about(&self) -> String {
        self.key.iter().map(String::as_str).chain([self.text.as_str()]).collect::<Vec<_>>().join(": ")
    }

    /// The complaint with its line, for a sentence that names the file already.
    fn below_its_file(&self) -> String {
        let line = self.at.map_or(String::new(), |(line, _)| format!("line {line}: "));
        format!("{line}{}", self.about())
    }
}

/// A change of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConfigEdit {
    /// Adds a profile at the end.
    AddProfile(Profile),
    /// Adds a profile, or changes the one of this name where it stands.
    SetProfile(Profile),
    /// Gives a profile another name, where it stands. If it is the default profile, it still is.
    RenameProfile {
        /// The name so far.
        from: String,
        /// The name from now on.
        to: String,
    },
    /// Removes a profile. If it is the default profile, there is no default then.
    RemoveProfile(String),
    /// Makes a profile the default; `None` removes the default.
    SetDefault(Option<String>),
    /// Adds a preset, or replaces the values of the preset of this name.
    SetPreset(Preset),
    /// Removes a preset.
    RemovePreset(String),
}

/// What became of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edited {
    /// The configuration after the change.
    pub config: Config,
    /// What the user should know, as a sentence.
    pub note: Option<String>,
}

/// The file of the configuration; `None` without a home folder. Only absolute paths count.
pub fn config_file(var: impl Fn(&str) -> Option<OsString>) -> Option<ConfigFile> {
    let folder = |name: &str| var(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let home = folder("HOME");
    let folder = folder("XDG_CONFIG_HOME").or_else(|| Some(home.as_ref()?.join(".config")))?;
    Some(ConfigFile { path: folder.join("callset/config.toml"), home })
}

/// The file of the configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigFile {
    /// The path of the file. There may be a link at this path.
    pub path: PathBuf,
    /// The folder that `~/` stands for in the file.
    pub home: Option<PathBuf>,
}

impl ConfigFile {
    /// Reads the file. Waits for the disk only. Without a file, all values are defaults.
    pub fn read(&self) -> Reading {
        match file::read(&self.path) {
            Ok(None) => Reading::default(),
            Ok(Some(bytes)) => self.reading_of(&bytes),
            Err(why) => {
                let text = format!("{why}; {}", read::NOTHING_USED);
                let complaint = Complaint { file: self.path.clone(), at: None, key: None, text };
                Reading { complaints: vec![complaint], is_broken: true, ..Reading::default() }
            }
        }
    }

    /// What a file of these bytes says.
    pub fn reading_of(&self, bytes: &[u8]) -> Reading {
        parse(bytes, &self.path, self.home.as_deref())
    }

    /// The configuration after the changes, without making them. Fails as [`ConfigFile::edit`] would.
    pub fn foresee(&self, changes: &[ConfigEdit]) -> Result<Config, StoreError> {
        let bytes = file::read(&self.path).map(Option::unwrap_or_default);
        bytes
            .and_then(|bytes| self.changed(bytes, changes))
            .map(|(_, config)| config)
            .map_err(|why| self.unchanged(&why))
    }

    /// The lines that the changes would add to the file, without making them. Fails as [`ConfigFile::edit`] would.
    pub fn added(&self, changes: &[ConfigEdit]) -> Result<Vec<String>, StoreError> {
        let added = || {
            let bytes = file::read(&self.path)?.unwrap_or_default();
            let (after, _) = self.changed(bytes.clone(), changes)?;
            let before = String::from_utf8_lossy(&bytes);
            let (before, after): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
            let same = before.iter().zip(&after).take_while(|(old, new)| old == new).count();
            let (old, new) = (&before[same..], &after[same..]);
            let end = old.iter().rev().zip(new.iter().rev()).take_while(|(old, new)| old == new).count();
            let lines = new[..new.len() - end].iter().skip_while(|line| line.trim().is_empty());
            Ok(lines.map(|line| (*line).to_owned()).collect())
        };
        added().map_err(|why: String| self.unchanged(&why))
    }

    /// Reads the file again and makes all of the changes, or none. Everything else stays byte for byte. Returns the
    /// new configuration. On an error the file is unchanged, unless the error says otherwise. Waits at most a second
    /// for another callset.
    pub fn edit(&self, changes: &[ConfigEdit]) -> Result<Edited, StoreError> {
        let edit = || {
            let folder = self.path.parent().ok_or("its path has no folder")?;
            if !folder.is_dir() {
                // If the changes cannot be made, the folder is not made either.
                self.changed(Vec::new(), changes)?;
                file::make_folder(folder)?;
            }
            let _lock = lock::take_folder_soon(folder).map_err(|error| super::disk::words(&error))?;
            let before = file::read(&self.path)?.unwrap_or_default();
            let (after, config) = self.changed(before.clone(), changes)?;
            let mut note = None;
            if before != after.as_bytes() {
                let why = file::replace(&self.path, after.as_bytes())?;
                note = why.map(|why| format!("{} was written in place, because {why}", self.path.display()));
                if file::read(&self.path)?.as_deref() != Some(after.as_bytes()) {
                    return Err("another program wrote to it at the same time: look at it before you go on".to_owned());
                }
            }
            Ok(Edited { config, note })
        };
        edit().map_err(|why: String| self.unchanged(&why))
    }

    fn unchanged(&self, why: &str) -> StoreError {
        StoreError { what: "The configuration is as it was", why: format!("{}: {why}", self.path.display()) }
    }

    /// The text after the changes, and its configuration.
    fn changed(&self, bytes: Vec<u8>, changes: &[ConfigEdit]) -> Result<(String, Config), String> {
        let mut reading = parse(&bytes, &self.path, self.home.as_deref());
        if let (true, Some(complaint)) = (reading.is_broken, reading.complaints.first()) {
            return Err(format!("put it right first: {complaint}"));
        }
        let mut text = String::from_utf8(bytes).map_err(|_| "it is not UTF-8")?;
        for change in changes {
            (text, reading) = self.proven(change, &text, &reading)?;
        }
        Ok((text, reading.config))
    }

    /// The text with one change. A text that does not read back as intended must not replace the file.
    fn proven(&self, change: &ConfigEdit, text: &str, before: &Reading) -> Result<(String, Reading), String> {
        let expected = sorted(change.expected(before));
        for touch in [Touch::WhatDiffers, Touch::All] {
            let text = change.apply(text, before, touch)?;
            let after = parse(text.as_bytes(), &self.path, self.home.as_deref());
            if !after.is_broken && sorted(after.config.clone()) == expected {
                return Ok((text, after));
            }
        }
        Err("it is written in a way that callset cannot change; change it by hand".to_owned())
    }
}

/// Which keys of a profile or preset are written again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Touch {
    /// Only the keys whose values change; the others stay as they are written.
    WhatDiffers,
    /// All keys, if a value that cannot be used is in the way. Misspelled guards are removed.
    All,
}

impl ConfigEdit {
    /// Applies this change to the text.
    fn apply(&self, text: &str, before: &Reading, touch: Touch) -> Result<String, String> {
        let config = &before.config;
        match self {
            ConfigEdit::AddProfile(profile) if splice::is_there(text, &["profiles", &profile.name])? => {
                Err(format!("there is a profile {} already{}", profile.name, before.because(&profile.name)))
            }
            ConfigEdit::AddProfile(profile) | ConfigEdit::SetProfile(profile) => {
                let old = config.profiles.iter().find(|old| old.name == profile.name);
                let old = old.map_or(Ok(Vec::new()), write::profile)?;
                let mut wanted = instead(&old, write::profile(profile)?, touch);
                if touch == Touch::All {
                    let names = splice::names(text, &["profiles", &profile.name])?;
                    let misspelled = |name: &String| keys::guard(name, ConfigScope::Profile).is_some();
                    wanted.extend(names.into_iter().filter(misspelled).map(|name| (name.into(), None)));
                }
                splice::set(text, &["profiles", &profile.name], &wanted)
            }
            ConfigEdit::RenameProfile { to, .. } if splice::is_there(text, &["profiles", to])? => {
                Err(format!("there is a profile {to} already{}", before.because(to)))
            }
            ConfigEdit::RenameProfile { from, to } => {
                let text = splice::rename(text, &["profiles", from], to)?;
                let is_default = before.wished.as_ref() == Some(from);
                let default = [("default_profile".into(), Some(to.into()))];
                if is_default { splice::set(&text, &[], &default) } else { Ok(text) }
            }
            ConfigEdit::RemoveProfile(name) => {
                let text = removed(text, "profiles", name)?;
                // The text is parsed because the default may name a profile that cannot be used. It is removed too.
                let is_default = parse(text.as_bytes(), Path::new(""), None).wished.as_ref() == Some(name);
                if is_default { splice::set(&text, &[], &[("default_profile".into(), None)]) } else { Ok(text) }
            }
            ConfigEdit::SetDefault(Some(name)) if !config.profiles.iter().any(|profile| profile.name == *name) => {
                Err(format!("there is no profile {name} that can be used{}", before.because(name)))
            }
            ConfigEdit::SetDefault(name) => {
                splice::set(text, &[], &[("default_profile".into(), name.as_ref().map(Into::into))])
            }
            ConfigEdit::SetPreset(preset) => {
                let old = config.presets.iter().find(|old| old.name == preset.name);
                let (old, new) = (old.map_or(Ok(Vec::new()), write::preset)?, write::preset(preset)?);
                splice::set(text, &["presets", &preset.name], &instead(&old, new, touch))
            }
            ConfigEdit::RemovePreset(name) => removed(text, "presets", name),
        }
    }

    /// The configuration that the file must have after this change.
    fn expected(&self, before: &Reading) -> Config {
        let mut config = before.config.clone();
        let mut wished = before.wished.clone();
        match self {
            ConfigEdit::AddProfile(profile) | ConfigEdit::SetProfile(profile) => {
                config.profiles.retain(|old| old.name != profile.name);
                config.profiles.push(profile.clone());
            }
            ConfigEdit::RenameProfile { from, to } => {
                let renamed = config.profiles.iter_mut().filter(|profile| profile.name == *from);
                renamed.for_each(|profile| profile.name.clone_from(to));
                wished = wished.map(|wished| if wished == *from { to.clone() } else { wished });
            }
            ConfigEdit::RemoveProfile(name) => {
                config.profiles.retain(|old| old.name != *name);
                wished = wished.filter(|wished| wished != name);
            }
            ConfigEdit::SetDefault(name) => wished.clone_from(name),
            ConfigEdit::SetPreset(preset) => {
                config.presets.retain(|old| old.name != preset.name);
                config.presets.push(preset.clone());
            }
            ConfigEdit::RemovePreset(name) => config.presets.retain(|old| old.name != *name),
        }
        config.default_profile = wished.filter(|wished| config.profiles.iter().any(|profile| profile.name == *wished));
        config
    }
}

fn removed(text: &str, tables: &str, name: &str) -> Result<String, String> {
    match splice::remove(text, &[tables, name])? {
        (text, true) => Ok(text),
        (_, false) => Err(format!("there is no {name} among its {tables}")),
    }
}

/// The keys to write in order to replace old values by new ones. Keys that only the old values have are removed.
fn instead(old: &[Wanted], mut new: Vec<Wanted>, touch: Touch) -> Vec<Wanted> {
    let gone = old.iter().filter(|(key, _)| !new.iter().any(|(k, _)| k == key));
    let mut wanted: Vec<Wanted> = gone.map(|(key, _)| (key.clone(), None)).collect();
    if touch == Touch::WhatDiffers {
        // Both texts were written by the same code, so equal texts mean equal values.
        let text = |value: &Option<Value>| value.as_ref().map(ToString::to_string);
        new.retain(|(key, value)| !old.iter().any(|(k, old)| k == key && text(old) == text(value)));
    }
    wanted.append(&mut new);
    wanted
}

/// The configuration without the order of the file, which does not matter for a change.
fn sorted(mut config: Config) -> Config {
    config.profiles.sort_by(|a, b| a.name.cmp(&b.name));
    config.presets.sort_by(|a, b| a.name.cmp(&b.name));
    for preset in &mut config.presets {
        let mut members: Vec<_> = preset.values.members().map(|(key, value)| (key.to_owned(), value.clone())).collect();
        members.sort_by(|(a, _), (b, _)| a.cmp(b));
        preset.values = members.into_iter().collect();
    }
    config
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::login::{Login, LoginPart};
    use crate::model::profile::{Appearance, CredentialKind, Source, Tint};
    use crate::model::{ApiVersion, Value as Member};
    use proptest::prelude::*;

    fn at_home() -> ConfigFile {
        ConfigFile { path: "/c/config.toml".into(), home: Some("/home/me".into()) }
    }

    fn changed(text: &str, changes: &[ConfigEdit]) -> Result<String, String> {
        at_home().changed(text.into(), changes).map(|(text, _)| text)
    }

    fn read(text: &str) -> Config {
        let reading = parse(text.as_bytes(), Path::new("c"), Some(Path::new("/home/me")));
        assert!(!reading.is_broken, "{reading:?} {text}");
        reading.config
    }

    fn preset(name: &str, members: &[(&str, Member)]) -> Preset {
        Preset { name: name.into(), values: members.iter().cloned().collect() }
    }

    #[test]
    fn s7_only_an_absolute_folder_of_the_environment_is_looked_at() {
        let path = |vars: &[(&str, &str)]| {
            let var = |name: &str| vars.iter().find(|(n, _)| *n == name).map(|(_, value)| OsString::from(value));
            config_file(var).map(|file| file.path)
        };
        assert_eq!(path(&[("XDG_CONFIG_HOME", "/x"), ("HOME", "/h")]), Some("/x/callset/config.toml".into()));
        assert_eq!(path(&[("HOME", "/h")]), Some("/h/.config/callset/config.toml".into()));
        assert_eq!(path(&[("XDG_CONFIG_HOME", "."), ("HOME", "/h")]), Some("/h/.config/callset/config.toml".into()));
        assert_eq!(path(&[("XDG_CONFIG_HOME", ""), ("HOME", "h")]), None);
        assert_eq!(path(&[]), None);
    }

    #[test]
    fn a_first_profile_is_as_short_as_can_be() {
        let changes =
            [ConfigEdit::AddProfile(Profile::new("staging", 7)), ConfigEdit::SetDefault(Some("staging".into()))];
        let text = changed("", &changes).unwrap();
        assert_eq!(text, "default_profile = \"staging\"\n\n[profiles.staging]\napp_id = 7\n");
    }

    #[test]
    fn a_table_is_added_at_the_end_and_goes_without_a_trace() {
        let texts = ["", "# Mine.\n", "theme = \"mono\"\n", "[profiles.a]\napp_id = 1\n", "\u{feff}watch = \"1s\"\r\n"];
        for before in texts {
            let after = changed(before, &[ConfigEdit::AddProfile(Profile::new("b", 2))]).unwrap();
            assert!(after.starts_with(before), "{after:?}");
            let bare = after.replace("\r\n", "").contains('\n');
            assert_eq!(bare, !before.contains('\r'), "{after:?}");
            assert_eq!(changed(&after, &[ConfigEdit::RemoveProfile("b".into())]).unwrap(), before);
        }
        let after = changed("theme = \"mono\" # no end", &[ConfigEdit::AddProfile(Profile::new("b", 2))]).unwrap();
        assert_eq!(after, "theme = \"mono\" # no end\n\n[profiles.b]\napp_id = 2\n");
    }

    /// What people write, with a comment in every place.
    const LIVELY: &str = "# Mine.\n\n# To try things with.\n[profiles.a] # a\n  app_id = 1 # one\n# Not yet.\nmark = 'red'\n# \
                          The end of a.\n\n# Careful!\n[profiles.b]\napp_id = 2\nbase_url = 'https://api.hubapi.com'\n\n# Bye.\n";

    #[test]
    fn comments_stay_where_they_are() {
        let profile = Profile { mark: None, read_only: true, ..Profile::new("a", 3) };
        let changes = [ConfigEdit::SetProfile(profile), ConfigEdit::SetDefault(Some("b".into()))];
        let after = "# Mine.\n\ndefault_profile = \"b\"\n\n# To try things with.\n[profiles.a] # a\n  app_id = 3 # one\n# Not \
                     yet.\nread_only = true\n# The end of a.\n\n# Careful!\n[profiles.b]\napp_id = 2\nbase_url = \
                     'https://api.hubapi.com'\n\n# Bye.\n";
        assert_eq!(changed(LIVELY, &changes).unwrap(), after);
        let after = "# Mine.\n\n# To try things with.\n[profiles.a] # a\n  app_id = 1 # one\n# Not yet.\nmark = 'red'\n# The \
                     end of a.\n\n# Careful!\n\n# Bye.\n";
        assert_eq!(changed(LIVELY, &[ConfigEdit::RemoveProfile("b".into())]).unwrap(), after);
    }

    #[test]
    fn a_renamed_profile_keeps_its_place_its_comments_and_what_callset_does_not_know() {
        let rename = |text: &str| changed(text, &[ConfigEdit::RenameProfile { from: "a".into(), to: "x.y".into() }]);
        let set = "default_profile = 'a' # mine\n";
        for (before, after) in [
            (LIVELY.to_owned(), LIVELY.replace("[profiles.a]", "[profiles.\"x.y\"]")),
            (
                format!("{set}[ profiles . 'a' ] # [profiles.a]\napp_id = 1\n[profiles.a.more]\na = 1\n[profiles.b]\napp_id = 2\n"),
                "default_profile = \"x.y\" # mine\n[ profiles . \"x.y\" ] # [profiles.a]\napp_id = 1\n[profiles.\"x.y\".more]\na = \
                 1\n[profiles.b]\napp_id = 2\n"
                    .to_owned(),
            ),
            (
                "profiles.a.app_id = 1\nprofiles.b.app_id = 2\n  profiles.\"a\".mark = 'red' # a\n".to_owned(),
                "profiles.\"x.y\".app_id = 1\nprofiles.b.app_id = 2\n  profiles.\"x.y\".mark = 'red' # a\n".to_owned(),
            ),
            (
                "[profiles]\na = { app_id = 1, mark = 'red' } # a\nb.app_id = 2\n".to_owned(),
                "[profiles]\n\"x.y\" = { app_id = 1, mark = 'red' } # a\nb.app_id = 2\n".to_owned(),
            ),
            ("[profiles]\na.app_id = 1\na.mark='red'\n".to_owned(), "[profiles]\n\"x.y\".app_id = 1\n\"x.y\".mark='red'\n".to_owned()),
            (
                "profiles = { a = { app_id = 1 }, b = { app_id = 2 } } # a\n".to_owned(),
                "profiles = { \"x.y\" = { app_id = 1 }, b = { app_id = 2 } } # a\n".to_owned(),
            ),
        ] {
            assert_eq!(rename(&before), Ok(after), "{before}");
        }
        let taken = ConfigEdit::RenameProfile { from: "a".into(), to: "b".into() };
        assert!(changed(LIVELY, &[taken]).unwrap_err().contains("there is a profile b already"));
        assert!(rename("[profiles.b]\napp_id = 1\n").unwrap_err().contains("no a among"));
    }

    #[test]
    fn x17_a_guard_that_callset_sets_mends_what_was_misspelled() {
        let before = "[profiles.a]\napp_id = 1\nproducton = true # careful\n";
        let change =
            |production| changed(before, &[ConfigEdit::SetProfile(Profile { production, ..Profile::new("a", 1) })]);
        assert_eq!(change(true).unwrap(), before, "it is so already");
        assert_eq!(change(false).unwrap(), "[profiles.a]\napp_id = 1\n");
    }

    #[test]
    fn f3_keys_of_a_newer_callset_outlive_a_change() {
        let before = "version = 2\nhue = 3\n[profiles.a]\napp_id = 1\nregion = \"eu\"\n[profiles.a.more]\nx = 1\n";
        let profile = Profile { production: true, ..Profile::new("a", 2) };
        let after = "version = 2\nhue = 3\n[profiles.a]\napp_id = 2\nregion = \"eu\"\nproduction = true\n[profiles.a.more]\nx = 1\n";
        assert_eq!(changed(before, &[ConfigEdit::SetProfile(profile)]).unwrap(), after);
    }

    #[test]
    fn braces_are_written_anew() {
        let before = "[profiles]\na = { app_id = 1, mark = 'red' } # a\nb = { app_id = 2 }\n";
        let a = Profile { production: true, ..Profile::new("a", 1) };
        assert_eq!(
            changed(before, &[ConfigEdit::SetProfile(a.clone()), ConfigEdit::RemoveProfile("b".into())]).unwrap(),
            "[profiles]\na = { app_id = 1, production = true } # a\n"
        );
        let before = "profiles = { a = { app_id = 1 }, b = { app_id = 2 } }\n";
        let changes = [
            ConfigEdit::SetProfile(a),
            ConfigEdit::RemoveProfile("b".into()),
            ConfigEdit::AddProfile(Profile::new("c", 3)),
        ];
        let after = changed(before, &changes).unwrap();
        let names: Vec<_> = read(&after).profiles.into_iter().map(|profile| profile.name).collect();
        assert_eq!((names, after.lines().count()), (vec!["a".to_owned(), "c".to_owned()], 1), "{after}");
    }

    #[test]
    fn dots_in_keys_can_be_changed_and_removed_and_are_not_extended() {
        let before = "profiles.a.app_id = 1\ntheme = 'mono'\nprofiles.a.mark = 'red' # a\nprofiles.b.app_id = 2\n";
        let a = Profile { mark: Some(Tint::Blue), ..Profile::new("a", 9) };
        assert_eq!(
            changed(before, &[ConfigEdit::SetProfile(a.clone())]).unwrap(),
            "profiles.a.app_id = 9\ntheme = 'mono'\nprofiles.a.mark = \"blue\" # a\nprofiles.b.app_id = 2\n"
        );
        let without = changed(before, &[ConfigEdit::RemoveProfile("a".into())]).unwrap();
        assert_eq!(without, "theme = 'mono'\nprofiles.b.app_id = 2\n");
        let why = changed(before, &[ConfigEdit::SetProfile(Profile { production: true, ..a })]).unwrap_err();
        assert!(why.contains("by hand"), "{why}");
        let with = changed(before, &[ConfigEdit::AddProfile(Profile::new("c", 1))]).unwrap();
        assert_eq!(with, format!("{before}\n[profiles.c]\napp_id = 1\n"));
    }

    #[test]
    fn a_profile_that_can_not_be_used_can_be_put_right_or_removed() {
        let before = "default_profile = 'a'\n[profiles.a]\napp_id = '1'\ntoken_file = 'here'\nproduction = 'no'\n";
        let after = changed(before, &[ConfigEdit::SetProfile(Profile::new("a", 1))]).unwrap();
        assert_eq!(read(&after).profiles, [Profile::new("a", 1)]);
        assert_eq!(read(&after).default_profile.as_deref(), Some("a"));
        assert!(changed(before, &[ConfigEdit::AddProfile(Profile::new("a", 1))]).unwrap_err().contains("already"));
        let left_out = "[profiles.a]\napp_id = 0\n";
        for change in [ConfigEdit::AddProfile(Profile::new("a", 1)), ConfigEdit::SetDefault(Some("a".into()))] {
            let why = changed(left_out, &[change]).unwrap_err();
            assert!(
                why.contains("; it cannot be used: /c/config.toml:2:10: profiles.a.app_id: a whole number"),
                "{why}"
            );
        }
        assert_eq!(changed(before, &[ConfigEdit::RemoveProfile("a".into())]).unwrap(), "");
    }

    #[test]
    fn what_is_not_there_is_not_removed_and_what_can_not_be_written_is_refused() {
        let broken = "[profiles.a]\napp_id = 1\n[profiles.a]\n";
        let two = vec![Source::File("/a".into()), Source::File("/b".into())];
        let add = |profile| ConfigEdit::AddProfile(profile);
        for (text, change, part) in [
            ("", ConfigEdit::RemoveProfile("a".into()), "no a among its profiles"),
            ("", ConfigEdit::RemovePreset("a".into()), "no a among its presets"),
            ("", ConfigEdit::SetDefault(Some("a".into())), "no profile a"),
            ("", ConfigEdit::SetPreset(preset("x", &[("url", Member::Null)])), "whole numbers"),
            ("", add(Profile { sources: two, ..Profile::new("a", 1) }), "one file"),
            ("", add(Profile::new("a b", 1)), "by hand"),
            ("", add(Profile::new("a", 0)), "by hand"),
            ("", add(Profile { base_url: "http://a.dev".into(), ..Profile::new("a", 1) }), "by hand"),
            ("profiles = 3", add(Profile::new("a", 1)), "not a table"),
            ("[[profiles]]", add(Profile::new("a", 1)), "not a table"),
            (broken, add(Profile::new("b", 1)), "c/config.toml:3:"),
            ("\0", ConfigEdit::SetDefault(None), "put it right first"),
        ] {
            let why = changed(text, std::slice::from_ref(&change)).unwrap_err();
            assert!(why.contains(part), "{text} {change:?}: {why}");
        }
        assert!(at_home().changed(vec![0xff], &[ConfigEdit::SetDefault(None)]).unwrap_err().contains("UTF-8"));
    }

    #[test]
    fn a_preset_is_replaced_value_by_value() {
        let before = "[presets.local]\n# Mine.\nurl = 'https://localhost' # the tunnel\nisReady = false\nwidth = 400\n";
        let url = ("url", Member::Text("https://localhost".into()));
        let new = preset("local", &[url, ("width", Member::Integer(500))]);
        let after = changed(before, &[ConfigEdit::SetPreset(new.clone())]).unwrap();
        assert_eq!(after, "[presets.local]\n# Mine.\nurl = 'https://localhost' # the tunnel\nwidth = 500\n");
        let named = Preset { name: "Local \"tunnel\"".into(), ..new };
        let both = changed(&after, &[ConfigEdit::SetPreset(named.clone())]).unwrap();
        assert_eq!(read(&both).presets[1], named);
        assert_eq!(changed(&both, &[ConfigEdit::RemovePreset(named.name)]).unwrap(), after);
    }

    #[test]
    fn the_theme_the_mouse_and_the_pace_outlive_changes() {
        let before = "theme = \"ascii\"\nmouse = false\nwatch = \"2500ms\"\n";
        let config = read(&changed(before, &[ConfigEdit::AddProfile(Profile::new("a", 1))]).unwrap());
        assert_eq!((config.theme, config.mouse), (Appearance::Ascii, Some(false)));
        assert_eq!(config.watch, Some(std::time::Duration::from_millis(2500)));
    }

    fn part_source() -> impl Strategy<Value = Source> {
        prop_oneof![
            prop::sample::select(LoginPart::ALL.to_vec()).prop_map(|part| Source::Variable(part.variable().into())),
            "[A-Z_][A-Z0-9_]{0,8}".prop_map(Source::Variable),
            Just(Source::Keyring),
            Just(Source::File("/home/me/a \"b\\.part".into())),
            Just(Source::Command(vec!["op".into(), "read".into()])),
        ]
    }

    fn sources() -> impl Strategy<Value = Vec<Source>> {
        let source = prop_oneof![
            "[A-Z_][A-Z0-9_]{0,8}".prop_map(Source::Variable),
            Just(Source::Variable("HUBSPOT_ACCESS_TOKEN".into())),
            Just(Source::Variable("HUBSPOT_DEVELOPER_API_KEY".into())),
            Just(Source::Keyring),
            Just(Source::File("/home/me/a \"b\\.token".into())),
            Just(Source::Command(vec!["op".into(), String::new(), "'\\\"".into()])),
            Just(Source::HubSpotCli(None)),
            "[a-zé1][a-zé \"1:]{0,6}[a-z1]".prop_map(|name| Source::HubSpotCli(Some(name))),
        ];
        let login =
            [part_source(), part_source(), part_source()].prop_map(|[client_id, client_secret, refresh_token]| {
                Source::OAuth(Box::new(Login { client_id, client_secret, refresh_token }))
            });
        (proptest::collection::vec(source, 0..4), proptest::option::of(login), 0..4_usize).prop_map(
            |(mut sources, login, at)| {
                let at = at.min(sources.len());
                sources.splice(at..at, login);
                sources
            },
        )
    }

    fn profile() -> impl Strategy<Value = Profile> {
        let urls = ["https://api.hubapi.com", "https://proxy.acme.dev:8443/x", "http://127.0.0.1:8080"];
        let odds = (any::<[bool; 2]>(), proptest::option::of(0..Tint::ALL.len()), 0..urls.len(), 0..3_usize);
        ("[a-c1][a-c._-]{0,2}", 1..=i32::MAX, sources(), any::<bool>(), odds).prop_map(
            move |(name, app_id, sources, legacy, ([production, read_only], mark, url, version))| Profile {
                base_url: urls[url].into(),
                api_version: ApiVersion::ALL[version],
                // A login gives access tokens only.
                kind: if sources.iter().any(Source::is_exchanged) {
                    CredentialKind::Bearer
                } else {
                    CredentialKind::ALL[usize::from(legacy)]
                },
                sources,
                command_timeout: mark.map(|at| std::time::Duration::from_millis(1500 * (1 + at as u64))),
                mark: mark.map(|at| Tint::ALL[at]),
                production,
                read_only,
                ..Profile::new(&name, app_id)
            },
        )
    }

    fn presets() -> impl Strategy<Value = Preset> {
        let member = prop_oneof![
            any::<String>().prop_map(|text| ("url".to_owned(), Member::Text(text))),
            "[a-c.\" é]{0,4}".prop_map(|key| (key, Member::Switch(true))),
            any::<i32>().prop_map(|number| ("width".to_owned(), Member::Integer(number))),
            any::<bool>().prop_map(|on| ("isReady".to_owned(), Member::Switch(on))),
        ];
        ("[a-c]( ?[a-cé\"'.\\\\]){0,3}", proptest::collection::vec(member, 0..4))
            .prop_map(|(name, members)| Preset { name, values: members.into_iter().collect() })
    }

    /// What stands in a file, each part with the profile that it belongs to.
    const BLOCKS: [(&str, &str); 4] = [
        ("a", "# One.\n[profiles.a] # a\n app_id=1 # app\n# in a\nmark = 'red'\n\n"),
        ("b", "\n\n[profiles.b]\napp_id = 0x2\nsources = [\n  'env', # first\n  \"keyring\",\n]\n"),
        ("c", "[ profiles . \"c\" ]\napp_id = '3'\nproduction = 1\n\n[profiles.c.x]\ny = 1\n\n[profiles.c.z]\n"),
        ("", "# Comment, éè.\n[presets.a]\nurl = '''\nhttps://x'''\n[other]\nx.y = { z = 1 }\n[[list]]\n[[list]]\n"),
    ];

    const HEADS: [&str; 4] =
        ["", "# Head.\n\n", "\u{feff}theme = 'mono' # mine\n", "#\n\ndefault_profile = \"b\" # mine\nmouse = false\n"];

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn any_configuration_reads_as_it_was_written(
            profiles in proptest::collection::vec(profile(), 0..4),
            presets in proptest::collection::vec(presets(), 0..3),
            default in any::<proptest::sample::Index>(),
        ) {
            let mut expected = Config::default();
            let mut changes = Vec::new();
            for profile in profiles {
                expected.profiles.retain(|old| old.name != profile.name);
                expected.profiles.push(profile.clone());
                changes.push(ConfigEdit::SetProfile(profile));
            }
            for preset in presets {
                expected.presets.retain(|old| old.name != preset.name);
                expected.presets.push(preset.clone());
                changes.push(ConfigEdit::SetPreset(preset));
            }
            if !expected.profiles.is_empty() {
                expected.default_profile = Some(default.get(&expected.profiles).name.clone());
                changes.push(ConfigEdit::SetDefault(expected.default_profile.clone()));
            }
            let text = changed("", &changes).unwrap();
            prop_assert_eq!(sorted(read(&text)), sorted(expected), "{}", text);
        }

        #[test]
        fn a_change_changes_nothing_else(
            head in 0..HEADS.len(),
            blocks in proptest::sample::subsequence(BLOCKS.to_vec(), 0..=4).prop_shuffle(),
            new in profile(),
            remove in any::<bool>(),
            crlf in any::<bool>(),
            ends in any::<bool>(),
        ) {
            let ended = |text: &str| if crlf { text.replace('\n', "\r\n") } else { text.to_owned() };
            let mut before = ended(HEADS[head]);
            before.extend(blocks.iter().map(|(_, block)| ended(block)));
            if !ends {
                before.truncate(before.trim_end().len());
            }
            let owner = new.name.clone();
            let is_there = blocks.iter().any(|(name, _)| *name == owner);
            let change = if remove { ConfigEdit::RemoveProfile(owner.clone()) } else { ConfigEdit::SetProfile(new.clone()) };
            let after = match changed(&before, &[change]) {
                Ok(after) => after,
                Err(why) => {
                    prop_assert!(remove && !is_there, "{}: {}", why, before);
                    return Ok(());
                }
            };
            // All but the owner's block is there in its old order, byte for byte: other blocks, and the lines above it.
            let goes = |line: &&str| remove && owner == "b" && line.starts_with("default_profile");
            let mut parts: Vec<String> = ended(HEADS[head]).lines().filter(|line| !goes(line)).map(Into::into).collect();
            for (name, block) in &blocks {
                let block = ended(block);
                if *name == owner {
                    let above = block.lines().take_while(|line| line.starts_with('#') || line.trim().is_empty());
                    parts.extend(above.map(|line| line.trim().to_owned()));
                } else {
                    parts.push(block.trim().to_owned());
                }
            }
            let mut at = 0;
            for part in parts {
                let found = after[at..].find(&part);
                prop_assert!(found.is_some(), "{:?} is gone from\n{}\n---\n{}", part, before, after);
                at += found.unwrap_or_default() + part.len();
            }
            let bare = after.replace("\r\n", "").contains('\n');
            prop_assert_eq!(bare, after.contains('\n') && !before.contains('\r'), "{:?}", after);
            let profiles = read(&after).profiles;
            prop_assert_eq!(profiles.iter().find(|p| p.name == owner), (!remove).then_some(&new));
            if !remove {
                prop_assert_eq!(changed(&after, &[ConfigEdit::SetProfile(new)]).unwrap(), after);
            }
        }
    }
}
