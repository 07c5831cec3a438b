//! Carries out one request with the client, and translates the client's errors into faults.

use crate::api::{self, aside::aside};
use crate::app::msg::{Msg, Token};
use crate::model::Representation;
use crate::model::trace::Trace;
use crate::start::{Connect, Credentials, NoCredential, ReadCredential};
use crate::sync::{Call, Fault, Moment};
use std::sync::Arc;
use tokio::sync::OnceCell;
use tokio::sync::mpsc::UnboundedSender;
use tokio::time::Instant;

/// A credential that is read when a request needs it for the first time.
pub(super) struct LazyCredential {
    pub(super) credentials: Credentials,
    pub(super) had: OnceCell<api::Credential>,
    /// The credential used before this one. It stays secret too.
    pub(super) former: Option<api::Credential>,
}

impl LazyCredential {
    /// Reads the credential if that was not done yet, and reports that to `messages`.
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
        // The news is sent only now that the credential is set: its receiver redacts it from then on, on another
        // thread.
        if let Some(news) = news {
            let _ = messages.send(news);
        }
        had
    }

    /// The credential of this session, or the last one before it, as far as one was read.
    pub(super) fn known(&self) -> Option<&api::Credential> {
        self.had.get().or(self.former.as_ref())
    }
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
}

impl Connection {
    /// A connection whose credential was not read yet. `former` stays secret too.
    pub(super) fn first(connect: Connect, credentials: Credentials, former: Option<api::Credential>) -> Arc<Self> {
        Self::new(connect, Arc::new(LazyCredential { credentials, had: OnceCell::new(), former }))
    }

    pub(super) fn new(connect: Connect, credential: Arc<LazyCredential>) -> Arc<Self> {
        Arc::new(Self { connect, credential, client: OnceCell::new() })
    }

    /// A new client with the same credential. Tries again if the client could not be made before.
    pub(super) fn anew(&self) -> Arc<Self> {
        Self::new(Arc::clone(&self.connect), Arc::clone(&self.credential))
    }
}

/// The current moment, for a program that began at `start`.
pub(super) fn moment(start: Instant) -> Moment {
    Moment { running: start.elapsed(), wall: super::now() }
}

/// The result of a request, and the answer as it came.
pub(super) type Landed = (Result<Representation, Fault>, Option<Box<Trace>>);

pub(super) async fn exchange(
    connection: &Connection,
    call: &Call,
    if_match: Option<&str>,
    is_late: impl Fn() -> bool,
    messages: &UnboundedSender<Msg>,
) -> Landed {
    // The client is made on a thread of its own, since reading certificates would delay keys.
    let build = || async {
        let (connect, credential) = (Arc::clone(&connection.connect), connection.credential.open(messages).await?);
        let built = aside(move || connect(credential)).await.map_err(|lost| Fault::Setup(lost.to_string()))?;
        built.map_err(Fault::from)
    };
    let client = match connection.client.get_or_init(build).await {
        Ok(client) => client,
        Err(fault) => return (Err(fault.clone()), None),
    };
    // This is checked at the last possible moment: the process may have been stopped, or the machine may have
    // slept.
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
