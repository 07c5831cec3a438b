//! The sources of a `frame-ancestors` directive, and which origins they match (CSP 3, 2.3.1 and 6.7.2; where the
//! specification leaves a choice, as Chromium has it).
//!
//! ```text
//!   https :// *.hubspot.com :8443 /path        'self'   *   anything else is no source and matches nothing
//!   scheme    host           port  path
//! ```

/// The scheme, host and port of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PageOrigin {
    scheme: String,
    host: String,
    port: u16,
}

impl PageOrigin {
    /// The origin of a URL. `None` if the URL has no host and port, as `data:` has none.
    pub(super) fn of(url: &url::Url) -> Option<Self> {
        let (host, port) = (url.host_str()?, url.port_or_known_default()?);
        Some(Self { scheme: url.scheme().to_owned(), host: host.to_ascii_lowercase(), port })
    }
}

/// One source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum FrameSource {
    /// `*`: any page of the web.
    Any,
    /// `'self'`: a page of the dialer's own origin.
    Own,
    /// A scheme, a host, or both.
    Place { scheme: Option<String>, host: Option<HostPart>, port: Port, path: String },
}

/// The host of a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum HostPart {
    /// `*`
    Any,
    /// `*.hubspot.com`: any name below, but not the name itself.
    Below(String),
    /// Exactly this name.
    Exactly(String),
}

/// The port of a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Port {
    /// None is given: the default one of the scheme.
    Default,
    /// `*`
    Any,
    /// Exactly this one. A number that is no port matches none.
    Exactly(u32),
}

/// How a part of a source matches. A match by upgrade is one of `https` by `http`, or of 443 by 80; both parts have to
/// allow for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Match {
    Exact,
    /// It matches whatever is there.
    Open,
    Upgrade,
}

impl FrameSource {
    /// Reads a source. `None` if it is none; it then matches nothing.
    pub(super) fn parse(text: &str) -> Option<Self> {
        if text == "*" {
            return Some(Self::Any);
        }
        if text.eq_ignore_ascii_case("'self'") {
            return Some(Self::Own);
        }
        if let Some(scheme) = text.strip_suffix(':').filter(|scheme| is_scheme(scheme)) {
            let scheme = Some(scheme.to_ascii_lowercase());
            return Some(Self::Place { scheme, host: None, port: Port::Any, path: String::new() });
        }
        let (scheme, rest) = match text.split_once("://") {
            Some((scheme, rest)) if is_scheme(scheme) => (Some(scheme.to_ascii_lowercase()), rest),
            Some(_) | None => (None, text),
        };
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let (host, port) = match authority.split_once(':') {
            Some((host, port)) => (host, port_part(port)?),
            None => (authority, Port::Default),
        };
        // What stands behind the path is passed over.
        let path = path.split(['?', '#']).next().unwrap_or_default();
        Some(Self::Place { scheme, host: Some(host_part(host)?), port, path: unescaped(path) })
    }

    /// Does the source match an ancestor? `own` is the dialer's origin, if it has one. After a redirect browsers pass
    /// over the path.
    pub(super) fn matches(&self, ancestor: &PageOrigin, own: Option<&PageOrigin>, is_redirected: bool) -> bool {
        match self {
            Self::Any => {
                matches!(ancestor.scheme.as_str(), "http" | "https" | "ws" | "wss")
                    || own.is_some_and(|own| own.scheme == ancestor.scheme)
            }
            Self::Own => own.is_some_and(|own| {
                let host = Some(HostPart::Exactly(own.host.clone()));
                let port = if Some(own.port) == default_port(&own.scheme) {
                    Port::Default
                } else {
                    Port::Exactly(own.port.into())
                };
                let source = Self::Place { scheme: Some(own.scheme.clone()), host, port, path: String::new() };
                source.matches(ancestor, None, true)
            }),
            Self::Place { scheme, host, port, path } => {
                let Some(scheme) = scheme.as_deref().or(own.map(|own| own.scheme.as_str())) else { return false };
                let Some(by_scheme) = scheme_match(scheme, &ancestor.scheme) else { return false };
                let Some(host) = host else { return true };
                let Some(by_port) = port_match(*port, ancestor) else { return false };
                let is_upgrade = match (by_scheme, by_port) {
                    // A port that is given must not be kept while the scheme changes, nor the other way round.
                    (Match::Upgrade, Match::Exact) | (Match::Exact, Match::Upgrade) => return false,
                    (Match::Exact | Match::Open | Match::Upgrade, _) => true,
                };
                // The path of an origin is `/`.
                is_upgrade && host.matches(&ancestor.host) && (is_redirected || path.is_empty() || path == "/")
            }
        }
    }

    /// Does the source name this host by its whole name?
    pub(super) fn names(&self, host: &str) -> bool {
        matches!(self, Self::Place { host: Some(HostPart::Exactly(name)), .. } if name == host)
    }
}

impl HostPart {
    fn matches(&self, host: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Below(domain) => host.strip_suffix(domain.as_str()).is_some_and(|front| front.ends_with('.')),
            Self::Exactly(name) => host == name,
        }
    }
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
}

fn host_part(text: &str) -> Option<HostPart> {
    let is_label = |label: &str| !label.is_empty() && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    let is_name = |name: &str| name.split('.').all(is_label);
    let lower = text.to_ascii_lowercase();
    match lower.strip_prefix("*.") {
        _ if lower == "*" => Some(HostPart::Any),
        Some(domain) if is_name(domain) => Some(HostPart::Below(domain.to_owned())),
        None if is_name(&lower) => Some(HostPart::Exactly(lower)),
        Some(_) | None => None,
    }
}

fn port_part(text: &str) -> Option<Port> {
    match text {
        "*" => Some(Port::Any),
        digits if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) => {
            // A number too large to be kept is no port, so the source is none.
            digits.parse::<i32>().ok().and_then(|port| u32::try_from(port).ok()).map(Port::Exactly)
        }
        _ => None,
    }
}

/// The path with its escapes read, as far as it matters: whether it is `/`.
fn unescaped(path: &str) -> String {
    path.replace("%2f", "/").replace("%2F", "/")
}

fn scheme_match(source: &str, page: &str) -> Option<Match> {
    match (source, page) {
        (source, page) if source == page => Some(Match::Exact),
        // The specification lets `ws` stand for `http` as well; Chromium does not.
        ("http", "https") | ("ws", "wss") => Some(Match::Upgrade),
        _ => None,
    }
}

fn port_match(port: Port, ancestor: &PageOrigin) -> Option<Match> {
    match port {
        Port::Any => Some(Match::Open),
        Port::Default if Some(ancestor.port) == default_port(&ancestor.scheme) => Some(Match::Open),
        Port::Exactly(port) if port == u32::from(ancestor.port) => Some(Match::Exact),
        Port::Exactly(80) if ancestor.port == 443 => Some(Match::Upgrade),
        Port::Default | Port::Exactly(_) => None,
    }
}

fn default_port(scheme: &str) -> Option<u16> {
    match scheme {
        "http" | "ws" => Some(80),
        "https" | "wss" => Some(443),
        _ => None,
    }
}
