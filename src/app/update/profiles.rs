//! The profiles: switching to another profile, the credential and the question about its host, and unlocking a
//! read-only profile.
//!
//! ```text
//!   list of profiles ──── Enter ──> Switch: this run ends, and its edits stay on disk as a draft
//!   credential for another host ──> Trust ── y ──> the consent is written down, and the waiting work continues
//! ```

use crate::app::effect::Effect;
use crate::app::msg::Token;
use crate::app::palette::{has, words};
use crate::app::{App, Asked, Confirm, Mode, Notice, Picker, ProfileNews, ProfilesOnDisk, Question, Rows};
use crate::model::profile::{Config, Profile};
use crate::sync::{Disk, Target};

impl App {
    /// Opens the list of profiles. The file is read again, because it may have been edited since the last time.
    pub fn open_profiles(&mut self) -> Vec<Effect> {
        self.mode = Mode::profiles(false);
        vec![Effect::Disk(Disk::Survey)]
    }

    pub(super) fn surveyed(&mut self, found: ProfilesOnDisk) -> Vec<Effect> {
        let before = std::mem::replace(&mut self.target.complaints, found.complaints.clone());
        match found.complaints.first() {
            Some(first) if found.complaints != before => {
                self.withdraw(|notice| {
                    matches!(notice, Notice::Complaints { .. } | Notice::Profiles(ProfileNews::Mended))
                });
                self.tell(Notice::Complaints { things: found.complaints.len(), first: first.clone() });
            }
            None if !before.is_empty() => {
                self.withdraw(|notice| matches!(notice, Notice::Complaints { .. }));
                self.tell(Notice::Profiles(ProfileNews::Mended));
            }
            Some(_) | None => {}
        }
        self.take_up_guards(&found);
        if !found.is_broken {
            self.tell_of_another_app(&found.setup);
            self.target.setup.clone_from(&found.setup);
        }
        let profiles = &self.target.setup.profiles;
        let here = profiles.iter().position(|profile| self.is_here(profile)).unwrap_or(0);
        let shown = self.terminal.room.rows;
        if let Mode::Picking(picker) = self.mode.ground_mut()
            && let Rows::Profiles { survey, .. } = &mut picker.rows
        {
            let is_first = survey.replace(found).is_none();
            if is_first && picker.filter.value().is_empty() {
                picker.select(here, shown);
            }
        }
        vec![]
    }

    /// Takes up what the file says now of the guards of this app. While the file cannot be read, they stay as they are.
    fn take_up_guards(&mut self, found: &ProfilesOnDisk) {
        let Target { app_id, host, base_url, kind, .. } = &self.target;
        let is_it = |profile: &Profile| profile.app_id == *app_id && profile.host().as_ref() == Some(host);
        let named = self.target.profile.as_ref().filter(|profile| !profile.name.is_empty());
        match named.map(|here| found.setup.profiles.iter().find(|profile| profile.name == here.name)) {
            Some(None) => {}
            Some(Some(now)) => {
                let Profile { production, read_only, mark, .. } = *now;
                self.unlocked &= read_only;
                self.target.profile.as_mut().into_iter().for_each(|profile| {
                    (profile.production, profile.read_only, profile.mark) = (production, read_only, mark);
                });
            }
            // Without a name it is guarded if a profile of the same app is, or may be.
            None if self.target.sandbox => {}
            None => {
                let guarded = |profile: &Profile| is_it(profile) && (profile.production || profile.read_only);
                let is_guarded = found.may_guard || found.setup.profiles.iter().any(guarded);
                let (base_url, kind) = (base_url.clone(), *kind);
                let profile = Profile { base_url, kind, production: true, ..Profile::new("", *app_id) };
                self.target.profile = is_guarded.then_some(profile);
            }
        }
    }

    /// Says so once if the profile in use has another app, address or credential in the file now.
    fn tell_of_another_app(&mut self, setup: &Config) {
        let Some(here) = self.target.profile.as_ref() else { return };
        let of = |config: &Config| config.profiles.iter().find(|profile| profile.name == here.name).cloned();
        if let Some(now) = of(setup).filter(|now| now != here && of(&self.target.setup).as_ref() != Some(now)) {
            self.tell(Notice::Profiles(ProfileNews::AnotherNow(now.name)));
        }
    }

