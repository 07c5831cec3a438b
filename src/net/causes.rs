//! What the errors of libraries say: their causes, and the one that is worth telling.

use std::error::Error as StdError;
use std::{io, iter};

/// The error and its causes, outermost first.
pub fn causes<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    fn cause<'a>(error: &&'a (dyn StdError + 'static)) -> Option<&'a (dyn StdError + 'static)> {
        let error: &'a (dyn StdError + 'static) = *error;
        // `io::Error::source` returns the source of the error it wraps, and so skips that error itself.
        match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(wrapped) => Some(wrapped),
            None => error.source(),
        }
    }
    iter::successors(Some(error), cause)
}

/// The message of the innermost cause, which is the only specific one.
pub fn innermost(error: &(dyn StdError + 'static)) -> String {
    let words = causes(error).last().map(ToString::to_string).unwrap_or_default();
    shortened(&words).to_owned()
}

/// A library's message without the link to its own documentation, and without the system's error number: they help no user.
pub fn shortened(words: &str) -> &str {
    let words = words.split(": https://docs.rs/").next().unwrap_or_default();
    words.split(" (os error").next().unwrap_or_default()
}

/// Was any of the causes an error of the system of this kind?
pub fn is_of_kind(error: &(dyn StdError + 'static), kind: io::ErrorKind) -> bool {
    causes(error).filter_map(|cause| cause.downcast_ref::<io::Error>()).any(|error| error.kind() == kind)
}
