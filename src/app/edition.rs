//! What stays on the screen while the user types on.

use super::App;
use crate::sync::RequestId;
use crate::words::field::Problem;
use std::fmt;

/// Counts the messages, but for keys that go on typing in the row in focus. Such a key changes the text of that row, and
/// what is made of it: the size that the preview shows, the body of the next request.
#[derive(Clone, Default)]
pub struct Edition {
    number: u64,
    /// What is said of the text that is being typed, if the last message was such a key.
    said: Option<TypedText>,
}

/// All that the screen says of the text of the row in focus, besides the text.
#[derive(Clone, PartialEq)]
pub(super) struct TypedText {
    is_dirty: bool,
    problems: Vec<Problem>,
    of_tunnel: Option<Problem>,
    /// The look at the url that the text is.
    look: Option<RequestId>,
    /// How many earlier values are offered.
    offers: usize,
}

impl Edition {
    /// The number of the edition.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// A message came. It made another edition, unless it was a key after which the same is said of the text as before.
    pub(super) fn next(&mut self, said: Option<TypedText>) {
        if said.is_none() || said != self.said {
            self.number += 1;
        }
        self.said = said;
    }
}

/// Says no number: what the state is does not depend on how many messages led to it.
impl fmt::Debug for Edition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Edition")
    }
}

impl App {
    /// What is said of the text in the row in focus; `None` unless it is edited by typing, in sight, and nothing else is
    /// said.
    pub(super) fn typed_in(&self) -> Option<TypedText> {
        let (draft, id) = (&self.sync.draft, &self.form.focus);
        let is_typed = self.form.typed && draft.edit(id).is_some();
        let is_in_sight = self.mode.is_editing() && self.form.scroll.is_none();
        if !is_typed || !is_in_sight || self.notice.is_some() || self.preview.is_some() {
            return None;
        }
        let field = self.focused();
        Some(TypedText {
            is_dirty: draft.is_dirty(id),
            problems: self.problems(field),
            of_tunnel: self.tunnel_problem(field),
            look: self.look_at(id).map(|look| look.asked.id),
            offers: self.offers().len(),
        })
    }
}
