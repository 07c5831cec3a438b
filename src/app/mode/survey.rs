//! What the list of profiles learns while it is open.

use crate::model::profile::Config;

/// What the disk knows of the profiles.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProfilesOnDisk {
    /// The configuration as the file holds it now.
    pub setup: Config,
    /// The parts of the configuration that cannot be used, as sentences.
    pub complaints: Vec<String>,
    /// Can nothing of the file be used?
    pub is_broken: bool,
    /// May the file guard an app without this being known?
    pub may_guard: bool,
    /// How many fields are unsaved in drafts of each profile's app, in the order of the profiles.
    pub unsaved: Vec<usize>,
}
