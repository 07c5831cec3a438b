//! One message in, new state and effects out. Routes by who has the keyboard; the concerns have files of their own.

mod disk;
mod ending;
mod form;
mod library;
mod overlay;
mod profiles;
mod remove;
mod resolve;
mod save;
mod settle;
mod sync;
mod watch;

use super::effect::{Disk, Effect, Exit, Timer};
use super::keymap::{self, Intent, Scope};
use super::msg::{Code, Hit, Key, Msg};
use super::{App, Keeping, Mode, Notice, WindowFocus};
use crate::model::{Patch, Resource};
use std::time::Duration;
use tui_input::Input;

/// Relative times ("4 days ago") are looked at again this often, and nothing else ever wakes an idle callset.
const MINUTE: Duration = Duration::from_mins(1);

/// A click this soon after the window got the focus only meant the window.
const ARRIVAL: Duration = Duration::from_millis(200);

/// Changes the state as the message demands and says what to do in the world.
///
/// What has to be on disk follows from the state, whatever the message was: edits are handed over when they change, the
/// intent record of a resource goes when nothing of it is open any more, the turn when no save is under way. And the focus
/// is on a row that is shown.
pub fn update(app: &mut App, msg: Msg) -> Vec<Effect> {
    let (intents, turn) = (app.intents(), app.sync.is_saving());
    let asked = app.take(msg);
    app.stay_in_sight();
    let mut effects = Vec::from_iter(app.keep());
    if !matches!(app.keeping, Keeping::InMemory(_)) {
        let open = app.intents();
        let settled = intents.into_iter().filter(|resource| !open.contains(resource));
        effects.extend(settled.map(|resource| Effect::Disk(Disk::Settle(resource))));
        effects.extend((turn && !app.sync.is_saving()).then_some(Effect::Disk(Disk::EndTurn)));
    }
    effects.extend(asked);
    effects
}

impl App {
    fn take(&mut self, msg: Msg) -> Vec<Effect> {
        match msg {
            Msg::Key(key) => self.key(key),
            Msg::Typed(text) => self.typed(&text),
            Msg::Pasted { text, cut } => self.pasted(&text, cut),
            Msg::TokenTyped { characters } => self.token_typed(characters),
            Msg::Clicked(hit) => self.clicked(hit),
            Msg::Scrolled { to } => {
                self.form.scroll = Some(to);
                vec![]
            }
            Msg::Paged(lines) => self.intent(Intent::Move(lines)),
            Msg::Focused => {
                self.terminal.focus = WindowFocus::Arriving;
                let mut effects = vec![Effect::Wake { timer: Timer::Arrived, after: ARRIVAL }];
                effects.extend(self.look_now());
                effects
            }
            Msg::Unfocused => {
                self.terminal.focus = WindowFocus::Away;
                vec![]
            }
            Msg::Resized { cramped } => {
                self.terminal.cramped = cramped;
                vec![]
            }
            Msg::Reply(reply) => self.reply(reply),
            Msg::Token(token) => self.token(token),
            Msg::Credential { token, source } => self.credential(token, source),
            Msg::Trusted(noted) => self.trusted(noted),
            Msg::Disk(heard) => self.heard(heard),
            Msg::Woke { timer, waited } => self.woke(timer, waited),
            Msg::Clock(clock) => {
                self.clock = Some(clock);
                vec![Effect::Wake { timer: Timer::Minute, after: MINUTE }]
            }
            Msg::Stop(stop) => vec![self.exit(stop.exit_code())],
        }
    }
}

