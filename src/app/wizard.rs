//! The first start: six questions, then what would be written and where, and only then the writing.
//!
//! ```text
//!   app id ── name ── kind ── credential ── where it is kept ── production ── review ── Enter: write ── the editor
//!     └──────── Enter goes on, Esc goes back and loses nothing ────────────────┘ │
//!                                                                   what the file will say, and a test call
//! ```
//!
//! A machine like the editor's: pure, and what it asks for are effects. The credential never comes here, only how many
//! characters it has.

mod update;

use super::keymap::Scope;
use super::msg::{Key, Room, Stop, Token};
use crate::model::profile::{Config, CredentialKind, NAME_LIMIT, Profile, Source, is_profile_name};
use crate::sync::{Fault, RequestId, Target};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;
use tui_input::Input;

/// What is known before anything is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// The address and the version of the API that the profile will have. Its other values are not looked at.
    pub template: Profile,
    /// Is the address `HubSpot`'s own, or on this machine? To any other the credential goes only when somebody says so.
    pub is_own: bool,
    /// The file of the configuration. A credential's file lies beside it.
    pub config: PathBuf,
}

/// The questions, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// The app's id.
    App,
    /// What the environment is called.
    Name,
    /// The kind of credential.
    Kind,
    /// The credential itself.
    Secret,
    /// Where it is kept.
    Keep,
    /// Do customers use the app?
    Production,
    /// What would be written.
    Review,
}

impl Step {
    /// Those that are a row of the form.
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
    /// In an environment variable, which the user sets. Nothing is kept here.
    Variable,
    /// In a file of mode 0600.
    File,
    /// In the keyring of the system.
    Keyring,
    /// Nowhere: it is asked for at each start.
    Nowhere,
}

impl Keep {
    /// All, in the order they are offered.
    pub const ALL: [Keep; 4] = [Keep::Variable, Keep::File, Keep::Keyring, Keep::Nowhere];
}

/// What stops a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// No app id, or no number from 1 to 2147483647.
    App,
    /// Nothing that a profile can be called.
    Name,
    /// More than any credential has was pasted; it was left out.
    TooMuch,
    /// What was typed is no credential; why.
    Secret(String),
    /// It can not be kept there; why, in a sentence.
    Place(String),
    /// Nobody knows yet whether it can be kept there.
    Asking,
    /// Keys came at once with text, as in a paste that holds some, and were left out.
    TooFast,
}

/// Can a credential be kept there? The errors are sentences.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CanKeep {
    /// In a file of the profile's name.
    pub file: Result<(), String>,
    /// In the keyring.
    pub keyring: Result<(), String>,
}

/// The test call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Test {
    /// The address is not HubSpot's: it waits for a word.
    Held,
    /// On its way, for so long.
    Running(Duration),
    /// It ended, after this long: are there settings, or what came instead?
    Ended(Duration, Result<bool, Fault>),
}

/// The last step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// Its number: what answers an earlier one is not looked at.
    pub id: RequestId,
    /// What would be written.
    pub profile: Profile,
    /// The lines that the configuration gets; `None` while it is being read. An error is a sentence.
    pub lines: Option<Result<Vec<String>, String>>,
    /// The test call.
    pub test: Test,
    /// It is being written.
    pub writing: bool,
    /// Why it was not; a sentence.
    pub failed: Option<String>,
    /// Lines scrolled away.
    pub scroll: usize,
}

/// The state.
#[derive(Clone, Debug)]
pub struct Wizard {
    /// What was known before.
    pub given: Given,
    /// The question that is asked.
    pub step: Step,
    /// The furthest that was asked.
    pub reached: Step,
    /// What was typed for the app's id.
    pub app_id: Input,
    /// What was typed for the name.
    pub name: Input,
    /// Names of accounts that the HubSpot CLI knows, as profiles can be called.
    pub names: Vec<String>,
    /// The one that stands in the row, and what was typed there before.
    suggested: Option<(usize, String)>,
    /// The kind of credential.
    pub kind: CredentialKind,
    /// How many characters of it were typed.
    pub characters: usize,
    /// Before which of them the caret is.
    pub caret: usize,
    /// Which kind it has the form of, if that tells one.
    pub looks_like: Option<CredentialKind>,
    /// What may be told of it, once it was found to be one.
    pub token: Option<Token>,
    /// Where it is kept.
    pub keep: Keep,
    /// Can it be kept there? `None` while nobody knows.
    pub places: Option<CanKeep>,
    /// Do customers use the app?
    pub production: bool,
    /// What stops this step.
    pub wrong: Option<Wrong>,
    /// The last step.
    pub review: Option<Summary>,
    /// Lines scrolled away of the help, while it is open over the question.
    pub help: Option<usize>,
    /// Is the terminal too small to show the form? Nothing is entered unseen then.
    pub cramped: bool,
    /// How much of the page is seen.
    pub room: Room,
    /// The last look at the places.
    looking: RequestId,
    requests: u32,
}

