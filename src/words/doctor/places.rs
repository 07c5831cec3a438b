//! The sentences about what is on the disk: configuration, folders, space, log.

use super::{Check, Diagnosis};
use std::path::Path;

/// A mebibyte.
const MIB: u64 = 1024 * 1024;

/// Below this drafts may not be written.
const FULL: u64 = 10 * MIB;

/// Below this it is worth a word.
const LOW: u64 = 100 * MIB;

/// From this on it is told in a larger unit.
const PLENTY: u64 = 10 * 1024 * MIB;

/// The configuration. `complaints` name file, line and column.
pub fn config(
    path: Option<&Path>,
    is_there: bool,
    counts: (usize, usize),
    complaints: &[String],
    is_broken: bool,
) -> Vec<Diagnosis> {
    let name = Check::Config.name();
    let Some(path) = path else {
        let advice = "Set HOME or XDG_CONFIG_HOME, and profiles can be kept.";
        return vec![Diagnosis::odd(name, "there is no place for one", advice)];
    };
    if complaints.is_empty() {
        let words = if is_there {
            let some = |count: usize, what: &str| format!("{count} {what}{}", if count == 1 { "" } else { "s" });
            format!("{}: {}, {}", path.display(), some(counts.0, "profile"), some(counts.1, "preset"))
        } else {
            format!("{} is not there, so the defaults hold", path.display())
        };
        return vec![Diagnosis::well(name, words)];
    }
    let all = complaints.iter().map(|complaint| {
        if is_broken {
            Diagnosis::ill(name, complaint, "Nothing of the file is used until this is mended.")
        } else {
            Diagnosis::odd(name, complaint, "Mend it there; the rest of the file is used.")
        }
    });
    all.collect()
}

/// What the system says of a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FolderState {
    /// The environment names none.
    None,
    /// It is not there yet. The folder above it can be written, or not.
    NotYet {
        /// Can it be made?
        can_be_made: bool,
    },
    /// Something else has its name.
    NoFolder,
    /// It cannot be looked at, for this reason.
    Closed(String),
    /// It is there.
    There {
        /// Its permissions.
        mode: u32,
        /// The number of its owner.
        owner: u32,
        /// The number of this process's user.
        user: u32,
        /// May files be made in it?
        is_writable: bool,
    },
}

/// A folder of callset.
pub fn folder(check: Check, path: Option<&Path>, state: &FolderState) -> Diagnosis {
    let (name, shown) = (check.name(), path.map_or(String::new(), |path| path.display().to_string()));
    let variable = if check == Check::ConfigFolder { "XDG_CONFIG_HOME" } else { "XDG_STATE_HOME" };
    let lost = if check == Check::ConfigFolder { "Profiles and presets" } else { "Drafts and history" };
    match state {
        FolderState::None => Diagnosis::odd(
            name,
            format!("there is none: neither {variable} nor HOME holds an absolute path. {lost} are in memory only"),
            format!("Set HOME or {variable}."),
        ),
        FolderState::NotYet { can_be_made: true } => {
            Diagnosis::well(name, format!("{shown} is made when it is needed"))
        }
        FolderState::NotYet { can_be_made: false } => Diagnosis::ill(
            name,
            format!("{shown} is not there, and cannot be made. {lost} are in memory only"),
            format!("Let your user write the folder above it, or set {variable} to another place."),
        ),
        FolderState::NoFolder => Diagnosis::ill(
            name,
            format!("{shown} is no folder. {lost} are in memory only"),
            format!("Move it away, or set {variable} to another place."),
        ),
        FolderState::Closed(why) => Diagnosis::ill(
            name,
            format!("{shown} cannot be entered: {why}"),
            format!("Let your user enter it, or set {variable} to another place."),
        ),
        FolderState::There { mode, owner, user, is_writable } => {
            let words = format!("{shown}, mode {mode:04o}, owner {owner}");
            if !is_writable {
                let advice =
                    format!("Let your user write it, or set {variable} to another place. {lost} are in memory only.");
                Diagnosis::ill(name, format!("{words}, and it cannot be written"), advice)
            } else if owner != user {
                let advice = format!("Give it to your user, or set {variable} to another place.");
                Diagnosis::odd(
                    name,
                    format!("{words}: it belongs to another user than {user}, who runs callset"),
                    advice,
                )
            } else if mode & 0o077 != 0 {
                let advice = "It is closed when callset writes there.";
                Diagnosis::odd(name, format!("{words}: other users may look into it"), advice)
            } else {
                Diagnosis::well(name, words)
            }
        }
    }
}

