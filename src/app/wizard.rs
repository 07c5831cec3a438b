//! The first start: six questions, then a review of what would be written and where. Only the user's Enter there writes
//! it.
//!
//! ```text
//!   app id ── name ── kind ── credential ── where it is kept ── production ── review ── Enter: write ── the editor
//!     └──────── Enter goes on, Esc goes back and loses nothing ────────────────┘ │
//!                                                                   what the file will say, and a test call
//! ```
//!
//! Like the editor, this code is pure and returns effects. The credential never comes here, only its length in
//! characters.

mod update;

use super::keymap::Scope;
use super::msg::{Key, Room, Stop, Token};
use crate::model::profile::{Config, CredentialKind, NAME_LIMIT, Profile, Source, is_profile_name};
use crate::sync::{Fault, RequestId, Target};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;
use tui_input::Input;

/// What is known before the first question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// A profile with the address and the version of the API for the new one. Its other values are not used.
    pub template: Profile,
    /// Does the address belong to `HubSpot` or to this machine? The credential is sent to any other address only if the
    /// user says so.
    pub is_own: bool,
    /// The configuration file. The file of a credential is placed beside it.
    pub config: PathBuf,
}

/// The questions, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// The app's id.
    App,
    /// The name of the environment, which becomes the name of the profile.
    Name,
    /// The kind of credential.
    Kind,
    /// The credential itself.
    Secret,
    /// Where the credential is kept.
    Keep,
    /// Do customers use the app?
    Production,
    /// The review of what would be written.
    Review,
}

impl Step {
    /// The steps that are rows of the form.
    pub const ROWS: [Step; 6] = [Step::App, Step::Name, Step::Kind, Step::Secret, Step::Keep, Step::Production];

    fn next(self) -> Self {
        let at = Self::ROWS.iter().position(|step| *step == self);
        at.and_then(|at| Self::ROWS.get(at + 1)).copied().unwrap_or(Step::Review)
    }

    fn previous(self) -> Self {
        let at = Self::ROWS.iter().position(|step| *step == self).unwrap_or(Self::ROWS.len());
        Self::ROWS[at.saturating_sub(1)]
    }
}

/// Where the credential is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// In an environment variable, which the user sets. callset keeps nothing.
    Variable,
    /// In a file of mode 0600.
    File,
    /// In the keyring of the system.
    Keyring,
    /// Nowhere. callset asks for it at each start.
    Nowhere,
}

impl Keep {
    /// All places, in the order in which they are offered.
    pub const ALL: [Keep; 4] = [Keep::Variable, Keep::File, Keep::Keyring, Keep::Nowhere];
}

/// Why the user cannot go on from a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// The app id is not a number from 1 to 2147483647.
    App,
    /// The text cannot be the name of a profile.
    Name,
    /// The text is longer than any credential, and was left out.
    TooMuch,
    /// The typed text cannot be a credential, for this reason.
    Secret(String),
    /// The credential cannot be kept in the chosen place. The sentence says why.
    Place(String),
    /// It is not known yet whether the credential can be kept in the chosen place.
    Asking,
    /// Keys came at once with text, as in a paste. The keys were left out.
    TooFast,
}

/// The places where the credential can be kept. Errors are sentences that say why not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CanKeep {
    /// In a file with the name of the profile.
    pub file: Result<(), String>,
    /// In the keyring.
    pub keyring: Result<(), String>,
}

/// The test call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Test {
    /// The test call is not made yet, because the address is not HubSpot's. It waits for the user.
    Held,
    /// The test call has been running for this long.
    Running(Duration),
    /// The test call ended after this long. The result says whether the app has settings, or what failed.
    Ended(Duration, Result<bool, Fault>),
}

/// The review of what would be written, which is the last step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// The number of this review. Answers to an earlier review are ignored.
    pub id: RequestId,
    /// The profile that would be written.
    pub profile: Profile,
    /// The lines that would be added to the configuration; `None` while the file is being read. An error is a sentence.
    pub lines: Option<Result<Vec<String>, String>>,
    /// The test call.
    pub test: Test,
    /// Is the profile being written?
    pub writing: bool,
    /// Why the profile could not be written, as a sentence.
    pub failed: Option<String>,
    /// How many lines are scrolled away.
    pub scroll: usize,
}

