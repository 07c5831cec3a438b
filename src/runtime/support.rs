//! The log for support: what a run asked and what came of it, in a file of the state folder. Written only where it is
//! asked for.
//!
//! Methods, paths, statuses, times and faults; no values, no headers, no bodies, and so no credential. It has two files: the
//! older goes when the newer is full.

use crate::app::msg::{DiskReply, Msg};
use crate::sync::{Reply, Request};
use crate::words::fault;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// The most that one file holds, in bytes.
const LIMIT: u64 = 512 * 1024;

/// The log, while it can be written.
#[derive(Debug)]
pub(super) struct SupportLog {
    path: PathBuf,
    file: Option<File>,
}

impl SupportLog {
    /// Goes on with the one that is there. What cannot be written is not: a log must not keep a save from its end.
    pub(super) fn open(path: PathBuf) -> Self {
        let mut log = Self { file: append(&path), path };
        log.line(&format!("callset {} begins", env!("CARGO_PKG_VERSION")));
        log
    }

    /// A request leaves.
    pub(super) fn sent(&mut self, request: &Request) {
        let (method, what) = (request.call.method(), request.call.resource().label());
        self.line(&format!("{method} {what}, request {}, {:?}", request.id.0, request.doing));
    }

    /// Something arrived.
    pub(super) fn arrived(&mut self, msg: &Msg) {
        match msg {
            Msg::Reply(Reply { request, took, outcome, trace, .. }) => {
                let status = trace.as_ref().map_or("none".to_owned(), |trace| trace.status.to_string());
                let fault = outcome.as_ref().err().map_or(String::new(), |fault| {
                    let id = fault.correlation_id().map_or(String::new(), |id| format!(", correlation id {id}"));
                    format!(", {}{id}", fault::happened(fault, "the server"))
                });
                self.line(&format!("request {}: status {status} after {} ms{fault}", request.0, took.as_millis()));
            }
            Msg::Disk(DiskReply::Failed(why) | DiskReply::Kept(Some(why)) | DiskReply::Opened(Err(why))) => {
                self.line(&format!("disk: {why}"));
            }
            Msg::Disk(DiskReply::Recorded(Err(why))) => self.line(&format!("disk: not noted: {why}")),
            Msg::Disk(DiskReply::Hangs(_)) => self.line("disk: does not answer"),
            _ => {}
        }
    }

    fn line(&mut self, words: &str) {
        let Some(file) = &mut self.file else { return };
        let words = words.escape_debug();
        let line = format!("{} {} {words}\n", super::now(), std::process::id());
        let is_full = file.metadata().is_ok_and(|now| now.len() + line.len() as u64 > LIMIT);
        if is_full {
            let _ = fs::rename(&self.path, self.path.with_extension("log.1"));
            self.file = append(&self.path);
        }
        if let Some(file) = &mut self.file {
            let _ = file.write_all(line.as_bytes());
        }
    }
}

fn append(path: &Path) -> Option<File> {
    let folder = path.parent()?;
    DirBuilder::new().recursive(true).mode(0o700).create(folder).ok()?;
    // A link, or a pipe that nobody reads, is not what was left here.
    let is_ours = fs::symlink_metadata(path).map_or(true, |there| there.is_file());
    is_ours.then(|| OpenOptions::new().append(true).create(true).mode(0o600).open(path).ok())?
}
