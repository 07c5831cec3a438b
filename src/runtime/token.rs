//! The credential of a running callset: the one that is being typed, and the one that requests carry.

use super::flight::{Connection, LazyCredential, about};
use super::{Runtime, Screen};
use crate::api::{Entry, aside::aside};
use crate::app::msg::{Code, Key, Msg, Token};
use crate::term::input::Input;
use crate::words::profile::will_ask_again;
use std::sync::Arc;
use tokio::sync::OnceCell;

/// Applies input to the credential that is being typed. Returns `None` if the input does not concern it, or else
/// whether text was left out for lack of room.
pub(super) fn type_in(entry: &mut Entry, input: &Input) -> Option<bool> {
    let before = entry.characters();
    let mut push = |text: &str| {
        entry.push(text);
        !text.is_empty() && entry.characters() == before
    };
    let mut left_out = false;
    match input {
        Input::Typed(text) | Input::Pasted { text, .. } => left_out = push(text),
        Input::Key(key) if *key == Key::plain(Code::Backspace) => entry.pop(),
        Input::Key(key) if *key == Key::ctrl('u') => entry.clear(),
        Input::Key(key) => left_out = push(key.typed()?.encode_utf8(&mut [0; 4])),
        Input::Several(keys) => {
            let text: String = keys.iter().filter_map(|key| key.typed()).collect();
            left_out = push(&text);
        }
        Input::Refused { .. } | Input::Pressed { .. } | Input::Wheel(_) | Input::Focused | Input::Unfocused => {
            return None;
        }
    }
    Some(left_out)
}

impl<S: Screen> Runtime<S> {
    /// Keeps what is typed while the editor asks for a token. Returns its length if the input was text.
    pub(super) fn enter(&mut self, input: &Input) -> Option<usize> {
        type_in(&mut self.entry, input)?;
        Some(self.entry.characters())
    }

    /// From now on requests carry the token that was typed, or, if none was typed, the one that is read again.
    pub(super) fn use_token(&mut self) {
        let (credentials, former) = (
            self.carrier.connection.credential.credentials.clone(),
            self.carrier.connection.credential.had.get().cloned(),
        );
        let kind = self.app.target.kind;
        let can_be_read = self.app.target.profile.as_ref().is_some_and(|profile| !profile.sources.is_empty());
        let token = if self.entry.characters() == 0 && can_be_read {
            self.renew(LazyCredential { credentials, had: OnceCell::new(), former });
            Ok(Token::default())
        } else {
            self.entry.token(kind).map_err(|why| why.to_string()).map(|(credential, tidied)| {
                let token = about(&credential, tidied);
                let credential = match &former {
                    Some(former) => credential.after(former),
                    None => credential,
                };
                self.renew(LazyCredential { credentials, had: OnceCell::new_with(Some(credential)), former });
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

    fn renew(&mut self, credential: LazyCredential) {
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
