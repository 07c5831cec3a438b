//! Why no answer came, read off the library's error.

use super::cut;
use crate::model::check::VisitFault;
use crate::net::causes::{causes, innermost, is_of_kind};
use rustls::AlertDescription;
use std::io;
use std::time::Duration;

/// Translates an error. Its own words hold the whole address, so only its causes are looked at.
pub(super) fn of(error: reqwest::Error, limit: Duration) -> VisitFault {
    let error = error.without_url();
    let kind = |kind| is_of_kind(&error, kind);
    if let Some(tls) = causes(&error).find_map(|e| e.downcast_ref::<rustls::Error>()) {
        return of_tls(tls);
    }
    if causes(&error).any(|e| e.to_string() == "dns error") {
        VisitFault::NoSuchHost
    } else if error.is_timeout() || kind(io::ErrorKind::TimedOut) {
        VisitFault::Late(limit)
    } else if kind(io::ErrorKind::ConnectionRefused) {
        VisitFault::Refused
    } else if error.is_builder() {
        VisitFault::Setup(cut(&innermost(&error)))
    } else {
        VisitFault::Broken(cut(&innermost(&error)))
    }
}

fn of_tls(error: &rustls::Error) -> VisitFault {
    VisitFault::Tls(match error {
        rustls::Error::InvalidMessage(_) => "the server did not answer in TLS".to_owned(),
        rustls::Error::AlertReceived(AlertDescription::ProtocolVersion) | rustls::Error::PeerIncompatible(_) => {
            "the server speaks neither TLS 1.2 nor 1.3".to_owned()
        }
        other => cut(&other.to_string()),
    })
}
