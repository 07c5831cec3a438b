//! What the library asks on its way to an answer: the addresses of a name, and whether to accept a certificate.

use crate::model::certificate;
use crate::model::check::{CertificateFlaw, PageCertificate};
use jiff::Timestamp;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use rustls::ClientConfig;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{DigitallySignedStruct, Error, SignatureScheme};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};

/// Names below `localhost` are this machine, as browsers have it, without asking anybody. All others are looked up.
pub(super) struct Loopback(pub(super) Arc<dyn Resolve>);

impl Resolve for Loopback {
    fn resolve(&self, name: Name) -> Resolving {
        if name.as_str().trim_end_matches('.').ends_with(".localhost") {
            let here: [SocketAddr; 2] = [(Ipv4Addr::LOCALHOST, 0).into(), (Ipv6Addr::LOCALHOST, 0).into()];
            return Box::pin(async move { Ok(Box::new(here.into_iter()) as Addrs) });
        }
        self.0.resolve(name)
    }
}

/// What a handshake has shown. The library keeps only the first certificate, and none of a host behind a proxy.
#[derive(Debug)]
pub(super) struct Noted {
    sent: AtomicUsize,
    /// The end of the first one's life, in seconds; [`i64::MIN`] if it cannot be read.
    ends: AtomicI64,
}

impl Noted {
    pub(super) fn new() -> Self {
        Self { sent: AtomicUsize::new(0), ends: AtomicI64::new(i64::MIN) }
    }

    /// What the server sent. `None` if there was no TLS.
    pub(super) fn certificate(&self, flaw: Option<CertificateFlaw>) -> Option<PageCertificate> {
        let sent = self.sent.load(Ordering::Relaxed);
        let ends = Timestamp::from_second(self.ends.load(Ordering::Relaxed)).ok();
        (sent > 0).then_some(PageCertificate { ends, sent, flaw })
    }
}

/// Accepts what the one inside accepts, or anything, and notes how many certificates came.
#[derive(Debug)]
pub(super) struct Certificates {
    inside: Arc<dyn ServerCertVerifier>,
    noted: Arc<Noted>,
    accepts_any: bool,
}

impl Certificates {
    pub(super) fn new(inside: Arc<dyn ServerCertVerifier>, noted: Arc<Noted>, accepts_any: bool) -> Self {
        Self { inside, noted, accepts_any }
    }

    /// The settings of TLS with it.
    pub(super) fn config(self, provider: Arc<CryptoProvider>) -> Result<ClientConfig, Error> {
        let builder = ClientConfig::builder_with_provider(provider);
        let builder = builder.with_safe_default_protocol_versions()?.dangerous();
        Ok(builder.with_custom_certificate_verifier(Arc::new(self)).with_no_client_auth())
    }
}

impl ServerCertVerifier for Certificates {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        self.noted.sent.store(1 + intermediates.len(), Ordering::Relaxed);
        let ends = certificate::read(end_entity).map_or(i64::MIN, |own| own.until.as_second());
        self.noted.ends.store(ends, Ordering::Relaxed);
        if self.accepts_any {
            return Ok(ServerCertVerified::assertion());
        }
        self.inside.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.inside.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.inside.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.inside.supported_verify_schemes()
    }
}
