//! Tells whether an address belongs to HubSpot, or to this machine.

use url::{Host, Url};

/// The domains of `HubSpot`'s API and of its test systems.
const HUBSPOTS: [&str; 4] = ["hubapi.com", "hubspot.com", "hubapiqa.com", "hubspotqa.com"];

/// Does a host (without a port) belong to `HubSpot`? The user has to trust any other host before a credential is
/// sent to it, since a configuration file can come from anybody.
pub fn is_hubspots(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    // The name of the DNS root is empty. A host may end with the dot before it.
    let host = host.strip_suffix('.').unwrap_or(&host);
    let is_label = |label: &str| {
        !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    let is_below =
        |domain: &&str| host.strip_suffix(domain).is_some_and(|front| front.is_empty() || front.ends_with('.'));
    host.split('.').all(is_label) && HUBSPOTS.iter().any(is_below)
}

/// Does a host of `HubSpot`'s belong to its test system?
pub fn is_test_system(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    host.trim_end_matches('.').ends_with("qa.com")
}

/// Does an address lead to this machine, no matter what a name server answers? Loopback IP addresses do. Of names
/// only [`localhost`](is_localhost) does: a name below it, such as `a.localhost`, may lead anywhere.
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => is_localhost(name),
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

/// Does an address belong to `HubSpot`, or to this machine? A credential goes to any other only after a word of the user.
pub fn is_own(url: &Url) -> bool {
    is_loopback(url) || url.host_str().is_some_and(is_hubspots)
}

/// Is this `localhost`, the one name that stands for this machine's loopback addresses and is never looked up?
pub fn is_localhost(name: &str) -> bool {
    // The name of the DNS root is empty. A name may end with the dot before it.
    name.strip_suffix('.').unwrap_or(name).eq_ignore_ascii_case("localhost")
}

/// The address of a web page, if the text is one: http or https, with a host.
pub fn web(text: &str) -> Option<Url> {
    let url = Url::parse(text.trim()).ok()?;
    (matches!(url.scheme(), "http" | "https") && url.has_host()).then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn s7_only_hubspots_own_hosts_are_its_own() {
        for host in [
            "hubapi.com",
            "api.hubapi.com",
            "API.HubAPI.com",
            "api.hubapi.com.",
            "api-eu1.hubapi.com",
            "a.b.c.hubspot.com",
            "app.hubspot.com",
            "api.hubapiqa.com",
            "hubspotqa.com",
        ] {
            assert!(is_hubspots(host), "{host}");
        }
        for host in [
            "",
            ".",
            "com",
            "evil-hubapi.com",
            "evilhubapi.com",
            "hubapi.com.evil.example",
            "api.hubapi.com.evil.example",
            "hubapi.co",
            "hubapi.com.co",
            "hubapi.org",
            "hubapi.comx",
            "hubapi.com..",
            ".hubapi.com",
            "..hubapi.com",
            "evil.example/.hubapi.com",
            "evil.example#.hubapi.com",
            "evil.example?.hubapi.com",
            "evil.example\\.hubapi.com",
            "evil.example:443.hubapi.com",
            "evil.example@hubapi.com",
            "evil.example %00.hubapi.com",
            "evil.example\0.hubapi.com",
            "api.hubapi.com:443",
            "api\u{3002}hubapi.com",
            "api.hub\u{430}pi.com",
            "\u{ff48}ubapi.com",
            "hubapi.com\u{200b}",
            " hubapi.com",
            "127.0.0.1",
            "localhost",
            "foo.localhost",
            "[::1]",
        ] {
            assert!(!is_hubspots(host), "{host}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn s7_whatever_stands_behind_another_name_is_not_hubspots(
            front in "[a-z0-9.-]{0,12}", domain in prop::sample::select(HUBSPOTS.to_vec()), back in "[a-z0-9-]{1,8}",
        ) {
            let behind = format!("{front}{domain}.{back}");
            let glued = format!("{front}x{domain}");
            prop_assert!(!is_hubspots(&behind) && !is_hubspots(&glued));
        }
    }
}
