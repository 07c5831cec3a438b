//! A server of pages, with or without TLS, that answers byte for byte what a test says. Its certificates are made here.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use callset::probe::page::Means;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use rustls::client::WebPkiServerVerifier;
use rustls::crypto::ring;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{RootCertStore, ServerConfig, ServerConnection, StreamOwned};
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

/// Both ends of a connection.
pub(super) trait Wire: Read + Write {}
impl<T: Read + Write> Wire for T {}

/// Answers a request: its path, and where to write.
pub(super) type Serve = fn(&str, &mut dyn Wire) -> std::io::Result<()>;

/// A server that runs until the test is over.
pub(super) struct Pages {
    pub(super) port: u16,
    /// The heads of the requests, as they came.
    pub(super) asked: Receiver<String>,
}

/// An authority, and what it signs.
pub(super) struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
}

/// What a certificate of a server is like.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Paper {
    /// Signed, for these names.
    Fine,
    /// Signed by nobody.
    Own,
    Expired,
    NotYet,
    /// For another host.
    Other,
}

impl Authority {
    pub(super) fn new() -> Self {
        let mut params = CertificateParams::new(vec![]).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, "an authority of a test");
        Self { issuer: CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap() }
    }

    /// In PEM, for a file that is trusted.
    pub(super) fn pem(&self) -> String {
        let der = BASE64_STANDARD.encode(self.issuer.der());
        format!("-----BEGIN CERTIFICATE-----\n{der}\n-----END CERTIFICATE-----\n")
    }

    fn config(&self, paper: Paper) -> ServerConfig {
        let names = match paper {
            Paper::Other => vec!["www.acme.dev".to_owned()],
            _ => ["dialer.acme.dev", "www.acme.dev", "localhost", "127.0.0.1"].map(str::to_owned).to_vec(),
        };
        let mut params = CertificateParams::new(names).unwrap();
        (params.not_before, params.not_after) = match paper {
            Paper::Expired => (date_time_ymd(2020, 1, 1), date_time_ymd(2021, 1, 1)),
            Paper::NotYet => (date_time_ymd(2090, 1, 1), date_time_ymd(2091, 1, 1)),
            _ => (date_time_ymd(2020, 1, 1), date_time_ymd(2089, 3, 4)),
        };
        let key = KeyPair::generate().unwrap();
        let chain = if paper == Paper::Own {
            vec![params.self_signed(&key).unwrap().der().clone()]
        } else {
            vec![params.signed_by(&key, &self.issuer).unwrap().der().clone(), self.issuer.der().clone()]
        };
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .unwrap()
    }

    /// What a look is made with that trusts this authority alone, and finds every name on this machine.
    pub(super) fn means(&self) -> Means {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from(self.issuer.der().to_vec())).unwrap();
        let provider = Arc::new(ring::default_provider());
        Means {
            provider: Arc::clone(&provider),
            certificates: WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider).build().unwrap(),
            names: Arc::new(Here),
            proxy: |_| Ok(false),
            now: || "2026-11-26T12:00:00Z".parse().unwrap(),
        }
    }
}

struct Here;

impl Resolve for Here {
    fn resolve(&self, _: Name) -> Resolving {
        Box::pin(async { Ok(Box::new(std::iter::once(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))) as Addrs) })
    }
}

impl Pages {
    pub(super) fn plain(serve: Serve) -> Self {
        Self::start(serve, None)
    }

    pub(super) fn tls(authority: &Authority, paper: Paper, serve: Serve) -> Self {
        Self::start(serve, Some(Arc::new(authority.config(paper))))
    }

    fn start(serve: Serve, tls: Option<Arc<ServerConfig>>) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let (seen, asked) = channel();
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (seen, tls) = (seen.clone(), tls.clone());
                thread::spawn(move || match tls {
                    None => answer(stream, serve, &seen),
                    Some(tls) => {
                        let connection = ServerConnection::new(tls).unwrap();
                        answer(StreamOwned::new(connection, stream), serve, &seen);
                    }
                });
            }
        });
        Self { port, asked }
    }

    pub(super) fn url(&self, scheme: &str, host: &str, path: &str) -> String {
        format!("{scheme}://{host}:{}{path}", self.port)
    }
}

/// Reads a head, and answers. Whatever goes wrong is what the other side wanted.
fn answer(mut wire: impl Wire, serve: Serve, seen: &Sender<String>) {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        match wire.read(&mut byte) {
            Ok(1) => head.push(byte[0]),
            _ => return,
        }
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
    let _ = seen.send(head);
    let _ = serve(&path, &mut wire);
    let _ = wire.flush();
}

/// Passes a connection for any host on to a port of this machine, as a proxy does. Returns its own port.
pub(super) fn proxy(to: u16) -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            thread::spawn(move || pass_on(stream, to));
        }
    });
    port
}

fn pass_on(mut client: TcpStream, to: u16) -> Option<()> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        client.read_exact(&mut byte).ok()?;
        head.push(byte[0]);
    }
    let mut server = TcpStream::connect((Ipv4Addr::LOCALHOST, to)).ok()?;
    client.write_all(b"HTTP/1.1 200 OK\r\n\r\n").ok()?;
    let (mut from_client, mut to_server) = (client.try_clone().ok()?, server.try_clone().ok()?);
    thread::spawn(move || std::io::copy(&mut from_client, &mut to_server));
    std::io::copy(&mut server, &mut client).ok()?;
    Some(())
}
