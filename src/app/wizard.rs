//! The questions about a profile, then a review of what would be written and where. Only the user's Enter there writes it.
//! They are asked at the first start, and from the list of profiles: for a new profile, a change and a copy.
//!
//! ```text
//!   app id ── name ── kind ── credential ── where it is kept ── production ── review ── Enter: write ── the editor
//!     └──────── Enter goes on, Esc goes back and loses nothing ────────────────┘ │
//!                                                                   what the file will say, and a test call
//! ```
//!
//! A change and a copy begin with the answers of a profile, and ask for the rest of it as well.
//!
//! Like the editor, this code is pure and returns effects. The credential never comes here, only its length in
//! characters.

mod answers;
mod line;
mod msg;
mod steps;
mod update;

use super::keymap::{Hint, Intent, Scope};
use super::msg::{Room, Token};
use crate::model::ApiVersion;
use crate::model::address::is_own;
use crate::model::login::Likeness;
use crate::model::profile::{Config, CredentialKind, NAME_LIMIT, Profile, Source, Tint, is_profile_name};
use crate::sync::{Fault, RequestId, Target};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;
use tui_input::Input;

pub use answers::{CanKeep, Keep, Purpose, Step, Wrong};
pub use msg::{AskedHit, Effect, FirstStartEnd, Msg};

/// What is known before the first question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// A profile with the address and the version of the API for the new one. Its other values are used for a change
    /// and a copy only.
    pub template: Profile,
    /// What the answers are for.
    pub purpose: Purpose,
    /// The configuration file. The file of a credential is placed beside it.
    pub config: PathBuf,
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
    /// Is it written? Then the questions are over.
    pub is_written: bool,
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
    /// The text typed for the address.
    pub address: Input,
    /// The version of the API.
    pub version: ApiVersion,
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
    /// What the credential looks like, if its form tells.
    pub looks_like: Option<Likeness>,
    /// What may be shown of the credential, once it was checked.
    pub token: Option<Token>,
    /// The chosen place for the credential.
    pub keep: Keep,
    /// The places where the credential can be kept; `None` until that is known.
    pub places: Option<CanKeep>,
    /// Do customers use the app?
    pub production: bool,
    /// Is saving locked?
    pub read_only: bool,
    /// The colour beside the name.
    pub mark: Option<Tint>,
    /// Why the user cannot go on from this step.
    pub wrong: Option<Wrong>,
    /// The review, in the last step.
    pub review: Option<Summary>,
    /// How many lines of the help are scrolled away; `None` while the help is closed.
    pub help: Option<usize>,
    /// How many lines were taken, where nothing is drawn. Each is answered by a prompt.
    pub taken: usize,
    /// Is the terminal too small to show the form? The user can then only quit, so that nothing is entered unseen.
    pub cramped: bool,
    /// How much of the help or the review can be seen.
    pub room: Room,
    /// The number of the last question about the places. Answers to earlier ones are ignored.
    looking: RequestId,
    requests: u32,
}

impl Wizard {
    /// The state of the first frame, and the effects that follow it.
    pub fn new(given: Given) -> (Self, Vec<Effect>) {
        let (before, has_before) = (given.template.clone(), given.purpose.has_before());
        // A copy has another name, and nothing else is known of it.
        let name = if given.purpose == Purpose::Change { before.name } else { String::new() };
        let step = if given.purpose == Purpose::Copy { Step::Name } else { Step::App };
        let wizard = Self {
            given,
            step,
            reached: if has_before { Step::Review } else { Step::App },
            app_id: Input::new(if has_before { before.app_id.to_string() } else { String::new() }),
            name: Input::new(name),
            address: Input::new(before.base_url),
            version: before.api_version,
            names: Vec::new(),
            suggested: None,
            kind: if has_before { before.kind } else { CredentialKind::default() },
            characters: 0,
            caret: 0,
            looks_like: None,
            token: None,
            keep: if has_before { Keep::AsBefore } else { Keep::File },
            places: None,
            production: has_before && before.production,
            read_only: has_before && before.read_only,
            mark: before.mark.filter(|_| has_before),
            wrong: None,
            review: None,
            help: None,
            taken: 0,
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
            Step::App | Step::Address => Scope::AskedText,
            Step::Name if self.names.is_empty() => Scope::AskedText,
            Step::Name => Scope::AskedName,
            Step::Secret => Scope::AskedSecret,
            Step::Kind | Step::Keep | Step::Version | Step::Mark => Scope::AskedChoice,
            Step::Production | Step::ReadOnly => Scope::AskedYesNo,
            Step::Review => Scope::AskedReview,
        }
    }

