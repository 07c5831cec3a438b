//! Why a request gave no settings: one type for everything that can go wrong.
//!
//! ```text
//!   nothing was sent     Setup  Connect                            sending again is safe
//!   perhaps sent         TimedOut  Broken  TooLarge  Unreadable    only reading back tells whether a PATCH was saved
//!   the server answered  Refused                                   not saved if below 500, not 408; else as above
//! ```
//!
//! No variant holds a URL's query or a credential: `Error::cleaned` handles every text before it leaves this room.
//! Control characters are kept, since the screen makes them harmless. `Display` therefore leaves the server's words
//! out.

use super::aside::Lost;
use super::credential::Credential;
use super::proxy;
use crate::model::refusal::{FieldError, Refusal, Unreached};
use crate::net::causes::{causes, innermost, is_of_kind, shortened};
use std::error::Error as StdError;
use std::io;
use std::time::Duration;
use url::Url;

/// The longest message that is kept, in characters.
const MESSAGE_LIMIT: usize = 300;

/// The longest other text that is kept, in characters.
const TEXT_LIMIT: usize = 200;

/// Why a request gave no settings.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The client could not be made, or the request could not be written. Nothing was sent.
    #[error("The HTTP client could not be set up: {0}.")]
    Setup(String),
    /// There was no connection. Nothing was sent.
    #[error("Could not connect: {}.", words(.reason))]
    Connect {
        /// Why there was none.
        reason: Unreached,
    },
    /// The deadline for the whole exchange passed. The request may have been sent.
    #[error("No whole answer came within {after:?}.")]
    TimedOut {
        /// The deadline.
        after: Duration,
    },
    /// The connection ended before the answer was complete, or the answer was not HTTP. The request may have been
    /// sent.
    #[error("The connection broke before the answer was whole: {detail}.")]
    Broken {
        /// How it broke, in the words of the library.
        detail: String,
    },
    /// A 2xx answer larger than settings can be.
    #[error("The answer is larger than {limit} bytes.")]
    TooLarge {
        /// How much is read, in bytes.
        limit: usize,
    },
    /// A 2xx answer that is not the settings.
    #[error("The answer (status {status}) holds no settings: {why}.")]
    Unreadable {
        /// The status, 200 to 299.
        status: u16,
        /// What the answer is instead.
        why: Unreadable,
        /// HubSpot's id of the exchange, for its support.
        correlation_id: Option<String>,
    },
    /// Any status outside of 200 to 299. This includes redirects, which are never followed.
    #[error("The server refused the request with status {}.", .0.status)]
    Refused(Box<Refusal>),
}

/// What a 2xx answer is if it is not the settings.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// No body, or only spaces.
    #[error("it is empty")]
    Empty,
    /// Markup: the login page of a network, or the error page of a proxy.
    #[error("it is a web page")]
    WebPage,
    /// Not JSON, or JSON that is cut off.
    #[error("it is not valid JSON at byte {byte} ({detail})")]
    NotJson {
        /// The place of the error, in bytes from the start of the body.
        byte: usize,
        /// What the error is.
        detail: String,
    },
    /// JSON, but not an object.
    #[error("it is {found} where an object belongs")]
    NotAnObject {
        /// The type, with its article.
        found: &'static str,
    },
    /// Nested more deeply than anything HubSpot sends.
    #[error("it is nested too deeply")]
    TooDeep,
    /// More members than anything HubSpot sends.
    #[error("it has too many members")]
    TooMany,
    /// An object without any known field of the resource.
    #[error("it has none of the known fields")]
    NoSettings,
    /// A success that does not confirm a DELETE.
    #[error("it does not say that it was deleted")]
    NotDeleted,
    /// An error object in spite of the status.
    #[error("it is an error")]
    ErrorObject(Box<Refusal>),
}

impl Error {
    /// Translates an error of the HTTP library during an exchange. `connect` is the limit for connecting.
    pub(super) fn of_exchange(error: reqwest::Error, connect: Duration) -> Self {
        // The library's message holds the whole URL. The message is not used, but the chain of causes is searched
        // below.
        let error = error.without_url();
        if error.is_connect() {
            Self::Connect { reason: unreached(&error, connect) }
        } else if error.is_builder() {
            Self::Setup(innermost(&error))
        } else {
            Self::Broken { detail: innermost(&error) }
        }
    }

