//! The answers of the programs that make tunnels, by their exact shapes. What has another shape says nothing, and an entry
//! of a list that has another one hides no other.

use crate::model::tunnel::{MOST_TUNNELS, Tunnel, TunnelAddress, TunnelReach, TunnelTool, local_end};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::Value as Json;
use std::collections::BTreeMap;

fn read<T: DeserializeOwned>(body: &[u8]) -> Option<T> {
    serde_json::from_slice(body).ok()
}

/// The entries of a list that have the shape.
fn entries<'de, D: Deserializer<'de>, T: DeserializeOwned>(list: D) -> Result<Vec<T>, D::Error> {
    let all = Vec::<Json>::deserialize(list)?;
    Ok(all.into_iter().filter_map(|entry| serde_json::from_value(entry).ok()).collect())
}

/// The tunnels, as many as a program is believed to have.
fn some(tunnels: impl Iterator<Item = Tunnel>) -> Vec<Tunnel> {
    tunnels.take(MOST_TUNNELS).collect()
}

// ── ngrok ──

#[derive(Deserialize)]
struct NgrokTunnels {
    #[serde(deserialize_with = "entries")]
    tunnels: Vec<NgrokTunnel>,
    uri: Option<String>,
}

#[derive(Deserialize)]
struct NgrokTunnel {
    public_url: String,
    config: Option<NgrokConfig>,
}

#[derive(Deserialize)]
struct NgrokConfig {
    addr: String,
}

/// `GET /api/tunnels`. An agent of version 2 lists each tunnel twice, for http and for https.
pub(super) fn ngrok_tunnels(body: &[u8]) -> Vec<Tunnel> {
    let Some(NgrokTunnels { tunnels, uri }) = read(body) else { return vec![] };
    let is_ngroks = uri.is_none_or(|uri| uri == "/api/tunnels");
    some(tunnels.iter().filter(|_| is_ngroks).filter_map(|tunnel| {
        let addr = tunnel.config.as_ref().map(|config| config.addr.as_str());
        ngrok(&tunnel.public_url, addr)
    }))
}

#[derive(Deserialize)]
struct NgrokEndpoints {
    #[serde(deserialize_with = "entries")]
    endpoints: Vec<NgrokEndpoint>,
}

#[derive(Deserialize)]
struct NgrokEndpoint {
    url: String,
    upstream: Option<NgrokUpstream>,
}

#[derive(Deserialize)]
struct NgrokUpstream {
    url: String,
}

/// `GET /api/endpoints`.
pub(super) fn ngrok_endpoints(body: &[u8]) -> Vec<Tunnel> {
    let Some(NgrokEndpoints { endpoints }) = read(body) else { return vec![] };
    some(endpoints.iter().filter_map(|endpoint| {
        let upstream = endpoint.upstream.as_ref().map(|upstream| upstream.url.as_str());
        ngrok(&endpoint.url, upstream)
    }))
}

fn ngrok(url: &str, to: Option<&str>) -> Option<Tunnel> {
    Some(Tunnel::new(TunnelTool::Ngrok, TunnelAddress::new(url)?, to.and_then(local_end)))
}

// ── cloudflared ──

#[derive(Deserialize)]
struct QuickTunnel {
    hostname: String,
}

#[derive(Deserialize)]
struct CloudflaredConfig {
    config: Ingress,
}

#[derive(Deserialize)]
struct Ingress {
    #[serde(deserialize_with = "entries")]
    ingress: Vec<IngressRule>,
}

#[derive(Deserialize)]
struct IngressRule {
    #[serde(default)]
    hostname: String,
    service: String,
}

/// `GET /quicktunnel` and `GET /config`. A quick tunnel has one rule, for every host: where it leads to.
pub(super) fn cloudflared(quick: &[u8], config: &[u8]) -> Vec<Tunnel> {
    let rules = read::<CloudflaredConfig>(config).map_or(vec![], |config| config.config.ingress);
    let cloudflared = |host: &str, service: &str| {
        Some(Tunnel::new(TunnelTool::Cloudflared, TunnelAddress::of_host(host)?, local_end(service)))
    };
    let name = read::<QuickTunnel>(quick).map(|quick| quick.hostname).unwrap_or_default();
    if !name.is_empty() {
        let whole = match rules.as_slice() {
            [IngressRule { hostname, service }] if hostname.is_empty() && service.starts_with("http") => service,
            _ => "",
        };
        return some(cloudflared(&name, whole).into_iter());
    }
    // What is no server of this machine is answered by cloudflared itself.
    let leads_here =
        |rule: &&IngressRule| ["http://", "https://", "unix:"].iter().any(|it| rule.service.starts_with(it));
    some(rules.iter().filter(leads_here).filter_map(|rule| cloudflared(&rule.hostname, &rule.service)))
}

