//! Looks at the profile, its credential, the keyring, and what the API says.

use super::{DoctorNews, InUse, Patient, Teller};
use crate::api::Endpoint;
use crate::model::Resource;
use crate::runtime::flight::{self, Connection};
use crate::secrets;
use crate::start::{Start, connect_within, trusting};
use crate::sync::{Call, Fault, Target};
use crate::words::doctor::who::{self as sentences, CredentialFacts, KeyringFacts};
use crate::words::doctor::{Check, OFFLINE};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc::unbounded_channel;
use tokio::time::{Instant, timeout};

/// A credential is waited for no longer than this: programs and the exchange of a login have their own limits, which are
/// shorter.
const CREDENTIAL: Duration = Duration::from_mins(2);

/// The keyring's own limit is shorter.
const KEYRING: Duration = Duration::from_secs(5);

/// The profile, and the connection to its server.
pub(super) struct Subject {
    pub(super) start: Start,
    pub(super) endpoint: Endpoint,
    target: Target,
    in_use: InUse,
}

/// The checks that a profile is needed for.
const WITHOUT: [Check; 7] =
    [Check::Credential, Check::Proxy, Check::Name, Check::Connection, Check::Tls, Check::Clock, Check::Api];

/// What is looked at; `None` if nothing can be started from, which is told.
pub(super) fn subject(patient: &Patient, in_use: Option<InUse>, report: &Teller) -> Option<Subject> {
    let start = match &patient.start {
        Ok(start) => start.clone(),
        Err(why) => {
            report.tell(Check::Profile, [sentences::no_profile(why)]);
            report.skip(&WITHOUT, "there is no profile to look at");
            return None;
        }
    };
    let endpoint = match start.endpoint() {
        Ok(endpoint) => endpoint,
        Err(why) => {
            report.tell(Check::Profile, [sentences::no_profile(&why.to_string())]);
            report.skip(&WITHOUT, "there is no address to look at");
            return None;
        }
    };
    let target = start.target(&endpoint, None, 0);
    report.tell(Check::Profile, [sentences::profile(&start.profile, start.is_demo, &target.host)]);
    let in_use = in_use.unwrap_or_else(|| {
        let credentials = start.credentials();
        let credentials = if patient.is_trusting { trusting(credentials) } else { credentials };
        let connection = Connection::first(connect_within(&endpoint, patient.limits), credentials, None);
        // There is no editor that would learn of its credential.
        let (news, _) = unbounded_channel();
        InUse { connection, start: Instant::now(), news }
    });
    Some(Subject { start, endpoint, target, in_use })
}

/// Reads the credential, and tells of it. Returns whether there is one.
pub(super) async fn credential(subject: &Subject, report: &Teller) -> bool {
    let (profile, host) = (&subject.start.profile, &subject.target.host);
    let InUse { connection, start, news } = &subject.in_use;
    let read = timeout(CREDENTIAL, flight::open(connection, *start, news)).await;
    let had = match read {
        Ok(Ok(had)) => had,
        Ok(Err(fault)) => {
            report.tell(Check::Credential, [sentences::no_credential(&fault, profile, host)]);
            return false;
        }
        Err(_) => {
            report.tell(Check::Credential, [crate::words::doctor::late(Check::Credential, CREDENTIAL)]);
            return false;
        }
    };
    let _ = report.0.send(DoctorNews::Learned(had.credential.clone()));
    let facts = CredentialFacts {
        kind: had.credential.kind(),
        source: had.source,
        hint: had.credential.hint(),
        looks_like: had.credential.looks_like(),
        left: had.left,
        scopes: had.scopes,
        renews: had.renews,
    };
    report.tell(Check::Credential, [sentences::credential(&facts)]);
    true
}

/// Asks the keyring whether it is there, without anything that would open a window.
pub(super) async fn keyring(patient: &Patient, report: &Teller) {
    let is_needed = patient.start.as_ref().is_ok_and(|start| sentences::needs_keyring(&start.profile));
    let var = Arc::clone(&patient.var);
    let look = move || {
        let facts = match secrets::is_keyring_open(|name| var(name)) {
            Ok(true) => KeyringFacts::Open,
            Ok(false) => KeyringFacts::Locked,
            Err(why) => KeyringFacts::None(why),
        };
        [sentences::keyring(&facts, is_needed)]
    };
    report.aside(Check::Keyring, KEYRING, look).await;
}

/// One GET of the settings, with the credential.
pub(super) async fn api(patient: &Patient, subject: &Subject, is_reached: bool, is_had: bool, report: &Teller) {
    let why = match (patient.is_offline, is_had, is_reached) {
        (true, ..) => OFFLINE,
        (_, false, _) => sentences::NOTHING_TO_SEND,
        (_, _, false) => sentences::NOT_REACHED,
        (false, true, true) => "",
    };
    if !why.is_empty() {
        report.skip(&[Check::Api], why);
        return;
    }
    let (call, asked) = (Call::Get(Resource::Settings), Instant::now());
    let InUse { connection, start, news } = &subject.in_use;
    let landed = flight::exchange(connection, &call, None, || false, *start, news);
    // The client keeps its own limit. This one is for what stands before it.
    let limit = patient.limits.get + patient.limits.connect;
    let found = match timeout(limit, landed).await {
        Ok((Ok(_), trace)) => {
            let status = trace.map_or(200, |trace| trace.status);
            sentences::api(subject.start.profile.api_version, status, false, asked.elapsed())
        }
        Ok((Err(Fault::Refused(refusal)), _)) if refusal.is_absent() => {
            sentences::api(subject.start.profile.api_version, refusal.status, true, asked.elapsed())
        }
        Ok((Err(fault), _)) => sentences::no_api(&fault, &subject.target),
        Err(_) => crate::words::doctor::late(Check::Api, limit),
    };
    report.tell(Check::Api, [found]);
}
