//! Servers with certificates of every kind, and some that speak no TLS.

use super::{CANARY, Ran, Shell, is, ran};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, Stream};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;

fn pem(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/it/commands/doctor/tls").join(name)
}

/// `doctor` on a server that does this with each connection. It trusts the tests' root, or another store.
fn looked(store: &str, serve: impl Fn(TcpStream) + Send + 'static) -> Ran {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || listener.incoming().flatten().for_each(serve));
    let shell = Shell::new();
    let mut command = shell.command(&["doctor", "--json", "--timeout", "1s"]);
    command.env("HUBSPOT_BASE_URL", format!("https://localhost:{port}"));
    command.env("SSL_CERT_FILE", pem(store)).env("HUBSPOT_ACCESS_TOKEN", CANARY);
    ran(&mut command)
}

/// A server with this certificate. To a request it answers an error, and whether a credential came along.
fn with(certificate: &str) -> impl Fn(TcpStream) + Send + 'static {
    let chain = ["root.pem"].into_iter().chain([certificate]).rev();
    let chain: Vec<_> = chain.map(|name| CertificateDer::from_pem_file(pem(name)).unwrap()).collect();
    let key = PrivateKeyDer::from_pem_file(pem("key.pem")).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = Arc::new(builder.with_no_client_auth().with_single_cert(chain, key).unwrap());
    move |mut stream| {
        let mut connection = ServerConnection::new(Arc::clone(&config)).unwrap();
        let mut tls = Stream::new(&mut connection, &mut stream);
        let mut request = [0; 4096];
        let Ok(read) = tls.read(&mut request) else { return };
        let has_credential = String::from_utf8_lossy(&request[..read]).to_lowercase().contains("authorization");
        let status = if has_credential { "401 Unauthorized" } else { "404 Not Found" };
        let _ =
            tls.write_all(format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").as_bytes());
    }
}

#[test]
fn certificates_are_told_with_their_names_and_times() {
    let well = looked("root.pem", with("good.pem")).exits(1);
    let parts =
        ["trusted: localhost, by A root that only tests trust (Callset's tests), until 2099-12-31, 2 certificates"];
    is(&well, "TLS", "ok", &parts);
    is(&well, "connection", "ok", &["over TLS", "with 404"]);
    is(&well, "certificates", "ok", &["1 trusted, in ", "root.pem, by SSL_CERT_FILE"]);
    is(&well, "API", "wrong", &["answered 401"]);
}

#[test]
fn what_is_wrong_with_a_certificate_is_told_and_no_credential_goes_there() {
    for (certificate, store, parts) in [
        ("expired.pem", "root.pem", ["it expired at 2002-01-01 00:00 UTC", "has to renew it"]),
        ("early.pem", "root.pem", ["it is not valid before 2090-01-01 00:00 UTC", "Set this machine's clock"]),
        ("other.pem", "root.pem", ["it is for other.dev, not for localhost", "base URL"]),
        ("good.pem", "other.pem", ["nobody here trusts who vouches for it", "SSL_CERT_FILE"]),
    ] {
        let found = looked(store, with(certificate)).exits(1);
        is(&found, "TLS", "wrong", &parts);
        is(&found, "connection", "wrong", &["No secure connection to localhost", "stands below"]);
        is(&found, "API", "skipped", &["the server was not reached"]);
    }
}

#[test]
fn a_store_that_holds_nothing_is_told() {
    let found = looked("key.pem", with("good.pem")).exits(1);
    is(&found, "certificates", "wrong", &["which holds no certificate", "Mend the variable"]);
    is(&found, "connection", "wrong", &["SSL_CERT_FILE"]);
    is(&found, "TLS", "skipped", &["nothing was sent"]);
}

#[test]
fn what_speaks_no_tls_or_nothing_at_all_is_told_in_time() {
    let plain = looked("root.pem", |mut stream| {
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n");
    });
    is(&plain.exits(1), "connection", "wrong", &["speaks no TLS"]);
    let held = looked("root.pem", std::mem::forget).exits(1);
    is(&held, "connection", "wrong", &["in 1 s", "firewall"]);
    is(&held, "TLS", "skipped", &["did not come so far"]);
    is(&held, "credential", "ok", &[]);
}