// ── tailscale ──

#[derive(Default, Deserialize)]
#[serde(default)]
struct ServeConfig {
    #[serde(rename = "Web")]
    web: Option<BTreeMap<String, WebServer>>,
    #[serde(rename = "AllowFunnel")]
    allow_funnel: Option<BTreeMap<String, bool>>,
    /// What runs as long as its command does, by session.
    #[serde(rename = "Foreground")]
    foreground: Option<BTreeMap<String, ServeConfig>>,
}

#[derive(Deserialize)]
struct WebServer {
    #[serde(rename = "Handlers")]
    handlers: BTreeMap<String, WebHandler>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct WebHandler {
    #[serde(rename = "Proxy")]
    proxy: String,
    #[serde(rename = "Path")]
    path: String,
}

/// `tailscale serve status --json`. Without a funnel only the tailnet gets through.
pub(super) fn tailscale(printed: &[u8]) -> Vec<Tunnel> {
    let Some(Some(config)) = read::<Option<ServeConfig>>(printed) else { return vec![] };
    let foreground = config.foreground.iter().flatten().map(|(_, config)| config);
    some(std::iter::once(&config).chain(foreground).flat_map(served))
}

fn served(config: &ServeConfig) -> Vec<Tunnel> {
    let is_funnel = |key: &str| config.allow_funnel.as_ref().and_then(|allowed| allowed.get(key)) == Some(&true);
    let mut tunnels = Vec::new();
    for (key, server) in config.web.iter().flatten() {
        for (mount, handler) in &server.handlers {
            let to = [&handler.proxy, &handler.path].into_iter().find(|to| !to.is_empty());
            let found = TunnelAddress::with_mount(&format!("https://{key}{mount}"));
            if let (Some(to), Some((address, mount))) = (to, found) {
                let reach = if is_funnel(key) { TunnelReach::Everyone } else { TunnelReach::Tailnet };
                let tunnel = Tunnel::new(TunnelTool::Tailscale, address, local_end(to));
                tunnels.push(Tunnel { mount, reach, ..tunnel });
            }
        }
    }
    tunnels
}

// ── pinggy ──

#[derive(Deserialize)]
struct PinggyUrls {
    #[serde(deserialize_with = "entries")]
    urls: Vec<String>,
}

/// `GET /urls`. It does not say where a tunnel leads to.
pub(super) fn pinggy(body: &[u8]) -> Vec<Tunnel> {
    let urls = read::<PinggyUrls>(body).map_or(vec![], |urls| urls.urls);
    let addresses = urls.iter().filter_map(|url| TunnelAddress::new(url));
    some(addresses.map(|address| Tunnel::new(TunnelTool::Pinggy, address, None)))
}

// ── zrok ──

#[derive(Deserialize)]
struct ZrokStatus {
    #[serde(rename = "accesses")]
    _accesses: Vec<serde::de::IgnoredAny>,
    #[serde(deserialize_with = "entries")]
    shares: Vec<ZrokShare>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ZrokShare {
    share_mode: String,
    #[serde(deserialize_with = "entries")]
    frontend_endpoint: Vec<String>,
    #[serde(default)]
    backend_endpoint: String,
    #[serde(default)]
    closed: bool,
}

/// `GET /v1/agent/status`. Private shares have no address.
pub(super) fn zrok(body: &[u8]) -> Vec<Tunnel> {
    let shares = read::<ZrokStatus>(body).map_or(vec![], |status| status.shares);
    let open = shares.iter().filter(|share| share.share_mode == "public" && !share.closed);
    some(open.flat_map(|share| {
        share.frontend_endpoint.iter().filter_map(|url| {
            // Whoever runs an instance of zrok chooses the port of its addresses.
            let (address, mount) = TunnelAddress::with_mount(url)?;
            let tunnel = Tunnel::new(TunnelTool::Zrok, address, local_end(&share.backend_endpoint));
            mount.is_empty().then_some(tunnel)
        })
    }))
}

// ── dev tunnels ──

#[derive(Deserialize)]
struct DevtunnelList {
    #[serde(deserialize_with = "entries")]
    tunnels: Vec<DevtunnelEntry>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DevtunnelEntry {
    tunnel_id: String,
    #[serde(default)]
    host_connections: u64,
}

#[derive(Deserialize)]
struct DevtunnelShown {
    tunnel: DevtunnelOne,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DevtunnelOne {
    tunnel_id: String,
    #[serde(default)]
    host_connections: u64,
    #[serde(default, deserialize_with = "entries")]
    ports: Vec<DevtunnelPort>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DevtunnelPort {
    port_number: u16,
    port_uri: Option<String>,
}

/// A text of welcome may stand before the JSON.
fn json(printed: &[u8]) -> &[u8] {
    printed.iter().position(|byte| *byte == b'{').map_or(&[], |at| &printed[at..])
}

/// `devtunnel list --json`: those that are hosted now.
pub(super) fn devtunnel_ids(printed: &[u8]) -> Vec<String> {
    let tunnels = read::<DevtunnelList>(json(printed)).map_or(vec![], |list| list.tunnels);
    let is_id =
        |id: &str| !id.starts_with('-') && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.');
    let hosted = tunnels.into_iter().filter(|tunnel| tunnel.host_connections > 0 && is_id(&tunnel.tunnel_id));
    hosted.map(|tunnel| tunnel.tunnel_id).take(MOST_TUNNELS).collect()
}

/// `devtunnel show ID --json`. An address that is missing follows from the id, as `name.cluster`.
pub(super) fn devtunnel(printed: &[u8]) -> Vec<Tunnel> {
    let Some(DevtunnelShown { tunnel }) = read(json(printed)) else { return vec![] };
    let derived = |port: u16| {
        let (name, cluster) = tunnel.tunnel_id.split_once('.')?;
        Some(format!("https://{name}-{port}.{cluster}.devtunnels.ms"))
    };
    let ports = tunnel.ports.iter().filter(|_| tunnel.host_connections > 0);
    some(ports.filter_map(|DevtunnelPort { port_number, port_uri }| {
        let address = TunnelAddress::new(&port_uri.clone().or_else(|| derived(*port_number))?)?;
        Some(Tunnel::new(TunnelTool::Devtunnel, address, Some(format!("localhost:{port_number}"))))
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn told(tunnels: &[Tunnel]) -> Vec<String> {
        let one = |tunnel: &Tunnel| {
            let to = tunnel.local.as_deref().unwrap_or("?");
            format!("{} {} {to} {:?}", tunnel.tool, tunnel.url(), tunnel.reach)
        };
        tunnels.iter().map(one).collect()
    }

    #[test]
    fn an_entry_of_another_shape_hides_no_other() {
        let good = r#"{"public_url":"https://a.ngrok.app","config":{"addr":"http://localhost:80"}}"#;
        for odd in [
            "null",
            "7",
            "[]",
            "{}",
            r#"{"public_url":7,"config":{"addr":"80"}}"#,
            r#"{"public_url":"https://b.ngrok.app","config":7}"#,
        ] {
            let body = format!(r#"{{"tunnels":[{odd},{good},{odd}],"uri":"/api/tunnels"}}"#);
            assert_eq!(
                told(&ngrok_tunnels(body.as_bytes())),
                ["ngrok https://a.ngrok.app localhost:80 Everyone"],
                "{odd}"
            );
        }
        let body = r#"{"endpoints":[{"url":"https://a.ngrok.app","upstream":null},{"url":"https://b.ngrok.app"}]}"#;
        let found = told(&ngrok_endpoints(body.as_bytes()));
        assert_eq!(found, ["ngrok https://a.ngrok.app ? Everyone", "ngrok https://b.ngrok.app ? Everyone"]);
        let body =
            r#"{"config":{"ingress":[{"hostname":"a.acme.dev","service":"http://localhost:1"},{"service":null},5]}}"#;
        assert_eq!(told(&cloudflared(b"{}", body.as_bytes())), ["cloudflared https://a.acme.dev localhost:1 Everyone"]);
        assert_eq!(
            told(&pinggy(br#"{"urls":[null,"https://a.pinggy.link"]}"#)),
            ["pinggy https://a.pinggy.link ? Everyone"]
        );
    }

    #[test]
    fn ngrok_has_two_shapes() {
        let v3 = br#"{"tunnels":[{"name":"command_line","ID":"f6","uri":"/api/tunnels/command_line",
            "public_url":"https://d95211d2.ngrok.app","proto":"https",
            "config":{"addr":"http://localhost:80","inspect":true},"metrics":{"conns":{"count":0}}}],"uri":"/api/tunnels"}"#;
        assert_eq!(told(&ngrok_tunnels(v3)), ["ngrok https://d95211d2.ngrok.app localhost:80 Everyone"]);
        let v2 = br#"{"tunnels":[
            {"public_url":"http://x.ngrok.io","proto":"http","config":{"addr":"localhost:3000"}},
            {"public_url":"https://x.ngrok.io","proto":"https","config":{"addr":"localhost:3000"}},
            {"public_url":"tcp://0.tcp.ngrok.io:11111","proto":"tcp","config":{"addr":"localhost:22"}}],"uri":"/api/tunnels"}"#;
        assert_eq!(told(&ngrok_tunnels(v2)), ["ngrok https://x.ngrok.io localhost:3000 Everyone"]);
        let endpoints = br#"{"endpoints":[
            {"name":"a","uri":"/api/endpoints/a","url":"https://x.ngrok.app","upstream":{"url":"http://localhost:8000","protocol":"https"},
             "inspect":true,"traffic_policy":"","pooling_enabled":true},
            {"name":"b","uri":"/api/endpoints/b","url":"https://svc.internal","upstream":{"url":"8001"}},
            {"name":"c","uri":"/api/endpoints/c","url":"tls://x.ngrok.app:443","upstream":{"url":"8002"}}],"uri":"/api/endpoints"}"#;
        assert_eq!(told(&ngrok_endpoints(endpoints)), ["ngrok https://x.ngrok.app localhost:8000 Everyone"]);
        // Another program has this port as well.
        assert!(ngrok_tunnels(br#"{"tunnels":[{"subdomain":"x","local_url":"http://a.test"}]}"#).is_empty());
        let other = br#"{"tunnels":[{"public_url":"https://x.dev","config":{"addr":"1"}}],"uri":"/other"}"#;
        assert!(ngrok_tunnels(other).is_empty());
    }

    #[test]
    fn cloudflared_is_quick_or_has_names() {
        let one =
            br#"{"version":1,"config":{"ingress":[{"hostname":"","path":null,"service":"http://localhost:3000"}]}}"#;
        let quick = br#"{"hostname":"abc-def.trycloudflare.com"}"#;
        let to = |config: &[u8]| told(&cloudflared(quick, config));
        assert_eq!(to(one), ["cloudflared https://abc-def.trycloudflare.com localhost:3000 Everyone"]);
        assert_eq!(to(b""), ["cloudflared https://abc-def.trycloudflare.com ? Everyone"]);
        let named = br#"{"version":1,"config":{"ingress":[
            {"hostname":"dialer.acme.dev","path":null,"service":"http://localhost:3000","Handlers":null,"originRequest":{}},
            {"hostname":"*.acme.dev","path":null,"service":"http://localhost:3001"},
            {"hostname":"ssh.acme.dev","path":null,"service":"ssh://localhost:22"},
            {"hostname":"","service":"http_status:404"}],"warp-routing":{"enabled":false}},"originRequest":{}}"#;
        let found = told(&cloudflared(br#"{"hostname":""}"#, named));
        assert_eq!(found, ["cloudflared https://dialer.acme.dev localhost:3000 Everyone"]);
        for odd in [r#"{"hostname":"evil.example/x"}"#, r#"{"hostname":"a@b.dev"}"#, r#"{"hostname":7}"#, "OK", "[]"] {
            assert!(cloudflared(odd.as_bytes(), b"").is_empty(), "{odd}");
        }
    }

    #[test]
    fn tailscale_is_read_on_both_levels_and_is_public_only_by_its_funnel() {
        let both = br#"{"TCP":{"443":{"HTTPS":true}},
            "Web":{"box.tail1234.ts.net:443":{"Handlers":{"/":{"Proxy":"http://127.0.0.1:3000"},"/files":{"Path":"/srv"},
                "/hi":{"Text":"hi"},"/to":{"Redirect":"https://a.dev"}}},
                "box.tail1234.ts.net:8443":{"Handlers":{"/":{"Proxy":"http://127.0.0.1:3001"}}}},
            "AllowFunnel":{"box.tail1234.ts.net:443":true,"box.tail1234.ts.net:8443":false},
            "Services":{"svc:x":{"TCP":{}}},
            "Foreground":{"d94fe3":{"TCP":{"10000":{"HTTPS":true}},
                "Web":{"box.tail1234.ts.net:10000":{"Handlers":{"/":{"Proxy":"http://127.0.0.1:3002"}}}},
                "AllowFunnel":{"box.tail1234.ts.net:10000":true}}}}"#;
        assert_eq!(
            told(&tailscale(both)),
            [
                "tailscale https://box.tail1234.ts.net 127.0.0.1:3000 Everyone",
                "tailscale https://box.tail1234.ts.net/files /srv Everyone",
                "tailscale https://box.tail1234.ts.net:8443 127.0.0.1:3001 Tailnet",
                "tailscale https://box.tail1234.ts.net:10000 127.0.0.1:3002 Everyone",
            ]
        );
        for none in ["{}", "null", "", r#"{"Web":null}"#, r#"{"Web":[]}"#, "No serve config"] {
            assert!(tailscale(none.as_bytes()).is_empty(), "{none}");
        }
    }

    #[test]
    fn pinggy_and_zrok_say_only_what_is_public() {
        let urls = br#"{"urls":["http://x.a.free.pinggy.link","https://x.a.free.pinggy.link"]}"#;
        assert_eq!(told(&pinggy(urls)), ["pinggy https://x.a.free.pinggy.link ? Everyone"]);
        let status = br#"{"accesses":[],"shares":[
            {"token":"a","shareMode":"public","backendMode":"proxy","frontendEndpoint":["https://a.share.zrok.io"],
             "backendEndpoint":"http://localhost:3000","closed":false,"status":"active"},
            {"token":"b","shareMode":"private","backendMode":"proxy","frontendEndpoint":[],"backendEndpoint":"http://localhost:3001","closed":false},
            {"token":"c","shareMode":"public","frontendEndpoint":["https://c.share.zrok.io"],"backendEndpoint":"","closed":true}]}"#;
        assert_eq!(told(&zrok(status)), ["zrok https://a.share.zrok.io localhost:3000 Everyone"]);
        // Everybody's port: other programs have a status as well.
        for other in [r#"{"shares":[]}"#, r#"{"status":"up"}"#, r#"{"accesses":[],"shares":[{"x":1}]}"#, "<html>"] {
            assert!(zrok(other.as_bytes()).is_empty(), "{other}");
        }
    }

