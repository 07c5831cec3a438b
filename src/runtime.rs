//! The loop of the editor, and the runner of its effects. Makes no decisions: `app` does.
//!
//! There is no frame rate and no tick: while nothing happens, nothing runs. Replies are handled before keys, so
//! that a flood of keys cannot keep the answer to a save from the screen.

pub mod browser;
pub mod callback;
mod carrier;
mod clipboard;
mod clock;
pub mod command;
pub mod disk;
pub mod doctor;
pub mod errand;
mod flight;
mod guard;
mod network;
pub mod page;
mod patience;
pub mod plain;
mod preview;
pub mod profiles;
mod screen;
mod support;
mod token;
pub mod tty;
mod turn;
pub mod wizard;

use crate::api;
use crate::app::effect::{Effect, Exit};
use crate::app::keymap::{self, Scope};
use crate::app::msg::{Clock, Hit, Key, Msg, Stop};
use crate::app::wizard::Purpose;
use crate::app::{App, Asked, Mode, Overlay, Page, PageText, Question, update};
use crate::model::profile::Profile;
use crate::term::input::Input;
use crate::ui;
use crate::words::{self, farewell};
use ratatui::layout::Position;
use std::collections::VecDeque;
use std::io;
use tokio::sync::mpsc;

use carrier::Carrier;
use turn::{Lending, Shown, Turns};

pub use carrier::World;
pub use clock::now;
pub use network::Network;
pub use screen::{EventSource, Screen};

/// The running editor.
#[expect(missing_debug_implementations, reason = "holds the way to the credential")]
pub struct Runtime<S> {
    app: App,
    screen: S,
    carrier: Carrier,
    /// The credential that is being typed. `app` only knows its length.
    entry: api::Entry,
    /// The last characters that were typed.
    typed: String,
    /// Lines of a dialogue that wait for their turn; `None` is the end of all lines.
    lines: VecDeque<Option<String>>,
    /// The user's own editor, while it is wanted or has the terminal.
    errand: Option<errand::FileErrand>,
    /// The file that it left behind when the process had to end.
    left: Option<String>,
    sender: mpsc::UnboundedSender<Msg>,
    messages: mpsc::UnboundedReceiver<Msg>,
    exit: Option<Exit>,
    /// What comes after the end of this run.
    next: Option<Next>,
    shown: Shown<Pending>,
}

/// What comes after a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// A run with this profile.
    Profile(Box<Profile>),
    /// The questions about a profile. The profile is the one that is changed or copied.
    SetUp(Purpose, Option<Box<Profile>>),
}

/// What is left of a run.
#[derive(Debug)]
pub struct LeftRun<S> {
    /// The screen.
    pub screen: S,
    /// What comes next, unless the process ends.
    pub next: Option<Next>,
    /// The name of the run on disk, under which its edits are.
    pub run: Option<String>,
    /// Lines that were not taken.
    pub lines: VecDeque<Option<String>>,
}

/// An open question: its name; for edits of an earlier run also which ones, and whether they are to be discarded for good.
#[derive(Debug, PartialEq, Eq)]
struct Pending(Overlay, Option<(String, bool)>);

impl<S: Screen> Runtime<S> {
    /// Draws the first frame, then carries out the first effects.
    pub fn start(mut app: App, effects: Vec<Effect>, mut screen: S, world: World) -> io::Result<Self> {
        app.terminal.is_drawn = screen.is_drawn();
        app.terminal.cramped = !ui::layout::fits(screen.area());
        screen.draw(&app)?;
        let (sender, messages) = mpsc::unbounded_channel();
        let carrier = Carrier::start(world, sender.clone())?;
        screen.before_a_crash(carrier.disk.clone());
        let mut runtime = Self {
            app,
            screen,
            carrier,
            entry: api::Entry::default(),
            typed: String::new(),
            lines: VecDeque::new(),
            errand: None,
            left: None,
            sender,
            messages,
            exit: None,
            next: None,
            shown: Shown::default(),
        };
        effects.into_iter().try_for_each(|effect| runtime.carry_out(effect))?;
        Ok(runtime)
    }

    /// Runs until the editor quits. By then everything that must be on disk is there.
    pub async fn run(&mut self, source: &mut impl EventSource) -> Exit {
        loop {
            if let Some(exit) = self.turn(source).await {
                return exit;
            }
        }
    }