/// What is free where drafts are kept, in bytes, or why that is not known.
pub fn space(at: &Path, free: Result<u64, String>) -> Diagnosis {
    let (name, shown) = (Check::Disk.name(), at.display());
    let advice = "Make room, or keep drafts elsewhere with XDG_STATE_HOME.";
    match free {
        Ok(bytes) if bytes < FULL => {
            Diagnosis::ill(name, format!("only {} KiB are free at {shown}", bytes / 1024), advice)
        }
        Ok(bytes) if bytes < LOW => {
            Diagnosis::odd(name, format!("only {} MiB are free at {shown}", bytes / MIB), advice)
        }
        Ok(bytes) if bytes < PLENTY => Diagnosis::well(name, format!("{} MiB are free at {shown}", bytes / MIB)),
        Ok(bytes) => Diagnosis::well(name, format!("{} GiB are free at {shown}", bytes / MIB / 1024)),
        Err(why) => Diagnosis::odd(name, format!("what is free at {shown} is not known: {why}"), ""),
    }
}

/// Files where drafts are kept cannot be locked.
pub fn no_locks(at: &Path) -> Diagnosis {
    let words =
        format!("{} has no file locks: saves of this machine take no turns, and drafts are not offered", at.display());
    let advice = "Keep drafts on a disk of this machine, with XDG_STATE_HOME.";
    Diagnosis::odd(Check::Disk.name(), words, advice)
}

/// The log for support.
pub fn log(path: Option<&Path>) -> Diagnosis {
    let words = match path {
        Some(path) => format!("it is written to {}", path.display()),
        None => "none; CALLSET_LOG=debug writes one into the state folder".to_owned(),
    };
    Diagnosis::well(Check::Log.name(), words)
}

#[cfg(test)]
mod tests {
    use super::super::Health;
    use super::*;

    #[test]
    fn low_space_is_odd_and_hardly_any_is_wrong() {
        let health = |bytes| space(Path::new("/s"), Ok(bytes)).health;
        assert_eq!(
            [health(FULL - 1), health(FULL), health(LOW), health(u64::MAX)],
            [Health::Ill, Health::Odd, Health::Well, Health::Well]
        );
        assert!(space(Path::new("/s"), Ok(FULL)).told().ends_with("with XDG_STATE_HOME"));
    }

    #[test]
    fn a_folder_that_cannot_be_used_says_what_helps() {
        let of = |state| folder(Check::StateFolder, Some(Path::new("/s")), &state);
        let there = |mode, owner, is_writable| of(FolderState::There { mode, owner, user: 7, is_writable });
        assert_eq!(there(0o700, 7, true), Diagnosis::well("state folder", "/s, mode 0700, owner 7"));
        for (found, health, words) in [
            (there(0o500, 7, false), Health::Ill, "it cannot be written. Let your user write it"),
            (there(0o700, 8, true), Health::Odd, "another user than 7, who runs callset. Give it"),
            (there(0o755, 7, true), Health::Odd, "other users may look into it. It is closed"),
            (of(FolderState::NoFolder), Health::Ill, "/s is no folder. Drafts and history are in memory only. Move"),
            (of(FolderState::NotYet { can_be_made: false }), Health::Ill, "cannot be made"),
            (of(FolderState::Closed("no".into())), Health::Ill, "/s cannot be entered: no. Let your user enter it"),
            (of(FolderState::None), Health::Odd, "Set HOME or XDG_STATE_HOME"),
        ] {
            assert_eq!(found.health, health, "{found:?}");
            assert!(found.told().contains(words), "{}", found.told());
        }
    }
}
