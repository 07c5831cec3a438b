//! Prepares an answer for the request log: removes the credential, and cuts it to a readable size.

use super::credential::Credential;
use super::etag;
use crate::model::trace::{BODY_LIMIT, Trace};
use reqwest::header::HeaderMap;

/// How many headers are kept, and how many repeated members.
const HEADERS: usize = 40;

/// The longest header value that is kept, in characters.
const VALUE: usize = 200;

/// A trace with status, headers and entity tag.
pub(super) fn start(status: u16, headers: &HeaderMap, credential: &Credential) -> Trace {
    let text = |bytes: &[u8]| -> String {
        credential.redact_start(&String::from_utf8_lossy(bytes), 4 * VALUE).chars().take(VALUE).collect()
    };
    let shown = headers.iter().take(HEADERS);
    let shown = shown.map(|(name, value)| (text(name.as_str().as_bytes()), text(value.as_bytes()))).collect();
    Trace { status, headers: shown, etag: etag::of(headers, credential), ..Trace::default() }
}

/// Adds the keys of the members that came more than once.
pub(super) fn add_repeated(trace: &mut Trace, repeated: Vec<String>, credential: &Credential) {
    let named = repeated.into_iter().take(HEADERS);
    trace.repeated = named.map(|key| credential.redact_start(&key, VALUE)).collect();
}

/// Adds the start of the body.
pub(super) fn add_body(trace: &mut Trace, body: &[u8], credential: &Credential) {
    trace.body = credential.redact_start(&String::from_utf8_lossy(body), BODY_LIMIT);
    trace.length = body.len();
}