    /// Waits for an event, handles all that are ready, and draws once. If the terminal cannot be used, the program
    /// ends properly.
    pub async fn turn(&mut self, source: &mut impl EventSource) -> Option<Exit> {
        turn::turn(self, source).await;
        let mut exit = self.exit.take().inspect(|_| _ = self.screen.close(&self.app))?;
        if let Some(why) = self.carrier.disk.flush() {
            // The farewell was written before the disk failed, so it may be wrong about the draft.
            let words = farewell::not_on_disk(&why);
            exit.farewell =
                Some([self.app.farewell(false), Some(words)].into_iter().flatten().collect::<Vec<_>>().join("\n"));
            exit.code = exit.code.max(1);
        }
        if let Some(path) = &self.left {
            let left = words::sheet::left(path);
            exit.farewell = Some([exit.farewell, Some(left)].into_iter().flatten().collect::<Vec<_>>().join("\n"));
        }
        Some(exit)
    }

    /// Ends the run. Everything that must be on disk is there, and nothing of this run is in the way of the next one.
    pub fn end(self) -> LeftRun<S> {
        let run = self.carrier.end();
        LeftRun { screen: self.screen, next: self.next, run, lines: self.lines }
    }

    /// The state.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// The screen, for tests.
    pub fn screen(&self) -> &S {
        &self.screen
    }

    /// How many requests are on their way.
    pub fn in_flight(&self) -> usize {
        self.carrier.in_flight()
    }

    /// How many answers of the disk are awaited.
    pub fn asked_of_disk(&self) -> usize {
        self.carrier.disk.asked()
    }

    /// Is the disk busy with something else than drafts?
    pub fn is_disk_at_work(&self) -> bool {
        self.carrier.disk.is_at_work()
    }

    /// Translates input into a message. Only the screen knows what is under the mouse.
    fn translate(&mut self, input: Input) -> Option<Msg> {
        if self.app.mode.is(Overlay::Token)
            && let Some(msg) = self.enter(&input)
        {
            return Some(msg);
        }
        if self.is_secret(&input) {
            return Some(Msg::Secret(vec![]));
        }
        match input {
            Input::Key(key) => Some(Msg::Key(key)),
            Input::Several(keys) => Some(Msg::Several(keys)),
            Input::Refused { whole } => Some(Msg::Refused { whole }),
            Input::Typed(text) => Some(Msg::Typed(text)),
            Input::Pasted { text, cut } => Some(Msg::Pasted { text, cut }),
            Input::Line(line) => {
                self.lines.push_back(Some(line));
                None
            }
            Input::LinesOver => {
                self.lines.push_back(None);
                None
            }
            Input::Focused => Some(Msg::Focused),
            Input::Unfocused => Some(Msg::Unfocused),
            Input::Told(_) => None,
            Input::Pressed { x, y, .. } => match ui::hit(&self.app, self.screen.area(), Position { x, y })? {
                Hit::Typed(at) if self.app.mode.is(Overlay::Token) => Some(self.point(at)),
                hit => Some(Msg::Clicked(hit)),
            },
            Input::Wheel(lines) if self.app.mode.is_editing() => {
                ui::wheel(&self.app, self.screen.area(), lines).map(|to| Msg::Scrolled { to })
            }
            Input::Wheel(lines) => Some(Msg::Paged(lines.signum())),
        }
    }

    fn take(&mut self, msg: Msg) {
        self.carrier.arrived(&msg);
        self.guarded(msg).into_iter().for_each(|effect| self.effect(effect));
    }

    fn effect(&mut self, effect: Effect) {
        if self.carry_out(effect).is_err() {
            // Only writing to the terminal can fail here, and then no message would reach the user.
            for effect in update(&mut self.app, Msg::Stop(Stop::TerminalGone)) {
                if let Effect::Quit(exit) = effect {
                    self.exit = Some(exit);
                }
            }
        }
    }

    fn go_on_with(&mut self, next: Next) {
        self.exit = Some(Exit { code: 0, farewell: None });
        self.next = Some(next);
    }

    fn carry_out(&mut self, effect: Effect) -> io::Result<()> {
        match effect {
            Effect::Send(request) => self.carrier.send(request),
            Effect::Cancel(id) => self.carrier.land(id),
            Effect::Wake { timer, after } => self.carrier.wake(timer, after),
            Effect::Check(look) => self.carrier.check(look),
            Effect::Disk(work) => self.carrier.disk.hand_over(work),
            Effect::FindTunnels(ports) => self.carrier.find_tunnels(ports),
            Effect::SendElsewhere(profile, requests) => self.carrier.send_elsewhere(&profile, requests),
            Effect::ReadClock => {
                let clock = Clock { now: now(), zone: clock::zone(&self.carrier.profiles.var).into() };
                let _ = self.sender.send(Msg::Clock(clock));
            }
            Effect::UseToken => self.use_token(),
            Effect::ForgetToken => self.entry.clear(),
            Effect::Trust => self.trust(),
            Effect::Copy(item, text) => self.copy(item, text)?,
            Effect::CopyByTerminal(item, text) => self.copy_by_terminal(item, &text)?,
            Effect::Browse(url) => self.browse(url),
            Effect::Examine(round) => self.examine(round),
            Effect::SetMouse(on) => self.screen.set_mouse(on)?,
            Effect::Redraw => self.screen.resized()?,
            Effect::ChangeLooks => self.screen.change_looks(),
            Effect::Suspend => self.screen.suspend()?,
            Effect::Preview(act) => self.preview(act),
            Effect::EditAsFile(text) => self.edit_as_file(text),
            Effect::RemoveFile => self.remove_file(),
            Effect::Profiles(change) => self.carrier.change_profiles(change, self.sender.clone()),
            Effect::Switch(profile) => self.go_on_with(Next::Profile(profile)),
            Effect::SetUp(purpose, of) => self.go_on_with(Next::SetUp(purpose, of)),
            Effect::Quit(exit) => self.exit = Some(exit),
        }
        Ok(())
    }
}