/// What can happen.
#[derive(Clone, Debug, PartialEq)]
pub enum Msg {
    /// A key was pressed.
    Key(Key),
    /// Text arrived at once, marked as a paste or not.
    Pasted(String),
    /// Keys came at once with this text: nobody knows whether they were pressed.
    TooFast(String),
    /// Something was typed for the credential; the text itself never comes here.
    SecretTyped {
        /// How many characters there are now.
        characters: usize,
        /// Before which of them the caret is.
        caret: usize,
        /// Which kind it has the form of.
        looks_like: Option<CredentialKind>,
        /// Was it too much to be one? Then nothing has changed.
        left_out: bool,
    },
    /// The wheel was turned, down is positive.
    Paged(i32),
    /// The terminal has this size now.
    Resized {
        /// Is it too small to show the form?
        cramped: bool,
    },
    /// The page was drawn, in so much room.
    Drawn(Room),
    /// The names of the accounts that the HubSpot CLI knows, as it spells them.
    Names(Vec<String>),
    /// What was typed is a credential, or it can not be one and why.
    Checked(Result<Token, String>),
    /// Where the credential can be kept.
    Looked(RequestId, CanKeep),
    /// The lines that the configuration would get; an error is a sentence.
    Foreseen(RequestId, Result<Vec<String>, String>),
    /// The test call ended after this long: are there settings?
    Tested(RequestId, Duration, Result<bool, Fault>),
    /// So long the test call has taken.
    Waited(RequestId, Duration),
    /// All is written, or not; a sentence.
    Written(Result<(), String>),
    /// The process has to end.
    Stop(Stop),
}

/// What the machine asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Read the names of the HubSpot CLI's accounts, and nothing else of them.
    ReadNames,
    /// Is what was typed a credential of this kind? Answered at once.
    Check(CredentialKind),
    /// Can the credential of this profile be kept in a file or in the keyring? The file is the one given.
    Look(RequestId, Box<Profile>, PathBuf),
    /// What would the configuration get for this profile? Nothing is written.
    Foresee(RequestId, Box<Profile>),
    /// Read the app's settings with the credential.
    Test(RequestId, Box<Profile>),
    /// Say how long the test call takes, after this long.
    Wake(RequestId, Duration),
    /// Stop waiting for the test call.
    Cancel,
    /// Draw the whole screen again.
    Redraw,
    /// Keep the credential where the profile has it from, then write the profile.
    Write(Box<Profile>),
    /// End this.
    End(FirstStartEnd),
}

/// How it ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FirstStartEnd {
    /// The profile is written: the editor opens it.
    Written(Box<Profile>),
    /// The demo is wanted, and nothing is written.
    Demo,
    /// Nothing is written; the exit code.
    Left(u8),
}

impl Wizard {
    /// The state of the first frame, and what to do after it.
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

    /// The scope of the question, also under its help.
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

    /// Is the credential being typed? What is typed then does not belong here.
    pub fn is_secret(&self) -> bool {
        self.step == Step::Secret && !self.cramped && self.help.is_none()
    }

    /// The file that the credential would be kept in.
    pub fn file(&self) -> PathBuf {
        self.given.config.with_file_name(format!("{}.token", self.name.value().trim()))
    }

    /// `host[:port]` that the credential is for.
    pub fn host(&self) -> String {
        self.given.template.host().unwrap_or_default()
    }

    /// What the answers so far come to.
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

    /// What a fault of the test call is about.
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

/// A name for a profile out of any other name: what can not be in one becomes a dash. `None` if nothing is left.
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
