//! The test call of a profile.

use super::ConnectTo;
use crate::api::aside::aside;
use crate::api::{self, Credential};
use crate::model::Resource;
use crate::model::profile::Profile;
use crate::start::Reach;
use crate::sync::Fault;
use std::sync::Arc;

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

/// The same with the credential that the profile has already.
pub(super) async fn call_as_before(reach: Reach, profile: Profile) -> Result<bool, Fault> {
    let (connect, credentials) = reach(&profile).map_err(Fault::Setup)?;
    let read = aside(move || (credentials.read)(None)).await.map_err(|lost| Fault::Setup(lost.to_string()))??;
    call(Arc::new(move |_, credential| connect(credential)), profile, read.credential).await
}