    /// The profiles that have every word of the filter in their name, address or app id, each with its index among all.
    /// This runs for every key and every frame, and there may be thousands of profiles.
    pub fn listed(&self, filter: &str) -> Vec<(usize, &Profile)> {
        let words = words(filter);
        let is_app = |id: i32, word: &str| word.bytes().all(|byte| byte.is_ascii_digit()) && has(&id.to_string(), word);
        let is_in = |profile: &Profile, word: &str| {
            has(&profile.name, word) || has(&profile.base_url, word) || is_app(profile.app_id, word)
        };
        let profiles = self.target.setup.profiles.iter().enumerate();
        profiles.filter(|(_, profile)| words.iter().all(|word| is_in(profile, word))).collect()
    }

    /// How many fields are unsaved in drafts of the app of a profile, as far as the survey tells. `at` is its index among
    /// all.
    pub fn unsaved_at(&self, at: usize, survey: Option<&ProfilesOnDisk>) -> usize {
        if self.target.setup.profiles.get(at).is_some_and(|profile| self.is_here(profile)) {
            return self.sync.unsaved();
        }
        survey.and_then(|survey| survey.unsaved.get(at).copied()).unwrap_or(0)
    }

    /// Is this the profile in use?
    pub fn is_here(&self, profile: &Profile) -> bool {
        self.target.profile.as_ref().is_some_and(|here| here.name == profile.name)
    }

    /// Switches to the selected profile. The list stays open if it has no such row.
    pub(super) fn switch(&mut self, picker: Picker) -> Vec<Effect> {
        let found = self.listed(picker.filter.value()).get(picker.selected).map(|(_, profile)| (*profile).clone());
        if let Some(profile) = found {
            return self.switch_to(profile);
        }
        self.mode = Mode::Picking(picker);
        vec![]
    }

    /// Ends this run, and begins one with another profile. This is refused during a save, and while edits or doubts are
    /// not on disk.
    fn switch_to(&mut self, profile: Profile) -> Vec<Effect> {
        self.mode = Mode::Editing;
        if self.target.profile.as_ref() == Some(&profile) {
            return self.refuse(Notice::SameProfile);
        }
        if self.can_leave() { vec![Effect::Switch(Box::new(profile))] } else { vec![] }
    }

    // ── the credential ──

    /// The credential was read from a source of the profile.
    pub(super) fn credential(
        &mut self,
        Token { hint, looks_like, tidied }: Token,
        source: String,
        note: Option<String>,
    ) -> Vec<Effect> {
        self.target.credential_hint = hint;
        self.target.credential_source = source;
        self.target.looks_like = looks_like;
        if !tidied.is_empty() {
            self.tell(Notice::TokenTaken { tidied });
        }
        self.news.extend(note.map(Notice::AboutCredential));
        vec![]
    }

    /// The user's consent was written down. If that failed, the consent holds for this run only.
    pub(super) fn trusted(&mut self, noted: Result<(), String>) -> Vec<Effect> {
        let Mode::Asking(Question { what: Asked::Trust { stopped, .. }, .. }) = self.mode.ground() else {
            return vec![];
        };
        let stopped = stopped.clone();
        self.mode = Mode::Editing;
        self.fall_silent();
        if let Err(why) = noted {
            self.news.push_back(Notice::DiskFailed(why));
        }
        self.go_on_after(stopped)
    }

    // ── read-only ──

    /// Asks for the app's id before a read-only profile may save.
    pub(super) fn ask_to_unlock(&mut self) {
        if self.is_locked() {
            self.mode = Mode::confirming(Confirm::Unlock);
        } else {
            self.mode = Mode::Editing;
            self.notice = Some(Notice::Unlocked);
        }
    }

    pub(super) fn unlock(&mut self) -> Vec<Effect> {
        self.unlocked = true;
        self.refuse(Notice::Unlocked)
    }
}