    #[test]
    fn dev_tunnels_are_those_that_are_hosted() {
        let list = br#"Welcome to dev tunnels!
            {"tunnels":[{"tunnelId":"name.euw","hostConnections":1,"clientConnections":0,"labels":[],"ports":[]},
            {"tunnelId":"idle.euw","hostConnections":0},{"tunnelId":"--help","hostConnections":1}]}"#;
        assert_eq!(devtunnel_ids(list), ["name.euw"]);
        let show = |uri: &str| {
            format!(
                r#"hi {{"tunnel":{{"tunnelId":"name.euw","hostConnections":1,"ports":[{{"portNumber":8080,"protocol":"http"{uri}}}]}}}}"#
            )
        };
        let shown = show(r#","portUri":"https://name-8080.euw.devtunnels.ms/""#);
        let expected = ["devtunnel https://name-8080.euw.devtunnels.ms localhost:8080 Everyone"];
        assert_eq!(told(&devtunnel(shown.as_bytes())), expected);
        assert_eq!(told(&devtunnel(show("").as_bytes())), expected, "the address follows from the id");
    }

    #[test]
    fn no_program_is_believed_to_have_ten_thousand_tunnels() {
        let urls: Vec<String> = (0..10_000).map(|n| format!("\"https://t{n}.a.pinggy.link\"")).collect();
        assert_eq!(pinggy(format!("{{\"urls\":[{}]}}", urls.join(",")).as_bytes()).len(), MOST_TUNNELS);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn whatever_is_answered_only_public_https_addresses_come_of_it(
            url in "(https|http|tcp|HTTPS)?:?/{0,3}([a-z0-9.@:\\[\\]%*-]|[\\PC\u{0}-\u{1f}]){0,24}",
        ) {
            let url = serde_json::to_string(&url).unwrap();
            let bodies = [
                ngrok_tunnels(format!(r#"{{"tunnels":[{{"public_url":{url},"config":{{"addr":{url}}}}}]}}"#).as_bytes()),
                pinggy(format!(r#"{{"urls":[{url}]}}"#).as_bytes()),
                cloudflared(format!(r#"{{"hostname":{url}}}"#).as_bytes(), b""),
            ];
            for tunnel in bodies.iter().flatten() {
                let shown = tunnel.url();
                prop_assert!(shown.starts_with("https://") && shown.is_ascii() && !shown.contains('@'), "{}", shown);
                prop_assert!(!shown.contains(char::is_control), "{shown}");
            }
        }
    }
}
