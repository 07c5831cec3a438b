//! An answer as it came, for the request log.

/// How much of a body is kept, in bytes.
pub const BODY_LIMIT: usize = 4096;

/// Status, headers and body. Texts are as they came, except that credentials in them are masked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trace {
    /// The HTTP status.
    pub status: u16,
    /// Name and value, in the order of the answer. Long values are cut.
    pub headers: Vec<(String, String)>,
    /// The entity tag of the answer, uncut, if a save can be made conditional on it (`If-Match`).
    pub etag: Option<String>,
    /// The start of the body, at most [`BODY_LIMIT`] bytes.
    pub body: String,
    /// The length of the whole body, as far as it was read, in bytes.
    pub length: usize,
    /// Was the access token renewed for this request, before it was sent or because it had expired?
    pub renewed: bool,
    /// The keys that occur more than once in the body's object, each listed once.
    pub repeated: Vec<String>,
}

impl Trace {
    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }
}
