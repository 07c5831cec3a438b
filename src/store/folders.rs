//! The folders, and the two places that files are moved to instead of being deleted.
//!
//! ```text
//!   <state>/api.hubapi.com_1234567/               a place: one base url, one app
//!             run-812-1763985600000/              a run: process 812, begun at that millisecond
//!               lock  draft.json  sending*.json
//!               run-640-1763899200000/            a leftover that this run has taken over and not finished
//!             history.jsonl  history.lock  turn.lock
//!   <state>/trash/1763989200000_<place>_<run>/    discarded or finished: kept for 30 days from that millisecond
//!   <state>/aside/1763989200000_<place>_<run>_draft.json.bad          unusable: kept until the user removes it
//! ```

use super::{Place, disk};
use jiff::{SignedDuration, Timestamp};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// How long the trash keeps a file.
const TRASH_KEEPS: SignedDuration = SignedDuration::from_hours(30 * 24);

/// The longest server name that is written in full in a file name, in bytes. File names are limited to 255 bytes,
/// and some hold two of callset's names.
const SERVER_LIMIT: usize = 100;

/// The folders of a place.
#[derive(Debug)]
pub(super) struct Folders {
    pub(super) place: Place,
    pub(super) state: PathBuf,
    pub(super) home: PathBuf,
}

/// A place for files that are out of use.
#[derive(Clone, Copy, Debug)]
pub(super) enum Bin {
    /// Its contents expire.
    Trash,
    /// Its contents never expire.
    Aside,
}

impl Folders {
    /// Makes the folders.
    pub(super) fn new(state: &Path, place: Place) -> io::Result<Self> {
        let folders = Self { home: home(state, &place), state: state.to_owned(), place };
        for folder in [state, &folders.home, &folders.bin(Bin::Trash), &folders.bin(Bin::Aside)] {
            disk::private_folder(folder)?;
        }
        Ok(folders)
    }

    fn bin(&self, bin: Bin) -> PathBuf {
        self.state.join(match bin {
            Bin::Trash => "trash",
            Bin::Aside => "aside",
        })
    }

    /// The path that a file of this place would get in a bin.
    pub(super) fn place_in(&self, bin: Bin, name: &str, now: Timestamp) -> PathBuf {
        self.bin(bin).join(format!("{}_{}_{name}", now.as_millisecond(), folder_name(&self.place)))
    }

    /// Moves a file or folder to a bin. Returns its new path.
    pub(super) fn stow(&self, path: &Path, bin: Bin, name: &str, now: Timestamp) -> io::Result<PathBuf> {
        let to = self.place_in(bin, name, now);
        fs::rename(path, &to)?;
        Ok(to)
    }

    /// Deletes what has been in the trash long enough. A date in the future, left by a clock that was set back
    /// since, does not expire. What cannot be removed is tried again by the next run.
    pub(super) fn expire(&self, now: Timestamp) {
        for entry in fs::read_dir(self.bin(Bin::Trash)).into_iter().flatten().flatten() {
            let name = entry.file_name();
            let then = name.to_str().and_then(|name| name.split('_').next()?.parse().ok());
            let then = then.and_then(|millis| Timestamp::from_millisecond(millis).ok());
            if then.is_some_and(|then| now.duration_since(then) > TRASH_KEEPS) {
                let _ = fs::remove_dir_all(entry.path());
            }
        }
    }
}

/// Sets a file aside that belongs to no place.
pub(super) fn set_aside(state: &Path, path: &Path, name: &str, now: Timestamp) -> io::Result<()> {
    let bin = state.join("aside");
    disk::private_folder(&bin)?;
    fs::rename(path, bin.join(format!("{}_{name}", now.as_millisecond())))
}

/// The folder with the runs of a place.
pub(super) fn home(state: &Path, place: &Place) -> PathBuf {
    state.join(folder_name(place))
}

