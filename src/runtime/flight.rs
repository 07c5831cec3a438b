//! One request from the machine to the client, and the client's errors as the machine knows them.

use crate::api::{self, aside::aside};
use crate::app::msg::{Msg, Token};
use crate::model::Representation;
use crate::model::trace::Trace;
use crate::start::{Connect, Credentials, NoCredential, ReadCredential};
use crate::sync::{Call, Fault, Moment};
use jiff::Timestamp;
use std::sync::Arc;
use tokio::sync::OnceCell;
use tokio::sync::mpsc::UnboundedSender;
use tokio::time::Instant;

/// The credential once it was read, which is when it is needed.
pub(super) struct LazyCredential {
    pub(super) credentials: Credentials,
    pub(super) had: OnceCell<api::Credential>,
    /// The one before it: it stays as secret.
    pub(super) former: Option<api::Credential>,
}

impl LazyCredential {
    /// Says it to the machine when it is read.
    async fn open(&self, messages: &UnboundedSender<Msg>) -> Result<api::Credential, Fault> {
        let mut news = None;
        let read = async {
            let read = Arc::clone(&self.credentials.read);
            let had = aside(move || read()).await.map_err(|lost| Fault::Setup(lost.to_string()))?;
            let had = had.map_err(|lack| match lack {
                NoCredential::None(why) => Fault::NoCredential(why),
                NoCredential::Untrusted(source) => Fault::Untrusted(source),
            })?;
            let ReadCredential { credential, source, tidied } = had;
            news = Some(Msg::Credential { token: about(&credential, tidied), source });
            Ok(match &self.former {
                Some(former) => credential.after(former),
                None => credential,
            })
        };
        let had = self.had.get_or_try_init(|| read).await.cloned();
        // Not before it is there: whoever hears of it withholds it from then on, on another thread.
        if let Some(news) = news {
            let _ = messages.send(news);
        }
        had
    }
}

/// What a machine may know of a credential.
pub(super) fn about(credential: &api::Credential, tidied: Vec<&'static str>) -> Token {
    Token { hint: credential.hint(), looks_like: credential.looks_like(), tidied }
}

/// A client once it is needed.
pub(super) struct Connection {
    pub(super) connect: Connect,
    pub(super) credential: Arc<LazyCredential>,
    /// What can not be had is not tried again by the requests that go out with this one.
    pub(super) client: OnceCell<Result<api::Client, Fault>>,
}

impl Connection {
    /// With a credential that nobody has read yet.
    pub(super) fn first(connect: Connect, credentials: Credentials) -> Arc<Self> {
        Self::new(connect, Arc::new(LazyCredential { credentials, had: OnceCell::new(), former: None }))
    }

    pub(super) fn new(connect: Connect, credential: Arc<LazyCredential>) -> Arc<Self> {
        Arc::new(Self { connect, credential, client: OnceCell::new() })
    }

    /// The same without connections, and without what could not be had.
    pub(super) fn anew(&self) -> Arc<Self> {
        Self::new(Arc::clone(&self.connect), Arc::clone(&self.credential))
    }
}

/// Now, for a program that began at `start`.
pub(super) fn moment(start: Instant) -> Moment {
    Moment { running: start.elapsed(), wall: Timestamp::now() }
}

/// What came, or why nothing did; and the answer as it came.
pub(super) type Landed = (Result<Representation, Fault>, Option<Box<Trace>>);

pub(super) async fn exchange(
    connection: &Connection,
    call: &Call,
    if_match: Option<&str>,
    is_late: impl Fn() -> bool,
    messages: &UnboundedSender<Msg>,
) -> Landed {
    // On a thread of its own: reading certificates must not hold up a key.
    let build = || async {
        let (connect, credential) = (Arc::clone(&connection.connect), connection.credential.open(messages).await?);
        let built = aside(move || connect(credential)).await.map_err(|lost| Fault::Setup(lost.to_string()))?;
        built.map_err(Fault::from)
    };
    let client = match connection.client.get_or_init(build).await {
        Ok(client) => client,
        Err(fault) => return (Err(fault.clone()), None),
    };
    // At the last moment that is ours: the process may have been stopped since this was decided, the machine may have slept.
    if is_late() {
        return (Err(Fault::Outdated), None);
    }
    let (outcome, trace) = match call {
        Call::Get(resource) => client.get(*resource).await,
        Call::Patch(patch) => client.patch(patch, if_match).await,
        Call::Create(patch) => client.create(patch).await,
        Call::Delete(resource) => client.delete(*resource).await,
    };
    (outcome.map(|answer| answer.representation).map_err(Fault::from), trace)
}

/// The client's errors as the machine knows them.
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
