//! The questions about a profile, the places for its credential, and what can be wrong with an answer.

/// What the answers are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// The first profile.
    First,
    /// Another profile.
    New,
    /// A change of the profile that is given.
    Change,
    /// A copy of the profile that is given, under another name.
    Copy,
}

impl Purpose {
    /// Do the answers begin with those of a profile?
    pub fn has_before(self) -> bool {
        matches!(self, Purpose::Change | Purpose::Copy)
    }
}

/// The questions, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// The app's id.
    App,
    /// The name of the profile.
    Name,
    /// The address of the API. Asked for a change and a copy.
    Address,
    /// The version of the API. Likewise.
    Version,
    /// The kind of credential.
    Kind,
    /// The credential itself.
    Secret,
    /// Where the credential is kept.
    Keep,
    /// Do customers use the app?
    Production,
    /// Is saving locked? Asked for a change and a copy.
    ReadOnly,
    /// The colour beside the name. Likewise.
    Mark,
    /// The review of what would be written.
    Review,
}

impl Step {
    /// The steps that are rows of the form, for a first or a new profile.
    pub const ROWS: [Step; 6] = [Step::App, Step::Name, Step::Kind, Step::Secret, Step::Keep, Step::Production];

    /// The same for a change and a copy.
    pub const ALL_ROWS: [Step; 10] = [
        Step::App,
        Step::Name,
        Step::Address,
        Step::Version,
        Step::Kind,
        Step::Secret,
        Step::Keep,
        Step::Production,
        Step::ReadOnly,
        Step::Mark,
    ];
}

/// Where the credential is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// Where the profile had it so far.
    AsBefore,
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
    /// All places, in the order in which they are offered. The first is for a profile that was there before.
    pub(super) const ALL: [Keep; 5] = [Keep::AsBefore, Keep::Variable, Keep::File, Keep::Keyring, Keep::Nowhere];
}

/// Why the user cannot go on from a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// The app id is not a number from 1 to 2147483647.
    App,
    /// The text cannot be the name of a profile.
    Name,
    /// The text cannot be the address of the API, for this reason.
    Address(&'static str),
    /// No credential was typed that could be kept in the chosen place.
    NothingToKeep,
    /// The text is longer than any credential, and was left out.
    TooMuch,
    /// The typed text cannot be a credential, for this reason.
    Secret(String),
    /// The credential cannot be kept in the chosen place. The sentence says why.
    Place(String),
    /// It is not known yet whether the credential can be kept in the chosen place.
    Asking,
    /// The line is none of the answers.
    NoAnswer,
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
