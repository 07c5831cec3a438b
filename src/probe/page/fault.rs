//! Why no answer came, read off the library's error.

use super::cut;
use crate::model::check::{CertificateFlaw, VisitFault};
use rustls::CertificateError as Bad;
use std::error::Error as StdError;
use std::time::Duration;
use std::{io, iter};

/// Translates an error. Its own words hold the whole address, so only its causes are looked at.
pub(super) fn of(error: reqwest::Error, limit: Duration) -> VisitFault {
    let error = error.without_url();
    let kind = |kind| causes(&error).filter_map(|e| e.downcast_ref::<io::Error>()).any(|e| e.kind() == kind);
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
        VisitFault::Setup(innermost(&error))
    } else {
        VisitFault::Broken(innermost(&error))
    }
}

fn of_tls(error: &rustls::Error) -> VisitFault {
    match error {
        rustls::Error::InvalidCertificate(bad) => VisitFault::Certificate(match bad {
            Bad::Expired | Bad::ExpiredContext { .. } => CertificateFlaw::Expired,
            Bad::NotValidYet | Bad::NotValidYetContext { .. } => CertificateFlaw::NotYetValid,
            Bad::NotValidForName | Bad::NotValidForNameContext { .. } => CertificateFlaw::WrongName,
            Bad::UnknownIssuer | Bad::BadSignature => CertificateFlaw::Untrusted,
            // The library keeps its own reasons as a value without words. A certificate that signed itself often says
            // that it is an authority.
            Bad::Other(why) if format!("{:?}", why.0) == "CaUsedAsEndEntity" => CertificateFlaw::Untrusted,
            Bad::Other(why) => CertificateFlaw::Other(cut(&format!("{:?}", why.0))),
            other => CertificateFlaw::Other(cut(&other.to_string())),
        }),
        rustls::Error::InvalidMessage(_) => VisitFault::Tls("the server did not answer in TLS".to_owned()),
        other => VisitFault::Tls(cut(&other.to_string())),
    }
}

/// The error and its causes, outermost first.
fn causes<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    fn cause<'a>(error: &&'a (dyn StdError + 'static)) -> Option<&'a (dyn StdError + 'static)> {
        let error: &'a (dyn StdError + 'static) = *error;
        // `io::Error::source` returns the source of the error it wraps, and so skips that error itself.
        match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(wrapped) => Some(wrapped),
            None => error.source(),
        }
    }
    iter::successors(Some(error), cause)
}

/// The message of the innermost cause, which is the only specific one, without a link to the library's documentation.
pub(super) fn innermost(error: &(dyn StdError + 'static)) -> String {
    let words = causes(error).last().map(ToString::to_string).unwrap_or_default();
    cut(words.split(": https://docs.rs/").next().unwrap_or_default())
}
