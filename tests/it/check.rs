//! The check of a url: judged by what browsers do, against pages that are asked for over TLS.
//!
//! ```text
//!   measured    headers and what Chromium made of them, one a line (check/chromium.tsv)
//!   facts       all that is found besides framing
//!   pages       a server with certificates of its own: certificates, redirects, hostile answers
//!   mute        why a dialer does not answer in the preview, by what its url answers
//!   editor      the key, the page, the row, the log, the review of a save to production
//! ```

mod editor;
mod facts;
mod measured;
mod mute;
mod pages;
mod server;
