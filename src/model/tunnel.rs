//! Tunnels: programs that give a server of this machine an address which others can open.
//!
//! ```text
//!   https://old.ngrok.app/widget/?v=2   ── moved to a tunnel ──>   https://new.ngrok.app/widget/?v=2
//!   └──────── replaced ──┘└── kept ──┘
//! ```
//!
//! What tunnels say of themselves is foreign text. An address counts only if a browser anywhere could open it by https
//! and it holds nothing but a host.

use super::reach::{ReachableFrom, reach};
use std::fmt;
use std::str::FromStr;
use url::{Host, Url};

/// The most tunnels that one program is believed to have.
pub const MOST_TUNNELS: usize = 50;

/// The longest address of a tunnel, in bytes.
const ADDRESS_LIMIT: usize = 300;

/// The program or service that makes a tunnel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names are the programs' own")]
pub enum TunnelTool {
    Ngrok,
    Cloudflared,
    Tailscale,
    Pinggy,
    Zrok,
    Codespaces,
    Devtunnel,
}

impl TunnelTool {
    /// All of them, in the order in which their tunnels are listed.
    pub const ALL: [TunnelTool; 7] = [
        TunnelTool::Ngrok,
        TunnelTool::Cloudflared,
        TunnelTool::Tailscale,
        TunnelTool::Pinggy,
        TunnelTool::Zrok,
        TunnelTool::Codespaces,
        TunnelTool::Devtunnel,
    ];

    /// The name, as people type it.
    pub fn name(self) -> &'static str {
        match self {
            TunnelTool::Ngrok => "ngrok",
            TunnelTool::Cloudflared => "cloudflared",
            TunnelTool::Tailscale => "tailscale",
            TunnelTool::Pinggy => "pinggy",
            TunnelTool::Zrok => "zrok",
            TunnelTool::Codespaces => "codespaces",
            TunnelTool::Devtunnel => "devtunnel",
        }
    }

    /// Does it take a login and the network to ask it? Then it is asked only by its name.
    pub fn is_remote(self) -> bool {
        match self {
            TunnelTool::Devtunnel => true,
            TunnelTool::Ngrok
            | TunnelTool::Cloudflared
            | TunnelTool::Tailscale
            | TunnelTool::Pinggy
            | TunnelTool::Zrok
            | TunnelTool::Codespaces => false,
        }
    }

    /// Does it say on this machine which tunnels it has? A Codespace's address is made of variables, which say nothing of
    /// other Codespaces.
    fn tells(self) -> bool {
        !self.is_remote() && self != TunnelTool::Codespaces
    }
}

impl fmt::Display for TunnelTool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// No tunnel program has this name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the tunnels that can be asked are ngrok, cloudflared, tailscale, pinggy, zrok, codespaces and devtunnel")]
pub struct UnknownTool;

impl FromStr for TunnelTool {
    type Err = UnknownTool;

    fn from_str(text: &str) -> Result<Self, UnknownTool> {
        Self::ALL.into_iter().find(|tool| tool.name() == text).ok_or(UnknownTool)
    }
}

/// Who can open what comes through a tunnel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TunnelReach {
    /// Everyone.
    Everyone,
    /// Everyone, if the user has made the port public; else only who is logged in.
    IfPublic,
    /// The machines of one tailnet only.
    Tailnet,
}

/// Where a tunnel can be reached: an https address without a path.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TunnelAddress(Url);

impl TunnelAddress {
    /// Takes the address that a program gives, if it is a public one and nothing else: https, a name with a dot, no user,
    /// no path, no query, nothing that cannot be seen.
    pub fn new(text: &str) -> Option<Self> {
        let (address, mount) = Self::with_mount(text)?;
        (mount.is_empty() && address.0.port().is_none()).then_some(address)
    }

