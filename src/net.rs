//! What the two clients of the network share: which certificates are trusted, what a handshake has shown, and what a library
//! says of a failure.
//!
//! ```text
//!   api ────┐
//!           ├──> net: trust, Witness, causes
//!   probe ──┘
//! ```

pub mod causes;
pub mod trust;
pub mod witness;