/// The name of a place's folder. Different places get different names, and the name holds only characters that
/// every file system accepts. A very long name is cut, and a hash keeps it distinct; the files inside name their
/// place in full.
fn folder_name(place: &Place) -> String {
    let plain = |byte: u8| match byte {
        b'a'..=b'z' | b'0'..=b'9' | b'.' | b'-' => char::from(byte).to_string(),
        _ => format!("%{byte:02x}"),
    };
    let server: String = place.server.bytes().map(plain).collect();
    if server.len() <= SERVER_LIMIT {
        return format!("{server}_{}", place.app_id);
    }
    // FNV-1a, a hash that stays the same in every version of callset.
    let hash = place
        .server
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    format!("{}~{hash:016x}_{}", &server[..SERVER_LIMIT], place.app_id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use url::Url;

    fn name(server: &str, app_id: i32) -> String {
        folder_name(&Place { server: server.to_owned(), app_id })
    }

    fn name_at(base_url: &str) -> String {
        folder_name(&Place::new(&Url::parse(base_url).unwrap(), 7))
    }

    /// What earlier versions kept is found: these names, and those in the files, must stay.
    #[test]
    fn x7_the_usual_base_urls_keep_the_names_they_had() {
        for (url, expected) in [
            ("https://api.hubapi.com", "api.hubapi.com_7"),
            ("https://api.hubapi.com/", "api.hubapi.com_7"),
            ("https://API.hubapi.com:443//", "api.hubapi.com_7"),
            ("https://gate.acme.dev:8443", "gate.acme.dev%3a8443_7"),
            ("https://foo.localhost", "foo.localhost_7"),
            ("http://127.0.0.1:8080", "127.0.0.1%3a8080_7"),
            ("http://localhost", "localhost_7"),
            ("http://[::1]:80/", "%5b%3a%3a1%5d_7"),
        ] {
            assert_eq!(name_at(url), expected, "{url}");
        }
        assert_eq!(folder_name(&Place::demo(7)), "demo_7");
    }

    #[test]
    fn x7_every_other_base_url_has_a_name_of_its_own() {
        let long = "x".repeat(1000);
        let urls = [
            "https://h",
            "https://h/staging",
            "https://h/prod",
            "https://h/Prod",
            "https://h/prod/v2",
            "https://h/prod%2fv2",
            "https://h/_7",
            "https://h:8443/prod",
            "https://h.prod",
            "http://127.0.0.1:8080",
            "https://127.0.0.1:8080",
            "http://127.0.0.1:8080/prod",
            "https://127.0.0.1:8080/prod",
            "http://localhost",
            "https://localhost",
            "https://demo/demo",
            &format!("https://h/{long}"),
            &format!("https://h/{long}/a"),
            &format!("https://h/{long}/b"),
        ];
        let names: Vec<String> = urls.iter().map(|url| name_at(url)).collect();
        for (at, name) in names.iter().enumerate() {
            assert!(name.len() < 140, "{name}");
            assert!(!names[..at].contains(name), "{name} for {}", urls[at]);
        }
        // One base url, however it is written.
        for (one, other) in [
            ("https://h/staging", "HTTPS://H:443/staging/"),
            ("https://h/staging", "https://h/x/../staging//"),
            ("http://localhost/a b", "http://LOCALHOST:80/a%20b/"),
        ] {
            assert_eq!(name_at(one), name_at(other), "{one} {other}");
        }
    }

    #[test]
    fn a_place_has_a_plain_name() {
        assert_eq!(name("api.hubapi.com", 1_234_567), "api.hubapi.com_1234567");
        assert_eq!(name("127.0.0.1:8080", 7), "127.0.0.1%3a8080_7");
        assert_eq!(name("[::1]:80", -7), "%5b%3a%3a1%5d%3a80_-7");
        assert_eq!(name("../Étc\0_1", 7), "..%2f%c3%89tc%00%5f1_7");
        let long = name(&"x".repeat(300), i32::MIN);
        assert_eq!(long.len(), 100 + 1 + 16 + 12);
        assert_ne!(long, name(&"x".repeat(301), i32::MIN));
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn no_two_places_share_a_folder(one in ("[a-z0-9.:/_%~-]{0,6}", -3..3_i32), other in ("[a-z0-9.:/_%~-]{0,6}", -3..3_i32)) {
            prop_assert_eq!(one == other, name(&one.0, one.1) == name(&other.0, other.1));
        }

        #[test]
        fn no_place_leaves_its_folder(server in any::<String>(), app_id in any::<i32>()) {
            let name = name(&server, app_id);
            prop_assert!(name.len() < 140 && name.is_ascii() && !name.contains(['/', '\0', '\\']));
            prop_assert!(!matches!(name.as_str(), "." | ".." | "trash" | "aside"));
        }
    }
}