impl<S: Screen> Turns for Runtime<S> {
    type Question = Pending;
    type Message = Msg;
    type Screen = S;

    fn awaited(&mut self) -> (&mut mpsc::UnboundedReceiver<Msg>, &mut S) {
        (&mut self.messages, &mut self.screen)
    }

    fn is_typed_in(&self) -> bool {
        self.app.mode.is(Overlay::Token) || keymap::takes_text(self.app.scope())
    }

    fn question(&self) -> Option<Pending> {
        let which = match &self.app.mode {
            Mode::Asking(Question { what: Asked::Restore { discarding, .. }, .. }) => {
                self.app.leftovers.first().map(|leftover| (leftover.id.clone(), *discarding))
            }
            Mode::Asking(Question { what: Asked::Remove { profile, .. }, .. }) => Some((profile.name.clone(), false)),
            // The review of a save asks too: it may be what Enter in the history has opened.
            Mode::Asking(_) | Mode::Paging(Page { text: PageText::Review, .. }) => None,
            Mode::Editing | Mode::Picking(_) | Mode::Paging(_) | Mode::Entering(_) => return None,
        };
        Some(Pending(self.app.overlay()?, which))
    }

    fn scope(&self) -> Scope {
        self.app.scope()
    }

    fn key_at(&self, at: Position) -> Option<Key> {
        match ui::hit(&self.app, self.screen.area(), at) {
            Some(Hit::Key(key)) => Some(key),
            Some(_) | None => None,
        }
    }

    fn shown(&mut self) -> &mut Shown<Pending> {
        &mut self.shown
    }

    /// A line is taken when nothing is on its way, so that lines from a pipe need no pauses; or at once, if it is to end
    /// the waiting.
    fn go_on(&mut self) -> bool {
        let is_cancel = |line: &Option<String>| line.as_ref().is_some_and(|line| line.trim() == "cancel");
        let is_at_work = self.app.is_at_work() || self.carrier.is_at_work();
        let is_next = |line: &Option<String>| !is_at_work || is_cancel(line);
        if self.errand.is_some() || !self.lines.front().is_some_and(is_next) {
            return false;
        }
        let line = self.lines.pop_front().flatten();
        let msg = match line {
            None => Msg::LinesOver,
            Some(line) if self.app.mode.is(Overlay::Token) && line.trim() != "back" => {
                // The text of a credential goes no further.
                let whole = Input::Pasted { text: line.trim().to_owned(), cut: false };
                if let Some(msg) = self.enter(&whole) {
                    self.take(msg);
                }
                Msg::Line(String::new())
            }
            Some(line) if self.is_piece(&line) => Msg::Secret(vec![]),
            Some(line) => Msg::Line(line),
        };
        self.take(msg);
        true
    }

    fn message(&mut self, msg: Msg) {
        match msg {
            Msg::Edited(ended) => self.errand_over(ended),
            msg => self.take(msg),
        }
    }

    fn lending(&self) -> Lending {
        self.lending_now()
    }

    fn lend(&mut self) {
        self.lend_terminal();
    }

    fn take_back(&mut self) -> io::Result<()> {
        self.take_terminal_back()
    }

    fn input(&mut self, input: Input) {
        if let Some(msg) = self.translate(input) {
            self.take(msg);
        }
    }

    fn resized(&mut self, cramped: bool) {
        self.take(Msg::Resized { cramped });
    }

    fn stop(&mut self, stop: Stop) {
        if !self.stop_errand(stop) {
            self.take(Msg::Stop(stop));
        }
    }

    fn is_over(&self) -> bool {
        self.exit.is_some()
    }

    fn draw(&mut self) -> io::Result<()> {
        self.screen.entitle(&self.app)?;
        let room = self.screen.draw(&self.app)?;
        if let Some(room) = room.filter(|room| *room != self.app.terminal.room) {
            self.take(Msg::Drawn(room));
        }
        Ok(())
    }
}
