//! The places where a key means something, from the inside out.

use crate::model::Kind;

/// Where a key means something. The scope of what has the keyboard is asked first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// A row with text.
    Text,
    /// A row with a number: as text, but for the arrows.
    Number,
    /// A row with a switch.
    Switch,
    /// A row without text, switch or read-only.
    Letters,
    /// A row that stands for a resource which the server does not have, or which could not be read.
    Closed,
    /// Any row.
    Form,
    /// Help and review.
    Pager,
    /// The list of things to copy.
    List,
    /// The palette.
    Palette,
    /// The question before leaving.
    Quitting,
    /// The same while it is not known what became of something that was sent.
    Leaving,
    /// The question about edits of an earlier run.
    Restoring,
    /// The choice between the server's values and one's own.
    Resolving,
    /// A new token is typed.
    Token,
    /// The saves that were made.
    History,
    /// The requests of this run.
    Log,
    /// The app's id is typed, to confirm something.
    Confirming,
    /// The list of profiles.
    Profiles,
    /// The question whether a host may have the credential.
    Trusting,
    /// A question of the first start.
    Asked,
    /// One whose answer is typed.
    AskedText,
    /// The name, where there are some to choose from.
    AskedName,
    /// The credential.
    AskedSecret,
    /// One with a few answers.
    AskedChoice,
    /// What the first start would write.
    AskedReview,
    /// The list of profiles to compare with.
    Picking,
    /// The list of presets.
    Presets,
    /// A preset's name is typed.
    Naming,
    /// The values that a row had before.
    Recent,
    /// Two profiles beside each other.
    Comparing,
}

impl Scope {
    /// The scope of a row.
    pub fn of(kind: Kind) -> Self {
        match kind {
            Kind::Text | Kind::Url => Scope::Text,
            Kind::Integer => Scope::Number,
            Kind::Switch => Scope::Switch,
            Kind::Time | Kind::Json => Scope::Letters,
        }
    }

    /// The scope that is asked when this one does not know a key.
    pub(super) fn outer(self) -> Option<Scope> {
        match self {
            // A row with a list over it is still typed in.
            Scope::Number | Scope::Recent => Some(Scope::Text),
            Scope::Switch | Scope::Closed => Some(Scope::Letters),
            Scope::Text | Scope::Letters => Some(Scope::Form),
            Scope::AskedName => Some(Scope::AskedText),
            Scope::AskedText | Scope::AskedSecret | Scope::AskedChoice => Some(Scope::Asked),
            Scope::Form
            | Scope::Pager
            | Scope::List
            | Scope::Palette
            | Scope::Quitting
            | Scope::Leaving
            | Scope::Restoring
            | Scope::Resolving
            | Scope::Token
            | Scope::History
            | Scope::Log
            | Scope::Confirming
            | Scope::Profiles
            | Scope::Trusting
            | Scope::Asked
            | Scope::AskedReview
            | Scope::Picking
            | Scope::Presets
            | Scope::Naming
            | Scope::Comparing => None,
        }
    }

    /// The words above its keys in the help.
    pub fn label(self) -> &'static str {
        match self {
            Scope::Text => "On a text or number",
            Scope::Number => "On a number",
            Scope::Switch => "On a switch",
            Scope::Letters => "On a row without text",
            Scope::Closed => "On a section that is not set up",
            Scope::Form => "Anywhere on the form",
            Scope::Pager => "In help and review",
            Scope::List => "In a list",
            Scope::Palette => "In the palette",
            Scope::Quitting => "When asked before leaving",
            Scope::Leaving => "The same, with a save on its way",
            Scope::Restoring => "When asked about edits of an earlier run",
            Scope::Resolving => "When others changed the same fields",
            Scope::Token => "When asked for a token",
            Scope::History => "In the history",
            Scope::Log => "In the request log",
            Scope::Confirming => "When asked for the app's id",
            Scope::Profiles => "In the list of profiles",
            Scope::Trusting => "When asked whether a host may have the credential",
            Scope::Asked => "At the first start",
            Scope::AskedText => "There, in the app's id and the name",
            Scope::AskedName => "There, in the name",
            Scope::AskedSecret => "There, in the credential",
            Scope::AskedChoice => "There, where there are a few answers",
            Scope::AskedReview => "There, before anything is written",
            Scope::Picking => "In the list of profiles to compare with",
            Scope::Presets => "In the list of presets",
            Scope::Naming => "When asked for a preset's name",
            Scope::Recent => "In the values that a row had before",
            Scope::Comparing => "With another profile beside",
        }
    }
}
