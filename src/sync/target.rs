//! What is edited: the app, where its settings are, and what is set up besides.

use crate::model::Resource;
use crate::model::profile::{Config, CredentialKind, Profile, Source};
use std::collections::BTreeMap;
use std::time::Duration;

/// What is edited, as people name it. Fixed for a run; holds no credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The HubSpot app, 1 to 2147483647.
    pub app_id: i32,
    /// The server as people name it: host, and port where it is not the usual one.
    pub host: String,
    /// Scheme, host and port, without a slash at the end.
    pub base_url: String,
    /// The path of each resource in the API version in use.
    pub paths: BTreeMap<Resource, String>,
    /// The kind of its credential.
    pub kind: CredentialKind,
    /// The credential with all but its end masked; empty before it was read.
    pub credential_hint: String,
    /// What the credential looks like, whatever it was given for.
    pub looks_like: Option<CredentialKind>,
    /// Where the credential was had from, in words; empty before it was read.
    pub credential_source: String,
    /// Is it the built-in sandbox?
    pub sandbox: bool,
    /// The profile, if it was started with one.
    pub profile: Option<Profile>,
    /// What is set up: profiles and presets.
    pub setup: Config,
    /// What of that can not be used, as sentences.
    pub complaints: Vec<String>,
    /// How often to look for changes of others while nobody asks; `None` is never.
    pub watch: Option<Duration>,
    /// Where chance starts from.
    pub seed: u64,
}

impl Target {
    /// The path of a resource; empty for one that this API version does not have.
    pub fn path(&self, resource: Resource) -> &str {
        self.paths.get(&resource).map_or("", String::as_str)
    }

    /// Does everything that is saved reach customers?
    pub fn is_production(&self) -> bool {
        self.profile.as_ref().is_some_and(|profile| profile.production)
    }

    /// Where a resource is, as it may be shown: a key in the query is masked.
    pub fn shown_url(&self, resource: Resource) -> String {
        let query = match self.kind {
            CredentialKind::Bearer => String::new(),
            CredentialKind::DeveloperKey => format!("?hapikey={}", self.credential_hint),
        };
        format!("{}{}{query}", self.base_url, self.path(resource))
    }

    /// The header that carries the credential, masked; none if it is in the query.
    pub fn shown_header(&self) -> Option<String> {
        match self.kind {
            CredentialKind::Bearer => Some(format!("Authorization: Bearer {}", self.credential_hint)),
            CredentialKind::DeveloperKey => None,
        }
    }

    /// The environment variable that a shell takes the credential from.
    pub fn variable(&self) -> &str {
        let sources = self.profile.iter().flat_map(|profile| &profile.sources);
        let mut named = sources.filter_map(|source| match source {
            Source::Variable(name) => Some(name.as_str()),
            Source::File(_) | Source::Command(_) | Source::Keyring => None,
        });
        named.next().unwrap_or(self.kind.variable())
    }
}
