//! From where a host can be reached: what its name or address alone tells, without asking anybody.

use std::net::{Ipv4Addr, Ipv6Addr};
use url::Host;

/// From where a host can be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReachableFrom {
    /// This machine alone. On another machine the same address means that other machine.
    Machine,
    /// The machines of one network: an office, a home, a carrier's range.
    Network,
    /// The devices of one tailnet. Everywhere, if the host is served by a funnel: its name does not tell.
    Tailnet,
    /// Everywhere, as far as the address tells.
    Everywhere,
}

/// Ends of names that no public name server knows, so that each network gives them a meaning of its own: the name of
/// multicast DNS (RFC 6762), those of its appendix G, and those that are kept free for a home network (RFC 8375), for
/// tests (RFC 6761) and for private use.
const OF_A_NETWORK: [&str; 10] =
    ["local", "intranet", "internal", "private", "corp", "home", "lan", "home.arpa", "test", "localdomain"];

/// From where can a host be reached? It is given as it stands in a URL, without a port; an IPv6 address with or without
/// its brackets. A text that is no host is taken for a public one: it is for other rules to refuse it.
pub fn reach(host: &str) -> ReachableFrom {
    let parsed = if host.contains(':') && !host.starts_with('[') {
        Host::parse(&format!("[{host}]"))
    } else {
        // The name of the DNS root is empty. A name may end with the dot before it.
        Host::parse(host.strip_suffix('.').unwrap_or(host))
    };
    parsed.map_or(ReachableFrom::Everywhere, reach_of)
}

/// The same for a host that was parsed.
pub fn reach_of(host: Host<impl AsRef<str>>) -> ReachableFrom {
    match host {
        Host::Domain(name) => of_name(name.as_ref().strip_suffix('.').unwrap_or(name.as_ref())),
        Host::Ipv4(address) => of_ipv4(address),
        Host::Ipv6(address) => of_ipv6(address),
    }
}

fn of_name(name: &str) -> ReachableFrom {
    let is_below = |end: &str| name.strip_suffix(end).is_some_and(|front| front.is_empty() || front.ends_with('.'));
    if is_below("localhost") || name == "localhost.localdomain" {
        ReachableFrom::Machine
    } else if name.ends_with(".ts.net") {
        ReachableFrom::Tailnet
    } else if !name.contains('.') || OF_A_NETWORK.into_iter().any(is_below) {
        ReachableFrom::Network
    } else {
        ReachableFrom::Everywhere
    }
}

fn of_ipv4(address: Ipv4Addr) -> ReachableFrom {
    let [first, second, ..] = address.octets();
    // Where a browser goes to 0.0.0.0 at all, it goes to this machine.
    if first == 127 || first == 0 {
        return ReachableFrom::Machine;
    }
    // 100.64.0.0/10 is what carriers share out (RFC 6598), and what a tailnet's devices have. 198.18.0.0/15 is for
    // measurements inside a network (RFC 2544).
    let is_shared = first == 100 && second & 0xc0 == 64 || first == 198 && second & 0xfe == 18;
    if address.is_private() || address.is_link_local() || is_shared {
        ReachableFrom::Network
    } else {
        ReachableFrom::Everywhere
    }
}

fn of_ipv6(address: Ipv6Addr) -> ReachableFrom {
    if let Some(mapped) = address.to_ipv4_mapped() {
        return of_ipv4(mapped);
    }
    // fec0::/10 is the older range for a site.
    let is_site_local = address.segments()[0] & 0xffc0 == 0xfec0;
    if address.is_loopback() || address.is_unspecified() {
        ReachableFrom::Machine
    } else if address.is_unique_local() || address.is_unicast_link_local() || is_site_local {
        ReachableFrom::Network
    } else {
        ReachableFrom::Everywhere
    }
}

#[cfg(test)]
mod tests {
    use super::ReachableFrom::{Everywhere, Machine, Network, Tailnet};
    use super::*;

    #[test]
    fn a_host_tells_from_where_it_is_reached() {
        let told: [(ReachableFrom, &[&str]); 4] = [
            (
                Machine,
                &[
                    "localhost",
                    "LocalHost.",
                    "app.localhost",
                    "a.b.localhost.",
                    "localhost.localdomain",
                    "127.0.0.1",
                    "127.255.0.9",
                    "127.1",
                    "2130706433",
                    "0x7f.1",
                    "0.0.0.0",
                    "[::1]",
                    "::1",
                    "[::]",
                    "[::ffff:127.0.0.1]",
                    "::ffff:7f00:1",
                ],
            ),
            (
                Network,
                &[
                    "mac-mini.local",
                    "MAC.LOCAL.",
                    "dialer",
                    "build-box.",
                    "wiki.corp",
                    "nas.lan",
                    "pi.home.arpa",
                    "dialer.test",
                    "vm.internal",
                    "10.0.0.1",
                    "10.255.255.255",
                    "172.16.0.1",
                    "172.31.255.255",
                    "192.168.1.20",
                    "169.254.1.1",
                    "100.64.0.1",
                    "100.127.255.255",
                    "198.18.0.1",
                    "198.19.255.255",
                    "fd00::1",
                    "[fc00::1]",
                    "[fe80::1]",
                    "febf::1",
                    "fec0::1",
                    "fd7a:115c:a1e0::53",
                    "[::ffff:192.168.0.1]",
                ],
            ),
            (Tailnet, &["box.tail1234.ts.net", "BOX.Tail1234.ts.net."]),
            (
                Everywhere,
                &[
                    "dialer.acme.dev",
                    "x.ngrok.app",
                    "localhost.acme.dev",
                    "mylocalhost.dev",
                    "xlocal.com",
                    "notlocal.dev",
                    "ts.net.evil.dev",
                    "evilts.net",
                    "9.9.9.9",
                    "11.0.0.1",
                    "172.15.0.1",
                    "172.32.0.1",
                    "192.169.0.1",
                    "100.63.255.255",
                    "100.128.0.1",
                    "198.17.0.1",
                    "198.20.0.1",
                    "[2606:4700::1]",
                    "2001:db8::1",
                    "[::ffff:9.9.9.9]",
                    "",
                    "a b",
                    "[::1",
                    "1.2.3.4.5",
                ],
            ),
        ];
        for (expected, hosts) in told {
            for host in hosts {
                assert_eq!(reach(host), expected, "{host}");
            }
        }
    }
}
