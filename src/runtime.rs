//! The loop, and the runner of effects. Makes no decisions: those are in `app`.
//!
//! ```text
//!   ┌────────────────────────────────────────────────────────────────────────────┐
//!   │ wait for: replies and timers │ terminal and signals     (replies first)      │
//!   │ take all that is ready ──> update ──> effects ──> draw once                  │
//!   └────────────────────────────────────────────────────────────────────────────┘
//! ```
//!
//! No frame rate and no ticks: while nothing happens nothing runs. Replies go first so that a flood of keys can not keep a
//! save's answer from the screen.

pub mod disk;
mod flight;
mod guard;
mod network;
mod patience;
mod screen;
mod token;
pub mod tty;
pub mod wizard;

use crate::api;
use crate::app::effect::{Effect, Exit};
use crate::app::msg::{Clock, Msg, Stop};
use crate::app::{App, Mode, update};
use crate::model::profile::Profile;
use crate::sync::{Reply, Request, RequestId, Timer};
use crate::term::events::Event;
use crate::term::input::Input;
use crate::ui;
use jiff::{Timestamp, tz::TimeZone};
use ratatui::layout::Position;
use std::collections::HashMap;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OnceCell, mpsc};
use tokio::task::AbortHandle;
use tokio::time::{Instant, sleep};

use disk::{Disk, Shelf};
use flight::{Line, Purse, moment};
use screen::{Seen, see};

pub use flight::{Connect, Credentials, Elsewhere, Had, Lack};
pub use network::Network;
pub use screen::{Screen, Source};

/// How long a connection is kept for the next request. After that it may be dead without either end knowing, and a save into
/// it would end in doubt. Looked at when it is used, because the client's own clean-up would wake an idle program.
const KEPT: Duration = Duration::from_secs(20);

/// The stack of the thread that waits for the minute, in bytes: it only sleeps and sends.
const MINUTE_STACK: usize = 64 * 1024;

/// What the program has to do with besides the terminal.
#[expect(missing_debug_implementations, reason = "holds the credential")]
pub struct World {
    /// Makes the client.
    pub connect: Connect,
    /// Where its credential comes from.
    pub credentials: Credentials,
    /// Where to keep what.
    pub shelf: Shelf,
    /// The client and the credential of another profile, to compare with it.
    pub other: Elsewhere,
    /// Where requests run.
    pub network: fn() -> Network,
}

/// A request on its way.
struct Flight {
    began: Instant,
    task: AbortHandle,
    /// The timer of its spinner: without a request to wait for it must not wake anyone.
    timer: Option<AbortHandle>,
}

/// The program while it runs.
#[expect(missing_debug_implementations, reason = "holds the way to the credential")]
pub struct Runtime<S> {
    app: App,
    screen: S,
    line: Arc<Line>,
    /// The token that is being typed. The machine knows its length only.
    entry: api::Entry,
    /// The last characters that were typed.
    typed: String,
    disk: Disk,
    other: Elsewhere,
    network: Network,
    /// When it began, to count moments from.
    start: Instant,
    /// When the last request ended.
    used: Instant,
    flights: HashMap<RequestId, Flight>,
    sender: mpsc::UnboundedSender<Msg>,
    messages: mpsc::UnboundedReceiver<Msg>,
    exit: Option<Exit>,
    /// The profile to go on with after the end.
    next: Option<Profile>,
}

impl<S: Screen> Runtime<S> {
    /// Draws the first frame; only then does anything else begin.
    pub fn start(mut app: App, effects: Vec<Effect>, mut screen: S, world: World) -> io::Result<Self> {
        app.terminal.cramped = !ui::layout::fits(screen.area());
        screen.draw(&app)?;
        let (sender, messages) = mpsc::unbounded_channel();
        let World { connect, credentials, shelf, other, network } = world;
        let line = Line::new(connect, Arc::new(Purse { credentials, had: OnceCell::new(), former: None }));
        let disk = Disk::start(shelf, sender.clone())?;
        screen.before_a_crash(disk.clone());
        let mut runtime = Self {
            app,
            screen,
            line,
            entry: api::Entry::default(),
            typed: String::new(),
            disk,
            other,
            network: network(),
            start: Instant::now(),
            used: Instant::now(),
            flights: HashMap::new(),
            sender,
            messages,
            exit: None,
            next: None,
        };
        effects.into_iter().try_for_each(|effect| runtime.carry_out(effect))?;
        Ok(runtime)
    }

