//! The hosts outside of HubSpot that may receive a credential. The user approves each host once for each source.
//!
//! ```text
//!   trust.json   {"version":1,"approved":[{"source":"variable HUBSPOT_ACCESS_TOKEN","host":"127.0.0.1:8080"}, …]}
//! ```
//!
//! A configuration that came with somebody else's files can name any address. So the approval is kept in the state
//! folder and not beside the configuration, which could otherwise bring its own approval. A file that cannot be
//! read approves nothing.

use super::{StoreError, disk, failed, folders, lock};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::io::{self, ErrorKind};
use std::path::Path;

const FILE: &str = "trust.json";

/// The version that is written. A file of a higher version is left to the callset that can read it.
const VERSION: u64 = 1;

/// How many approvals are kept; the oldest are dropped.
const LIMIT: usize = 500;

/// The largest file that is read or written, in bytes.
const SIZE_LIMIT: usize = 512 * 1024;

#[derive(Deserialize, Serialize)]
struct Record {
    version: u64,
    approved: Vec<Approved>,
}

#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
struct Approved {
    source: String,
    host: String,
}

/// May the credential of this source be sent to this `host[:port]`? `dir` is the folder of
/// [`state_dir`](super::state_dir). False if the file cannot be read.
pub fn approved(dir: &Path, source: &str, host: &str) -> bool {
    let record = disk::read(&dir.join(FILE)).ok().flatten().and_then(|bytes| parse(&bytes).ok());
    record.is_some_and(|record| record.approved.contains(&approval(source, host)))
}

/// Records the user's approval. A file that cannot be read is set aside first.
///
/// # Errors
///
/// Errors of the disk, or a file of a newer callset. Earlier approvals stay valid then.
pub fn approve(dir: &Path, source: &str, host: &str, now: Timestamp) -> Result<(), StoreError> {
    let approve = || {
        disk::private_folder(dir)?;
        let _lock = lock::take_soon(&dir.join("trust.lock"))?;
        let path = dir.join(FILE);
        let mut record = match disk::read(&path) {
            Ok(None) => empty(),
            Ok(Some(bytes)) => match parse(&bytes) {
                Ok(record) => record,
                Err(Unread::Newer) => {
                    return Err(io::Error::new(ErrorKind::InvalidData, "It is a newer callset's; use that one"));
                }
                Err(Unread::Broken) => set_aside(dir, &path, now)?,
            },
            Err(error) if error.kind() == ErrorKind::InvalidData => set_aside(dir, &path, now)?,
            Err(error) => return Err(error),
        };
        let wanted = approval(source, host);
        record.approved.retain(|there| *there != wanted);
        record.approved.push(wanted);
        let surplus = record.approved.len().saturating_sub(LIMIT);
        record.approved.drain(..surplus);
        let json = serde_json::to_vec(&record)?;
        if json.len() > SIZE_LIMIT {
            return Err(io::Error::new(ErrorKind::InvalidData, "Larger than 512 KiB"));
        }
        disk::replace(&dir.join("trust.tmp"), &path, &json, disk::Sync::Now)
    };
    approve().map_err(failed("The approval is not on disk"))
}

enum Unread {
    Broken,
    Newer,
}

fn parse(bytes: &[u8]) -> Result<Record, Unread> {
    /// Read first, since the rest of a newer file may have another form.
    #[derive(Deserialize)]
    struct Version {
        version: u64,
    }
    if bytes.len() > SIZE_LIMIT {
        return Err(Unread::Broken);
    }
    let version: Version = serde_json::from_slice(bytes).map_err(|_| Unread::Broken)?;
    if version.version > VERSION {
        return Err(Unread::Newer);
    }
    serde_json::from_slice(bytes).map_err(|_| Unread::Broken)
}

fn empty() -> Record {
    Record { version: VERSION, approved: Vec::new() }
}

/// Host names are not case-sensitive.
fn approval(source: &str, host: &str) -> Approved {
    Approved { source: source.to_owned(), host: host.to_ascii_lowercase() }
}