    /// The same for a program that may choose a port and serve below a path, which is the second value: empty, or
    /// `/app` without a slash at its end.
    pub fn with_mount(text: &str) -> Option<(Self, String)> {
        let is_plain = text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\' && byte != b'@');
        let (scheme, rest) = text.split_at_checked(8)?;
        if text.len() > ADDRESS_LIMIT || !is_plain || rest.starts_with('/') || !scheme.eq_ignore_ascii_case("https://")
        {
            return None;
        }
        let url = Url::parse(text).ok()?;
        let is_bare = url.query().is_none() && url.fragment().is_none() && url.port() != Some(0);
        let Some(Host::Domain(host)) = url.host().filter(|_| is_bare) else { return None };
        if !is_public_name(host) {
            return None;
        }
        let mount = url.path().trim_end_matches('/').to_owned();
        let mut address = url;
        address.set_path("");
        Some((Self(address), mount))
    }

    /// The address of a host.
    pub fn of_host(host: &str) -> Option<Self> {
        let is_name = host.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'));
        if is_name { Self::new(&format!("https://{host}")) } else { None }
    }

    /// The host, without a port.
    pub fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }

    /// Does this url lead through the address?
    fn serves(&self, url: &Url) -> bool {
        self.0.origin() == url.origin()
    }
}

/// The address without a slash at its end.
impl fmt::Display for TunnelAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str().trim_end_matches('/'))
    }
}

/// Can this be the name of a host outside of this network? A name with a star cannot.
fn is_public_name(host: &str) -> bool {
    let is_label = |label: &str| {
        let is_part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        !label.is_empty() && label.len() <= 63 && label.bytes().all(is_part)
    };
    let is_outside = matches!(reach(host), ReachableFrom::Everywhere | ReachableFrom::Tailnet);
    host.strip_suffix('.').unwrap_or(host).split('.').all(is_label) && is_outside
}

/// A tunnel that runs on this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tunnel {
    /// What makes it.
    pub tool: TunnelTool,
    /// Where others reach it.
    pub address: TunnelAddress,
    /// The path below which it serves: empty, or `/app`.
    pub mount: String,
    /// Where it leads on this machine, as `localhost:3000`; `None` if the program does not say it.
    pub local: Option<String>,
    /// Who can open it.
    pub reach: TunnelReach,
}

impl Tunnel {
    /// A tunnel that everyone can open, without a path.
    pub fn new(tool: TunnelTool, address: TunnelAddress, local: Option<String>) -> Self {
        Self { tool, address, mount: String::new(), local, reach: TunnelReach::Everyone }
    }

    /// The port that it leads to on this machine.
    pub fn port(&self) -> Option<u16> {
        self.local.as_deref()?.rsplit_once(':')?.1.parse().ok()
    }

    /// A url of its own, with the path below which it serves.
    pub fn url(&self) -> String {
        format!("{}{}", self.address, self.mount)
    }

    /// Does this url lead through it?
    pub fn serves(&self, text: &str) -> bool {
        parsed(text).is_some_and(|url| self.address.serves(&url))
    }

    /// The url that leads through it, with the path, the query, the fragment and the closing slash of another one, letter by
    /// letter. A text that is no url has none of these.
    pub fn moved(&self, text: &str) -> String {
        let rest = rest(text).unwrap_or_default();
        let is_below = rest
            .strip_prefix(self.mount.as_str())
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?', '#']));
        match (self.mount.is_empty() || is_below, rest) {
            (true, rest) => format!("{}{rest}", self.address),
            // What serves below a path has its own start page there.
            (false, "/") => format!("{}{}/", self.address, self.mount),
            (false, rest) => format!("{}{}{rest}", self.address, self.mount),
        }
    }
}

/// Where a program leads on this machine, as `localhost:3000`, however it writes that: `3000`, `http://localhost:3000`.
/// Other targets, such as a folder, are shown as they are.
pub fn local_end(text: &str) -> Option<String> {
    let text = text.trim();
    if text.is_empty() || text.len() > ADDRESS_LIMIT || text.contains(|c: char| c == '@' || c.is_control()) {
        return None;
    }
    let (port, rest) = match text.split_once("://") {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http") => (80, rest),
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("https") => (443, rest),
        None if text.parse::<u16>().is_ok() => return Some(format!("localhost:{text}")),
        Some(_) | None => return Some(text.to_owned()),
    };
    let end = rest.split(['/', '?', '#']).next().unwrap_or_default();
    // An address of version 6 has colons of its own.
    let has_port = end.rsplit(']').next().is_some_and(|end| end.contains(':'));
    Some(if has_port { end.to_owned() } else { format!("{end}:{port}") })
}

