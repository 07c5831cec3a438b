//! The certificates that are trusted: those that the environment names, else the system's, else Mozilla's.
//!
//! The library that reads them passes over a file that is not there, and trusts the system's certificates instead.
//! Whoever set the variable means that file, so callset says so and sends nothing.

use rustls::RootCertStore;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::{CryptoProvider, ring};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use rustls_platform_verifier::Verifier;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where trusted certificates are, and how many there are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrustStore {
    /// The files and folders; none where the system keeps them elsewhere.
    pub places: Vec<PathBuf>,
    /// The variables that name them.
    pub variables: Vec<&'static str>,
    /// How many certificates are there; `None` if the system does not tell.
    pub certificates: Option<usize>,
    /// How many files of them cannot be read.
    pub unread: usize,
}

/// Reads the trusted certificates, to tell of them.
#[cfg(all(unix, not(target_os = "macos")))]
pub fn store() -> TrustStore {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    let named = ["SSL_CERT_FILE", "SSL_CERT_DIR"].into_iter().filter_map(|name| Some((name, set(name)?)));
    let (variables, values): (Vec<_>, Vec<_>) = named.unzip();
    let places: Vec<PathBuf> = if variables.is_empty() {
        let found = openssl_probe::probe();
        found.cert_file.into_iter().chain(found.cert_dir).collect()
    } else {
        values.iter().flat_map(std::env::split_paths).collect()
    };
    let found = rustls_native_certs::load_native_certs();
    let (certificates, unread) = (Some(found.certs.len()), found.errors.len());
    TrustStore { places, variables, certificates, unread }
}

/// Reads the trusted certificates, to tell of them. This system keeps them in a place of its own.
#[cfg(not(all(unix, not(target_os = "macos"))))]
pub fn store() -> TrustStore {
    TrustStore::default()
}

/// What TLS computes with.
pub fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}

/// Makes that the provider of the process, which the HTTP library takes even where nothing is encrypted. The first call is the
/// one that counts.
pub fn install_provider() {
    let _ = ring::default_provider().install_default();
}

/// Decides on certificates as the API's client does, for whoever asks another server. Reading the system's certificates
/// takes some milliseconds.
///
/// # Errors
///
/// A sentence without a full stop: the environment names a file that holds no certificate, or there are none at all.
pub fn for_pages() -> Result<Arc<dyn ServerCertVerifier>, String> {
    check_environment()?;
    verifier(&provider())
}

/// What judges a server's certificates, as the HTTP library does.
///
/// # Errors
///
/// The TLS library's words: it takes none of Mozilla's certificates either.
pub fn verifier(provider: &Arc<CryptoProvider>) -> Result<Arc<dyn ServerCertVerifier>, String> {
    if let Ok(systems) = Verifier::new(Arc::clone(provider)) {
        return Ok(Arc::new(systems));
    }
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter().cloned());
    let bundled = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(provider)).build();
    bundled.map(|verifier| verifier as Arc<dyn ServerCertVerifier>).map_err(|error| error.to_string())
}

/// Checks the file of `SSL_CERT_FILE`, if it is set.
///
/// # Errors
///
/// A sentence without a full stop: the file cannot be read, or holds no certificate.
pub fn check_environment() -> Result<(), String> {
    let Some(file) = std::env::var_os("SSL_CERT_FILE").filter(|file| !file.is_empty()) else { return Ok(()) };
    check(Path::new(&file))
}

fn check(file: &Path) -> Result<(), String> {
    let of = |why: &str| format!("SSL_CERT_FILE names {}, {why}", file.display());
    let text = std::fs::read(file).map_err(|error| of(&format!("which cannot be read: {error}")))?;
    match CertificateDer::pem_slice_iter(&text).next() {
        Some(Ok(_)) => Ok(()),
        Some(Err(_)) | None => Err(of("which holds no certificate")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_without_a_certificate_is_refused() {
        let folder = tempfile::TempDir::new().unwrap();
        let told = |text: Option<&str>| {
            let file = folder.path().join("roots.pem");
            let _ = std::fs::remove_file(&file);
            if let Some(text) = text {
                std::fs::write(&file, text).unwrap();
            }
            check(&file).err().unwrap_or_default()
        };
        assert!(told(None).contains("which cannot be read"));
        assert!(told(Some("")).contains("which holds no certificate") && told(Some("junk")).contains("no certificate"));
        assert!(check(folder.path()).unwrap_err().contains("which cannot be read"));
        assert_eq!(told(Some("-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n")), "");
    }
}
