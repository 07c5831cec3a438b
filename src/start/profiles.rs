//! Changes to the profiles that are set up: in the configuration, and of the credentials that are kept for them. The
//! editor and the commands change them here, and nowhere else.
//!
//! ```text
//!   would the file take it? ── keep the credential, or move its entry ── change the file
//! ```
//!
//! The file is changed last. If that fails, the error says what was kept already.

use crate::api::Credential;
use crate::model::profile::{Config, Profile, Source};
use crate::secrets::{self, Who};
use crate::store::config::{ConfigEdit, ConfigFile, Edited};
use crate::store::trust;
use crate::words;
use jiff::Timestamp;
use std::ffi::OsString;
use std::path::Path;

/// Changes profiles, and keeps their credentials.
#[derive(Clone, Copy)]
#[expect(missing_debug_implementations, reason = "holds functions")]
pub struct ProfileKeeper<'a> {
    /// The configuration file.
    pub file: &'a ConfigFile,
    /// The folder of the record of trusted hosts; `None` without a home folder.
    pub state: Option<&'a Path>,
    /// Looks up an environment variable.
    pub var: &'a dyn Fn(&str) -> Option<OsString>,
    /// Gives the current time.
    pub now: fn() -> Timestamp,
}

/// What is written of a profile.
#[derive(Clone, Debug)]
pub struct ProfileWrite {
    /// The profile as it will be.
    pub profile: Profile,
    /// The profile that it replaces, or that it is a copy of.
    pub before: Option<Predecessor>,
}

/// What there is before a profile is written.
#[derive(Clone, Debug)]
pub enum Predecessor {
    /// The profile that is changed, perhaps also its name.
    Changed(Profile),
    /// A profile of the same name, whatever it says. Its credential is replaced as well.
    Replaced,
    /// The profile that is copied. It stays.
    Copied(Profile),
}

impl ProfileWrite {
    /// The changes of the file. What the user did not change stays as the file has it by now: somebody may have set a
    /// guard meanwhile.
    pub fn edits(&self, file: &ConfigFile) -> Vec<ConfigEdit> {
        match &self.before {
            None | Some(Predecessor::Copied(_)) => vec![ConfigEdit::AddProfile(self.profile.clone())],
            Some(Predecessor::Replaced) => vec![ConfigEdit::SetProfile(self.profile.clone())],
            Some(Predecessor::Changed(before)) => {
                let (from, to) = (before.name.clone(), self.profile.name.clone());
                let now = file.read().config.profiles.into_iter().find(|profile| profile.name == from);
                let profile = now.map_or(self.profile.clone(), |now| rebased(&self.profile, before, now));
                let rename = (from != to).then_some(ConfigEdit::RenameProfile { from, to });
                rename.into_iter().chain([ConfigEdit::SetProfile(profile)]).collect()
            }
        }
    }

    /// Does the profile replace one that had its credential in this source?
    fn had(&self, source: &Source) -> bool {
        match &self.before {
            Some(Predecessor::Changed(before)) => before.sources.contains(source),
            Some(Predecessor::Replaced) => true,
            Some(Predecessor::Copied(_)) | None => false,
        }
    }
}

/// The profile as it is now, with what differs between before and wanted.
fn rebased(wanted: &Profile, before: &Profile, now: Profile) -> Profile {
    fn pick<T: Clone + PartialEq>(wanted: &T, before: &T, now: T) -> T {
        if wanted == before { now } else { wanted.clone() }
    }
    Profile {
        name: wanted.name.clone(),
        app_id: pick(&wanted.app_id, &before.app_id, now.app_id),
        base_url: pick(&wanted.base_url, &before.base_url, now.base_url),
        api_version: pick(&wanted.api_version, &before.api_version, now.api_version),
        kind: pick(&wanted.kind, &before.kind, now.kind),
        sources: pick(&wanted.sources, &before.sources, now.sources),
        command_timeout: pick(&wanted.command_timeout, &before.command_timeout, now.command_timeout),
        mark: pick(&wanted.mark, &before.mark, now.mark),
        production: pick(&wanted.production, &before.production, now.production),
        read_only: pick(&wanted.read_only, &before.read_only, now.read_only),
    }
}