    /// The word of a hint of the footer; `None` if it would do nothing now.
    pub fn hint(&self, hint: &Hint) -> Option<&'static str> {
        (!self.is_off(hint.intent)).then_some(hint.word)
    }

    /// Is this intent of no use now? The footer leaves it out.
    pub fn is_off(&self, intent: Intent) -> bool {
        match intent {
            Intent::Demo | Intent::Quit => self.given.purpose != Purpose::First,
            Intent::Save => self.reached != Step::Review || self.step == Step::Review,
            Intent::Nudge(_) => matches!(self.asked(), Scope::AskedYesNo),
            _ => false,
        }
    }

    /// Is the credential being typed? The runtime then keeps the typed text to itself.
    pub fn is_secret(&self) -> bool {
        self.step == Step::Secret && !self.cramped && self.help.is_none()
    }

    /// The steps that are rows of the form.
    pub fn rows(&self) -> &'static [Step] {
        if self.given.purpose.has_before() { &Step::ALL_ROWS } else { &Step::ROWS }
    }

    /// The places that are offered for the credential.
    pub fn keeps(&self) -> &'static [Keep] {
        if self.given.purpose.has_before() { &Keep::ALL } else { &Keep::ALL[1..] }
    }

    /// The colours that are offered.
    pub fn marks() -> Vec<Option<Tint>> {
        [None].into_iter().chain(Tint::ALL.map(Some)).collect()
    }

    /// May the credential be left empty? Then the profile has the one that it had.
    pub fn may_be_empty(&self) -> bool {
        self.given.purpose.has_before()
    }

    /// Does the address belong to `HubSpot` or to this machine? The credential is sent to any other address only if the
    /// user says so.
    pub fn is_own(&self) -> bool {
        url::Url::parse(self.address.value().trim()).is_ok_and(|url| is_own(&url))
    }

    /// The question that the failed test call is about, if that can be told.
    pub fn cause(&self) -> Option<Step> {
        let Some(Summary { test: Test::Ended(_, Err(fault)), .. }) = &self.review else { return None };
        let other = self.looks_like.is_some_and(|it| !it.fits(self.kind));
        let step = match fault {
            Fault::NoCredential(_) => Step::Secret,
            Fault::Refused(refusal) if matches!(refusal.status, 401 | 403) && other => Step::Kind,
            Fault::Refused(refusal) if matches!(refusal.status, 401 | 403) => Step::Secret,
            Fault::Refused(refusal)
                if matches!(refusal.status, 300..400 | 404) && self.rows().contains(&Step::Address) =>
            {
                Step::Address
            }
            Fault::Refused(refusal) if matches!(refusal.status, 400 | 404) => Step::App,
            Fault::Unreached(_) | Fault::Unreadable { .. } => Step::Address,
            Fault::Setup(_)
            | Fault::Untrusted(_)
            | Fault::Outdated
            | Fault::TimedOut(_)
            | Fault::Broken(_)
            | Fault::Refused(_) => return None,
        };
        self.rows().contains(&step).then_some(step)
    }

    /// The file for the credential, if the user chooses to keep it in a file.
    pub fn file(&self) -> PathBuf {
        self.given.config.with_file_name(format!("{}.token", self.name.value().trim()))
    }

    /// The `host[:port]` that the credential is for.
    pub fn host(&self) -> String {
        self.profile().host().unwrap_or_default()
    }

    /// The profile that results from the answers so far.
    pub fn profile(&self) -> Profile {
        let sources = match self.keep {
            Keep::AsBefore => self.given.template.clone().of_kind(self.kind).sources,
            Keep::Variable => vec![Source::Variable(self.kind.variable().to_owned())],
            Keep::File => vec![Source::File(self.file())],
            Keep::Keyring => vec![Source::Keyring],
            Keep::Nowhere => vec![],
        };
        Profile {
            base_url: self.address.value().trim().to_owned(),
            api_version: self.version,
            kind: self.kind,
            sources,
            command_timeout: self.given.template.command_timeout,
            mark: self.mark,
            production: self.production,
            read_only: self.read_only,
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
            credential_renewal: None,
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