/// The state of the first start.
#[derive(Clone, Debug)]
pub struct Wizard {
    /// What was known before the first question.
    pub given: Given,
    /// The current step.
    pub step: Step,
    /// The furthest step that the user has reached.
    pub reached: Step,
    /// The text typed for the app's id.
    pub app_id: Input,
    /// The text typed for the name.
    pub name: Input,
    /// The names of the accounts that the HubSpot CLI knows, turned into names for profiles.
    pub names: Vec<String>,
    /// The index of the account's name that is in the row, and the text that was typed there before.
    suggested: Option<(usize, String)>,
    /// The kind of credential.
    pub kind: CredentialKind,
    /// How many characters of the credential were typed.
    pub characters: usize,
    /// The position of the caret, in characters from the start.
    pub caret: usize,
    /// The kind that the credential looks like, if its form shows one.
    pub looks_like: Option<CredentialKind>,
    /// What may be shown of the credential, once it was checked.
    pub token: Option<Token>,
    /// The chosen place for the credential.
    pub keep: Keep,
    /// The places where the credential can be kept; `None` until that is known.
    pub places: Option<CanKeep>,
    /// Do customers use the app?
    pub production: bool,
    /// Why the user cannot go on from this step.
    pub wrong: Option<Wrong>,
    /// The review, in the last step.
    pub review: Option<Summary>,
    /// How many lines of the help are scrolled away; `None` while the help is closed.
    pub help: Option<usize>,
    /// Is the terminal too small to show the form? The user can then only quit, so that nothing is entered unseen.
    pub cramped: bool,
    /// How much of the help or the review can be seen.
    pub room: Room,
    /// The number of the last question about the places. Answers to earlier ones are ignored.
    looking: RequestId,
    requests: u32,
}

/// The messages of the first start.
#[derive(Clone, Debug, PartialEq)]
pub enum Msg {
    /// A key was pressed.
    Key(Key),
    /// Text arrived at once. The terminal may have marked it as a paste.
    Pasted(String),
    /// Keys came at once with this text, as in a paste. The keys are ignored.
    TooFast(String),
    /// The user typed into the row of the credential. The text itself never comes here.
    SecretTyped {
        /// How many characters there are now.
        characters: usize,
        /// The position of the caret, in characters from the start.
        caret: usize,
        /// The kind that the credential looks like.
        looks_like: Option<CredentialKind>,
        /// Was the new text left out because it is longer than any credential?
        left_out: bool,
    },
    /// The wheel was turned by this many lines. Down is positive.
    Paged(i32),
    /// The size of the terminal has changed.
    Resized {
        /// Is the terminal too small to show the form?
        cramped: bool,
    },
    /// The help or the review was drawn in this much room.
    Drawn(Room),
    /// The names of the accounts that the HubSpot CLI knows, as it spells them.
    Names(Vec<String>),
    /// The typed text can be a credential. An error says why it cannot.
    Checked(Result<Token, String>),
    /// The places where the credential can be kept.
    Looked(RequestId, CanKeep),
    /// The lines that would be added to the configuration. An error is a sentence.
    Foreseen(RequestId, Result<Vec<String>, String>),
    /// The test call ended after this long. The result says whether the app has settings, or what failed.
    Tested(RequestId, Duration, Result<bool, Fault>),
    /// The test call has been running for this long.
    Waited(RequestId, Duration),
    /// Everything is written. An error is a sentence that says why it is not.
    Written(Result<(), String>),
    /// The process has to end.
    Stop(Stop),
}

/// The effects of the first start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Read the names of the HubSpot CLI's accounts, and nothing else about them.
    ReadNames,
    /// Check whether the typed text can be a credential of this kind.
    Check(CredentialKind),
    /// Find out whether the credential of this profile can be kept in this file, or in the keyring.
    Look(RequestId, Box<Profile>, PathBuf),
    /// Find out which lines this profile would add to the configuration. Nothing is written.
    Foresee(RequestId, Box<Profile>),
    /// Read the app's settings with the credential.
    Test(RequestId, Box<Profile>),
    /// After this long, say how long the test call has been running.
    Wake(RequestId, Duration),
    /// Stop waiting for the test call.
    Cancel,
    /// Draw the whole screen again.
    Redraw,
    /// Store the credential in the source of the profile, then write the profile.
    Write(Box<Profile>),
    /// End the first start.
    End(FirstStartEnd),
}

/// How the first start ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FirstStartEnd {
    /// The profile is written, and the editor opens it.
    Written(Box<Profile>),
    /// The user wants the demo. Nothing is written.
    Demo,
    /// The user quit, or the process has to end. Nothing is written. The number is the exit code.
    Left(u8),
}

