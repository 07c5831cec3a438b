//! The answer as it came, for the request log: without the credential, cut to what people look at.

use super::credential::Credential;
use super::etag;
use crate::model::trace::{BODY_LIMIT, Trace};
use reqwest::header::HeaderMap;

/// The most headers that are kept.
const HEADERS: usize = 40;

/// The longest value of a header that is kept, in characters.
const VALUE: usize = 200;

/// Room for a credential that the end of the kept part would cut in two, which no search would find then.
const MARGIN: usize = 12 * 1024;

/// Status, headers and version.
pub(super) fn start(status: u16, headers: &HeaderMap, credential: &Credential) -> Trace {
    let text =
        |bytes: &[u8]| -> String { credential.redact(&String::from_utf8_lossy(bytes)).chars().take(VALUE).collect() };
    let shown = headers.iter().take(HEADERS);
    let shown = shown.map(|(name, value)| (text(name.as_str().as_bytes()), text(value.as_bytes()))).collect();
    Trace { status, headers: shown, etag: etag::of(headers, credential), body: String::new(), length: 0 }
}

/// The start of the body.
pub(super) fn add_body(trace: &mut Trace, body: &[u8], credential: &Credential) {
    let start = &body[..body.len().min(BODY_LIMIT + MARGIN)];
    let text = credential.redact(&String::from_utf8_lossy(start));
    text[..text.floor_char_boundary(BODY_LIMIT)].clone_into(&mut trace.body);
    trace.length = body.len();
}
