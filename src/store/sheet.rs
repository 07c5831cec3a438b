//! The settings as a file for the user's own editor: for its owner alone, in a folder of its own, in which that program may
//! put its own files too. The folder goes with the file.

use super::disk;
use std::fs::{self, DirBuilder, OpenOptions, Permissions};
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The most bytes that are read. Settings have a few hundred.
const LIMIT: u64 = 1024 * 1024;

/// How many names are tried for the folder.
const TRIES: u32 = 100;

/// How long a file is kept that was left because something went wrong.
const KEPT: Duration = Duration::from_hours(30 * 24);

/// The file.
#[derive(Clone, Debug)]
pub struct SheetFile {
    folder: PathBuf,
    path: PathBuf,
}

/// Why the file cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SheetFlaw {
    /// The system says why.
    Unread(String),
    /// It is larger than any settings.
    TooLarge,
    /// It is not UTF-8 from this position on, in bytes; and the text before that.
    NotUtf8(String),
}

impl SheetFile {
    /// Makes the file in the state folder; if that cannot be used, in the folder for temporary files.
    ///
    /// # Errors
    ///
    /// Neither folder can be used.
    pub fn create(state: Option<&Path>, temporary: &Path, app_id: i32, pid: u32) -> io::Result<Self> {
        let in_state = state.map(|state| Self::below(&state.join("edit"), app_id, pid));
        match in_state {
            Some(Ok(made)) => Ok(made),
            Some(Err(_)) | None => Self::below(&temporary.join("callset-edit"), app_id, pid),
        }
    }

    fn below(above: &Path, app_id: i32, pid: u32) -> io::Result<Self> {
        disk::private_folder(above)?;
        for left in fs::read_dir(above)?.flatten() {
            let age = || left.metadata().ok()?.modified().ok()?.elapsed().ok();
            if age().is_some_and(|age| age > KEPT) {
                let _ = fs::remove_dir_all(left.path());
            }
        }
        for n in 1..=TRIES {
            let folder = above.join(format!("{pid}-{n}"));
            match DirBuilder::new().mode(0o700).create(&folder) {
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                made => {
                    made?;
                    // The name has an ending by which programs know what it is.
                    let path = folder.join(format!("settings-{app_id}.toml"));
                    return Ok(Self { folder, path });
                }
            }
        }
        Err(io::Error::new(ErrorKind::AlreadyExists, "No name is free for the file"))
    }

    /// The path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes the text, in place of the one that is there.
    ///
    /// # Errors
    ///
    /// The file cannot be written.
    pub fn write(&self, text: &str) -> io::Result<()> {
        let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&self.path)?;
        // The program may have put another file in its place.
        file.set_permissions(Permissions::from_mode(0o600))?;
        file.write_all(text.as_bytes())
    }

    /// Reads the text. A file that was removed is empty.
    ///
    /// # Errors
    ///
    /// There is no text to be had.
    pub fn read(&self) -> Result<String, SheetFlaw> {
        let unread = |error: io::Error| {
            let words = error.to_string();
            SheetFlaw::Unread(words.split(" (os error").next().unwrap_or_default().to_owned())
        };
        disk::refuse_other_than_file(&self.path).map_err(unread)?;
        let file = match fs::File::open(&self.path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(String::new()),
            opened => opened.map_err(unread)?,
        };
        let mut bytes = Vec::new();
        file.take(LIMIT + 1).read_to_end(&mut bytes).map_err(unread)?;
        if bytes.len() as u64 > LIMIT {
            return Err(SheetFlaw::TooLarge);
        }
        String::from_utf8(bytes).map_err(|error| {
            let valid = error.utf8_error().valid_up_to();
            SheetFlaw::NotUtf8(String::from_utf8_lossy(&error.as_bytes()[..valid]).into_owned())
        })
    }

    /// Removes the file and its folder. What cannot be removed goes after some weeks.
    pub fn remove(self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}