    /// Runs until the machine says quit, and what is to be on disk is there.
    pub async fn run(&mut self, source: &mut impl Source) -> Exit {
        loop {
            if let Some(exit) = self.turn(source).await {
                return exit;
            }
        }
    }

    /// Waits for something, takes all that is ready, draws once. An unusable terminal ends the program in good order.
    pub async fn turn(&mut self, source: &mut impl Source) -> Option<Exit> {
        let events = tokio::select! {
            biased;
            Some(msg) = self.messages.recv() => {
                self.take(msg);
                Ok(vec![])
            }
            events = source.next() => events,
            flushed = self.screen.flushed() => flushed.map(|()| vec![]),
        };
        match events {
            Ok(events) => events.into_iter().for_each(|event| self.event(event)),
            Err(_) => self.take(Msg::Stop(Stop::TerminalGone)),
        }
        while let Ok(msg) = self.messages.try_recv() {
            self.take(msg);
        }
        if self.exit.is_none() && self.screen.draw(&self.app).is_err() {
            self.take(Msg::Stop(Stop::TerminalGone));
        }
        let mut exit = self.exit.take()?;
        if let Some(why) = self.disk.flush() {
            // What was said of it before the disk failed may not be so.
            let words = format!("callset: the draft is not on disk: {why}");
            exit.farewell =
                Some([self.app.farewell(false), Some(words)].into_iter().flatten().collect::<Vec<_>>().join("\n"));
            exit.code = exit.code.max(1);
        }
        Some(exit)
    }

    /// The end of it: gives back the screen, and what to go on with. What is to be on the disk is there, and nothing of this run
    /// is in the way of the next.
    pub fn end(self) -> (S, Option<Profile>) {
        for flight in self.flights.into_values() {
            flight.task.abort();
        }
        self.disk.close();
        (self.screen, self.next)
    }

    /// The state, for those who look on.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// The screen, for those who look on.
    pub fn screen(&self) -> &S {
        &self.screen
    }

    /// How many requests are on their way.
    pub fn in_flight(&self) -> usize {
        self.flights.len()
    }

    /// How many answers of the disk are awaited.
    pub fn asked_of_disk(&self) -> usize {
        self.disk.asked()
    }

    fn event(&mut self, event: Event) {
        match see(&mut self.screen, event) {
            Some(Seen::Input(input)) => {
                if let Some(msg) = self.translate(input) {
                    self.take(msg);
                }
            }
            Some(Seen::Resized { cramped }) => self.take(Msg::Resized { cramped }),
            Some(Seen::Suspend) => self.effect(Effect::Suspend),
            Some(Seen::Stop(stop)) => self.take(Msg::Stop(stop)),
            None => {}
        }
    }

    /// Only the screen knows what lies under the mouse.
    fn translate(&mut self, input: Input) -> Option<Msg> {
        if let Mode::Token { .. } = self.app.mode
            && let Some(characters) = self.enter(&input)
        {
            return Some(Msg::TokenTyped { characters });
        }
        if self.is_secret(&input) {
            return Some(Msg::Secret(vec![]));
        }
        match input {
            Input::Key(key) => Some(Msg::Key(key)),
            Input::Typed(text) => Some(Msg::Typed(text)),
            Input::Pasted { text, cut } => Some(Msg::Pasted { text, cut }),
            Input::Focused => Some(Msg::Focused),
            Input::Unfocused => Some(Msg::Unfocused),
            Input::Pressed { x, y } => ui::hit(&self.app, self.screen.area(), Position { x, y }).map(Msg::Clicked),
            Input::Wheel(lines) if self.app.mode.is_editing() => {
                ui::wheel(&self.app, self.screen.area(), lines).map(|to| Msg::Scrolled { to })
            }
            Input::Wheel(lines) => Some(Msg::Paged(lines.signum())),
        }
    }

    fn take(&mut self, msg: Msg) {
        if let Msg::Reply(Reply { request, .. }) | Msg::Compared(request, _) = &msg {
            self.land(*request);
        }
        if let Msg::Disk(heard) = &msg {
            self.disk.heard(heard);
        }
        self.guarded(msg).into_iter().for_each(|effect| self.effect(effect));
    }