/// What is left of a profile that was removed.
#[derive(Clone, Debug)]
pub struct Removed {
    /// What became of the file.
    pub edited: Edited,
    /// The profile, if it could be used.
    pub profile: Option<Profile>,
    /// Was it the default profile?
    pub was_default: bool,
    /// Its entry in the keyring: was there one, which is removed now? `None` if it had none. An error is a sentence.
    pub entry: Option<Result<bool, String>>,
}

/// The owner of a profile's credential.
pub fn who(profile: &Profile) -> Who {
    Who { profile: profile.name.clone(), host: profile.host().unwrap_or_default() }
}

/// Has the keyring the credential itself?
fn has_entry(profile: &Profile) -> bool {
    profile.sources.contains(&Source::Keyring)
}

impl ProfileKeeper<'_> {
    /// Writes a profile, and keeps its credential in those of its sources where one can be kept. `kept` are the sources
    /// that have it already, from an attempt before. Returns what the user should know, as a sentence.
    ///
    /// # Errors
    ///
    /// A sentence. It says if the credential was kept before.
    pub fn write(
        &self,
        write: &ProfileWrite,
        credential: Option<&Credential>,
        kept: &mut Vec<(Source, Who)>,
    ) -> Result<Option<String>, String> {
        let edits = write.edits(self.file);
        self.file.foresee(&edits).map_err(|why| why.to_string())?;
        let (profile, mut and_kept) = (&write.profile, String::new());
        match (credential, &write.before) {
            (Some(credential), _) => {
                for source in profile.sources.iter().filter(|source| source.is_written()) {
                    let here = (source.clone(), who(profile));
                    let is_again = write.had(source) || kept.contains(&here);
                    let keep = self.keep(source, profile, credential, is_again);
                    keep.map_err(words::profile::not_written)?;
                    kept.push(here);
                    and_kept = words::profile::kept_already(source);
                }
            }
            (None, Some(Predecessor::Changed(before))) if who(before) != who(profile) => {
                self.move_entry(before, profile)?;
            }
            (None, Some(Predecessor::Copied(before))) => self.copy_entry(before, profile)?,
            (None, Some(Predecessor::Changed(_) | Predecessor::Replaced) | None) => {}
        }
        self.file.edit(&edits).map(|edited| edited.note).map_err(|why| format!("{why}{and_kept}"))
    }

    /// Keeps a credential where a profile will look for it. Notes that it may be sent to its host, since it was stored
    /// for that host.
    ///
    /// # Errors
    ///
    /// A sentence. Nothing was kept then.
    pub fn keep(
        &self,
        source: &Source,
        profile: &Profile,
        credential: &Credential,
        replace: bool,
    ) -> Result<(), String> {
        let who = who(profile);
        secrets::keep(source, &who, credential, replace, self.var).map_err(|why| why.to_string())?;
        if let Some(dir) = self.state {
            // If this cannot be noted, the user is asked again.
            let _ = trust::approve(dir, &secrets::full_name(source), &who.host, (self.now)());
        }
        Ok(())
    }

    /// Gives a profile another name, and its entry in the keyring with it.
    ///
    /// # Errors
    ///
    /// A sentence.
    pub fn rename(&self, before: &Profile, to: &str) -> Result<Edited, String> {
        let edits = [ConfigEdit::RenameProfile { from: before.name.clone(), to: to.to_owned() }];
        // This is checked before an entry of the keyring is touched.
        self.file.foresee(&edits).map_err(|why| why.to_string())?;
        let after = Profile { name: to.to_owned(), ..before.clone() };
        self.move_entry(before, &after).map_err(words::profile::not_written)?;
        self.file.edit(&edits).map_err(|why| why.to_string())
    }

    /// Removes a profile, and its entry in the keyring. Files stay, because another program may read them; drafts and
    /// history stay too.
    ///
    /// # Errors
    ///
    /// A sentence. Nothing was removed then.
    pub fn remove(&self, name: &str) -> Result<Removed, String> {
        let Config { profiles, default_profile, .. } = self.file.read().config;
        let edited = self.file.edit(&[ConfigEdit::RemoveProfile(name.to_owned())]).map_err(|why| why.to_string())?;
        let profile = profiles.into_iter().find(|profile| profile.name == name);
        let uses_keyring = |profile: &&Profile| profile.sources.iter().any(Source::uses_keyring);
        let entry = profile.as_ref().filter(uses_keyring).map(|profile| self.forget(profile));
        Ok(Removed { edited, profile, was_default: default_profile.as_deref() == Some(name), entry })
    }

    /// Makes a profile the one that a run uses if none is named.
    ///
    /// # Errors
    ///
    /// A sentence.
    pub fn make_default(&self, name: &str) -> Result<Edited, String> {
        self.file.edit(&[ConfigEdit::SetDefault(Some(name.to_owned()))]).map_err(|why| why.to_string())
    }

    /// Removes what the keyring has for a profile. Returns whether there was something.
    ///
    /// # Errors
    ///
    /// A sentence.
    pub fn forget(&self, profile: &Profile) -> Result<bool, String> {
        let mut removed = false;
        for source in profile.sources.iter().filter(|source| source.uses_keyring()) {
            let forgotten = match source.login() {
                Some(login) => secrets::forget_parts(login, &who(profile), self.var),
                None => secrets::forget(source, &who(profile), self.var),
            };
            removed |= forgotten.map_err(|why| why.to_string())?;
        }
        Ok(removed)
    }

    /// Gives the entry that the keyring has for one profile to another.
    fn move_entry(&self, from: &Profile, to: &Profile) -> Result<(), String> {
        self.copy_entry(from, to)?;
        if has_entry(from) && has_entry(to) {
            secrets::forget(&Source::Keyring, &who(from), self.var).map_err(|why| why.to_string())?;
        }
        for login in from.sources.iter().filter_map(Source::login) {
            secrets::rename_parts(login, &who(from), &who(to), self.var).map_err(|why| why.to_string())?;
        }
        Ok(())
    }

    /// Gives another profile the entry that the keyring has for one. The parts of a login are not copied: two profiles
    /// would replace each other's refresh token.
    fn copy_entry(&self, from: &Profile, to: &Profile) -> Result<(), String> {
        if !has_entry(from) || !has_entry(to) {
            return Ok(());
        }
        // If none is there, or it cannot be read, none has to move.
        let Ok(Some(credential)) = secrets::in_keyring(from.kind, &who(from), self.var) else { return Ok(()) };
        self.keep(&Source::Keyring, to, &credential, true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::profile::Tint;
    use std::fs;
    use tempfile::TempDir;

    fn file(text: &str) -> (TempDir, ConfigFile) {
        let home = TempDir::new().unwrap();
        let file = ConfigFile { path: home.path().join("config.toml"), home: None };
        fs::write(&file.path, text).unwrap();
        (home, file)
    }

    fn written(file: &ConfigFile, write: &ProfileWrite) -> String {
        let keeper = ProfileKeeper { file, state: None, var: &|_| None, now: || Timestamp::UNIX_EPOCH };
        keeper.write(write, None, &mut vec![]).unwrap();
        fs::read_to_string(&file.path).unwrap()
    }

    #[test]
    fn x17_a_change_leaves_what_others_wrote_meanwhile() {
        let (_home, file) = file("[profiles.a] # mine\napp_id = 1\nproduction = true # since today\n");
        let before = Profile::new("a", 1);
        let profile = Profile { name: "b".into(), mark: Some(Tint::Red), ..before.clone() };
        let text = written(&file, &ProfileWrite { profile, before: Some(Predecessor::Changed(before)) });
        assert_eq!(text, "[profiles.b] # mine\napp_id = 1\nproduction = true # since today\nmark = \"red\"\n");
    }

    #[test]
    fn a_copy_stands_beside_and_a_replacement_in_the_place_of_the_other() {
        let (_home, file) = file("[profiles.a]\napp_id = 1\nmark = \"red\"\n");
        let copy = Profile::new("b", 1);
        let before = Some(Predecessor::Copied(Profile::new("a", 1)));
        assert!(written(&file, &ProfileWrite { profile: copy, before }).ends_with("\n[profiles.b]\napp_id = 1\n"));
        let before = Some(Predecessor::Replaced);
        let text = written(&file, &ProfileWrite { profile: Profile::new("a", 2), before });
        assert!(text.starts_with("[profiles.a]\napp_id = 2\n\n"), "{text}");
    }
}
