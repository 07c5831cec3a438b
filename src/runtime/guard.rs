//! Keeps this session's credential out of the editor's state, and so off the screen, the disk and the network.
//!
//! ```text
//!   typed, pasted ──────────────> is it a piece? ── yes: it is dropped ────────────────┐
//!   history, presets ───────────> values that hold it are withheld                     ├──> Msg::Secret: one sentence
//!   undone, restored, or typed before the credential was known: the field forgets it ──┘
//! ```
//!
//! The clients have removed the credential from all answers, also from those to another profile's requests.

use super::flight::Connection;
use super::{Runtime, Screen};
use crate::api::Credential;
use crate::app::effect::{Effect, PreviewAct};
use crate::app::msg::{DiskReply, Msg};
use crate::app::{Overlay, update};
use crate::model::record::{Saved, Unsaved};
use crate::model::{Edit, FieldId, Value};
use crate::sync::Disk;
use crate::term::input::Input;
use std::collections::BTreeMap;

/// How many of the last typed bytes are examined together with the next one. A piece of a credential fits, in any
/// spelling.
const TAIL: usize = 96;

/// Removes the credential from what comes from the disk.
fn withheld(credential: &Credential, msg: Msg) -> Msg {
    let of = |representation| credential.withhold(&representation);
    let saved = |saved: Saved| Saved { before: of(saved.before), after: of(saved.after), ..saved };
    let all = |read: Result<Vec<Saved>, String>| read.map(|saves| saves.into_iter().map(saved).collect());
    if let Msg::Disk(DiskReply::History(read)) = msg { Msg::Disk(DiskReply::History(all(read))) } else { msg }
}

impl<S: Screen> Runtime<S> {
    /// Updates the editor with a message, without the credential. Returns the effects.
    pub(super) fn guarded(&mut self, msg: Msg) -> Vec<Effect> {
        let msg = match self.credential() {
            Some(credential) => withheld(credential, msg),
            None => msg,
        };
        let sets_up = matches!(
            msg,
            Msg::Credential { .. } | Msg::Token(_) | Msg::Disk(DiskReply::Surveyed(_) | DiskReply::PresetKept { .. })
        );
        let mut effects = update(&mut self.app, msg);
        if sets_up && let Some(credential) = self.credential().cloned() {
            for preset in &mut self.app.target.setup.presets {
                preset.values = credential.withhold(&preset.values);
            }
        }
        let fields = self.secret_fields();
        if !fields.is_empty() {
            // The draft that would be written, and the page that would show it, still hold the text that is forgotten now.
            let holds =
                |effect: &Effect| matches!(effect, Effect::Disk(Disk::Keep(_)) | Effect::Preview(PreviewAct::Show(_)));
            effects.retain(|effect| !holds(effect));
            effects.extend(update(&mut self.app, Msg::Secret(fields)));
        }
        effects
    }

    /// The credential of this session, or else the last one before it.
    fn credential(&self) -> Option<&Credential> {
        Connection::newest(&self.carrier.connection).credential.known()
    }

    /// Is the typed text a piece of the credential, together with what was typed right before?
    pub(super) fn is_secret(&mut self, input: &Input) -> bool {
        match input {
            Input::Typed(text) | Input::Pasted { text, .. } => self.is_piece(text),
            Input::Key(pressed) => pressed.typed().is_some_and(|c| self.is_piece(c.encode_utf8(&mut [0; 4]))),
            Input::Several(keys) => self.is_piece(&keys.iter().filter_map(|key| key.typed()).collect::<String>()),
            // A line is examined when it is taken.
            Input::Line(_)
            | Input::LinesOver
            | Input::Refused { .. }
            | Input::Pressed { .. }
            | Input::Wheel(_)
            | Input::Focused
            | Input::Unfocused
            | Input::Told(_) => false,
        }
    }

    /// The same for a text.
    pub(super) fn is_piece(&mut self, text: &str) -> bool {
        if text.is_empty() {
            // A key that types no text does not end a piece: it may be typed with arrow keys in between.
            return false;
        }
        let before = self.typed.len();
        let forgotten = self.typed.floor_char_boundary(before.saturating_sub(TAIL));
        self.typed.drain(..forgotten);
        self.typed.push_str(text);
        self.credential().is_some_and(|credential| credential.is_in_rest(&self.typed, before - forgotten))
    }

    /// The fields that hold the credential in spite of the guards.
    pub(super) fn secret_fields(&self) -> Vec<FieldId> {
        let Some(credential) = self.credential() else { return vec![] };
        let leftover = self.app.leftovers.first().filter(|_| self.app.mode.is(Overlay::Restore));
        let asked = leftover.and_then(|leftover| leftover.unsaved.as_ref());
        let mut fields = in_edits(credential, self.app.sync.draft.edits());
        if let Some(Unsaved { base, edits, .. }) = asked {
            fields.extend(in_edits(credential, edits));
            for (resource, base) in base {
                let withheld = credential.withhold(base);
                let differs = |(key, value): &(&str, &Value)| withheld.get(key) != Some(*value);
                let id = |(key, _): (&str, _)| FieldId::new(*resource, key);
                fields.extend(base.members().filter(differs).map(id));
            }
        }
        fields
    }
}

fn in_edits(credential: &Credential, edits: &BTreeMap<FieldId, Edit>) -> Vec<FieldId> {
    let is_in = |edit: &Edit| matches!(edit, Edit::Text(text) if credential.is_in(text));
    edits.iter().filter(|(_, edit)| is_in(edit)).map(|(id, _)| id.clone()).collect()
}
