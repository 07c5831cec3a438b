//! Takes one message, changes the state and returns effects. This file passes each message on by what has the keyboard.
//! Each concern has a file of its own.

mod click;
mod compare;
mod copy;
mod disk;
mod doctor;
mod form;
mod leaving;
mod library;
mod line;
mod manage;
mod overlay;
mod presets;
mod preview;
mod profiles;
mod recent;
mod report;
mod resolve;
mod secret;
mod sheet;
mod tunnels;
mod undo;

pub(super) use overlay::scroll_by;

use super::effect::Effect;
use super::keymap::{self, Decision, Intent, Motion, ProfileAct, Scope};
use super::msg::{Key, Msg, Room};
use super::{App, Asked, CopyItem, Mode, Notice, Overlay, Question, WindowFocus};
use crate::model::Resource;
use crate::sync::{Disk, Event, Outcome, Timer};
use std::time::Duration;
use tui_input::InputRequest;

/// How often the clock is read for relative times such as "4 days ago". Without the watch nothing else wakes an idle
/// callset.
const MINUTE: Duration = Duration::from_mins(1);

/// A click this soon after the window got the focus was meant for the window, and does nothing else.
const ARRIVAL: Duration = Duration::from_millis(200);

/// Changes the state as the message demands, and returns the effects to carry out.
///
/// What has to be on disk follows from the state, whatever the message was. Edits are handed over when they change. The
/// values that a write replaced enter the history once they are known. Then the record of that write is removed. The
/// save lock is released when no save is running. In the same way the focus always moves to a row that is shown.
pub fn update(app: &mut App, msg: Msg) -> Vec<Effect> {
    let (reading, open) = (app.reading_other(), app.overlay());
    let has_left = app.mode.is(Overlay::Quit) && app.nothing_to_lose();
    let asks_during_save = app.mode.is(Overlay::Quit) && app.sync.is_saving();
    let asked = app.take(msg);
    if app.overlay() != open {
        // The new overlay has not been drawn, so its room is not known yet.
        app.terminal.room = Room::default();
    }
    app.stay_in_sight();
    let mut kept = Vec::from_iter(app.sync.keep_edits(&app.form.focus));
    kept.extend(app.sync.keep_records());
    app.note_saves(&kept);
    let mut effects: Vec<Effect> = kept.into_iter().map(Effect::from).collect();
    effects.extend(asked);
    effects.extend(app.recollect());
    effects.extend(app.keep_previewed());
    effects.extend(app.look_at_tunnels());
    // Once the comparison is closed, the requests to the other profile are of no use.
    effects.extend(app.stop_reading_other(&reading));
    // The question before leaving stands for as long as something is in the way. If the save that it was about ends and
    // something still is, the same keys would mean something else from now on, so it is asked again only on demand.
    if !has_left && app.mode.is(Overlay::Quit) && app.nothing_to_lose() {
        effects.push(app.exit(0));
    } else if asks_during_save && app.mode.is(Overlay::Quit) && !app.sync.is_saving() {
        app.mode = Mode::Editing;
    }
    let ends = |effect: &Effect| matches!(effect, Effect::Switch(_) | Effect::SetUp(..) | Effect::Quit(_));
    if app.choosing && app.mode.is_editing() && !effects.iter().any(ends) {
        // There is no form below the list.
        effects.extend(app.open_profiles());
    }
    effects
}