impl App {
    /// The scope of what has the keyboard.
    pub fn scope(&self) -> Scope {
        match self.mode {
            Mode::Editing if self.is_closed(self.form.focus.resource) => Scope::Closed,
            Mode::Editing => Scope::of(self.focused().kind),
            Mode::Help { .. } | Mode::Reviewing { .. } => Scope::Pager,
            Mode::Palette { .. } => Scope::Palette,
            Mode::Copying { .. } => Scope::List,
            Mode::Quitting if !self.is_certain() => Scope::Leaving,
            Mode::Quitting => Scope::Quitting,
            Mode::Restoring { .. } => Scope::Restoring,
            Mode::Resolving(_) => Scope::Resolving,
            Mode::Token { .. } => Scope::Token,
            Mode::History { .. } => Scope::History,
            Mode::Log { .. } => Scope::Log,
            Mode::Confirming { .. } => Scope::Confirming,
            Mode::Profiles { .. } => Scope::Profiles,
            Mode::Trusting { .. } => Scope::Trusting,
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
        if let (Mode::Restoring { discarding, .. }, false) = (&mut self.mode, intent == Intent::DiscardLeftover) {
            *discarding = false;
        }
        match intent {
            Intent::Save => {
                self.mode = Mode::Editing;
                return self.save();
            }
            Intent::Reload => return self.reload(),
            Intent::Quit => return self.quit(),
            Intent::QuitSaving => return self.quit_saving(),
            Intent::QuitKeeping => return self.quit_keeping(),
            Intent::QuitDiscarding => return self.quit_discarding(),
            Intent::History => return self.open_history(),
            Intent::Log => self.mode = Mode::Log { selected: 0, scroll: 0 },
            Intent::PutBack => return self.put_back(),
            Intent::Token => return self.ask_for_token(),
            Intent::Watch => return self.switch_watch(),
            Intent::Leftovers => return self.ask_again(),
            Intent::Restore => return self.restore(),
            Intent::Show => {
                if let Mode::Restoring { shown, .. } = &mut self.mode {
                    *shown = !*shown;
                }
            }
            Intent::PutOff => return self.put_off(),
            Intent::DiscardLeftover => return self.discard_leftover(),
            Intent::Side(side) => self.choose_side(side),
            Intent::AllSides(side) => self.choose_all(side),
            Intent::EditConflict => self.edit_conflict(),
            Intent::SetUp => return self.set_up(),
            Intent::Delete(resource) => self.ask_to_delete(resource),
            Intent::Profiles => return self.open_profiles(),
            Intent::Unlock => self.ask_to_unlock(),
            Intent::Trust => return vec![Effect::Trust],
            // Only the first start has a key for it.
            Intent::Demo => {}
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
            let forgotten = matches!(self.mode, Mode::Token { .. }).then_some(Effect::ForgetToken);
            match self.mode {
                Mode::Trusting { .. } => self.tell(Notice::NotTrusted),
                // Who goes back to the form does not leave.
                _ => self.leaving &= !matches!(self.mode, Mode::Confirming { .. }),
            }
            self.mode = Mode::Editing;
            let mut effects = Vec::from_iter(forgotten);
            effects.extend(self.recover());
            return effects;
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
        if self.terminal.focus == WindowFocus::Arriving {
            self.terminal.focus = WindowFocus::Here;
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
        match timer {
            Timer::Patience(id) => {
                let Some(exchange) = self.sync.exchange_mut(id).filter(|exchange| exchange.awaits(id)) else {
                    return vec![];
                };
                exchange.waited = waited_now;
                vec![Effect::Wake { timer, after: super::SPIN }]
            }
            Timer::Retry(id) => self.count_down(id),
            Timer::Turn => self.ask_for_turn(),
            Timer::Watch(round) => self.look(round),
            Timer::Minute => vec![Effect::ReadClock],
            Timer::Arrived => {
                if self.terminal.focus == WindowFocus::Arriving {
                    self.terminal.focus = WindowFocus::Here;
                }
                vec![]
            }
        }
    }

    /// Would nothing be lost, and nothing left in doubt, by leaving now?
    fn is_settled(&self) -> bool {
        self.unsaved() == 0 && self.is_certain()
    }

    /// Has nothing left whose outcome is open? A save that only looks has sent nothing, and ends with the program.
    pub fn is_certain(&self) -> bool {
        self.intents().is_empty() && self.sync.removing().is_none()
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
        let forgotten = matches!(self.mode, Mode::Token { .. }).then_some(Effect::ForgetToken);
        self.mode = Mode::Quitting;
        Vec::from_iter(forgotten)
    }

    fn quit_saving(&mut self) -> Vec<Effect> {
        self.mode = Mode::Editing;
        if self.is_settled() {
            // The answer came while the question stood.
            return vec![self.exit(0)];
        }
        let effects = if self.sync.is_saving() { vec![] } else { self.save() };
        self.leaving = self.sync.is_saving();
        effects
    }

    /// k: the draft stays on disk, for the next start.
    fn quit_keeping(&self) -> Vec<Effect> {
        match self.keeping {
            Keeping::OnDisk => vec![self.exit(if self.is_certain() { 0 } else { 130 })],
            // Nothing is kept there: the strip says so.
            Keeping::Opening | Keeping::Failing(_) | Keeping::InMemory(_) => vec![],
        }
    }

    /// d: the draft goes into the trash. What may have been sent is still to be told at the next start.
    fn quit_discarding(&mut self) -> Vec<Effect> {
        if !self.is_certain() {
            return vec![self.exit(130)];
        }
        let mut effects = Vec::new();
        if !matches!(self.keeping, Keeping::InMemory(_)) {
            effects.push(Effect::Disk(Disk::Discard));
        }
        effects.push(Effect::Quit(Exit { code: 0, farewell: self.farewell(false) }));
        effects
    }

    /// The end. The draft stays on disk, if it is there.
    fn exit(&self, code: u8) -> Effect {
        Effect::Quit(Exit { code, farewell: self.farewell(self.keeping == Keeping::OnDisk) })
    }

    /// What was not saved as the last word: where the edits are, and in full, so that the shell's scrollback has them too.
    fn farewell(&self, kept: bool) -> Option<String> {
        let on_its_way = |resource| {
            let sent = self.sync.sent().filter(|patch| patch.resource() == resource);
            Patch::last_of(sent, self.doubts.get(&resource))
        };
        let open: Vec<String> = Resource::ALL.into_iter().filter_map(on_its_way).map(|patch| patch.body()).collect();
        let patches = Resource::ALL.map(|resource| self.draft.patch(resource));
        let is_unsaved = |patch: &&Patch| !patch.is_empty() && Some(*patch) != on_its_way(patch.resource()).as_ref();
        let unsaved: Vec<String> = patches.iter().filter(is_unsaved).map(Patch::body).collect();
        let mut words = Vec::new();
        if !open.is_empty() {
            let (later, open) = (if kept { "; the next start looks" } else { "" }, open.join(" "));
            words.push(format!("A save was on its way; whether HubSpot took it is not known{later}: {open}"));
        }
        if let Some(resource) = self.sync.removing() {
            let what = resource.label();
            words.push(format!("A removal was on its way; whether HubSpot deleted the {what} is not known"));
        }
        if !unsaved.is_empty() {
            let place = if kept { ", kept as a draft for the next start" } else { "" };
            words.push(format!("Not saved{place}: {}", unsaved.join(" ")));
        }
        for field in self.invalid() {
            if let Some(crate::model::Edit::Text(text)) = self.draft.edit(&field.id) {
                words.push(format!("Not saved, and not valid for {}: {text:?}", field.id.key));
            }
        }
        (!words.is_empty()).then(|| format!("callset: app {}. {}", self.target.app_id, words.join("\n")))
    }
}
