//! Carries out the effects of a working copy, for the editor and for commands: requests, timers, the disk.
//!
//! ```text
//!   Effect ──┬── Send ────> network thread ──┐
//!            ├── Wake ────> timer ───────────┼──> Msg
//!            └── Disk ────> disk thread ─────┘
//! ```

use super::disk::{DiskPlaces, DiskThread, FirstWork};
use super::doctor::{self, DoctorNews, InUse, Patient};
use super::flight::{self, Connection, moment};
use super::network::Network;
use super::profiles::ProfilePlaces;
use super::support::SupportLog;
use crate::app::effect::PageLook;
use crate::app::msg::Msg;
use crate::model::profile::Profile;
use crate::preview::PreviewPage;
use crate::probe::tunnel::TunnelPlaces;
use crate::start::{Connect, Credentials, Reach, Variable};
use crate::sync::{Effect, Fault, Reply, Request, RequestId, Timer};
use crate::words::doctor::terminal::TerminalFacts;
use crate::words::doctor::{Check, Diagnosis};
use std::collections::HashMap;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::task::AbortHandle;
use tokio::time::{Instant, sleep};

/// How long an idle connection is used for the next request. An older one may be dead without either end knowing,
/// and a save sent into it would end in doubt. The age is checked when a request is sent, because a timer of the
/// client would wake an idle program.
const KEPT: Duration = Duration::from_secs(20);

/// The stack size of the thread that waits for a minute, in bytes. The thread only sleeps and sends.
const MINUTE_STACK: usize = 64 * 1024;

/// Everything a run uses besides the terminal.
#[expect(missing_debug_implementations, reason = "holds the credential")]
pub struct World {
    /// Makes the client.
    pub connect: Connect,
    /// Access to the client's credential.
    pub credentials: Credentials,
    /// Where files are kept.
    pub places: DiskPlaces,
    /// What is done on the disk before all else.
    pub first: Option<FirstWork>,
    /// Access to another profile, with a client and a credential of its own, in order to compare with it.
    pub other: Reach,
    /// Looks up environment variables.
    pub var: Variable,
    /// Where requests run.
    pub network: fn() -> Network,
    /// The programs that put their standard input on the clipboard, with their arguments. They are tried in this order.
    pub clipboard: Vec<Vec<String>>,
    /// The programs that open an address in a browser, in the order to try them.
    pub browsers: Vec<String>,
    /// Where the tunnels of this machine are asked for.
    pub tunnels: TunnelPlaces,
    /// Where to write the log for support, if one is wanted.
    pub log: Option<PathBuf>,
    /// What `doctor` looks at.
    pub patient: Patient,
}

/// A request on its way.
struct Flight {
    began: Instant,
    task: AbortHandle,
    /// The timer of the request's spinner. It is stopped with the request, so that it does not wake an idle
    /// program.
    timer: Option<AbortHandle>,
}

/// Carries out effects. The results arrive as messages.
pub(super) struct Carrier {
    pub(super) connection: Arc<Connection>,
    pub(super) disk: DiskThread,
    pub(super) profiles: ProfilePlaces,
    /// How many changes of the profiles have not ended.
    pub(super) changing: usize,
    pub(super) clipboard: Vec<Vec<String>>,
    pub(super) browsers: Vec<String>,
    pub(super) patient: Patient,
    /// The examination that goes on.
    examining: Option<AbortHandle>,
    /// The way to the pages of the preview, while it is on.
    pub(super) preview: Option<PreviewPage>,
    other: Reach,
    pub(super) network: Network,
    /// When the run began. Moments are counted from here.
    start: Instant,
    /// When the last request ended.
    used: Instant,
    flights: HashMap<RequestId, Flight>,
    sender: UnboundedSender<Msg>,
    tunnels: TunnelPlaces,
    log: Option<SupportLog>,
}

impl Carrier {
    pub(super) fn start(world: World, sender: UnboundedSender<Msg>) -> io::Result<Self> {
        let World {
            connect,
            credentials,
            places,
            first,
            other,
            var,
            network,
            clipboard,
            browsers,
            tunnels,
            log,
            patient,
        } = world;
        let profiles = ProfilePlaces { config: places.config.clone(), state: places.dir.clone(), var };
        let connection = Connection::first(connect, credentials, None);
        let disk = DiskThread::start(places, first, sender.clone())?;
        let (start, used) = (Instant::now(), Instant::now());
        Ok(Self {
            connection,
            disk,
            profiles,
            changing: 0,
            clipboard,
            browsers,
            patient,
            examining: None,
            preview: None,
            other,
            network: network(),
            start,
            used,
            flights: HashMap::new(),
            sender,
            tunnels,
            log: log.map(SupportLog::open),
        })
    }

    pub(super) fn carry_out(&mut self, effect: Effect) {
        match effect {
            Effect::Send(request) => self.send(request),
            Effect::Cancel(id) => self.land(id),
            Effect::Wake { timer, after } => self.wake(timer, after),
            Effect::Disk(work) => self.disk.hand_over(work),
        }
    }

    /// Is there an answer to wait for, of a server, the disk, or a change of the profiles?
    pub(super) fn is_at_work(&self) -> bool {
        !self.flights.is_empty() || self.disk.asked() > 0 || self.changing > 0
    }

    /// How many requests are on their way.
    pub(super) fn in_flight(&self) -> usize {
        self.flights.len()
    }

    /// A message arrived: forgets the request or the question to the disk that it answers.
    pub(super) fn arrived(&mut self, msg: &Msg) {
        if let Some(log) = &mut self.log {
            log.arrived(msg);
        }
        match msg {
            Msg::Reply(Reply { request, .. }) | Msg::Checked(request, _) => self.land(*request),
            Msg::Disk(heard) => self.disk.heard(heard),
            Msg::Profiles(..) => self.changing = self.changing.saturating_sub(1),
            _ => {}
        }
    }

