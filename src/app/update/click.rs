//! Clicks: what a click does on each part of the screen.

use crate::app::effect::Effect;
use crate::app::keymap::{self, Decision, Intent};
use crate::app::msg::Hit;
use crate::app::{App, Mode, Overlay, WindowFocus};
use crate::sync::Timer;
use std::time::Duration;
use tui_input::InputRequest;

/// The longest time between the two clicks of a double click.
const DOUBLE_CLICK: Duration = Duration::from_millis(500);

impl App {
    /// A click. If it opens a question or a prompt, clicks are ignored for a moment, so that the second click of a
    /// double click is not taken as the answer.
    pub(super) fn clicked(&mut self, hit: Hit) -> Vec<Effect> {
        if self.terminal.focus == WindowFocus::Arriving {
            self.terminal.focus = WindowFocus::Here;
            return vec![];
        }
        let before = self.overlay();
        let mut effects = if let Hit::Key(key) = hit {
            // Only a key can allow a host to have the credential.
            let trusts = keymap::intent(self.scope(), key) == Some(Intent::Decide(Decision::Trust));
            if trusts { vec![] } else { self.key(key) }
        } else {
            self.hush();
            self.pointed(hit)
        };
        if self.overlay() != before && matches!(self.mode, Mode::Asking(_) | Mode::Entering(_)) {
            self.terminal.focus = WindowFocus::Arriving;
            effects.push(Effect::Wake { timer: Timer::Arrived, after: DOUBLE_CLICK });
        }
        effects
    }

    fn pointed(&mut self, hit: Hit) -> Vec<Effect> {
        match (hit, &mut self.mode) {
            (Hit::Complaints, mode) if mode.is_editing() || mode.closes_outside() => {
                return self.open(Overlay::Complaints);
            }
            (Hit::Row(id), Mode::Editing) => self.focus(&id),
            (Hit::Switch(id), Mode::Editing) => {
                self.focus(&id);
                self.edit(Intent::Toggle);
            }
            (Hit::Caret(id, at), Mode::Editing) => {
                self.focus(&id);
                self.edit(Intent::Text(InputRequest::SetCursor(at)));
            }
            (Hit::Item(row), Mode::Picking(_)) => return self.pick(row),
            (Hit::Mark(row), Mode::Picking(_)) => {
                self.select(row);
                self.choose_field();
            }
            (Hit::Side(row, side), Mode::Picking(_)) => {
                self.select(row);
                self.choose_side(side);
            }
            (Hit::Typed(at), Mode::Picking(_) | Mode::Entering(_)) => self.type_over(InputRequest::SetCursor(at)),
            (Hit::Outside, mode) if mode.closes_outside() && !self.choosing => return self.escape(),
            (
                Hit::Row(_)
                | Hit::Switch(_)
                | Hit::Caret(..)
                | Hit::Item(_)
                | Hit::Mark(_)
                | Hit::Side(..)
                | Hit::Typed(_)
                | Hit::Key(_)
                | Hit::Complaints
                | Hit::Outside,
                _,
            ) => {}
        }
        vec![]
    }
}
