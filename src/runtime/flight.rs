//! Carries out one request with the client, and translates the client's errors into faults.
//!
//! ```text
//!   request ── credential ── client ── send ──> outcome
//!                 │ ends shortly?        │ 401 expired?
//!                 └──────── renew <──────┘ once: the next connection, which all requests use from then on
//! ```

use crate::api::{self, aside::Lost, aside::aside};
use crate::app::msg::{Msg, Token};
use crate::model::Representation;
use crate::model::login::Renewal;
use crate::model::trace::Trace;
use crate::start::{Connect, Credentials, Lease, ReadCredential};
use crate::sync::{Call, Fault, Moment};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::OnceCell;
use tokio::sync::mpsc::UnboundedSender;
use tokio::time::Instant;

/// How long before its end a credential is renewed. One that lives for less than twenty minutes is renewed when a tenth
/// of its life is left.
const MARGIN: Duration = Duration::from_mins(2);

/// A credential that is read when a request needs it for the first time.
pub(super) struct LazyCredential {
    pub(super) credentials: Credentials,
    pub(super) had: OnceCell<CurrentCredential>,
    /// The credential used before this one. It stays secret too.
    pub(super) former: Option<api::Credential>,
    /// The lease of the credential that this one renews.
    pub(super) lease: Option<Lease>,
}

/// A credential in use.
pub(super) struct CurrentCredential {
    credential: api::Credential,
    /// Where it is from, in words; empty if it was typed.
    source: String,
    /// If it can be renewed: what is known of it, and when it was asked for.
    lease: Option<(Lease, Moment)>,
}

impl CurrentCredential {
    /// A credential that the user typed. Only the user can give another one.
    pub(super) fn typed(credential: api::Credential) -> Self {
        Self { credential, source: String::new(), lease: None }
    }

    /// Is it time to renew it? That is so shortly before its end.
    fn is_due(&self, now: Moment) -> bool {
        self.left(now).is_some_and(|(left, lives)| left <= MARGIN.min(lives / 10))
    }

    /// Has it ended?
    fn is_over(&self, now: Moment) -> bool {
        self.left(now).is_some_and(|(left, _)| left.is_zero())
    }

    /// How long it still lives, and how long it lives in all.
    fn left(&self, now: Moment) -> Option<(Duration, Duration)> {
        let (lease, since) = self.lease.as_ref()?;
        let lives = lease.lives?;
        Some((lives.saturating_sub(now.since(*since)), lives))
    }
}

impl LazyCredential {
    pub(super) fn new(credentials: Credentials, former: Option<api::Credential>) -> Self {
        Self { credentials, had: OnceCell::new(), former, lease: None }
    }

    /// Reads the credential if that was not done yet. Also returns what may be told about it. It is to be told only
    /// when the credential is in its place: the receiver redacts it from then on, on another thread.
    async fn open(&self, start: Instant) -> Result<(&CurrentCredential, Option<Msg>), Fault> {
        let mut news = None;
        let read = async {
            let (read, before, since) = (Arc::clone(&self.credentials.read), self.lease.clone(), moment(start));
            let had = aside(move || read(before.as_ref())).await.map_err(|lost| Fault::Setup(lost.to_string()))??;
            let ReadCredential { credential, source, tidied, lease } = had;
            let note = lease.as_ref().and_then(|lease| lease.note.clone());
            let ends = |lease: &Lease| since.wall.checked_add(lease.lives?).ok();
            let renewal = lease.as_ref().map(|lease| Renewal { ends: ends(lease) });
            let token = about(&credential, tidied);
            news = Some(Msg::Credential { token, source: source.clone(), renewal, note });
            let credential = match &self.former {
                Some(former) => credential.after(former),
                None => credential,
            };
            Ok::<_, Fault>(CurrentCredential { credential, source, lease: lease.map(|lease| (lease, since)) })
        };
        let held = self.had.get_or_try_init(|| read).await?;
        Ok((held, news))
    }

    /// The credential of this session, or the last one before it, as far as one was read.
    pub(super) fn known(&self) -> Option<&api::Credential> {
        self.had.get().map(|held| &held.credential).or(self.former.as_ref())
    }
}

