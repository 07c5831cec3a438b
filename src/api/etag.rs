//! Entity tags: the version of a resource, as it may be sent back (RFC 9110, 8.8.3).
//!
//! ```text
//!   ETag: "v-7" ──> If-Match: "v-7"        strong, complete, and without the credential
//!   all others  ──> no condition           a weak one never matches; one that was cut or changed names another version
//! ```

use super::credential::Credential;
use reqwest::header::{ETAG, HeaderMap};

/// The longest entity tag that is kept, in bytes. Real ones are hashes and numbers.
const LIMIT: usize = 1024;

/// The entity tag of an answer, byte for byte, if it may be sent back.
pub(super) fn of(headers: &HeaderMap, credential: &Credential) -> Option<String> {
    let mut all = headers.get_all(ETAG).iter();
    let etag = str::from_utf8(all.next()?.as_bytes()).ok()?;
    let is_one = all.next().is_none();
    (is_one && is_strong(etag) && credential.redact(etag) == etag).then(|| etag.to_owned())
}

/// Is the entity tag strong and complete, so that it names exactly one version?
pub(super) fn is_strong(etag: &str) -> bool {
    let inside = etag.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let is_fit = |byte: u8| matches!(byte, 0x21 | 0x23..=0x7e | 0x80..);
    etag.len() <= LIMIT && inside.is_some_and(|inside| inside.bytes().all(is_fit))
}

#[cfg(test)]
mod tests {
    use super::*;
    use reqwest::header::HeaderValue;

    fn of_these(values: &[&[u8]]) -> Option<String> {
        let values = values.iter().map(|value| (ETAG, HeaderValue::from_bytes(value).unwrap()));
        let mut headers = HeaderMap::new();
        values.for_each(|(name, value)| _ = headers.append(name, value));
        of(&headers, &Credential::bearer("pat-CANARY-0123456789").unwrap().0)
    }

    #[test]
    fn x12_only_a_strong_and_whole_version_comes_through_and_byte_for_byte() {
        let (longest, longer) = (format!("\"{}\"", "x".repeat(LIMIT - 2)), format!("\"{}\"", "x".repeat(LIMIT - 1)));
        for fine in ["\"7\"", "\"\"", "\"!#$%&'()*+,-./:;<=>?@[\\]^_`{|}~\"", "\"é\"", "\"W/7\"", &longest] {
            assert_eq!(of_these(&[fine.as_bytes()]).as_deref(), Some(fine));
        }
        for other in [
            "",
            "7",
            "\"",
            "\"7",
            "7\"",
            "W/\"7\"",
            "w/\"7\"",
            "\"7\"x",
            "\"a\"b\"",
            "\"a b\"",
            "\"a\tb\"",
            "*",
            "\"7\", \"8\"",
            "\"pat-CANARY-0123456789\"",
            "\"pat%2DCANARY-0123456789\"",
            &longer,
        ] {
            assert_eq!(of_these(&[other.as_bytes()]), None, "{other:.40}");
        }
        assert_eq!(of_these(&[b"\"\xe9\""]), None, "no text");
        assert_eq!(of_these(&[b"\"7\"", b"\"7\""]), None, "which of them?");
        assert_eq!(of_these(&[]), None);
    }
}