fn set_aside(dir: &Path, path: &Path, now: Timestamp) -> io::Result<Record> {
    folders::set_aside(dir, path, &format!("{FILE}.bad"), now)?;
    Ok(empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    const SOURCE: &str = "variable HUBSPOT_ACCESS_TOKEN";
    const HOST: &str = "gate.example:8443";

    fn aside(dir: &Path) -> usize {
        fs::read_dir(dir.join("aside")).map_or(0, Iterator::count)
    }

    #[test]
    fn s7_what_was_approved_is_one_source_for_one_host() {
        let home = tempfile::tempdir().unwrap();
        let dir = home.path().join("state/callset");
        assert!(!approved(&dir, SOURCE, HOST) && !dir.exists(), "asking makes nothing");
        approve(&dir, SOURCE, HOST, Timestamp::UNIX_EPOCH).unwrap();
        approve(&dir, "keyring", "127.0.0.1", Timestamp::UNIX_EPOCH).unwrap();
        approve(&dir, SOURCE, HOST, Timestamp::UNIX_EPOCH).unwrap();
        assert!(approved(&dir, SOURCE, HOST) && approved(&dir, SOURCE, "GATE.example:8443"));
        for (source, host) in [
            (SOURCE, "gate.example"),
            (SOURCE, "gate.example:443"),
            (SOURCE, "agate.example:8443"),
            (SOURCE, "127.0.0.1"),
            ("keyring", HOST),
            ("", ""),
        ] {
            assert!(!approved(&dir, source, host), "{source} {host}");
        }
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&dir), mode(&dir.join(FILE))), (0o700, 0o600));
        assert_eq!(
            fs::read_to_string(dir.join(FILE)).unwrap(),
            format!(
                r#"{{"version":1,"approved":[{{"source":"keyring","host":"127.0.0.1"}},{{"source":"{SOURCE}","host":"{HOST}"}}]}}"#
            )
        );
    }

    #[test]
    fn s7_a_record_that_can_not_be_read_approves_nothing_and_is_set_aside() {
        let whole = format!(r#"{{"version":1,"approved":[{{"source":"{SOURCE}","host":"{HOST}"}}]}}"#);
        let large = whole.clone() + &" ".repeat(SIZE_LIMIT);
        let bad = [
            "",
            "{",
            "[]",
            "null",
            &whole[..whole.len() - 1],
            r#"{"version":1}"#,
            r#"{"version":"1","approved":[]}"#,
            &large,
        ];
        for text in bad {
            let home = tempfile::tempdir().unwrap();
            fs::write(home.path().join(FILE), text).unwrap();
            assert!(!approved(home.path(), SOURCE, HOST), "{text:.40}");
            approve(home.path(), "keyring", HOST, Timestamp::UNIX_EPOCH).unwrap();
            assert!(approved(home.path(), "keyring", HOST) && !approved(home.path(), SOURCE, HOST));
            assert_eq!(aside(home.path()), 1);
        }
        let home = tempfile::tempdir().unwrap();
        let elsewhere = home.path().join("elsewhere.json");
        fs::write(&elsewhere, &whole).unwrap();
        std::os::unix::fs::symlink(&elsewhere, home.path().join(FILE)).unwrap();
        assert!(!approved(home.path(), SOURCE, HOST), "nobody else's file");
        approve(home.path(), "keyring", HOST, Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!(fs::read_to_string(elsewhere).unwrap(), whole);
    }

    #[test]
    fn s7_a_record_of_a_newer_callset_stays() {
        let home = tempfile::tempdir().unwrap();
        let newer = r#"{"version":2,"hosts":{}}"#;
        fs::write(home.path().join(FILE), newer).unwrap();
        assert!(!approved(home.path(), SOURCE, HOST));
        let error = approve(home.path(), SOURCE, HOST, Timestamp::UNIX_EPOCH).unwrap_err();
        assert!(error.to_string().contains("newer"), "{error}");
        assert_eq!((fs::read_to_string(home.path().join(FILE)).unwrap().as_str(), aside(home.path())), (newer, 0));
    }

    #[test]
    fn the_oldest_approvals_go() {
        let home = tempfile::tempdir().unwrap();
        let many = (0..LIMIT).map(|n| approval(SOURCE, &format!("host-{n}"))).collect();
        let json = serde_json::to_vec(&Record { version: VERSION, approved: many }).unwrap();
        fs::write(home.path().join(FILE), json).unwrap();
        approve(home.path(), SOURCE, HOST, Timestamp::UNIX_EPOCH).unwrap();
        let is = |host: &str| approved(home.path(), SOURCE, host);
        assert_eq!((is("host-0"), is("host-1"), is("host-499"), is(HOST)), (false, true, true, true));
    }
}