/// What is known of the credential of a connection.
pub(super) struct KnownCredential {
    pub(super) credential: api::Credential,
    /// Where it is from, in words; empty if it was typed.
    pub(super) source: String,
    /// How long it still lives, if that is known.
    pub(super) left: Option<Duration>,
    /// Its scopes, if they are known.
    pub(super) scopes: Vec<String>,
    /// Is it renewed when it ends?
    pub(super) renews: bool,
}

/// Reads the credential of a connection, if that was not done yet. Reading goes on to its end, even if nobody waits.
pub(super) async fn open(
    connection: &Arc<Connection>,
    start: Instant,
    messages: &UnboundedSender<Msg>,
) -> Result<KnownCredential, Fault> {
    let (connection, messages) = (Arc::clone(Connection::newest(connection)), messages.clone());
    let opening = tokio::spawn(async move {
        let (held, news) = connection.credential.open(start).await?;
        if let Some(news) = news {
            let _ = messages.send(news);
        }
        let lease = held.lease.as_ref().map(|(lease, _)| lease);
        Ok(KnownCredential {
            credential: held.credential.clone(),
            source: held.source.clone(),
            left: held.left(moment(start)).map(|(left, _)| left),
            scopes: lease.map_or(vec![], |lease| lease.scopes.clone()),
            renews: lease.is_some(),
        })
    });
    opening.await.unwrap_or_else(|_| Err(lost()))
}

/// The part of a credential that the editor may know.
pub(super) fn about(credential: &api::Credential, tidied: Vec<&'static str>) -> Token {
    Token { hint: credential.hint(), looks_like: credential.looks_like(), tidied }
}

/// A client that is made when a request needs it for the first time.
pub(super) struct Connection {
    pub(super) connect: Connect,
    pub(super) credential: Arc<LazyCredential>,
    /// The client, or why it could not be made. Requests of the same connection do not try again.
    pub(super) client: OnceCell<Result<api::Client, Fault>>,
    /// The connection with the credential that replaced this one's. All requests share one renewal.
    renewed: OnceCell<Arc<Connection>>,
}

impl Connection {
    /// A connection whose credential was not read yet. `former` stays secret too.
    pub(super) fn first(connect: Connect, credentials: Credentials, former: Option<api::Credential>) -> Arc<Self> {
        Self::new(connect, Arc::new(LazyCredential::new(credentials, former)))
    }

    pub(super) fn new(connect: Connect, credential: Arc<LazyCredential>) -> Arc<Self> {
        Arc::new(Self { connect, credential, client: OnceCell::new(), renewed: OnceCell::new() })
    }

    /// A new client with the same credential. Tries again if the client could not be made before.
    pub(super) fn anew(&self) -> Arc<Self> {
        Self::new(Arc::clone(&self.connect), Arc::clone(&self.credential))
    }

    /// The connection with the newest credential.
    pub(super) fn newest(this: &Arc<Self>) -> &Arc<Self> {
        let mut newest = this;
        while let Some(next) = newest.renewed.get() {
            newest = next;
        }
        newest
    }

    /// The connection with a credential that is read anew, and that replaces this one's. The renewal goes on to its
    /// end, even if the request that needs it is given up: what it was given has to be kept.
    async fn renew(this: &Arc<Self>, start: Instant, messages: &UnboundedSender<Msg>) -> Result<Arc<Self>, Fault> {
        let (this, messages) = (Arc::clone(this), messages.clone());
        let renewal = tokio::spawn(async move {
            let mut news = None;
            let read = async {
                let LazyCredential { credentials, had, .. } = &*this.credential;
                let lease = had.get().and_then(|held| held.lease.as_ref()).map(|(lease, _)| lease.clone());
                let former = this.credential.known().cloned();
                let next = LazyCredential { lease, ..LazyCredential::new(credentials.clone(), former) };
                (_, news) = next.open(start).await?;
                Ok(Self::new(Arc::clone(&this.connect), Arc::new(next)))
            };
            let renewed = this.renewed.get_or_try_init(|| read).await.cloned();
            if let Some(news) = news {
                let _ = messages.send(news);
            }
            renewed
        });
        renewal.await.unwrap_or_else(|_| Err(lost()))
    }

