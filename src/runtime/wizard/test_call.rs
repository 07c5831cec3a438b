//! The test call of the first start.

use super::ConnectTo;
use crate::api::aside::aside;
use crate::api::{self, Credential};
use crate::model::Resource;
use crate::model::profile::Profile;
use crate::sync::Fault;

/// The test call: does the app have settings? No settings are a successful answer too.
pub(super) async fn call(connect: ConnectTo, profile: Profile, credential: Credential) -> Result<bool, Fault> {
    let made = aside(move || connect(&profile, credential)).await;
    let client = made.map_err(|lost| Fault::Setup(lost.to_string()))??;
    match client.get(Resource::Settings).await.0 {
        Ok(_) => Ok(true),
        Err(api::Error::Refused(refusal)) if refusal.is_absent() => Ok(false),
        Err(error) => Err(error.into()),
    }
}