impl Wizard {
    /// The state of the first frame, and the effects that follow it.
    pub fn new(given: Given) -> (Self, Vec<Effect>) {
        let wizard = Self {
            given,
            step: Step::App,
            reached: Step::App,
            app_id: Input::default(),
            name: Input::default(),
            names: Vec::new(),
            suggested: None,
            kind: CredentialKind::default(),
            characters: 0,
            caret: 0,
            looks_like: None,
            token: None,
            keep: Keep::File,
            places: None,
            production: false,
            wrong: None,
            review: None,
            help: None,
            cramped: false,
            room: Room::default(),
            looking: RequestId(0),
            requests: 0,
        };
        (wizard, vec![Effect::ReadNames])
    }

    /// The scope of what has the keyboard.
    pub fn scope(&self) -> Scope {
        if self.help.is_some() { Scope::AskedHelp } else { self.asked() }
    }

    /// The scope of the current step, also under the help.
    pub fn asked(&self) -> Scope {
        match self.step {
            Step::App => Scope::AskedText,
            Step::Name if self.names.is_empty() => Scope::AskedText,
            Step::Name => Scope::AskedName,
            Step::Secret => Scope::AskedSecret,
            Step::Kind | Step::Keep | Step::Production => Scope::AskedChoice,
            Step::Review => Scope::AskedReview,
        }
    }

    /// Is the credential being typed? The runtime then keeps the typed text to itself.
    pub fn is_secret(&self) -> bool {
        self.step == Step::Secret && !self.cramped && self.help.is_none()
    }

    /// The file for the credential, if the user chooses to keep it in a file.
    pub fn file(&self) -> PathBuf {
        self.given.config.with_file_name(format!("{}.token", self.name.value().trim()))
    }

    /// The `host[:port]` that the credential is for.
    pub fn host(&self) -> String {
        self.given.template.host().unwrap_or_default()
    }

    /// The profile that results from the answers so far.
    pub fn profile(&self) -> Profile {
        let sources = match self.keep {
            Keep::Variable => vec![Source::Variable(self.kind.variable().to_owned())],
            Keep::File => vec![Source::File(self.file())],
            Keep::Keyring => vec![Source::Keyring],
            Keep::Nowhere => vec![],
        };
        Profile {
            base_url: self.given.template.base_url.clone(),
            api_version: self.given.template.api_version,
            kind: self.kind,
            sources,
            production: self.production,
            ..Profile::new(self.name.value().trim(), update::app_id(self.app_id.value()).unwrap_or_default())
        }
    }

    /// The app and host of the test call, for sentences about its faults.
    pub fn target(&self) -> Target {
        let profile = self.profile();
        Target {
            app_id: profile.app_id,
            host: self.host(),
            base_url: profile.base_url.clone(),
            paths: BTreeMap::new(),
            kind: self.kind,
            credential_hint: self.token.as_ref().map(|token| token.hint.clone()).unwrap_or_default(),
            looks_like: self.looks_like,
            credential_source: String::new(),
            sandbox: false,
            profile: Some(profile),
            setup: Config::default(),
            complaints: Vec::new(),
            watch: None,
            seed: 0,
        }
    }
}

/// Makes a name for a profile from any text. Characters that such a name cannot contain become dashes. `None` if no
/// name is left.
pub fn name_of(text: &str) -> Option<String> {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let mut name = String::new();
    for c in text.chars() {
        match (fits(c), name.ends_with('-')) {
            (true, _) => name.push(c),
            (false, true) => {}
            (false, false) => name.push('-'),
        }
    }
    let name = name.trim_start_matches(|c: char| !c.is_ascii_alphanumeric());
    let name = name[..name.len().min(NAME_LIMIT)].trim_end_matches('-');
    is_profile_name(name).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_of_accounts_become_names_of_profiles() {
        for (text, name) in [
            ("my-account", Some("my-account")),
            ("CI: eu", Some("CI-eu")),
            ("  (dev)  ", Some("dev")),
            ("東京 prod", Some("prod")),
            ("", None),
            ("東京", None),
        ] {
            assert_eq!(name_of(text).as_deref(), name, "{text}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn what_it_makes_is_always_a_name(text in any::<String>(), long in "[a-z. -]{30,60}") {
            prop_assert!([text, long].iter().filter_map(|text| name_of(text)).all(|name| is_profile_name(&name)));
        }
    }
}
