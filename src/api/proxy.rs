//! The proxy that the environment names for a server.
//!
//! ```text
//!   HTTPS_PROXY or https_proxy, else ALL_PROXY or all_proxy ──> usable ──> the proxy
//!        none for this machine's loopback, nor for hosts        not usable ──> an error, and nothing is sent
//!        in NO_PROXY or no_proxy
//! ```
//!
//! The HTTP library passes over a value that it cannot use, and connects directly. Whoever set the value means the
//! proxy, so callset refuses to start the client instead.

use crate::model::address::is_loopback;
use http::Uri;
use hyper_util::client::proxy::matcher::Matcher;
use std::ffi::OsString;
use url::Url;

/// A proxy of the environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proxy {
    /// The variable that names it.
    pub variable: &'static str,
    /// Its host and port, as they stand there. A user name and a password are left out.
    pub host: String,
    /// How it is spoken to: `http`, `socks5`.
    pub scheme: String,
    /// Its host alone, and its port.
    pub address: (String, u16),
    /// Does it look up the names of hosts? If not, this machine does.
    pub looks_up: bool,
}

/// The kinds of addresses that are usable.
const KINDS: &str = "http://, https://, socks4://, socks4a://, socks5:// or socks5h://";

/// The proxy for a server, out of the variables that the HTTP library reads too.
///
/// # Errors
///
/// As [`of`].
pub fn of_environment(server: &Url) -> Result<Option<Proxy>, String> {
    of(server, |name| std::env::var_os(name))
}

/// The proxy for a server; `None` if callset connects directly.
///
/// # Errors
///
/// A sentence without a full stop: the variable holds no address of a proxy. It holds nothing of the value, which may
/// hold a password.
pub fn of(server: &Url, var: impl Fn(&str) -> Option<OsString>) -> Result<Option<Proxy>, String> {
    // The library takes the first variable that is set, also an empty one.
    let first = |names: [&'static str; 2]| names.into_iter().find_map(|name| Some((name, var(name)?)));
    let filled = |names| first(names).filter(|(_, value)| !value.is_empty());
    let named = filled(["HTTPS_PROXY", "https_proxy"]).or_else(|| filled(["ALL_PROXY", "all_proxy"]));
    let Some((variable, value)) = named.filter(|_| !is_loopback(server) && var("REQUEST_METHOD").is_none()) else {
        return Ok(None);
    };
    let except = first(["NO_PROXY", "no_proxy"]).map_or_else(OsString::new, |(_, value)| value);
    let through = |proxy: &str| {
        let matcher = Matcher::builder().all(proxy.to_owned()).no(except.to_string_lossy().into_owned()).build();
        server.as_str().parse::<Uri>().ok().and_then(|server| matcher.intercept(&server))
    };
    if through("http://proxy.invalid").is_none() {
        return Ok(None);
    }
    let found = value.to_str().and_then(through);
    let looks_up = found.as_ref().is_none_or(|found| !matches!(found.uri().scheme_str(), Some("socks4" | "socks5")));
    let scheme = found.as_ref().and_then(|found| found.uri().scheme_str()).unwrap_or("http").to_owned();
    let usual = match scheme.as_str() {
        "https" => 443,
        "http" => 80,
        _ => 1080,
    };
    let address = found.as_ref().and_then(|found| {
        let host = found.uri().host()?.trim_matches(['[', ']']);
        Some((host.to_owned(), found.uri().port_u16().unwrap_or(usual)))
    });
    let host = found.as_ref().and_then(|found| found.uri().authority()).and_then(|authority| {
        let text = authority.as_str();
        let host = text.rsplit_once('@').map_or(text, |(_, host)| host);
        // What stands for a port may be none. An IPv6 address has colons of its own.
        let names_port = host.rsplit(']').next().is_some_and(|end| end.contains(':'));
        (!names_port || authority.port_u16().is_some()).then(|| host.to_owned())
    });
    match host.filter(|host| !host.is_empty()).zip(address) {
        Some((host, address)) => Ok(Some(Proxy { variable, host, scheme, address, looks_up })),
        None => Err(format!(
            "{variable} does not hold the address of a proxy. It begins with {KINDS}, and nothing stands around it"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(server: &str, set: &[(&str, &str)]) -> Result<Option<String>, String> {
        let var = |name: &str| set.iter().find(|(of, _)| *of == name).map(|(_, value)| OsString::from(value));
        let found = of(&Url::parse(server).unwrap(), var)?;
        Ok(found.map(|proxy| format!("{} {}", proxy.variable, proxy.host)))
    }

    const API: &str = "https://api.hubapi.com";

    #[test]
    fn n14_the_proxy_is_the_one_that_the_library_takes() {
        let is = |set: &[(&str, &str)], proxy: &str| {
            assert_eq!(found(API, set).unwrap().unwrap_or_default(), proxy, "{set:?}");
        };
        is(&[], "");
        is(&[("HTTPS_PROXY", "http://p.dev:3128")], "HTTPS_PROXY p.dev:3128");
        is(&[("https_proxy", "p.dev:3128")], "https_proxy p.dev:3128");
        is(&[("HTTPS_PROXY", "http://me:secret@p.dev:3128/"), ("ALL_PROXY", "http://q.dev")], "HTTPS_PROXY p.dev:3128");
        is(&[("HTTPS_PROXY", ""), ("https_proxy", "http://p.dev"), ("all_proxy", "http://q.dev")], "all_proxy q.dev");
        is(&[("HTTP_PROXY", "http://p.dev")], "");
        for kind in ["socks4", "socks4a", "socks5", "socks5h", "https"] {
            is(&[("ALL_PROXY", &format!("{kind}://p.dev:1080"))], "ALL_PROXY p.dev:1080");
        }
        for none in ["api.hubapi.com", "hubapi.com", ".hubapi.com", "a.dev, hubapi.com", "*"] {
            is(&[("HTTPS_PROXY", "http://p.dev"), ("NO_PROXY", none)], "");
            // Then a value that is not usable stops nothing.
            is(&[("HTTPS_PROXY", "socks://p.dev"), ("no_proxy", none)], "");
        }
        for here in ["http://127.0.0.1:9000", "http://localhost:1"] {
            assert_eq!(found(here, &[("ALL_PROXY", "socks://p.dev")]), Ok(None));
        }
    }

    #[test]
    fn a_proxy_is_found_at_its_address() {
        let address = |value: &str| {
            let var = |name: &str| (name == "ALL_PROXY").then(|| OsString::from(value));
            let found = of(&Url::parse(API).unwrap(), var).unwrap().unwrap();
            format!("{} {} {}", found.scheme, found.address.0, found.address.1)
        };
        assert_eq!(address("http://me:secret@p.dev"), "http p.dev 80");
        assert_eq!(address("p.dev:3128"), "http p.dev 3128");
        assert_eq!(address("https://p.dev"), "https p.dev 443");
        assert_eq!(address("socks5h://[::1]"), "socks5h ::1 1080");
    }

    #[test]
    fn n14_a_value_that_the_library_would_pass_over_is_refused() {
        let quoted = ["'http://p.dev:1'", "\"http://p.dev:1\"", "http://p.dev:1 ", " http://p.dev", "http://p.dev\n"];
        let others =
            ["http://p.dev:99999", "socks://p.dev:1080", "SOCKS://p.dev", "ftp://p.dev", "http://", "http//p.dev", " "];
        for value in quoted.into_iter().chain(others) {
            for name in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] {
                let why = found(API, &[(name, value)]).unwrap_err();
                assert!(why.starts_with(name) && why.contains("socks5h://") && !why.contains("p.dev"), "{why}");
            }
        }
    }
}