    /// The client. Reading its credential goes on to its end as a renewal does.
    async fn client(&self, start: Instant, messages: &UnboundedSender<Msg>) -> Result<&api::Client, Fault> {
        // The client is made on a thread of its own, since reading certificates would delay keys.
        let build = || async {
            let (credential, messages) = (Arc::clone(&self.credential), messages.clone());
            let opening = tokio::spawn(async move {
                let (held, news) = credential.open(start).await?;
                if let Some(news) = news {
                    let _ = messages.send(news);
                }
                Ok(held.credential.clone())
            });
            let credential = opening.await.unwrap_or_else(|_| Err(lost()))?;
            let connect = Arc::clone(&self.connect);
            let built = aside(move || connect(credential)).await.map_err(|lost| Fault::Setup(lost.to_string()))?;
            built.map_err(Fault::from)
        };
        self.client.get_or_init(build).await.as_ref().map_err(Clone::clone)
    }

    fn held(&self) -> Option<&CurrentCredential> {
        self.credential.had.get()
    }
}

fn lost() -> Fault {
    Fault::Setup(Lost::Failed.to_string())
}

/// The current moment, for a program that began at `start`.
pub(super) fn moment(start: Instant) -> Moment {
    Moment { running: start.elapsed(), wall: super::now() }
}

/// The result of a request, and the answer as it came.
pub(super) type Landed = (Result<Representation, Fault>, Option<Box<Trace>>);

/// Sends a request. If the credential ends shortly, it is renewed before; if the server says that it has expired,
/// once after. What was refused for that reason took no effect, so it is sent again.
pub(super) async fn exchange(
    connection: &Arc<Connection>,
    call: &Call,
    if_match: Option<&str>,
    is_late: impl Fn() -> bool,
    start: Instant,
    messages: &UnboundedSender<Msg>,
) -> Landed {
    let mut connection = Arc::clone(Connection::newest(connection));
    let mut may_renew = true;
    if connection.held().is_some_and(|held| held.is_due(moment(start))) {
        match Connection::renew(&connection, start, messages).await {
            Ok(renewed) => (connection, may_renew) = (renewed, false),
            Err(fault) if connection.held().is_none_or(|held| held.is_over(moment(start))) => {
                return (Err(fault), None);
            }
            // It still lives for a moment.
            Err(_) => {}
        }
    }
    loop {
        let client = match connection.client(start, messages).await {
            Ok(client) => client,
            Err(fault) => return (Err(fault), None),
        };
        // This is checked at the last possible moment: the process may have been stopped, or the machine may have
        // slept.
        if is_late() {
            return (Err(Fault::Outdated), None);
        }
        let (outcome, mut trace) = match call {
            Call::Get(resource) => client.get(*resource).await,
            Call::Patch(patch) => client.patch(patch, if_match).await,
            Call::Create(patch) => client.create(patch).await,
            Call::Delete(resource) => client.delete(*resource).await,
        };
        if let Some(trace) = &mut trace {
            trace.renewed = !may_renew;
        }
        let has_expired = matches!(&outcome, Err(api::Error::Refused(refusal)) if refusal.has_expired());
        let can_renew = connection.held().is_some_and(|held| held.lease.is_some());
        if !(has_expired && can_renew && may_renew) {
            return (outcome.map(|answer| answer.representation).map_err(Fault::from), trace);
        }
        match Connection::renew(&connection, start, messages).await {
            Ok(renewed) => (connection, may_renew) = (renewed, false),
            Err(fault) => return (Err(fault), trace),
        }
    }
}

/// Translates the client's errors.
impl From<api::Error> for Fault {
    fn from(error: api::Error) -> Self {
        match error {
            api::Error::Refused(refusal)
            | api::Error::Unreadable { why: api::Unreadable::ErrorObject(refusal), .. } => Fault::Refused(refusal),
            api::Error::Setup(why) => Fault::Setup(why),
            api::Error::Connect { reason } => Fault::Unreached(reason),
            api::Error::TimedOut { after } => Fault::TimedOut(after),
            api::Error::Broken { detail } => Fault::Broken(detail),
            api::Error::TooLarge { limit } => {
                Fault::Unreadable { what: format!("it is larger than {} KiB", limit / 1024), correlation_id: None }
            }
            api::Error::Unreadable { why, correlation_id, .. } => {
                Fault::Unreadable { what: why.to_string(), correlation_id }
            }
        }
    }
}