    fn effect(&mut self, effect: Effect) {
        if self.carry_out(effect).is_err() {
            // Only the terminal can fail here, and it is beyond being told.
            for effect in update(&mut self.app, Msg::Stop(Stop::TerminalGone)) {
                if let Effect::Quit(exit) = effect {
                    self.exit = Some(exit);
                }
            }
        }
    }

    fn carry_out(&mut self, effect: Effect) -> io::Result<()> {
        match effect {
            Effect::Send(request) => self.send(request),
            Effect::Cancel(id) => self.land(id),
            Effect::Compare(id, profile) => self.compare(id, profile),
            Effect::Wake { timer, after } => self.wake(timer, after),
            Effect::ReadClock => {
                let clock = Clock { now: Timestamp::now(), zone: TimeZone::system() };
                let _ = self.sender.send(Msg::Clock(clock));
            }
            Effect::Disk(work) => self.disk.hand_over(work),
            Effect::UseToken => self.use_token(),
            Effect::ForgetToken => self.entry.clear(),
            Effect::Trust => self.trust(),
            Effect::Copy(text) => self.screen.copy(&text)?,
            Effect::SetMouse(on) => self.screen.set_mouse(on)?,
            Effect::Redraw => self.screen.resized()?,
            Effect::Suspend => self.screen.suspend()?,
            Effect::Switch(profile) => {
                self.exit = Some(Exit { code: 0, farewell: None });
                self.next = Some(*profile);
            }
            Effect::Quit(exit) => self.exit = Some(exit),
        }
        Ok(())
    }

    fn wake(&mut self, timer: Timer, after: Duration) {
        let sender = self.sender.clone();
        let began = match timer {
            Timer::Patience(id) => self.flights.get(&id).map_or_else(Instant::now, |flight| flight.began),
            Timer::Retry(_) | Timer::Turn | Timer::Watch(_) | Timer::Minute | Timer::Arrived => Instant::now(),
        };
        let woke = move || _ = sender.send(Msg::Woke { timer, waited: began.elapsed() });
        if timer == Timer::Minute {
            // Not in the event loop: with any timer pending there, the kernel sets and clears an alarm around every key,
            // which takes longer than the key itself. A minute that can not be had is only a stale "4 days ago".
            let minute = move || {
                std::thread::sleep(after);
                woke();
            };
            let _ = std::thread::Builder::new().name("minute".to_owned()).stack_size(MINUTE_STACK).spawn(minute);
            return;
        }
        let task = tokio::spawn(async move {
            sleep(after).await;
            woke();
        });
        if let Timer::Patience(id) = timer
            && let Some(flight) = self.flights.get_mut(&id)
        {
            flight.timer = Some(task.abort_handle());
        }
    }

    /// A request is over, one way or the other.
    fn land(&mut self, id: RequestId) {
        if let Some(flight) = self.flights.remove(&id) {
            self.used = Instant::now();
            flight.task.abort();
            if let Some(timer) = flight.timer {
                timer.abort();
            }
        }
    }

    /// Reads another profile. It shares nothing with the line of this one: neither connection nor credential.
    fn compare(&mut self, id: RequestId, profile: Box<Profile>) {
        let (other, sender, began) = (Arc::clone(&self.other), self.sender.clone(), Instant::now());
        let task = self.network.spawn(async move {
            let read = flight::read_other(&other, profile).await;
            let _ = sender.send(Msg::Compared(id, read));
        });
        self.flights.insert(id, Flight { began, task, timer: None });
    }

    fn send(&mut self, Request { id, call, doing: _, if_match, founded }: Request) {
        let failed = self.line.client.get().is_some_and(Result::is_err);
        if self.flights.is_empty() && (failed || self.used.elapsed() > KEPT) {
            self.line = self.line.anew();
        }
        let (line, sender, start) = (Arc::clone(&self.line), self.sender.clone(), self.start);
        let began = moment(start);
        let task = self.network.spawn(async move {
            let is_late = || founded.is_some_and(|founded| moment(start).since(founded.on) > founded.within);
            let (outcome, trace) = flight::exchange(&line, &call, if_match.as_deref(), is_late, &sender).await;
            let (took, at) = (moment(start).since(began), Timestamp::now());
            let _ = sender.send(Msg::Reply(Reply { request: id, began, took, at, outcome, trace }));
        });
        self.flights.insert(id, Flight { began: Instant::now(), task, timer: None });
    }
}