    /// If a proxy failed, or may have a part in it, names the proxy.
    pub(super) fn named(self, server: &Url) -> Self {
        let Self::Connect { reason } = self else { return self };
        let proxy = proxy::of_environment(server).ok().flatten();
        let reason = match (reason, proxy) {
            (Unreached::Proxy(why), Some(proxy)) => {
                Unreached::Proxy(format!("{} of ${} {why}", proxy.host, proxy.variable))
            }
            // On other systems the proxy may stand elsewhere than in the environment.
            (Unreached::Proxy(why), None) => Unreached::Proxy(format!("of this system {why}")),
            (Unreached::Dns, Some(proxy)) if !proxy.looks_up => Unreached::Other(format!(
                "the host's name could not be looked up on this machine; the proxy of ${} does it with socks5h:// or socks4a://",
                proxy.variable
            )),
            (Unreached::Tls(why), Some(proxy)) => {
                Unreached::Tls(format!("{why} (through the proxy {} of ${})", proxy.host, proxy.variable))
            }
            (Unreached::Other(why), Some(proxy)) => {
                Unreached::Other(format!("{why} (through the proxy {} of ${})", proxy.host, proxy.variable))
            }
            (reason, _) => reason,
        };
        Self::Connect { reason }
    }

    /// Translates an error of the HTTP library from making the client.
    pub(super) fn of_setup(error: reqwest::Error) -> Self {
        Self::Setup(innermost(&error.without_url()))
    }

    /// The same error without the credential in any text, and with texts and lists cut to a readable size.
    pub(super) fn cleaned(self, credential: &Credential) -> Self {
        let text = |text: String| cleaned_text(credential, &text, TEXT_LIMIT);
        match self {
            Self::Setup(why) => Self::Setup(text(why)),
            Self::Connect { reason } => Self::Connect {
                reason: match reason {
                    Unreached::Tls(why) => Unreached::Tls(text(why)),
                    Unreached::Proxy(why) => Unreached::Proxy(text(why)),
                    Unreached::Other(why) => Unreached::Other(text(why)),
                    plain @ (Unreached::Dns | Unreached::Refused | Unreached::Timeout(_)) => plain,
                },
            },
            Self::Broken { detail } => Self::Broken { detail: text(detail) },
            Self::Unreadable { status, why, correlation_id } => Self::Unreadable {
                status,
                why: match why {
                    Unreadable::NotJson { byte, detail } => Unreadable::NotJson { byte, detail: text(detail) },
                    Unreadable::ErrorObject(refusal) => {
                        Unreadable::ErrorObject(Box::new(clean_refusal(*refusal, credential)))
                    }
                    plain @ (Unreadable::Empty
                    | Unreadable::WebPage
                    | Unreadable::NotAnObject { .. }
                    | Unreadable::TooDeep
                    | Unreadable::TooMany
                    | Unreadable::NoSettings
                    | Unreadable::NotDeleted) => plain,
                },
                correlation_id: correlation_id.map(text),
            },
            Self::Refused(refusal) => Self::Refused(Box::new(clean_refusal(*refusal, credential))),
            plain @ (Self::TimedOut { .. } | Self::TooLarge { .. }) => plain,
        }
    }
}

/// A refusal with every text cleaned. Messages are cut to 300 characters, other texts to 200.
fn clean_refusal(refusal: Refusal, credential: &Credential) -> Refusal {
    let text = |text: String| cleaned_text(credential, &text, TEXT_LIMIT);
    let message = |text: String| cleaned_text(credential, &text, MESSAGE_LIMIT);
    let field = |field: FieldError| FieldError { key: text(field.key), message: message(field.message) };
    Refusal {
        status: refusal.status,
        message: refusal.message.map(message),
        category: refusal.category.map(text),
        sub_category: refusal.sub_category.map(text),
        correlation_id: refusal.correlation_id.map(text),
        policy: refusal.policy.map(text),
        missing_scopes: refusal.missing_scopes.into_iter().map(text).collect(),
        expire_time: refusal.expire_time.map(text),
        fields: refusal.fields.into_iter().map(field).collect(),
        location: refusal.location.map(text),
        allow: refusal.allow.map(text),
        retry_after: refusal.retry_after,
        web_page: refusal.web_page,
        foreign: refusal.foreign,
    }
}

/// The correlation id of an answer, cleaned like the id of an error.
pub(super) fn clean_id(credential: &Credential, id: &str) -> String {
    cleaned_text(credential, id, TEXT_LIMIT)
}

