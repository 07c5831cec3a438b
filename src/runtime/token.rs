//! The credential of a running callset: the one that is being typed, and the one that requests carry.

use super::flight::{Connection, CurrentCredential, LazyCredential, about};
use super::{Runtime, Screen};
use crate::api::{Entry, aside::aside};
use crate::app::keymap::{self, Intent, Scope};
use crate::app::msg::{Msg, Token};
use crate::model::login::Likeness;
use crate::model::profile::CredentialKind;
use crate::term::input::Input;
use crate::words::profile::will_ask_again;
use std::sync::Arc;
use tokio::sync::OnceCell;
use tui_input::InputRequest;

/// Changes what is typed for a credential, or where the caret is in it. `None` for what does neither; else whether text
/// was left out, because there is no room for it.
///
/// The whole of it counts as one word, so that nothing on the screen tells where in it a sign stands that ends words.
pub(super) fn type_in(entry: &mut Entry, input: &Input) -> Option<bool> {
    let all = entry.characters();
    let mut insert = |text: &str| {
        entry.insert(text);
        !text.is_empty() && entry.characters() == all
    };
    match input {
        Input::Typed(text) | Input::Pasted { text, .. } => return Some(insert(text)),
        Input::Key(key) => {
            let intent = keymap::intent(Scope::Line, *key)?;
            if let Intent::Type(c) = intent {
                return Some(insert(c.encode_utf8(&mut [0; 4])));
            }
            let Intent::Text(request) = intent else { return None };
            edit(entry, &request);
        }
        Input::Several(keys) => {
            let text: String = keys.iter().filter_map(|key| key.typed()).collect();
            return Some(insert(&text));
        }
        Input::Line(_)
        | Input::LinesOver
        | Input::Refused { .. }
        | Input::Pressed { .. }
        | Input::Wheel(_)
        | Input::Focused
        | Input::Unfocused
        | Input::Told(_) => return None,
    }
    Some(false)
}

/// What the text looks like that was typed as a credential of this kind, if its form tells.
pub(super) fn looks_like(entry: &Entry, kind: CredentialKind) -> Option<Likeness> {
    let (credential, _) = entry.token(kind).ok()?;
    credential.looks_like()
}

fn edit(entry: &mut Entry, request: &InputRequest) {
    let (at, all) = (entry.caret(), entry.characters());
    match request {
        InputRequest::SetCursor(at) => entry.move_to(*at),
        InputRequest::GoToPrevChar => entry.move_to(at.saturating_sub(1)),
        InputRequest::GoToNextChar => entry.move_to(at + 1),
        InputRequest::GoToStart | InputRequest::GoToPrevWord => entry.move_to(0),
        InputRequest::GoToEnd | InputRequest::GoToNextWord => entry.move_to(all),
        InputRequest::DeletePrevChar => entry.remove(at.saturating_sub(1)..at),
        InputRequest::DeleteNextChar => entry.remove(at..at + 1),
        InputRequest::DeletePrevWord | InputRequest::DeleteFromStart => entry.remove(0..at),
        InputRequest::DeleteNextWord | InputRequest::DeleteTillEnd => entry.remove(at..all),
        _ => {}
    }
}

impl<S: Screen> Runtime<S> {
    /// What is typed while the machine asks for a token stays here. Returns what the machine may know of it, if it was text.
    pub(super) fn enter(&mut self, input: &Input) -> Option<Msg> {
        let left_out = type_in(&mut self.entry, input)?;
        Some(self.entered(left_out))
    }

    /// A click into it.
    pub(super) fn point(&mut self, character: usize) -> Msg {
        self.entry.move_to(character);
        self.entered(false)
    }

    fn entered(&self, left_out: bool) -> Msg {
        let looks_like = looks_like(&self.entry, self.app.target.kind);
        Msg::TokenTyped { characters: self.entry.characters(), caret: self.entry.caret(), looks_like, left_out }
    }

    /// From now on requests carry the token that was typed, or, if none was typed, the one that is read again.
    pub(super) fn use_token(&mut self) {
        let current = &Connection::newest(&self.carrier.connection).credential;
        let (credentials, former) = (current.credentials.clone(), current.known().cloned());
        let kind = self.app.target.kind;
        let can_be_read = self.app.target.profile.as_ref().is_some_and(|profile| !profile.sources.is_empty());
        let token = if self.entry.characters() == 0 && can_be_read {
            self.replace(LazyCredential::new(credentials, former));
            Ok(Token::default())
        } else {
            self.entry.token(kind).map_err(|why| why.to_string()).map(|(credential, tidied)| {
                let token = about(&credential, tidied);
                let credential = match &former {
                    Some(former) => credential.after(former),
                    None => credential,
                };
                let had = OnceCell::new_with(Some(CurrentCredential::typed(credential)));
                self.replace(LazyCredential { had, ..LazyCredential::new(credentials, former) });
                token
            })
        };
        self.entry.clear();
        // The credential may be in a field already, if the user pasted it there by mistake.
        let fields = self.secret_fields();
        if !fields.is_empty() {
            self.take(Msg::Secret(fields));
        }
        let _ = self.sender.send(Msg::Token(token));
    }

    fn replace(&mut self, credential: LazyCredential) {
        self.carrier.connection = Connection::new(Arc::clone(&self.carrier.connection.connect), Arc::new(credential));
    }

    /// Notes that the user trusts the host, outside the loop's thread.
    pub(super) fn trust(&self) {
        let (trust, sender) = (Arc::clone(&self.carrier.connection.credential.credentials.trust), self.sender.clone());
        tokio::spawn(async move {
            let noted = aside(move || trust()).await;
            let noted = noted.unwrap_or_else(|lost| Err(will_ask_again(lost)));
            let _ = sender.send(Msg::Trusted(noted));
        });
    }
}
