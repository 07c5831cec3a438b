//! Looks at the way to the server, without a credential.

use super::places::words;
use super::who::Subject;
use super::{Patient, Teller};
use crate::api::Error;
use crate::api::aside::aside;
use crate::api::look::{self, ServerLook};
use crate::api::proxy::{self, Proxy};
use crate::model::address::is_localhost;
use crate::model::refusal::Unreached;
use crate::net::trust;
use crate::sync::Fault;
use crate::words::doctor::network::{self as sentences, ShownProxy, TrustFacts};
use crate::words::doctor::{Check, Diagnosis, OFFLINE};
use crate::words::fault;
use jiff::fmt::rfc2822;
use std::net::ToSocketAddrs;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout};
use url::{Host, Url};

/// A name server and a proxy are waited for no longer than this.
const LIMIT: Duration = Duration::from_secs(5);

/// The longest look at the server. What takes longer is found out by the request that comes after it.
const SERVER: Duration = Duration::from_secs(10);

/// Looks at proxy, name and server. Returns whether a request is worth it.
pub(super) async fn look(patient: &Patient, subject: &Subject, report: &Teller) -> bool {
    let server = &subject.endpoint.base_url;
    let found = proxy::of(server, |name| (patient.var)(name));
    if patient.is_offline {
        report.tell(
            Check::Proxy,
            [match &found {
                Ok(Some(proxy)) => sentences::proxy(&shown(proxy), None),
                Ok(None) => sentences::no_proxy(),
                Err(why) => sentences::bad_proxy(why),
            }],
        );
        report.skip(&[Check::Name, Check::Connection, Check::Tls, Check::Clock], OFFLINE);
        return false;
    }
    match found {
        Ok(proxy) => {
            let (is_reached, ..) = tokio::join!(
                ask_server(patient, subject, report),
                try_proxy(proxy.as_ref(), report),
                look_up(server, proxy.as_ref(), report)
            );
            is_reached
        }
        Err(why) => {
            report.tell(Check::Proxy, [sentences::bad_proxy(&why)]);
            report.skip(&[Check::Name, Check::Connection, Check::Tls, Check::Clock], "the proxy cannot be used");
            false
        }
    }
}

/// The proxy without user name and password.
fn shown(proxy: &Proxy) -> ShownProxy {
    ShownProxy { url: format!("{}://{}", proxy.scheme, proxy.host), variable: proxy.variable }
}

async fn try_proxy(proxy: Option<&Proxy>, report: &Teller) {
    let Some(proxy) = proxy else {
        report.tell(Check::Proxy, [sentences::no_proxy()]);
        return;
    };
    let (address, began) = (proxy.address.clone(), Instant::now());
    let connected = async {
        let found = aside(move || address.to_socket_addrs().map(Vec::from_iter)).await;
        let all = found.map_err(|lost| lost.to_string())?.map_err(|_| "its name is not found".to_owned())?;
        TcpStream::connect(all.as_slice()).await.map(drop).map_err(|why| words(&why))
    };
    let tried = match timeout(LIMIT, connected).await {
        Ok(Ok(())) => Ok(began.elapsed()),
        Ok(Err(why)) => Err(why),
        Err(_) => Err(format!("nothing came within {}", crate::words::time::took(LIMIT))),
    };
    report.tell(Check::Proxy, [sentences::proxy(&shown(proxy), Some(tried))]);
}

async fn look_up(server: &Url, proxy: Option<&Proxy>, report: &Teller) {
    let host = server.host_str().unwrap_or_default().to_owned();
    let is_name = matches!(server.host(), Some(Host::Domain(name)) if !is_localhost(name));
    if !is_name {
        report.tell(Check::Name, [sentences::name_is_address(&host)]);
    } else if proxy.is_some_and(|proxy| proxy.looks_up) {
        report.tell(Check::Name, [sentences::name_by_proxy(&host)]);
    } else {
        let look = move || {
            let began = Instant::now();
            let found = (host.as_str(), 0).to_socket_addrs();
            let found = found.map(|all| (all.map(|address| address.ip()).collect(), began.elapsed()));
            // The system's own words for it tell of its library, not of the name.
            [sentences::name(&host, found.map_err(|_| "no name server knows it, or none answers".to_owned()))]
        };
        report.aside(Check::Name, LIMIT, look).await;
    }
}

/// Asks the server for its address itself. Returns whether it was reached.
async fn ask_server(patient: &Patient, subject: &Subject, report: &Teller) -> bool {
    let (server, mut limits) = (subject.endpoint.base_url.clone(), patient.limits);
    limits.get = limits.get.min(SERVER);
    let is_tls = server.scheme() == "https";
    let host = subject.start.profile.host().unwrap_or_default();
    // Certificates are read on a thread of their own.
    let made = match timeout(LIMIT, aside(move || look::look(&server, limits))).await {
        Ok(Ok(made)) => made.map_err(|error| fault::happened(&Fault::from(error), &host)),
        Ok(Err(lost)) => Err(lost.to_string()),
        Err(_) => Err(format!("the certificates were not read within {}", crate::words::time::took(LIMIT))),
    };
    let ServerLook { took, chain, answer } = match made {
        Ok(look) => look.await,
        Err(why) => {
            report.tell(Check::Connection, [sentences::unreached(&why, "")]);
            report.skip(&[Check::Tls, Check::Clock], "nothing was sent");
            return false;
        }
    };
    report.tell(
        Check::Tls,
        [match &chain {
            Some(chain) => {
                sentences::tls(chain, subject.endpoint.base_url.host_str().unwrap_or_default(), crate::runtime::now())
            }
            None => sentences::no_tls(is_tls),
        }],
    );
    let is_reached = !matches!(answer, Err(Error::Setup(_) | Error::Connect { .. }));
    let (connection, date) = match answer {
        Ok((status, date)) => (sentences::reached(&host, status, took, is_tls), date),
        Err(error) => {
            let advice = match &error {
                Error::Connect { reason: Unreached::Tls(_) } if chain.is_some() => {
                    "What is wrong with its certificates stands below."
                }
                Error::Connect { reason: Unreached::Tls(_) } => sentences::NOT_TLS,
                _ => sentences::NO_ANSWER,
            };
            (sentences::unreached(&fault::happened(&Fault::from(error), &host), advice), None)
        }
    };
    report.tell(Check::Connection, [connection]);
    let apart = date.as_deref().and_then(|date| rfc2822::parse(date).ok());
    let apart = apart.map(|there| crate::runtime::now().as_second() - there.timestamp().as_second());
    report.tell(
        Check::Clock,
        [if is_reached { sentences::clock(apart) } else { Diagnosis::skipped(Check::Clock, NO_TIME) }],
    );
    is_reached
}

/// Why the clocks are not compared.
const NO_TIME: &str = "the server was not reached";

/// Reads the trusted certificates.
pub(super) async fn certificates(report: &Teller) {
    let look = || {
        let refused = trust::check_environment().err();
        let store = trust::store();
        let (places, variables, count, unread) = (store.places, store.variables, store.certificates, store.unread);
        [sentences::trust(&TrustFacts { places, variables, count, unread, refused })]
    };
    report.aside(Check::Certificates, LIMIT, look).await;
}