/// A text without the credential, cut to `limit` characters.
pub(super) fn cleaned_text(credential: &Credential, text: &str, limit: usize) -> String {
    let text = credential.redact_start(text, 4 * (limit + 1));
    match text.char_indices().nth(limit) {
        None => text,
        Some(_) => text.chars().take(limit - 1).chain(['…']).collect(),
    }
}

/// The reason for a missing connection, as the end of a sentence.
fn words(reason: &Unreached) -> String {
    match reason {
        Unreached::Dns => "the host's name could not be looked up".to_owned(),
        Unreached::Refused => "the connection was refused".to_owned(),
        Unreached::Timeout(after) => format!("nothing answered within {after:?}"),
        Unreached::Proxy(why) => format!("the proxy {why}"),
        Unreached::Tls(why) | Unreached::Other(why) => why.clone(),
    }
}

/// Why a connection failed. Proxies are tested first: the connection to a proxy fails for the same reasons as one
/// to HubSpot, and must not be reported as a failure of HubSpot.
fn unreached(error: &(dyn StdError + 'static), connect: Duration) -> Unreached {
    let kind = |kind| is_of_kind(error, kind);
    let http = |is: fn(&reqwest::Error) -> bool| causes(error).filter_map(|e| e.downcast_ref()).any(is);
    if let Some(lost) = causes(error).find_map(|e| e.downcast_ref::<Lost>()) {
        Unreached::Other(lost.to_string())
    } else if let Some(why) = causes(error).find_map(of_proxy) {
        Unreached::Proxy(why)
    } else if http(reqwest::Error::is_dns) || causes(error).any(|e| e.to_string() == "dns error") {
        Unreached::Dns
    } else if let Some(tls) = causes(error).find_map(|e| e.downcast_ref::<rustls::Error>()) {
        Unreached::Tls(of_tls(tls))
    } else if http(reqwest::Error::is_timeout) || kind(io::ErrorKind::TimedOut) {
        Unreached::Timeout(connect)
    } else if kind(io::ErrorKind::ConnectionRefused) {
        Unreached::Refused
    } else if kind(io::ErrorKind::NetworkUnreachable) || kind(io::ErrorKind::HostUnreachable) {
        Unreached::Other("the network is down or the host cannot be reached".to_owned())
    } else {
        Unreached::Other(innermost(error))
    }
}

/// What the HTTP library says about a proxy. Its error type is private, so this reads its message.
fn of_proxy(error: &(dyn StdError + 'static)) -> Option<String> {
    let text = error.to_string();
    let why = text.strip_prefix("tunnel error: ").or(text.strip_prefix("SOCKS error: "))?;
    Some(match why {
        "proxy authorization required" => "asks for a user name and password".to_owned(),
        "unsuccessful" => "answered with an error instead of a connection to the host".to_owned(),
        // Of a SOCKS proxy the library keeps the cause to itself.
        "failed to create underlying connection" if error.source().is_none() => "cannot be reached".to_owned(),
        "failed to create underlying connection" => format!("cannot be reached: {}", innermost(error)),
        other => format!("gave no way through: {other}"),
    })
}

/// Why there is no trusted connection, and what the user can check.
fn of_tls(error: &rustls::Error) -> String {
    use rustls::CertificateError as Bad;
    let store =
        "a company's root certificate belongs into the system's store, or into the file that SSL_CERT_FILE names";
    match error {
        rustls::Error::InvalidCertificate(bad) => match bad {
            Bad::Expired | Bad::ExpiredContext { .. } => {
                "the server's certificate has expired (or the clock of this machine is wrong)".to_owned()
            }
            Bad::NotValidYet | Bad::NotValidYetContext { .. } => {
                "the server's certificate is not valid yet (or the clock of this machine is wrong)".to_owned()
            }
            Bad::NotValidForName | Bad::NotValidForNameContext { .. } => {
                "the server's certificate is for another host".to_owned()
            }
            Bad::UnknownIssuer => format!("the server's certificate is from an unknown issuer ({store})"),
            Bad::Revoked => "the server's certificate has been revoked".to_owned(),
            Bad::Other(why) => {
                // The library keeps its own reasons as a value without words.
                let why = format!("{:?}", why.0);
                let why = match why.as_str() {
                    "CaUsedAsEndEntity" => "it is that of an authority, not of a server",
                    other => other,
                };
                format!("the server's certificate is not trusted: {why}")
            }
            other => format!("the server's certificate is not trusted: {other}"),
        },
        rustls::Error::InvalidMessage(_) => "the server did not answer in TLS".to_owned(),
        other => format!("TLS failed: {}", shortened(&other.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustls::CertificateError as Bad;

    /// An error as the HTTP library nests them.
    #[derive(Debug, thiserror::Error)]
    #[error("{words}")]
    struct Outer {
        words: &'static str,
        source: Box<dyn StdError + Send + Sync>,
    }

    fn nested(words: &'static str, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Outer {
        Outer { words, source: source.into() }
    }

    fn of(error: &(dyn StdError + 'static)) -> Unreached {
        unreached(error, Duration::from_secs(5))
    }

    #[test]
    fn n1_n2_n3_each_way_to_miss_a_host_has_its_own_name() {
        assert_eq!(of(&nested("connect", nested("dns error", "no such name"))), Unreached::Dns);
        for (kind, expected) in [
            (io::ErrorKind::ConnectionRefused, Unreached::Refused),
            (io::ErrorKind::TimedOut, Unreached::Timeout(Duration::from_secs(5))),
            (
                io::ErrorKind::NetworkUnreachable,
                Unreached::Other("the network is down or the host cannot be reached".into()),
            ),
            (io::ErrorKind::AddrInUse, Unreached::Other("address in use".into())),
        ] {
            assert_eq!(of(&nested("connect", io::Error::from(kind))), expected);
        }
        // The system's words without its number.
        let told = innermost(&nested("body", io::Error::from_raw_os_error(104)));
        assert!(told.len() > 5 && !told.contains("os error"), "{told}");
    }

    #[test]
    fn n4_an_untrusted_certificate_is_explained() {
        let of = |bad| {
            let tls = io::Error::new(io::ErrorKind::InvalidData, rustls::Error::InvalidCertificate(bad));
            match of(&nested("connect", tls)) {
                Unreached::Tls(why) => why,
                other => panic!("{other:?}"),
            }
        };
        assert!(of(Bad::Expired).contains("expired"));
        assert!(of(Bad::NotValidYet).contains("clock"));
        assert!(of(Bad::NotValidForName).contains("another host"));
        assert!(of(Bad::UnknownIssuer).contains("system's store"));
        assert!(of(Bad::Revoked).contains("revoked"));
        assert!(of(Bad::BadSignature).contains("not trusted"));
    }

    #[test]
    fn n14_a_failing_proxy_is_not_taken_for_the_server() {
        let refused = nested("tcp", io::Error::from(io::ErrorKind::ConnectionRefused));
        let dead = nested("connect", nested("tunnel error: failed to create underlying connection", refused));
        assert_eq!(of(&dead), Unreached::Proxy("cannot be reached: connection refused".into()));
        let refused = nested("tcp", io::Error::from(io::ErrorKind::ConnectionRefused));
        let dead = nested("connect", nested("SOCKS error: failed to create underlying connection", refused));
        assert_eq!(of(&dead), Unreached::Proxy("cannot be reached: connection refused".into()));
        let alone = nested("connect", "SOCKS error: failed to create underlying connection");
        assert_eq!(of(&alone), Unreached::Proxy("cannot be reached".into()));
        let busy = nested("connect", nested("tunnel error: unsuccessful", io::Error::other("")));
        assert_eq!(of(&busy), Unreached::Proxy("answered with an error instead of a connection to the host".into()));
    }

    #[test]
    fn no_message_ends_in_a_link_to_a_library() {
        let eof = "peer closed connection without sending TLS close_notify: https://docs.rs/rustls/latest/rustls/manual/_03_howto/index.html#unexpected-eof";
        let ended = nested("connect", io::Error::new(io::ErrorKind::UnexpectedEof, eof));
        let without = "peer closed connection without sending TLS close_notify";
        assert_eq!(of(&ended), Unreached::Other(without.into()));
    }

    #[test]
    fn a_cut_never_splits_the_token() {
        let (credential, _) = Credential::bearer("pat-CANARY-0123456789").unwrap();
        let refusal = Refusal { message: Some("x".repeat(290) + "pat-CANARY-0123456789"), ..Refusal::default() };
        let Error::Refused(refusal) = Error::Refused(Box::new(refusal)).cleaned(&credential) else { panic!() };
        assert_eq!(refusal.message, Some("x".repeat(290) + super::super::MASK));
        assert_eq!(cleaned_text(&credential, &"é".repeat(201), 200), "é".repeat(199) + "…");
        assert_eq!(cleaned_text(&credential, &"é".repeat(200), 200), "é".repeat(200));
    }
}