/// A url as browsers read it, if it is one that can be moved.
fn parsed(text: &str) -> Option<Url> {
    let url = Url::parse(text.trim()).ok()?;
    (matches!(url.scheme(), "https" | "http") && url.host_str().is_some()).then_some(url)
}

/// What stands behind the host and the port of a url.
fn rest(text: &str) -> Option<&str> {
    let text = text.trim();
    parsed(text)?;
    let (_, after) = text.split_once("://")?;
    Some(&after[after.find(['/', '?', '#']).unwrap_or(after.len())..])
}

/// Can a url be made of this text by giving it another host?
pub fn is_movable(text: &str) -> bool {
    rest(text).is_some()
}

/// Do two urls have the same host and port?
pub fn is_same_place(one: &str, other: &str) -> bool {
    parsed(one).zip(parsed(other)).is_some_and(|(one, other)| {
        one.host() == other.host() && one.port_or_known_default() == other.port_or_known_default()
    })
}

/// The port on this machine that a url leads to: of a loopback address, or of a Codespace, which writes it into the name.
pub fn local_port(text: &str) -> Option<u16> {
    let url = parsed(text)?;
    match url.host_str().map(reach)? {
        ReachableFrom::Machine => url.port_or_known_default(),
        ReachableFrom::Network | ReachableFrom::Tailnet | ReachableFrom::Everywhere => {
            let is_codespace = maker(&url).is_some_and(|(_, tool)| *tool == Some(TunnelTool::Codespaces));
            url.domain().filter(|_| is_codespace)?.split('.').next()?.rsplit_once('-')?.1.parse().ok()
        }
    }
}

/// The domains under which tunnels get their names, and the program that makes them if it can be asked.
const DOMAINS: &[(&str, Option<TunnelTool>)] = &[
    ("ngrok.app", Some(TunnelTool::Ngrok)),
    ("ngrok.dev", Some(TunnelTool::Ngrok)),
    ("ngrok.io", Some(TunnelTool::Ngrok)),
    ("ngrok.pizza", Some(TunnelTool::Ngrok)),
    ("ngrok.pro", Some(TunnelTool::Ngrok)),
    ("ngrok-free.app", Some(TunnelTool::Ngrok)),
    ("ngrok-free.dev", Some(TunnelTool::Ngrok)),
    ("trycloudflare.com", Some(TunnelTool::Cloudflared)),
    ("ts.net", Some(TunnelTool::Tailscale)),
    ("pinggy.link", Some(TunnelTool::Pinggy)),
    ("pinggy.io", Some(TunnelTool::Pinggy)),
    ("pinggy.online", Some(TunnelTool::Pinggy)),
    ("pinggy-free.link", Some(TunnelTool::Pinggy)),
    ("zrok.io", Some(TunnelTool::Zrok)),
    ("app.github.dev", Some(TunnelTool::Codespaces)),
    ("githubpreview.dev", Some(TunnelTool::Codespaces)),
    ("devtunnels.ms", Some(TunnelTool::Devtunnel)),
    ("loca.lt", None),
    ("localtunnel.me", None),
    ("lhr.life", None),
    ("lhr.rocks", None),
    ("localhost.run", None),
    ("serveo.net", None),
    ("serveousercontent.com", None),
    ("tunnelmole.net", None),
    ("bore.pub", None),
    ("sharedwithexpose.com", None),
    ("loclx.io", None),
    ("telebit.io", None),
    ("srv.us", None),
];