impl App {
    fn take(&mut self, msg: Msg) -> Vec<Effect> {
        if !matches!(msg, Msg::Key(_)) {
            self.edition.next(None);
        }
        match msg {
            Msg::Key(key) => self.key(key),
            Msg::Typed(text) => self.typed(&text),
            Msg::Several(keys) => self.several(&keys),
            Msg::Refused { whole } => {
                self.notice = Some(Notice::TooFast { whole });
                vec![]
            }
            Msg::Pasted { text, cut } => self.pasted(&text, cut),
            Msg::TokenTyped { characters, caret, looks_like, left_out } => {
                self.token_typed((characters, caret), looks_like, left_out)
            }
            Msg::Line(line) => self.line(&line),
            Msg::LinesOver => self.lines_over(),
            Msg::Clicked(hit) => self.clicked(hit),
            Msg::Scrolled { to } => {
                self.form.scroll = Some(to);
                vec![]
            }
            Msg::Paged(lines) => self.intent(Intent::Move(Motion::Wheel(lines))),
            Msg::Focused => {
                (self.terminal.focus, self.tunnels.is_due) = (WindowFocus::Arriving, true);
                let mut effects = vec![Effect::Wake { timer: Timer::Arrived, after: ARRIVAL }];
                effects.extend(self.happen(Event::Seen));
                // The file may have been edited in the other window.
                effects.push(Effect::Disk(Disk::Survey));
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
            Msg::Drawn(room) => {
                self.terminal.room = room;
                vec![]
            }
            Msg::Reply(reply) if self.reading_other().contains(&reply.request) => {
                self.compared(reply);
                vec![]
            }
            Msg::Reply(reply) => self.happen(Event::Reply(reply)),
            Msg::Checked(id, visit) => self.looked(id, *visit),
            Msg::Token(token) => self.token(token),
            Msg::Credential { token, source, renewal, note } => {
                self.target.credential_renewal = renewal;
                self.credential(token, source, note)
            }
            Msg::Trusted(noted) => self.trusted(noted),
            Msg::Profiles(change, done) => self.profiles_changed(change, done),
            Msg::Secret(fields) => self.forget_secret(&fields),
            Msg::Tunnels(tunnels) => self.tunnels_found(tunnels),
            Msg::Disk(heard) => self.heard(heard),
            Msg::Woke { timer, waited } => self.woke(timer, waited),
            Msg::Clock(clock) => {
                self.clock = Some(clock);
                vec![Effect::Wake { timer: Timer::Minute, after: MINUTE }]
            }
            Msg::Edited(file) => self.edited(file),
            Msg::Copied(item, way) => {
                // A message that came up in the meantime is shown first.
                self.tell(Notice::Copied(item, way));
                vec![]
            }
            Msg::Examined(round, check, found) => {
                self.examined(round, check, found);
                vec![]
            }
            Msg::Browsed { url, program, is_remote } => self.browsed(url, program, is_remote),
            Msg::NotTaken(item, text) => vec![Effect::CopyByTerminal(item, text)],
            Msg::Preview(news) => self.previewed(news),
            Msg::Stop(stop) => vec![self.exit(stop.exit_code())],
        }
    }
}

impl App {
    /// The open overlay. For the question before quitting this tells [`Overlay::Leave`] from [`Overlay::Quit`].
    pub fn overlay(&self) -> Option<Overlay> {
        self.named(&self.mode)
    }

    /// The scope of what has the keyboard.
    pub fn scope(&self) -> Scope {
        self.scope_of(&self.mode)
    }

    /// The scope that the help describes, whether the help is open or not.
    pub fn ground_scope(&self) -> Scope {
        self.scope_of(self.mode.ground())
    }

    fn scope_of(&self, mode: &Mode) -> Scope {
        match self.named(mode) {
            Some(overlay) => Scope::In(overlay),
            None if self.is_closed(self.form.focus.resource) => Scope::Closed,
            None => Scope::of(self.focused().kind),
        }
    }

    fn named(&self, mode: &Mode) -> Option<Overlay> {
        match mode.overlay() {
            Some(Overlay::Quit) if !self.sync.is_certain() => Some(Overlay::Leave),
            overlay => overlay,
        }
    }

    fn key(&mut self, key: Key) -> Vec<Effect> {
        let Some(intent) = keymap::intent(self.scope(), key) else { return vec![] };
        if self.terminal.cramped && intent != Intent::Quit && !self.mode.is(Overlay::Quit) {
            return vec![];
        }
        self.hush();
        self.form.scroll = None;
        let effects = self.intent(intent);
        let typed = if matches!(intent, Intent::Type(_) | Intent::Text(_)) { self.typed_in() } else { None };
        self.edition.next(typed);
        effects
    }