    /// Ends all requests. Work that was handed to the disk is still done. Returns the name of the run on disk.
    pub(super) fn end(self) -> Option<String> {
        for flight in self.flights.into_values() {
            flight.task.abort();
        }
        if let Some(examining) = self.examining {
            examining.abort();
        }
        self.disk.close()
    }

    pub(super) fn wake(&mut self, timer: Timer, after: Duration) {
        let sender = self.sender.clone();
        let began = match timer {
            Timer::Patience(id) => self.flights.get(&id).map_or_else(Instant::now, |flight| flight.began),
            Timer::Retry(_) | Timer::Turn | Timer::Watch(_) | Timer::Minute | Timer::Arrived => Instant::now(),
        };
        let woke = move || _ = sender.send(Msg::Woke { timer, waited: began.elapsed() });
        if timer == Timer::Minute {
            // This timer does not run in the event loop: while any timer is pending there, the kernel sets and
            // clears an alarm around every key, which takes longer than the key itself. If no thread can be
            // started, only relative times such as "4 days ago" become stale.
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

    /// A request has ended or was given up: forgets it, with its timer.
    pub(super) fn land(&mut self, id: RequestId) {
        if let Some(flight) = self.flights.remove(&id) {
            self.used = Instant::now();
            flight.task.abort();
            if let Some(timer) = flight.timer {
                timer.abort();
            }
        }
    }

    /// Looks at what stands between callset and its server, with the credential in use. Ends what an earlier one still
    /// looks at.
    pub(super) fn examine(&mut self, round: u64, terminal: TerminalFacts, answers: Option<Diagnosis>) {
        if let Some(earlier) = self.examining.take() {
            earlier.abort();
        }
        let patient = Patient { terminal, ..self.patient.clone() };
        let connection = Arc::clone(Connection::newest(&self.connection));
        let in_use = InUse { connection, start: self.start, news: self.sender.clone() };
        let (tell, mut found) = unbounded_channel();
        let sender = self.sender.clone();
        let _ = sender.send(Msg::Examined(round, Check::Answers, answers.into_iter().collect()));
        self.examining = Some(self.network.spawn(async move {
            let hear = async {
                while let Some(one) = found.recv().await {
                    if let DoctorNews::Told(check, found) = one {
                        let _ = sender.send(Msg::Examined(round, check, found));
                    }
                }
            };
            tokio::join!(doctor::examine_with(patient, Some(in_use), tell), hear);
        }));
    }

    /// Looks for the tunnels of this machine. The answer always comes: the look has a limit of its own.
    pub(super) fn find_tunnels(&self, ports: Vec<u16>) {
        let (places, sender) = (self.tunnels.clone(), self.sender.clone());
        self.network.spawn(async move {
            let found = super::page::tunnels(places, None, ports).await;
            let _ = sender.send(Msg::Tunnels(found));
        });
    }

    /// The request uses neither the client nor the credential of this profile.
    pub(super) fn send_elsewhere(&mut self, profile: &Profile, requests: Vec<Request>) {
        // The news about this credential is dropped: the form shows the credential that saves use.
        let (silent, _) = unbounded_channel();
        match (self.other)(profile) {
            Ok((connect, credentials)) => {
                // What that server repeats of this profile's credential is a secret as well.
                let known = Connection::newest(&self.connection).credential.known().cloned();
                let connection = Connection::first(connect, credentials, known);
                for request in requests {
                    self.send_on(&connection, silent.clone(), request);
                }
            }
            Err(why) => {
                let moment = moment(self.start);
                for Request { id, .. } in requests {
                    let outcome = Err(Fault::Setup(why.clone()));
                    let (began, took, at) = (moment, Duration::ZERO, moment.wall);
                    let _ = self.sender.send(Msg::Reply(Reply { request: id, began, took, at, outcome, trace: None }));
                }
            }
        }
    }

    pub(super) fn send(&mut self, request: Request) {
        self.connection = Arc::clone(Connection::newest(&self.connection));
        let failed = self.connection.client.get().is_some_and(Result::is_err);
        if self.flights.is_empty() && (failed || self.used.elapsed() > KEPT) {
            self.connection = self.connection.anew();
        }
        self.send_on(&Arc::clone(&self.connection), self.sender.clone(), request);
    }

    /// Looks at the page behind a URL: with a client of its own, and without any credential.
    pub(super) fn check(&mut self, look: PageLook) {
        let sender = self.sender.clone();
        let task = self.network.spawn(async move {
            let visit = super::page::visit(&look.url, look.used).await;
            let _ = sender.send(Msg::Checked(look.id, Box::new(visit)));
        });
        self.flights.insert(look.id, Flight { began: Instant::now(), task, timer: None });
    }

    /// If the credential has to be read first, `news` receives what may be known about it.
    fn send_on(&mut self, connection: &Arc<Connection>, news: UnboundedSender<Msg>, request: Request) {
        if let Some(log) = &mut self.log {
            log.sent(&request);
        }
        let Request { id, call, doing: _, if_match, founded } = request;
        let (connection, sender, start) = (Arc::clone(connection), self.sender.clone(), self.start);
        let began = moment(start);
        let task = self.network.spawn(async move {
            let is_late = || founded.is_some_and(|founded| moment(start).since(founded.on) > founded.within);
            let (outcome, trace) =
                flight::exchange(&connection, &call, if_match.as_deref(), is_late, start, &news).await;
            let (took, at) = (moment(start).since(began), super::now());
            let _ = sender.send(Msg::Reply(Reply { request: id, began, took, at, outcome, trace }));
        });
        self.flights.insert(id, Flight { began: Instant::now(), task, timer: None });
    }
}
