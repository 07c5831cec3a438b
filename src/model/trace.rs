//! An answer as it came, for people who look at the request log.

/// The most of a body that is kept, in bytes.
pub const BODY_LIMIT: usize = 4096;

/// Status, headers and body. Texts are as they came, but for credentials, which are masked in all of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trace {
    /// The HTTP status.
    pub status: u16,
    /// Name and value, in the order of the answer, long ones cut.
    pub headers: Vec<(String, String)>,
    /// The version of what came, whole, if it is one that a save may be bound to.
    pub etag: Option<String>,
    /// The start of the body, at most [`BODY_LIMIT`] bytes.
    pub body: String,
    /// The length of the whole body as far as it was read, in bytes.
    pub length: usize,
    /// The members that the object in it has more than once, each once.
    pub repeated: Vec<String>,
}

impl Trace {
    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }
}
