//! The target of a run: the app, the server of its settings, and the configuration around it.

use super::Call;
use crate::model::json;
use crate::model::login::{Likeness, Renewal};
use crate::model::profile::{Config, CredentialKind, Profile, Source};
use crate::model::{ApiVersion, Representation, Resource, Value};
use std::collections::BTreeMap;
use std::time::Duration;

/// What a run edits, in words that people use. It does not change during a run, and it holds no credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The HubSpot app, 1 to 2147483647.
    pub app_id: i32,
    /// The server's host, with the port if it is not the default one.
    pub host: String,
    /// Scheme, host and port, without a slash at the end.
    pub base_url: String,
    /// The path of each resource in the API version in use.
    pub paths: BTreeMap<Resource, String>,
    /// The kind of credential.
    pub kind: CredentialKind,
    /// The credential with everything but its end masked; empty before the credential was read.
    pub credential_hint: String,
    /// What the credential looks like, whatever kind it was given as.
    pub looks_like: Option<Likeness>,
    /// The source of the credential, in words; empty before the credential was read.
    pub credential_source: String,
    /// If callset renews the credential: until when it lives.
    pub credential_renewal: Option<Renewal>,
    /// Is it the built-in sandbox?
    pub sandbox: bool,
    /// The profile, if the run was started with one.
    pub profile: Option<Profile>,
    /// The configuration: profiles and presets.
    pub setup: Config,
    /// The parts of the configuration that cannot be used, as sentences.
    pub complaints: Vec<String>,
    /// How often to look for changes of others; `None` means never.
    pub watch: Option<Duration>,
    /// The start of the random numbers.
    pub seed: u64,
}

/// Where the calling SDK's host looks for an override of the settings, in the localStorage of HubSpot's pages.
const OVERRIDE_KEY: &str = "LocalSettings:Calling:CallingExtensions";

impl Target {
    /// The path of a resource; empty for one that this API version does not have.
    pub fn path(&self, resource: Resource) -> &str {
        self.paths.get(&resource).map_or("", String::as_str)
    }

    /// The version of the API, as the paths name it.
    pub fn version(&self) -> Option<ApiVersion> {
        let path = self.path(Resource::Settings);
        ApiVersion::ALL.into_iter().find(|version| path.split('/').any(|part| part == version.label()))
    }

    /// Does every save reach customers?
    pub fn is_production(&self) -> bool {
        self.profile.as_ref().is_some_and(|profile| profile.production)
    }

    /// The address of a resource as it may be shown: a key in the query is masked.
    pub fn shown_url(&self, resource: Resource) -> String {
        let query = match self.kind {
            CredentialKind::Bearer => String::new(),
            CredentialKind::DeveloperKey => format!("?hapikey={}", self.credential_hint),
        };
        format!("{}{}{query}", self.base_url, self.path(resource))
    }

    /// The header that carries the credential, masked; `None` if the credential is in the query.
    pub fn shown_header(&self) -> Option<String> {
        match self.kind {
            CredentialKind::Bearer => Some(format!("Authorization: Bearer {}", self.credential_hint)),
            CredentialKind::DeveloperKey => None,
        }
    }

    /// The environment variable that a shell command reads the credential from.
    pub fn variable(&self) -> &str {
        let mut sources = self.profile.iter().flat_map(|profile| &profile.sources);
        sources.find_map(Source::variable).unwrap_or(self.kind.variable())
    }

    /// A request for a shell. The credential comes from the environment there.
    pub fn curl(&self, call: &Call) -> String {
        let (plain, variable) = (format!("{}{}", self.base_url, self.path(call.resource())), self.variable());
        let (url, auth) = match self.kind {
            CredentialKind::Bearer => (quoted(&plain), format!(" -H \"Authorization: Bearer ${variable}\"")),
            CredentialKind::DeveloperKey => {
                (format!("{}\"${variable}\"", quoted(&format!("{plain}?hapikey="))), String::new())
            }
        };
        let method = match call {
            Call::Get(_) => String::new(),
            Call::Patch(_) | Call::Create(_) | Call::Delete(_) => format!("-X {} ", call.method()),
        };
        match call.body() {
            Some(body) => {
                let body = quoted(&body);
                format!("curl {method}{url}{auth} -H 'Content-Type: application/json' --data {body}")
            }
            None => format!("curl {method}{url}{auth}"),
        }
    }

    /// A look at a page for a shell: the headers that came, as a browser gets them that loads the page into a frame.
    pub fn curl_of_page(url: &str) -> String {
        format!(
            "curl -sS -o /dev/null -D - -H 'Sec-Fetch-Dest: iframe' -H 'Referer: https://app.hubspot.com/' {}",
            quoted(url)
        )
    }

    /// The settings that an override takes from the app.
    pub const OVERRIDDEN: [&str; 2] = ["name", "url"];

    /// For the console of a browser on HubSpot's pages: try name and URL there only, without touching the server. The app is
    /// offered there, whatever the settings say, because that is what an override is for. The key is the calling SDK's own.
    pub fn browser_override(settings: &Representation) -> String {
        let mut members = vec!["\"isReady\":true".to_owned()];
        for key in Self::OVERRIDDEN {
            let value = settings.get(key).filter(|value| !matches!(value, Value::Withheld(_)));
            members.extend(value.map(|value| format!("\"{key}\":{}", value.to_json())));
        }
        let json = json::string(&format!("{{{}}}", members.join(",")));
        format!("localStorage.setItem({}, {json})", json::string(OVERRIDE_KEY))
    }

    /// For the same console: takes the override out again.
    pub fn browser_override_end() -> String {
        format!("localStorage.removeItem({})", json::string(OVERRIDE_KEY))
    }
}

/// For a POSIX shell: nothing in it is interpreted, and nothing in it reaches a terminal as a control character.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}
