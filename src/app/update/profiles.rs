//! The profiles: choosing another one, what a credential is had from, and what its host, its being read-only and production
//! ask for.
//!
//! ```text
//!   ^T ──> Survey of the disk ──> choose ──> Switch: this run ends in good order, its edits stay as a draft
//!   a credential for another host ──> Trusting ──y──> noted for ever, and what waited goes on
//! ```

use crate::app::effect::Effect;
use crate::app::msg::Token;
use crate::app::palette::{has, words};
use crate::app::{App, Asked, Confirm, Mode, Notice, Picker, ProfilesOnDisk, Question, Rows};
use crate::model::profile::Profile;
use crate::sync::{Disk, Doing, Keeping};

impl App {
    /// Ctrl-T. The file is read anew: it may have been edited meanwhile.
    pub(super) fn open_profiles(&mut self) -> Vec<Effect> {
        self.mode = Mode::picking(Rows::Profiles { survey: None, comparing: false });
        vec![Effect::Disk(Disk::Survey)]
    }

    pub(super) fn surveyed(&mut self, found: ProfilesOnDisk) -> Vec<Effect> {
        if let Some(first) = found.complaints.first().filter(|_| found.complaints != self.target.complaints) {
            self.notice = Some(Notice::Complaints { things: found.complaints.len(), first: first.clone() });
        }
        self.target.complaints.clone_from(&found.complaints);
        self.target.setup.clone_from(&found.setup);
        let here = found.setup.profiles.iter().position(|profile| self.is_here(profile)).unwrap_or(0);
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

    /// The profiles whose name, address or app matches what was typed, each with its place among all. Asked for with every
    /// key and frame, of a list that may have thousands.
    pub fn listed(&self, filter: &str) -> Vec<(usize, &Profile)> {
        let words = words(filter);
        let is_app = |id: i32, word: &str| word.bytes().all(|byte| byte.is_ascii_digit()) && has(&id.to_string(), word);
        let is_in = |profile: &Profile, word: &str| {
            has(&profile.name, word) || has(&profile.base_url, word) || is_app(profile.app_id, word)
        };
        let profiles = self.target.setup.profiles.iter().enumerate();
        profiles.filter(|(_, profile)| words.iter().all(|word| is_in(profile, word))).collect()
    }

    /// Is it the one in use?
    pub fn is_here(&self, profile: &Profile) -> bool {
        self.target.profile.as_ref().is_some_and(|here| here.name == profile.name)
    }

    /// Enter in the list.
    pub(super) fn switch(&mut self, picker: Picker) -> Vec<Effect> {
        let found = self.listed(picker.filter.value()).get(picker.selected).map(|(_, profile)| (*profile).clone());
        if let Some(profile) = found {
            return self.switch_to(profile);
        }
        self.mode = Mode::Picking(picker);
        vec![]
    }

    /// This run ends, and another begins. Not in the middle of a save, and not with edits that are nowhere else.
    fn switch_to(&mut self, profile: Profile) -> Vec<Effect> {
        self.mode = Mode::Editing;
        if self.target.profile.as_ref() == Some(&profile) {
            return self.refuse(Notice::SameProfile);
        }
        if self.sync.is_saving() {
            return self.refuse(Notice::Busy(Doing::Saving));
        }
        if !(self.nothing_to_lose() || self.sync.keeping == Keeping::OnDisk) {
            return self.refuse(Notice::NotSwitched);
        }
        vec![Effect::Switch(Box::new(profile))]
    }

    // ── the credential ──

    /// It was read from where the profile keeps it.
    pub(super) fn credential(&mut self, Token { hint, looks_like, tidied }: Token, source: String) -> Vec<Effect> {
        self.target.credential_hint = hint;
        self.target.credential_source = source;
        self.target.looks_like = looks_like;
        if !tidied.is_empty() {
            self.tell(Notice::TokenTaken { tidied });
        }
        vec![]
    }

    /// The yes is noted, or could not be: then it holds for this run.
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

    /// From the palette: asks for the app's id.
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
