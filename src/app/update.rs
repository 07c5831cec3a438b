//! One message in, new state and effects out. Routes by who has the keyboard; the concerns have files of their own.

mod form;
mod overlay;
mod sync;

use super::effect::{Effect, Exit, Timer};
use super::keymap::{self, Intent, Scope};
use super::msg::{Code, Hit, Key, Msg, Stop};
use super::{App, Mode, Notice, Sync};
use crate::model::Resource;
use std::time::Duration;
use tui_input::Input;

/// Relative times ("4 days ago") are looked at again this often, and nothing else ever wakes an idle callset.
const MINUTE: Duration = Duration::from_mins(1);

/// A click this soon after the window got the focus only meant the window.
const ARRIVAL: Duration = Duration::from_millis(200);

/// Changes the state as the message demands and says what to do in the world.
pub fn update(app: &mut App, msg: Msg) -> Vec<Effect> {
    match msg {
        Msg::Key(key) => app.key(key),
        Msg::Typed(text) => app.typed(&text),
        Msg::Pasted { text, cut } => app.pasted(&text, cut),
        Msg::Clicked(hit) => app.clicked(hit),
        Msg::Scrolled { to } => {
            app.form.scroll = Some(to);
            vec![]
        }
        Msg::Paged(lines) => app.intent(Intent::Move(lines)),
        Msg::Focused => {
            app.terminal.arriving = true;
            vec![Effect::Wake { timer: Timer::Arrived, after: ARRIVAL }]
        }
        Msg::Resized { cramped } => {
            app.terminal.cramped = cramped;
            vec![]
        }
        Msg::Reply(reply) => app.reply(reply),
        Msg::Woke { timer, waited } => app.woke(timer, waited),
        Msg::Clock(clock) => {
            app.clock = Some(clock);
            vec![Effect::Wake { timer: Timer::Minute, after: MINUTE }]
        }
        Msg::Stop(stop) => vec![app.exit(match stop {
            Stop::HungUp | Stop::TerminalGone => 129,
            Stop::Interrupted => 130,
            Stop::Quit => 131,
            Stop::Terminated => 143,
        })],
    }
}

impl App {
    /// The scope of what has the keyboard.
    pub fn scope(&self) -> Scope {
        match self.mode {
            Mode::Editing => Scope::of(self.focused().kind),
            Mode::Help { .. } | Mode::Reviewing { .. } => Scope::Pager,
            Mode::Palette { .. } => Scope::Palette,
            Mode::Copying { .. } => Scope::List,
            Mode::Quitting => Scope::Quitting,
        }
    }

    fn key(&mut self, key: Key) -> Vec<Effect> {
        let Some(intent) = keymap::intent(self.scope(), key) else { return vec![] };
        if self.terminal.cramped && intent != Intent::Quit && !matches!(self.mode, Mode::Quitting) {
            return vec![];
        }
        self.hush();
        self.form.scroll = None;
        self.intent(intent)
    }

    /// Several characters in one go. Where letters are keys they would run commands nobody gave, unless it is one key held.
    fn typed(&mut self, text: &str) -> Vec<Effect> {
        if self.terminal.cramped {
            return vec![];
        }
        if keymap::takes_text(self.scope()) && self.mode.is_editing() {
            self.hush();
            return self.type_text(text);
        }
        let mut letters = text.chars();
        let held = letters.next().is_some_and(|first| letters.all(|c| c == first));
        if held || keymap::takes_text(self.scope()) {
            return text.chars().flat_map(|c| self.key(Key::plain(Code::Char(c)))).collect();
        }
        self.notice = Some(Notice::Burst);
        vec![]
    }

    fn intent(&mut self, intent: Intent) -> Vec<Effect> {
        match intent {
            Intent::Save => {
                self.mode = Mode::Editing;
                return self.save();
            }
            Intent::Reload => return self.reload(),
            Intent::Quit => return self.quit(),
            Intent::QuitSaving => return self.quit_saving(),
            Intent::QuitDiscarding => return vec![self.exit(if self.is_certain() { 0 } else { 130 })],
            Intent::Suspend => {
                self.mode = Mode::Editing;
                return vec![Effect::Suspend];
            }
            Intent::Mouse => {
                self.mode = Mode::Editing;
                self.terminal.mouse = !self.terminal.mouse;
                self.notice = Some(Notice::Mouse(self.terminal.mouse));
                return vec![Effect::SetMouse(self.terminal.mouse)];
            }
            Intent::Palette => self.mode = Mode::Palette { filter: Input::default(), selected: 0 },
            Intent::Help => self.mode = Mode::Help { scroll: 0 },
            Intent::Review => self.mode = Mode::Reviewing { scroll: 0 },
            Intent::Copy => self.mode = Mode::Copying { selected: self.likely_copy() },
            Intent::Redraw => {
                self.mode = Mode::Editing;
                return vec![Effect::Redraw];
            }
            Intent::Escape => return self.escape(),
            Intent::Move(by) => self.move_by(by),
            Intent::Choose => return self.choose(),
            Intent::Type(c) if !self.mode.is_editing() => self.filter(tui_input::InputRequest::InsertChar(c)),
            Intent::Text(request) if !self.mode.is_editing() => self.filter(request),
            Intent::Next
            | Intent::Previous
            | Intent::Step(_)
            | Intent::First
            | Intent::Last
            | Intent::Enter
            | Intent::Toggle
            | Intent::Switch(_)
            | Intent::Nudge(_)
            | Intent::Type(_)
            | Intent::Text(_)
            | Intent::Undo
            | Intent::Redo
            | Intent::Reset
            | Intent::ResetAll => {
                self.mode = Mode::Editing;
                self.edit(intent);
            }
        }
        vec![]
    }

