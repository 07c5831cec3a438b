//! What is done to the profiles in their list: setting one up, changing, copying, renaming, testing, making it the default,
//! removing it.
//!
//! ```text
//!   ^N ^E ^O ──> SetUp: this run ends, the questions are asked, and the next run begins
//!   F2 ──> a line for the name ──┐
//!   F8 ──────────────────────────┼──> Profiles: changed beside the loop ──> Msg::Profiles ──> the file is read again
//!   Del ──> the question ── y ───┘
//!   F4 ──> a request to the profile, with its own credential; its end stands below the list
//! ```

use crate::app::effect::{Effect, ProfileChange};
use crate::app::keymap::ProfileAct;
use crate::app::wizard::Purpose;
use crate::app::{
    App, Asked, ConnectionTest, Mode, Notice, Overlay, Picker, ProfileNews, Prompt, Question, Rows, Typed,
};
use crate::model::Resource;
use crate::model::profile::{Profile, is_profile_name};
use crate::sync::{Disk, Doing, Keeping, Reply, or_absent};
use tui_input::Input;

impl App {
    /// Does something to the profile that is selected in the list; without the list, to the profile in use. Opens the
    /// list if there is no such profile.
    pub(super) fn manage(&mut self, act: ProfileAct) -> Vec<Effect> {
        match (act, self.meant_profile()) {
            (ProfileAct::New, _) => self.set_up_profile(Purpose::New, None),
            (_, None) if self.mode.is(Overlay::Profiles) => vec![],
            (_, None) => self.open_profiles(),
            (ProfileAct::Edit, Some(profile)) => self.set_up_profile(Purpose::Change, Some(profile)),
            (ProfileAct::Copy, Some(profile)) => self.set_up_profile(Purpose::Copy, Some(profile)),
            (ProfileAct::Rename, Some(profile)) => {
                let input = Input::new(profile.name.clone());
                self.mode =
                    Mode::Entering(Prompt { input, ..Prompt::of(Typed::ProfileName { of: Box::new(profile) }) });
                vec![]
            }
            (ProfileAct::Test, Some(profile)) => self.test_profile(profile),
            (ProfileAct::MakeDefault, Some(profile)) => {
                vec![Effect::Profiles(ProfileChange::MakeDefault(profile.name))]
            }
            (ProfileAct::Remove, Some(profile)) => {
                let unsaved = self.unsaved_in(&profile);
                self.mode = Mode::asking(Asked::Remove { profile: Box::new(profile), unsaved });
                vec![]
            }
        }
    }

    /// The selected profile of the list; without the list, the profile in use as the file has it.
    fn meant_profile(&self) -> Option<Profile> {
        match &self.mode {
            Mode::Picking(Picker { rows: Rows::Profiles { .. }, filter, selected, .. }) => {
                self.listed(filter.value()).get(*selected).map(|(_, profile)| (*profile).clone())
            }
            _ => self.target.setup.profiles.iter().find(|profile| self.is_here(profile)).cloned(),
        }
    }

    /// Can this run end and give its edits back to a later one? If not, says why.
    pub(super) fn can_leave(&mut self) -> bool {
        if self.sync.is_saving() {
            self.notice = Some(Notice::Busy(Doing::Saving));
        } else if self.nothing_to_lose() || self.sync.keeping == Keeping::OnDisk {
            return true;
        } else {
            self.notice = Some(Notice::NotSwitched);
        }
        false
    }

    /// How many fields are unsaved in drafts of a profile's app, as far as the list knows.
    fn unsaved_in(&self, profile: &Profile) -> usize {
        let survey = match &self.mode {
            Mode::Picking(Picker { rows: Rows::Profiles { survey, .. }, .. }) => survey.as_ref(),
            _ => None,
        };
        let at = self.target.setup.profiles.iter().position(|other| other.name == profile.name);
        at.map_or(0, |at| self.unsaved_at(at, survey))
    }

    fn set_up_profile(&mut self, purpose: Purpose, of: Option<Profile>) -> Vec<Effect> {
        if self.can_leave() { vec![Effect::SetUp(purpose, of.map(Box::new))] } else { vec![] }
    }

    // ── the name ──