    /// Several characters arrived at once. Where letters are keys, such text would run commands that the user did not
    /// mean. It is refused there, unless all characters are equal, as when one key is held.
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
            let keys: Vec<Key> = text.chars().map(Key::char).collect();
            return self.several(&keys);
        }
        self.notice = Some(Notice::Burst);
        vec![]
    }

    /// Keys arrived at once, with a character among them, so they may be a paste. Only those act that type, move, or flip
    /// a switch. Where text goes, the text is taken up to the first other key. Elsewhere all keys are refused with it.
    fn several(&mut self, keys: &[Key]) -> Vec<Effect> {
        let acts =
            |app: &Self, key: &Key| keymap::intent(app.scope(), *key).is_some_and(|intent| !intent.is_text_or_move());
        if !keymap::takes_text(self.scope()) && keys.iter().any(|key| acts(self, key)) {
            self.notice = Some(Notice::TooFast { whole: true });
            return vec![];
        }
        let mut effects = vec![];
        for (n, key) in keys.iter().enumerate() {
            if acts(self, key) {
                self.notice = Some(Notice::TooFast { whole: n == 0 });
                break;
            }
            effects.extend(self.key(*key));
        }
        effects
    }

    fn intent(&mut self, intent: Intent) -> Vec<Effect> {
        if self.is_taking() && intent != Intent::Quit {
            return vec![];
        }
        if let (Mode::Asking(Question { what: Asked::Restore { discarding, .. }, .. }), false) =
            (&mut self.mode, intent == Intent::Decide(Decision::Discard))
        {
            *discarding = false;
        }
        match intent {
            Intent::Save => {
                self.mode = Mode::Editing;
                return self.save();
            }
            Intent::Reload if self.mode.is(Overlay::Comparison) => return self.read_other_again(),
            Intent::Reload if self.mode.is(Overlay::Complaints) => return vec![Effect::Disk(Disk::Survey)],
            Intent::Reload if self.mode.is(Overlay::Doctor) => return self.examine(),
            Intent::Reload => return self.reload(),
            Intent::Quit => return self.quit(),
            Intent::Help => return self.help(),
            Intent::Open(Overlay::Other) if self.choosing => {}
            Intent::Open(overlay) => return self.open(overlay),
            // Behind the caret the key deletes a character of the filter, as in every line.
            Intent::Manage(ProfileAct::Remove) if self.is_within_filter() => {
                self.type_over(InputRequest::DeleteNextChar);
            }
            Intent::Manage(act) => return self.manage(act),
            Intent::Decide(decision) => return self.decided(decision),
            Intent::CheckAgain => return self.check_again(),
            Intent::CopyHeader => return self.copy(CopyItem::Header),
            Intent::Watch => return self.switch_watch(),
            Intent::Leftovers => return self.ask_again(),
            Intent::Side(side) => self.choose_side(side),
            Intent::AllSides(side) => self.choose_all(side),
            Intent::EditConflict => self.edit_conflict(),
            Intent::Mark => self.choose_field(),
            Intent::MarkAll => self.choose_all_fields(),
            Intent::ShowEqual => self.show_equal(),
            Intent::SetUp => return self.set_up(),
            Intent::Delete(resource) => self.ask_to_delete(resource),
            Intent::Unlock => self.ask_to_unlock(),
            Intent::Tunnels => return self.choose_tunnel(),
            // These are keys of the first start.
            Intent::Demo | Intent::Answer(_) | Intent::Mend => {}
            Intent::OpenPreview => return self.open_page(),
            Intent::StopPreview => return self.stop_preview(),
            Intent::EditAll => return self.edit_all(),
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
            Intent::Browse => return self.browse(),
            Intent::Redraw => return vec![Effect::Redraw],
            Intent::ChangeLooks => {
                self.mode = Mode::Editing;
                return vec![Effect::ChangeLooks];
            }
            Intent::Escape => return self.escape(),
            Intent::Move(motion) => self.move_by(motion),
            Intent::Choose => return self.choose(),
            Intent::Type(c) if !self.mode.is_editing() => self.type_over(InputRequest::InsertChar(c)),
            Intent::Text(request) if !self.mode.is_editing() => self.type_over(request),
            Intent::Next
            | Intent::Previous
            | Intent::Step(_)
            | Intent::First
            | Intent::Last
            | Intent::Enter
            | Intent::Toggle
            | Intent::Page(_)
            | Intent::Nudge(_)
            | Intent::Type(_)
            | Intent::Text(_)
            | Intent::StepPreset(_)
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

    /// Does the strip offer Esc to cancel a request?
    fn names_cancel(&self) -> bool {
        let is_pausing = self.sync.exchange().is_some_and(|exchange| exchange.pause.is_some());
        let is_held_up = self.sync.is_saving() && self.sync.hangs.is_some();
        self.sync.is_busy() && (self.sync.waiting().is_some() || is_pausing || is_held_up)
    }

    /// Esc does the first of these that applies. It closes the overlay. It cancels the request if the strip offers
    /// that. It restores the row. It cancels a request that the strip does not mention. It empties the strip.
    fn escape(&mut self) -> Vec<Effect> {
        if !self.mode.is_editing() {
            return self.close();
        }
        if !self.names_cancel() && self.restore_row() {
            // What is not settled yet matters more.
            if !self.notice.as_ref().is_some_and(Notice::is_sticky) {
                self.notice = Some(Notice::TakenBack);
            }
        } else {
            if self.sync.is_busy() {
                return self.happen(Event::Cancel);
            }
            // A failure of the first load stays in the strip, because it explains the empty form.
            if self.sync.draft.is_loaded(Resource::Settings)
                || !matches!(self.notice, Some(Notice::Outcome(Outcome::Failed(..))))
            {
                self.fall_silent();
            }
            self.leaving = false;
        }
        vec![]
    }

    fn woke(&mut self, timer: Timer, waited: Duration) -> Vec<Effect> {
        match timer {
            Timer::Patience(_) | Timer::Retry(_) | Timer::Turn | Timer::Watch(_) => {
                let seen = self.terminal.focus != WindowFocus::Away;
                self.happen(Event::Woke { timer, waited, seen })
            }
            Timer::Minute => vec![Effect::ReadClock, Effect::Disk(Disk::Survey)],
            Timer::Arrived => {
                if self.terminal.focus == WindowFocus::Arriving {
                    self.terminal.focus = WindowFocus::Here;
                }
                vec![]
            }
        }
    }
}