/// What is known of the tunnel that a url leads through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TunnelSight<'a> {
    /// The url leads through no tunnel, as far as its host tells; or through one that runs here.
    Well,
    /// It leads through this tunnel of this machine, which only a tailnet can open.
    TailnetOnly(&'a Tunnel),
    /// The program of this tunnel runs here, and serves another address now.
    Gone(&'a Tunnel),
    /// No tunnel of this machine serves it. Another one runs here, if one is given.
    NotHere(Option<&'a Tunnel>),
    /// Nobody on this machine can say whether that tunnel runs, but another one runs here.
    Unasked(&'a Tunnel),
}

/// Does the host of a url have its name from a tunnel?
pub fn is_on_tunnel(text: &str) -> bool {
    parsed(text).is_some_and(|url| maker(&url).is_some())
}

/// The entry of the domain that the host of a url is below.
fn maker(url: &Url) -> Option<&'static (&'static str, Option<TunnelTool>)> {
    let host = url.domain()?.trim_end_matches('.').to_ascii_lowercase();
    let is_below = |domain: &str| host.strip_suffix(domain).is_some_and(|front| front.ends_with('.'));
    DOMAINS.iter().find(|(domain, _)| is_below(domain))
}

/// Says what the tunnels that run on this machine mean for a url.
pub fn sight<'a>(text: &str, running: &'a [Tunnel]) -> TunnelSight<'a> {
    let Some(url) = parsed(text) else { return TunnelSight::Well };
    if let Some(tunnel) = running.iter().find(|tunnel| tunnel.address.serves(&url)) {
        return match tunnel.reach {
            TunnelReach::Tailnet => TunnelSight::TailnetOnly(tunnel),
            TunnelReach::Everyone | TunnelReach::IfPublic => TunnelSight::Well,
        };
    }
    let Some((_, tool)) = maker(&url) else { return TunnelSight::Well };
    let public = || running.iter().filter(|tunnel| tunnel.reach != TunnelReach::Tailnet);
    let same = running.iter().find(|tunnel| Some(tunnel.tool) == *tool);
    match (tool.is_some_and(TunnelTool::tells), same, public().next()) {
        // Each machine of a tailnet has a name of its own, so another one may serve it.
        (true, Some(same), other) if same.tool == TunnelTool::Tailscale => TunnelSight::NotHere(other),
        (true, Some(same), _) => TunnelSight::Gone(same),
        (true, None, other) => TunnelSight::NotHere(other),
        (false, Some(other), _) | (false, None, Some(other)) => TunnelSight::Unasked(other),
        (false, None, None) => TunnelSight::Well,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn tunnel(tool: TunnelTool, url: &str, local: &str) -> Tunnel {
        let (address, mount) = TunnelAddress::with_mount(url).unwrap();
        Tunnel { mount, ..Tunnel::new(tool, address, local_end(local)) }
    }

    #[test]
    fn only_a_bare_public_https_address_is_one() {
        for (text, address) in [
            ("https://x.ngrok.app", "https://x.ngrok.app"),
            ("https://x.ngrok.app/", "https://x.ngrok.app"),
            ("HTTPS://X.Ngrok.App", "https://x.ngrok.app"),
            ("https://x.ngrok.app:443", "https://x.ngrok.app"),
            ("https://dialer.acme.dev", "https://dialer.acme.dev"),
        ] {
            assert_eq!(TunnelAddress::new(text).map(|found| found.to_string()).as_deref(), Some(address), "{text}");
        }
        for text in [
            "",
            "https://",
            "http://x.ngrok.app",
            "tcp://0.tcp.ngrok.io:12345",
            "tls://x.ngrok.app",
            "javascript:alert(1)",
            "https://me:secret@x.ngrok.app",
            "https://me@x.ngrok.app",
            "https://x.ngrok.app@evil.example",
            "https://x.ngrok.app/path",
            "https://x.ngrok.app/?q=1",
            "https://x.ngrok.app#top",
            "https://x.ngrok.app:8443",
            "https://x.ngrok.app:0",
            "https://x.ngrok.app:99999",
            "https://x.ngrok.app\\evil.example",
            "https://x.ngrok.app\u{1b}[2J",
            "https://x.ngrok.app\n",
            " https://x.ngrok.app",
            "https://x.ngrok.app\u{202e}",
            "https://\u{445}.ngrok.app",
            "https://localhost",
            "https://localhost:3000",
            "https://box",
            "https://box.local",
            "https://svc.internal",
            "https://a.localhost",
            "https://127.0.0.1",
            "https://10.0.0.1",
            "https://[::1]",
            "https://0x7f.1",
            "https://*.ngrok.app",
            "https://..",
            "https://.ngrok.app",
            "https://a..ngrok.app",
            "https:x.ngrok.app",
            "https:///x.ngrok.app",
        ] {
            assert_eq!(TunnelAddress::new(text), None, "{text:?}");
        }
        assert_eq!(TunnelAddress::new(&format!("https://{}.ngrok.app", "a".repeat(64))), None);
        assert_eq!(TunnelAddress::new(&format!("https://{}ngrok.app", "a.".repeat(300))), None);
        for host in ["x.dev/path", "x.dev?q", "x.dev:80", "me@x.dev", "x.dev#", "", "x", "*.x.dev", "x .dev"] {
            assert_eq!(TunnelAddress::of_host(host), None, "{host:?}");
        }
        let (address, mount) = TunnelAddress::with_mount("https://box.tail1.ts.net:8443/app/").unwrap();
        assert_eq!((address.to_string().as_str(), mount.as_str()), ("https://box.tail1.ts.net:8443", "/app"));
        assert_eq!(TunnelAddress::with_mount("https://box.tail1.ts.net:0/app/"), None);
    }

    #[test]
    fn a_url_is_moved_letter_by_letter() {
        let new = tunnel(TunnelTool::Ngrok, "https://new.ngrok.app", "3000");
        for (text, moved) in [
            ("https://old.ngrok.app", "https://new.ngrok.app"),
            ("https://old.ngrok.app/", "https://new.ngrok.app/"),
            ("https://old.ngrok.app/widget", "https://new.ngrok.app/widget"),
            ("https://old.ngrok.app/widget/", "https://new.ngrok.app/widget/"),
            ("HTTP://Old.Ngrok.App:8080/Wid%67et?a=b&c#top/x", "https://new.ngrok.app/Wid%67et?a=b&c#top/x"),
            ("http://localhost:3000/widget?v=2", "https://new.ngrok.app/widget?v=2"),
            ("http://[::1]:3000?v=2", "https://new.ngrok.app?v=2"),
            ("https://old.ngrok.app#x", "https://new.ngrok.app#x"),
            ("https://old.ngrok.app/rec/%s?id=%s", "https://new.ngrok.app/rec/%s?id=%s"),
            ("https://old.dev/?next=https://other.dev/x", "https://new.ngrok.app/?next=https://other.dev/x"),
            ("  https://old.ngrok.app/w  ", "https://new.ngrok.app/w"),
            ("", "https://new.ngrok.app"),
            ("ngrok", "https://new.ngrok.app"),
            ("localhost:3000/w", "https://new.ngrok.app"),
            ("https://", "https://new.ngrok.app"),
            ("mailto:a@b.dev", "https://new.ngrok.app"),
        ] {
            assert_eq!(new.moved(text), moved, "{text:?}");
        }
        let below = tunnel(TunnelTool::Tailscale, "https://box.tail1.ts.net:8443/app", "3000");
        for (text, moved) in [
            ("https://old.dev/widget", "https://box.tail1.ts.net:8443/app/widget"),
            ("https://old.dev/app/widget", "https://box.tail1.ts.net:8443/app/widget"),
            ("https://old.dev/application", "https://box.tail1.ts.net:8443/app/application"),
            ("https://old.dev/app?x", "https://box.tail1.ts.net:8443/app?x"),
            ("https://old.dev", "https://box.tail1.ts.net:8443/app"),
            ("https://old.dev/", "https://box.tail1.ts.net:8443/app/"),
            ("", "https://box.tail1.ts.net:8443/app"),
        ] {
            assert_eq!(below.moved(text), moved, "{text:?}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn moving_keeps_all_behind_the_host_and_is_done_once(
            scheme in prop::sample::select(vec!["http", "https", "HTTPS"]), host in "[a-z0-9]{1,8}(\\.[a-z]{2,5}){1,2}",
            port in prop::option::of(1..u16::MAX), rest in "(|[/?#][!-~é]{0,20})",
        ) {
            let port = port.map_or(String::new(), |port| format!(":{port}"));
            let text = format!("{scheme}://{host}{port}{rest}");
            prop_assume!(is_movable(&text));
            let new = tunnel(TunnelTool::Ngrok, "https://new.ngrok.app", "3000");
            let moved = new.moved(&text);
            prop_assert_eq!(&moved, &format!("https://new.ngrok.app{rest}"));
            prop_assert!(new.serves(&moved));
            prop_assert_eq!(new.moved(&moved), moved);
        }
    }

    #[test]
    fn where_it_leads_is_read_leniently() {
        for (text, end) in [
            ("3000", Some("localhost:3000")),
            ("localhost:3000", Some("localhost:3000")),
            ("http://localhost:80", Some("localhost:80")),
            ("http://localhost", Some("localhost:80")),
            ("https://localhost", Some("localhost:443")),
            ("http://127.0.0.1:3000/x?y", Some("127.0.0.1:3000")),
            ("http://[::1]:3000", Some("[::1]:3000")),
            ("http://[::1]", Some("[::1]:80")),
            ("file:///srv/www", Some("file:///srv/www")),
            ("unix:/run/app.sock", Some("unix:/run/app.sock")),
            ("", None),
            ("http://me:secret@localhost:3000", None),
            ("me:secret@localhost:3000", None),
            ("localhost\u{1b}[2J:3000", None),
        ] {
            assert_eq!(local_end(text).as_deref(), end, "{text:?}");
        }
        let port = |local: &str| tunnel(TunnelTool::Ngrok, "https://x.ngrok.app", local).port();
        let ports = ["3000", "http://localhost", "[::1]:5173", "file:///srv"].map(port);
        assert_eq!(ports, [Some(3000), Some(80), Some(5173), None]);
        assert_eq!(local_port("http://localhost:3000/w"), Some(3000));
        assert_eq!(["https://127.0.0.1", "https://a.dev:3000", "x"].map(local_port), [Some(443), None, None]);
        assert_eq!(local_port("https://fuzzy-disco-x7-3000.app.github.dev/w"), Some(3000));
    }

    #[test]
    fn what_is_known_of_a_url_follows_from_what_runs_here() {
        use TunnelSight::{Gone, NotHere, TailnetOnly, Unasked, Well};
        let ngrok = || tunnel(TunnelTool::Ngrok, "https://new.ngrok.app", "3000");
        let flared = || tunnel(TunnelTool::Cloudflared, "https://dialer.acme.dev", "3000");
        let tailnet =
            || Tunnel { reach: TunnelReach::Tailnet, ..tunnel(TunnelTool::Tailscale, "https://box.t.ts.net", "3000") };
        let none = [];
        assert_eq!(sight("https://dialer.acme.dev/w", &none), Well, "a name of one's own tells nothing");
        assert_eq!(sight("https://new.ngrok.app/w?v=2", &[ngrok()]), Well);
        assert_eq!(sight("https://new.ngrok.app:443/w", &[ngrok()]), Well);
        assert_eq!(sight("not a url", &[ngrok()]), Well);
        assert_eq!(sight("https://ngrok.app/w", &[ngrok()]), Well, "the domain itself is no tunnel");
        assert_eq!(sight("https://notngrok.app/w", &[ngrok()]), Well);
        let [one, other, third] = [ngrok(), flared(), tailnet()];
        assert_eq!(sight("https://old.ngrok.app/w", std::slice::from_ref(&one)), Gone(&one));
        assert_eq!(sight("https://OLD.ngrok-free.app./w", std::slice::from_ref(&one)), Gone(&one));
        assert_eq!(sight("http://new.ngrok.app/w", std::slice::from_ref(&one)), Gone(&one), "another origin");
        assert_eq!(sight("https://old.ngrok.app/w", &none), NotHere(None));
        assert_eq!(sight("https://old.ngrok.app/w", std::slice::from_ref(&other)), NotHere(Some(&other)));
        assert_eq!(sight("https://old.ngrok.app/w", std::slice::from_ref(&third)), NotHere(None), "not for everyone");
        assert_eq!(sight("https://box.t.ts.net/w", std::slice::from_ref(&third)), TailnetOnly(&third));
        assert_eq!(sight("https://other.t.ts.net/w", std::slice::from_ref(&third)), NotHere(None));
        for unasked in ["https://x.loca.lt/w", "https://n-3000.euw.devtunnels.ms/", "https://n-3000.app.github.dev/"] {
            assert_eq!(sight(unasked, &none), Well, "nobody knows");
            assert_eq!(sight(unasked, std::slice::from_ref(&one)), Unasked(&one));
        }
    }
}