    /// Overlays close; then the row; then what the network does; then what the strip says.
    fn escape(&mut self) -> Vec<Effect> {
        if !self.mode.is_editing() {
            self.mode = Mode::Editing;
        } else if !self.restore_row() {
            if let Some(cancelled) = self.cancel() {
                return cancelled;
            }
            // Why the form is empty is all there is to see on it.
            if self.draft.is_loaded(Resource::Settings) || !matches!(self.notice, Some(Notice::Failed(..))) {
                self.fall_silent();
            }
            self.leaving = false;
        }
        vec![]
    }

    fn clicked(&mut self, hit: Hit) -> Vec<Effect> {
        if std::mem::take(&mut self.terminal.arriving) {
            return vec![];
        }
        self.hush();
        match (hit, &self.mode) {
            (Hit::Item(item), Mode::Palette { .. } | Mode::Copying { .. }) => {
                self.select(item);
                return self.choose();
            }
            (
                Hit::Outside,
                Mode::Help { .. } | Mode::Palette { .. } | Mode::Reviewing { .. } | Mode::Copying { .. },
            ) => {
                self.mode = Mode::Editing;
            }
            (Hit::Row(id), Mode::Editing) => self.focus(&id),
            (Hit::Switch(id), Mode::Editing) => {
                self.focus(&id);
                self.edit(Intent::Toggle);
            }
            (Hit::Caret(id, at), Mode::Editing) => {
                self.focus(&id);
                self.edit(Intent::Text(tui_input::InputRequest::SetCursor(at)));
            }
            (Hit::Row(_) | Hit::Switch(_) | Hit::Caret(..) | Hit::Item(_) | Hit::Outside, _) => {}
        }
        vec![]
    }

    fn woke(&mut self, timer: Timer, waited_now: Duration) -> Vec<Effect> {
        match (timer, &mut self.sync) {
            (Timer::Patience(id), Sync::Loading { request, waited } | Sync::Saving { request, waited, .. })
                if id == *request =>
            {
                *waited = waited_now;
                vec![Effect::Wake { timer, after: sync::SPIN }]
            }
            (Timer::Patience(_), _) => vec![],
            (Timer::Minute, _) => vec![Effect::ReadClock],
            (Timer::Arrived, _) => {
                self.terminal.arriving = false;
                vec![]
            }
        }
    }

    /// Would nothing be lost, and nothing left in doubt, by leaving now?
    fn is_settled(&self) -> bool {
        self.unsaved() == 0 && self.is_certain()
    }

    /// Is nothing on its way or in doubt?
    fn is_certain(&self) -> bool {
        self.doubt.is_none() && !matches!(self.sync, Sync::Saving { .. })
    }

    fn quit(&mut self) -> Vec<Effect> {
        if self.is_settled() {
            return vec![self.exit(0)];
        }
        if matches!(self.mode, Mode::Quitting) {
            return vec![self.exit(130)];
        }
        // Asked anew: what was answered before is over.
        self.leaving = false;
        self.mode = Mode::Quitting;
        vec![]
    }

    fn quit_saving(&mut self) -> Vec<Effect> {
        self.mode = Mode::Editing;
        if self.is_settled() {
            // The answer came while the question stood.
            return vec![self.exit(0)];
        }
        let effects = if matches!(self.sync, Sync::Saving { .. }) { vec![] } else { self.save() };
        self.leaving = matches!(self.sync, Sync::Saving { .. });
        effects
    }

    /// The end, with what was not saved as the last word: the shell's scrollback is then where the edits are.
    fn exit(&self, code: u8) -> Effect {
        let on_its_way = match (&self.sync, &self.doubt) {
            (Sync::Saving { patch, .. }, Some(doubt)) => Some(patch.over(doubt)),
            (Sync::Saving { patch, .. }, None) => Some(patch.clone()),
            (Sync::Idle | Sync::Loading { .. }, doubt) => doubt.clone(),
        };
        let patches = Resource::ALL.map(|resource| self.draft.patch(resource));
        let unsaved = patches.iter().filter(|patch| !patch.is_empty() && Some(*patch) != on_its_way.as_ref());
        let unsaved: Vec<String> = unsaved.map(crate::model::Patch::body).collect();
        let mut words = Vec::new();
        if let Some(patch) = on_its_way {
            words.push(format!("A save was on its way; whether HubSpot took it is not known: {}", patch.body()));
        }
        if !unsaved.is_empty() {
            words.push(format!("Not saved: {}", unsaved.join(" ")));
        }
        for field in self.invalid() {
            if let Some(crate::model::Edit::Text(text)) = self.draft.edit(&field.id) {
                words.push(format!("Not saved, and not valid for {}: {text:?}", field.id.key));
            }
        }
        let farewell =
            (!words.is_empty()).then(|| format!("callset: app {}. {}", self.target.app_id, words.join("\n")));
        Effect::Quit(Exit { code, farewell })
    }
}
