//! What sessions leave on the disk.

use super::CANARY;
use std::fs;
use std::path::{Path, PathBuf};

/// The folders of the runs in a home.
pub(crate) fn runs(home: &Path) -> Vec<PathBuf> {
    let below = |folder: &Path| -> Vec<PathBuf> {
        fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect()
    };
    let is_run = |path: &PathBuf| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("run-"));
    below(home).iter().flat_map(|place| below(place)).filter(is_run).collect()
}

/// S2: no file holds the token. One that goes while this looks had its turn.
pub(super) fn assert_no_token(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            assert_no_token(&path);
        } else if let Ok(bytes) = fs::read(&path) {
            let text = String::from_utf8_lossy(&bytes);
            assert!(!text.contains(CANARY), "S2: the token is in {}: {text}", path.display());
        }
    }
}
