//! A look at the server, without a credential: is it reached, which certificates has it, and what time is it there?
//!
//! ```text
//!   the client of a request, but for ──┬── no credential
//!                                      └── a verifier that keeps what it was shown ──> Chain
//! ```
//!
//! It goes the way that a request would go: the same names, proxy, limits and trust.

use super::error::Error;
use super::{Timeouts, transport, trust};
use crate::model::certificate::{self, Chain, ChainFlaw};
use reqwest::header::{DATE, HeaderMap};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::ring;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, DigitallySignedStruct, SignatureScheme};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::OnceCell;
use tokio::time::{Instant, timeout};
use url::Url;

/// What a look has found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerLook {
    /// How long it took.
    pub took: Duration,
    /// The server's certificates; `None` without TLS, or if it did not come so far.
    pub chain: Option<Chain>,
    /// The status of the answer, whatever it is, and its date; or why none came.
    pub answer: Result<(u16, Option<String>), Error>,
}

/// Asks for the address itself. For https this reads the system's certificates, so it is not for the screen's thread.
///
/// # Errors
///
/// Only [`Error::Setup`]: nothing was sent.
pub fn look(server: &Url, limits: Timeouts) -> Result<impl Future<Output = ServerLook> + use<>, Error> {
    let shown: ShownChain = Arc::default();
    let witness = Arc::clone(&shown);
    transport::check(server)?;
    let builder = transport::builder(server, HeaderMap::new(), limits);
    let builder = if server.scheme() == "https" {
        let provider = Arc::new(ring::default_provider());
        let verifier = Arc::new(Witness { verifier: trust::verifier(&provider)?, shown: witness });
        let versions = rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        let tls = versions.map_err(|error| Error::Setup(error.to_string()))?;
        let tls = tls.dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth();
        builder.tls_backend_preconfigured(tls)
    } else {
        builder.tls_certs_only([])
    };
    let http = builder.build().map_err(Error::of_setup)?;
    let server = server.clone();
    Ok(async move {
        let began = Instant::now();
        let asked = timeout(limits.get, http.get(server.clone()).send()).await;
        let answer = match asked {
            Ok(Ok(response)) => {
                let date = response.headers().get(DATE).and_then(|date| date.to_str().ok());
                Ok((response.status().as_u16(), date.map(ToOwned::to_owned)))
            }
            Ok(Err(error)) => Err(Error::of_exchange(error, limits.connect).named(&server)),
            Err(_) => Err(Error::TimedOut { after: limits.get }),
        };
        ServerLook { took: began.elapsed(), chain: shown.get().cloned(), answer }
    })
}

type ShownChain = Arc<OnceCell<Chain>>;

/// Judges as the verifier does, and keeps what was judged.
#[derive(Debug)]
struct Witness {
    verifier: Arc<dyn ServerCertVerifier>,
    shown: ShownChain,
}

impl ServerCertVerifier for Witness {
    fn verify_server_cert(
        &self,
        own: &CertificateDer<'_>,
        others: &[CertificateDer<'_>],
        host: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let verdict = self.verifier.verify_server_cert(own, others, host, ocsp, now);
        let flaw = verdict.as_ref().err().map(flaw);
        let _ = self.shown.set(Chain { own: certificate::read(own), length: 1 + others.len(), flaw });
        verdict
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.verifier.verify_tls12_signature(message, certificate, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.verifier.verify_tls13_signature(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.verifier.supported_verify_schemes()
    }
}

/// The names of a certificate that are told.
const NAMES: usize = 4;

fn flaw(error: &rustls::Error) -> ChainFlaw {
    let rustls::Error::InvalidCertificate(bad) = error else { return ChainFlaw::Other(error.to_string()) };
    match bad {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => ChainFlaw::Expired,
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => ChainFlaw::NotYet,
        CertificateError::NotValidForName => ChainFlaw::OtherName(vec![]),
        CertificateError::NotValidForNameContext { presented, .. } => {
            // `DnsName("a.dev")`, as the library has it.
            let plain = |name: &String| name.split('"').nth(1).unwrap_or(name).to_owned();
            ChainFlaw::OtherName(presented.iter().take(NAMES).map(plain).collect())
        }
        CertificateError::UnknownIssuer => ChainFlaw::UnknownIssuer,
        _ => ChainFlaw::Other(super::error::of_tls(error)),
    }
}
