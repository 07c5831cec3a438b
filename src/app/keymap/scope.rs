//! The places where a key means something, and the places that they inherit keys from.
//!
//! ```text
//!   a row        Number < Text < Line ──┐            an overlay   its own < Bare  < List < Moves < Any
//!                Switch < Letters ──────┴< Form < Any                     < Line ─┘  (a list)
//! ```

use crate::app::mode::{Overlay, Shape};
use crate::model::Kind;

/// A place where a key means something. A place inherits the keys of others, see [`Scope::chain`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Everywhere.
    Any,
    /// Any row.
    Form,
    /// A row with text.
    Text,
    /// Where text is typed.
    Line,
    /// A row with a number. It takes text, but the arrow keys count.
    Number,
    /// A row with a switch.
    Switch,
    /// A row where no text can be typed: a switch or a read-only row.
    Letters,
    /// The single row of a resource that the server does not have, or that could not be read.
    Closed,
    /// An overlay, or the review of the first start.
    Moves,
    /// A list.
    List,
    /// A list without a filter, or a text to read.
    Bare,
    /// One overlay only.
    In(Overlay),
    /// A question of the first start.
    Asked,
    /// A question of the first start whose answer is typed.
    AskedText,
    /// The question for the name, if there are names to choose from.
    AskedName,
    /// The question for the credential.
    AskedSecret,
    /// A question with a few answers to choose from.
    AskedChoice,
    /// A question that is answered with yes or no.
    AskedYesNo,
    /// The review of what the first start would write.
    AskedReview,
    /// The help of the first start.
    AskedHelp,
}

impl Scope {
    /// The places that are not one overlay only, in the order of the help.
    pub(super) const PLACES: [Scope; 11] = [
        Scope::Any,
        Scope::Form,
        Scope::Text,
        Scope::Line,
        Scope::Number,
        Scope::Switch,
        Scope::Letters,
        Scope::Closed,
        Scope::Moves,
        Scope::List,
        Scope::Bare,
    ];

    /// The places of the first start.
    pub(super) const FIRST_START: [Scope; 5] =
        [Scope::Asked, Scope::AskedName, Scope::AskedChoice, Scope::AskedYesNo, Scope::AskedReview];

    /// The scope of a row.
    pub fn of(kind: Kind) -> Self {
        match kind {
            Kind::Text | Kind::Url => Scope::Text,
            Kind::Integer => Scope::Number,
            Kind::Switch => Scope::Switch,
            Kind::Time | Kind::Json => Scope::Letters,
        }
    }

    /// This scope, then the scopes that it inherits keys from, in the order in which they are searched.
    pub fn chain(self) -> impl Iterator<Item = Scope> {
        use Scope::{Any, Asked, AskedText, Bare, Form, Letters, Line, List, Moves, Text};
        let inherited: &[Scope] = match self {
            Any => &[],
            Form | Line | Moves | Asked => &[Any],
            Letters => &[Form, Any],
            Scope::Switch | Scope::Closed => &[Letters, Form, Any],
            Text => &[Line, Form, Any],
            Scope::Number => &[Text, Line, Form, Any],
            List | Bare => &[Moves, Any],
            // The question about an earlier run can show its edits, which scroll.
            Scope::In(Overlay::Restore) | Scope::AskedHelp => &[Bare, Moves, Any],
            Scope::In(overlay) => match overlay.shape() {
                Shape::List => &[Bare, List, Moves, Any],
                Shape::Filtered => &[Line, List, Moves, Any],
                Shape::Beside => &[Line, List, Moves, Text, Form, Any],
                Shape::Page => &[Bare, Moves, Any],
                Shape::Prompt => &[Line, Moves, Any],
                Shape::Question => &[Moves, Any],
            },
            AskedText | Scope::AskedSecret => &[Line, Asked, Any],
            Scope::AskedName => &[AskedText, Line, Asked, Any],
            Scope::AskedChoice => &[Asked, Any],
            Scope::AskedYesNo => &[Scope::AskedChoice, Asked, Any],
            Scope::AskedReview => &[Moves, Asked, Any],
        };
        std::iter::once(self).chain(inherited.iter().copied())
    }

    /// The heading of the scope's keys in the help.
    pub fn label(self) -> &'static str {
        match self {
            Scope::Any => "Anywhere",
            Scope::Form => "Anywhere on the form",
            Scope::Text => "On a text or number",
            Scope::Line => "Wherever text is typed",
            Scope::Number => "On a number",
            Scope::Switch => "On a switch",
            Scope::Letters => "On a row without text",
            Scope::Closed => "On a section that is not set up",
            Scope::Moves => "In whatever is open",
            Scope::List => "In a list",
            Scope::Bare => "There, where nothing is typed",
            Scope::In(overlay) => overlay.label(),
            Scope::Asked => "Where a profile is set up or changed",
            Scope::AskedText => "There, in the app's id and the name",
            Scope::AskedName => "There, in the name",
            Scope::AskedSecret => "There, in the credential",
            Scope::AskedChoice => "There, where there are a few answers",
            Scope::AskedYesNo => "There, where it is yes or no",
            Scope::AskedReview => "There, before anything is written",
            Scope::AskedHelp => "There, in the help",
        }
    }
}
