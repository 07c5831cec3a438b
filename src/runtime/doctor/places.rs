//! Looks at what is on the disk. A mount that hangs holds up nothing else.

use super::{Patient, Teller};
use crate::store::{self, config::ConfigFile};
use crate::term;
use crate::words::doctor::Check;
use crate::words::doctor::places::{self as sentences, FolderState};
use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;
use std::time::Duration;

/// A disk is waited for no longer than this.
const LIMIT: Duration = Duration::from_secs(3);

pub(super) async fn look(patient: &Patient, report: &Teller) {
    let (file, state) = (patient.config.clone(), patient.state.clone());
    report.tell(Check::Log, [sentences::log(patient.log.as_deref())]);
    let config = move || {
        let reading = file.as_ref().map(ConfigFile::read).unwrap_or_default();
        let complaints: Vec<String> = reading.complaints.iter().map(ToString::to_string).collect();
        let counts = (reading.config.profiles.len(), reading.config.presets.len());
        let path = file.as_ref().map(|file| file.path.as_path());
        sentences::config(path, path.is_some_and(Path::exists), counts, &complaints, reading.is_broken)
    };
    let above = patient.config.as_ref().and_then(|file| file.path.parent().map(Path::to_owned));
    let folder = |check: Check, path: Option<std::path::PathBuf>| {
        report.aside(check, LIMIT, move || [sentences::folder(check, path.as_deref(), &state_of(path.as_deref()))])
    };
    let (config_folder, state_folder) = (folder(Check::ConfigFolder, above), folder(Check::StateFolder, state.clone()));
    let space = async {
        let Some(state) = state else {
            report.tell(Check::Disk, []);
            return;
        };
        let space = move || {
            let there = state.ancestors().find(|folder| folder.exists()).unwrap_or(&state);
            let mut told = vec![sentences::space(there, term::free_bytes(there).map_err(|why| words(&why)))];
            told.extend((!store::has_locks(there)).then(|| sentences::no_locks(there)));
            told
        };
        report.aside(Check::Disk, LIMIT, space).await;
    };
    tokio::join!(report.aside(Check::Config, LIMIT, config), config_folder, state_folder, space);
}

fn state_of(path: Option<&Path>) -> FolderState {
    let Some(path) = path else { return FolderState::None };
    match fs::metadata(path) {
        Ok(there) if !there.is_dir() => FolderState::NoFolder,
        Ok(there) => FolderState::There {
            mode: there.permissions().mode() & 0o7777,
            owner: there.uid(),
            user: term::user(),
            is_writable: term::is_writable(path),
        },
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let above = path.ancestors().skip(1).find(|folder| folder.exists());
            FolderState::NotYet { can_be_made: above.is_some_and(|above| above.is_dir() && term::is_writable(above)) }
        }
        // Something above it is no folder.
        Err(error) if error.kind() == ErrorKind::NotADirectory => FolderState::NotYet { can_be_made: false },
        Err(error) => FolderState::Closed(words(&error)),
    }
}

/// The system's words, without its number for them.
pub(super) fn words(error: &std::io::Error) -> String {
    error.to_string().split(" (os error").next().unwrap_or_default().to_lowercase()
}
