//! The certificates that the environment names.
//!
//! The library that reads them passes over a file that is not there, and trusts the system's certificates instead.
//! Whoever set the variable means that file, so callset says so and sends nothing.

use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use std::path::Path;

/// Checks the file of `SSL_CERT_FILE`, if it is set.
///
/// # Errors
///
/// A sentence without a full stop: the file cannot be read, or holds no certificate.
pub(super) fn check_environment() -> Result<(), String> {
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
