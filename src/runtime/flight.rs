//! One request from the machine to the client, and the client's errors as the machine knows them.

use crate::api;
use crate::app::effect::Call;
use crate::app::fault::Fault;
use crate::model::Representation;
use crate::model::trace::Trace;
use std::sync::Arc;
use tokio::sync::OnceCell;

/// How the client comes to be: on first use, off the screen's way. Reading the system's certificates takes longer than the
/// first frame.
pub type Connect = Arc<dyn Fn(api::Credential) -> Result<api::Client, api::Error> + Send + Sync>;

/// A client once it is needed, with the credential it will have.
pub(super) struct Line {
    pub(super) connect: Connect,
    pub(super) credential: api::Credential,
    pub(super) client: OnceCell<api::Client>,
}

/// What came, or why nothing did; and the answer as it came.
pub(super) type Ended = (Result<Representation, Fault>, Option<Box<Trace>>);

pub(super) async fn exchange(line: &Line, call: &Call, if_match: Option<&str>) -> Ended {
    // On a thread of its own: reading certificates must not hold up a key.
    let build = || async {
        let (connect, credential) = (Arc::clone(&line.connect), line.credential.clone());
        let built = tokio::task::spawn_blocking(move || connect(credential)).await;
        built.unwrap_or_else(|lost| Err(api::Error::Setup(lost.to_string())))
    };
    let client = match line.client.get_or_try_init(build).await {
        Ok(client) => client,
        Err(error) => return (Err(error.into()), None),
    };
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