    /// Enter behind a name.
    pub(super) fn rename_profile(&mut self, of: Box<Profile>, input: Input) -> Vec<Effect> {
        let to = input.value().trim().to_owned();
        if to == of.name {
            return self.open_profiles();
        }
        if !is_profile_name(&to) {
            self.notice = Some(Notice::Profiles(ProfileNews::NotAName));
        } else if self.target.setup.profiles.iter().any(|other| other.name == to) {
            self.notice = Some(Notice::Profiles(ProfileNews::NameTaken(to)));
        } else if !self.is_here(&of) || self.can_leave() {
            let mut effects = self.open_profiles();
            effects.insert(0, Effect::Profiles(ProfileChange::Rename { from: of, to }));
            return effects;
        }
        self.mode = Mode::Entering(Prompt { input, ..Prompt::of(Typed::ProfileName { of }) });
        vec![]
    }

    // ── removing ──

    /// The user has seen what is lost, and wants it removed.
    pub(super) fn remove_profile(&mut self) -> Vec<Effect> {
        let Mode::Asking(Question { what: Asked::Remove { profile, .. }, .. }) = &self.mode else {
            return vec![];
        };
        let name = profile.name.clone();
        let mut effects = self.open_profiles();
        effects.insert(0, Effect::Profiles(ProfileChange::Remove(name)));
        effects
    }

    // ── the end of a change ──

    /// A change of the profiles has ended. The file is read again. The profile in use goes on under its new name.
    pub(super) fn profiles_changed(&mut self, change: ProfileChange, done: Result<Vec<String>, String>) -> Vec<Effect> {
        let is_done = done.is_ok();
        let renamed = match &change {
            ProfileChange::Rename { from, to } if is_done && self.is_here(from) => {
                Some(Profile { name: to.clone(), ..(**from).clone() })
            }
            ProfileChange::Rename { .. } | ProfileChange::MakeDefault(_) | ProfileChange::Remove(_) => None,
        };
        let (what, lines) = match (change, done) {
            (_, Err(why)) => (Notice::Profiles(ProfileNews::NotChanged(why)), vec![]),
            (ProfileChange::Rename { from, to }, Ok(lines)) => {
                (Notice::Profiles(ProfileNews::Renamed(from.name.clone(), to)), lines)
            }
            (ProfileChange::MakeDefault(name), Ok(lines)) => (Notice::Profiles(ProfileNews::Default(name)), lines),
            (ProfileChange::Remove(name), Ok(lines)) => (Notice::Profiles(ProfileNews::Removed(name)), lines),
        };
        self.notice = Some(what);
        self.news.extend(lines.into_iter().map(Notice::AboutCredential));
        match renamed {
            Some(profile) if self.can_leave() => vec![Effect::Switch(Box::new(profile))],
            Some(_) | None => vec![Effect::Disk(Disk::Survey)],
        }
    }

    // ── the test ──

    /// Reads the settings of a profile with its own credential. The list shows how that ends.
    fn test_profile(&mut self, profile: Profile) -> Vec<Effect> {
        // One test at a time: the one before is of no use any more.
        let before = self.reading_other();
        let given_up = before.into_iter().filter(|request| self.sync.give_up_elsewhere(*request)).map(Effect::Cancel);
        let mut effects: Vec<Effect> = given_up.collect();
        if !self.mode.is(Overlay::Profiles) {
            effects.extend(self.open_profiles());
        }
        let request = self.sync.look_elsewhere(&profile, Resource::Settings);
        let id = request.id;
        if let Mode::Picking(Picker { rows: Rows::Profiles { test, .. }, .. }) = &mut self.mode {
            *test = Some(Box::new(ConnectionTest { profile: profile.name.clone(), request: id, ended: None }));
        }
        effects.push(Effect::SendElsewhere(Box::new(profile), vec![request]));
        effects
    }

    /// The test of a profile has ended.
    pub(super) fn profile_tested(&mut self, reply: Reply) {
        self.sync.looked_elsewhere(&reply);
        if let Mode::Picking(Picker { rows: Rows::Profiles { test: Some(test), .. }, .. }) = self.mode.ground_mut() {
            let has_settings = or_absent(reply.outcome).map(|settings| !settings.is_empty());
            test.ended = Some((reply.took, has_settings));
        }
    }
}
