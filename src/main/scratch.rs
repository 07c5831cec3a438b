//! The files of the demo.

use callset::runtime::disk::FirstWork;
use callset::sandbox;
use callset::start::Start;
use callset::store::config::ConfigFile;
use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The configuration of the demo, in a folder of its own, which goes with the demo.
pub(super) struct Scratch {
    folder: Option<PathBuf>,
    /// The configuration, until a run has it on the disk.
    unwritten: Option<String>,
}

impl Scratch {
    /// What the name of the folder begins with.
    const NAME: &str = "callset-demo-";

    /// How long after it began a demo that was killed has surely ended.
    const LEFT: Duration = Duration::from_hours(24);

    /// Is it the folder of a demo that was killed?
    fn is_left(folder: &fs::DirEntry) -> bool {
        let age = || folder.metadata().ok()?.modified().ok()?.elapsed().ok();
        folder.file_name().to_string_lossy().starts_with(Self::NAME) && age().is_some_and(|age| age > Self::LEFT)
    }

    /// Starts with the profile of the demo, if it is one. The configuration is known, so the first frame need not wait
    /// until it is on the disk.
    pub(super) fn of(start: &mut Start) -> Self {
        if !start.is_demo {
            return Self { folder: None, unwritten: None };
        }
        let (base_url, app_id) = (start.profile.base_url.clone(), start.profile.app_id);
        start.sandbox = Some(base_url.clone());
        let mouse = if start.reading.config.mouse == Some(false) { "mouse = false\n" } else { "" };
        let text = format!("{mouse}{}", sandbox::demo::configuration(&base_url, app_id));
        let folder = std::env::temp_dir().join(format!("{}{}", Self::NAME, std::process::id()));
        let file = ConfigFile { path: folder.join("config.toml"), home: None };
        start.reading = file.reading_of(text.as_bytes());
        start.file = Some(file);
        let profiles = &start.reading.config.profiles;
        let named = Some(start.profile.name.as_str()).filter(|name| !name.is_empty());
        let with = profiles.iter().find(|profile| named.is_none() && profile.app_id == start.profile.app_id);
        let with = with.or(profiles.iter().find(|profile| Some(profile.name.as_str()) == named)).cloned();
        if let Some(profile) = with {
            start.begin_with(profile, None);
        }
        Self { folder: Some(folder), unwritten: Some(text) }
    }

    /// What puts the configuration on the disk, for the first run. A demo without it has the app alone.
    pub(super) fn write(&mut self) -> Option<FirstWork> {
        let (folder, text) = (self.folder.clone()?, self.unwritten.take()?);
        Some(Box::new(move || _ = Self::write_to(&folder, &text)))
    }

    fn write_to(folder: &Path, text: &str) -> io::Result<()> {
        let above = folder.parent().unwrap_or(folder);
        for left in fs::read_dir(above).into_iter().flatten().flatten().filter(Self::is_left) {
            let _ = fs::remove_dir_all(left.path());
        }
        // What a process of the same number left. A folder of somebody else is not removed, and then not used.
        let _ = fs::remove_dir_all(folder);
        DirBuilder::new().mode(0o700).create(folder)?;
        fs::write(folder.join("config.toml"), text)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Some(folder) = &self.folder {
            let _ = fs::remove_dir_all(folder);
        }
    }
}
