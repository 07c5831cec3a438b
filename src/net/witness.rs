//! Judges a server's certificates as another verifier does, and keeps what it was shown. The HTTP library itself keeps only the
//! first certificate, none of a host behind a proxy, and none that was refused.

use crate::model::certificate::{self, Chain, ChainFlaw};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError as Bad, ClientConfig, DigitallySignedStruct, Error, SignatureScheme};
use std::sync::Arc;
use tokio::sync::OnceCell;
use url::Url;

/// What a handshake has shown; empty without one.
pub type ShownChain = Arc<OnceCell<Chain>>;

/// The verifier.
#[derive(Debug)]
pub struct Witness {
    inside: Arc<dyn ServerCertVerifier>,
    /// Whose certificates are kept: a proxy may have some of its own.
    host: String,
    shown: ShownChain,
    accepts_any: bool,
}

impl Witness {
    /// Judges as `inside` does, or accepts any certificate, whose flaw it keeps all the same.
    pub fn new(inside: Arc<dyn ServerCertVerifier>, server: &Url, shown: ShownChain, accepts_any: bool) -> Self {
        let host = plain(server.host_str().unwrap_or_default()).to_owned();
        Self { inside, host, shown, accepts_any }
    }

    /// The settings of TLS with it.
    ///
    /// # Errors
    ///
    /// The provider knows none of the usual versions of TLS.
    pub fn config(self, provider: Arc<CryptoProvider>) -> Result<ClientConfig, Error> {
        let builder = ClientConfig::builder_with_provider(provider);
        let builder = builder.with_safe_default_protocol_versions()?.dangerous();
        Ok(builder.with_custom_certificate_verifier(Arc::new(self)).with_no_client_auth())
    }
}

impl ServerCertVerifier for Witness {
    fn verify_server_cert(
        &self,
        own: &CertificateDer<'_>,
        others: &[CertificateDer<'_>],
        host: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let verdict = self.inside.verify_server_cert(own, others, host, ocsp, now);
        if plain(&host.to_str()) == self.host {
            let flaw = verdict.as_ref().err().map(flaw);
            let _ = self.shown.set(Chain { own: certificate::read(own), length: 1 + others.len(), flaw });
        }
        if self.accepts_any { Ok(ServerCertVerified::assertion()) } else { verdict }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.inside.verify_tls12_signature(message, certificate, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.inside.verify_tls13_signature(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.inside.supported_verify_schemes()
    }
}

/// A host without the brackets of an address in a URL, and without the dot of a name that is whole.
fn plain(host: &str) -> &str {
    host.trim_matches(['[', ']']).trim_end_matches('.')
}

/// The names of a certificate that are told.
const NAMES: usize = 4;

/// The longest text of the library's that is kept, in characters.
const TEXT_LIMIT: usize = 200;

/// What is wrong with certificates that were refused.
fn flaw(error: &Error) -> ChainFlaw {
    let other = |words: String| ChainFlaw::Other(words.chars().take(TEXT_LIMIT).collect());
    let Error::InvalidCertificate(bad) = error else { return other(error.to_string()) };
    match bad {
        Bad::Expired | Bad::ExpiredContext { .. } => ChainFlaw::Expired,
        Bad::NotValidYet | Bad::NotValidYetContext { .. } => ChainFlaw::NotYet,
        Bad::NotValidForName => ChainFlaw::OtherName(vec![]),
        Bad::NotValidForNameContext { presented, .. } => {
            // `DnsName("a.dev")`, as the library has it.
            let plain = |name: &String| name.split('"').nth(1).unwrap_or(name).to_owned();
            ChainFlaw::OtherName(presented.iter().take(NAMES).map(plain).collect())
        }
        Bad::UnknownIssuer | Bad::BadSignature => ChainFlaw::UnknownIssuer,
        // The library keeps its own reasons as a value without words. A certificate that signed itself often says that it
        // is an authority.
        Bad::Other(why) if format!("{:?}", why.0) == "CaUsedAsEndEntity" => ChainFlaw::UnknownIssuer,
        Bad::Other(why) => other(format!("{:?}", why.0)),
        bad => other(bad.to_string()),
    }
}
