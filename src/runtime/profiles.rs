//! Changes the profiles for the editor, beside the loop: a keyring can take seconds to answer.

use super::carrier::Carrier;
use crate::api::aside::aside;
use crate::app::effect::ProfileChange;
use crate::app::msg::Msg;
use crate::start::Variable;
use crate::start::profiles::ProfileKeeper;
use crate::store::config::ConfigFile;
use crate::words;
use std::path::{Path, PathBuf};
use tokio::sync::mpsc::UnboundedSender;

/// Where profiles and their credentials are.
#[derive(Clone)]
#[expect(missing_debug_implementations, reason = "holds a function")]
pub struct ProfilePlaces {
    /// The configuration file; `None` without a home folder.
    pub config: Option<ConfigFile>,
    /// The state folder.
    pub state: Option<PathBuf>,
    /// Looks up environment variables.
    pub var: Variable,
}

impl Carrier {
    /// Makes a change of the profiles. Its end comes as a message.
    pub(super) fn change_profiles(&mut self, change: ProfileChange, sender: UnboundedSender<Msg>) {
        self.changing += 1;
        let (places, wanted) = (self.profiles.clone(), change.clone());
        tokio::spawn(async move {
            let done = aside(move || changed(&places, &wanted)).await;
            let _ = sender.send(Msg::Profiles(change, done.unwrap_or_else(|lost| Err(lost.to_string()))));
        });
    }
}

/// Makes the change. Returns what the user should know, as sentences.
fn changed(places: &ProfilePlaces, change: &ProfileChange) -> Result<Vec<String>, String> {
    let file = places.config.as_ref().ok_or(words::profile::NO_PLACE)?;
    let var = |name: &str| (places.var)(name);
    let state: Option<&Path> = places.state.as_deref();
    let keeper = ProfileKeeper { file, state, var: &var, now: super::now };
    match change {
        ProfileChange::Rename { from, to } => keeper.rename(from, to).map(|edited| Vec::from_iter(edited.note)),
        ProfileChange::MakeDefault(name) => keeper.make_default(name).map(|edited| Vec::from_iter(edited.note)),
        ProfileChange::Remove(name) => {
            let removed = keeper.remove(name)?;
            let left = words::profile::left_of(removed.profile.as_ref(), removed.was_default, removed.entry.as_ref());
            Ok(left.into_iter().chain(removed.edited.note).collect())
        }
    }
}
