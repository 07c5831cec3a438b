//! An OAuth login: where its three parts are kept. And what a text looks like that is given as a credential.
//!
//! ```text
//!   client id ─────┐
//!   client secret ─┼──> exchanged for an access token, which lives half an hour and is kept nowhere
//!   refresh token ─┘      └── another refresh token, now and then: kept where the old one was
//! ```

use super::profile::{CredentialKind, Profile, Source};
use jiff::Timestamp;
use std::collections::BTreeSet;

/// Where the parts of an OAuth login are kept. No part is a login itself.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Login {
    /// The source of the app's client id.
    pub client_id: Source,
    /// The source of the app's client secret.
    pub client_secret: Source,
    /// The source of the refresh token.
    pub refresh_token: Source,
}

impl Default for Login {
    /// All three from their usual variables.
    fn default() -> Self {
        let [client_id, client_secret, refresh_token] =
            LoginPart::ALL.map(|part| Source::Variable(part.variable().to_owned()));
        Self { client_id, client_secret, refresh_token }
    }
}

impl Login {
    /// The source of a part.
    pub fn place(&self, part: LoginPart) -> &Source {
        match part {
            LoginPart::ClientId => &self.client_id,
            LoginPart::ClientSecret => &self.client_secret,
            LoginPart::RefreshToken => &self.refresh_token,
        }
    }

    /// Gives a part another source.
    pub fn set(&mut self, part: LoginPart, source: Source) {
        let place = match part {
            LoginPart::ClientId => &mut self.client_id,
            LoginPart::ClientSecret => &mut self.client_secret,
            LoginPart::RefreshToken => &mut self.refresh_token,
        };
        *place = source;
    }
}

/// A part of an OAuth login.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LoginPart {
    /// Names the app at HubSpot. It is not secret.
    ClientId,
    /// Proves to HubSpot that the app asks.
    ClientSecret,
    /// Stands for the account's consent. HubSpot gives access tokens for it until it is revoked.
    RefreshToken,
}

impl LoginPart {
    /// All parts, in the order in which they are read.
    pub const ALL: [LoginPart; 3] = [LoginPart::ClientId, LoginPart::ClientSecret, LoginPart::RefreshToken];

    /// The name of the part in sentences.
    pub fn label(self) -> &'static str {
        match self {
            LoginPart::ClientId => "client id",
            LoginPart::ClientSecret => "client secret",
            LoginPart::RefreshToken => "refresh token",
        }
    }

    /// The name of the part in the configuration file.
    pub fn word(self) -> &'static str {
        match self {
            LoginPart::ClientId => "client_id",
            LoginPart::ClientSecret => "client_secret",
            LoginPart::RefreshToken => "refresh_token",
        }
    }

    /// The environment variable that usually holds the part.
    pub fn variable(self) -> &'static str {
        match self {
            LoginPart::ClientId => "HUBSPOT_CLIENT_ID",
            LoginPart::ClientSecret => "HUBSPOT_CLIENT_SECRET",
            LoginPart::RefreshToken => "HUBSPOT_REFRESH_TOKEN",
        }
    }
}

/// What the token endpoint does not accept. It gives no token then, and the same request would fail again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Denial {
    /// The client id: there is no such app.
    ClientId,
    /// The client secret: it is not the app's.
    ClientSecret,
    /// The client id or the client secret.
    Client,
    /// The refresh token: it was revoked, or is none.
    RefreshToken,
    /// The refresh token: it was given to another app.
    OtherApp,
    /// The personal access key of the HubSpot CLI: it was revoked, has expired, or is none.
    AccessKey,
    /// The redirect URL: the app does not list it, or the code was given for another one.
    Redirect,
    /// The code: it was used before, has expired, or is none.
    Code,
    /// The scopes: the app may not ask for them.
    Scope,
    /// There is no token endpoint at this address.
    Endpoint,
    /// Something else, told by this status only.
    Other(u16),
}

/// What a text looks like that is given as a credential. Its form is no proof, because `HubSpot` documents none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Likeness {
    /// A credential of this kind.
    Of(CredentialKind),
    /// The token of a private app, or a service key: `pat-…`.
    PrivateApp,
    /// The personal access key of the `HubSpot` CLI.
    AccessKey,
}

impl Likeness {
    /// May it be a credential of this kind?
    pub fn fits(self, kind: CredentialKind) -> bool {
        self == Likeness::Of(kind)
    }
}

/// A credential that callset renews by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Renewal {
    /// When the credential ends; `None` if that is not known.
    pub ends: Option<Timestamp>,
}

/// The environment variables that may hold a secret: the usual ones, and those that these profiles name. No program gets
/// them that has no use for them.
pub fn secret_variables<'a>(profiles: impl IntoIterator<Item = &'a Profile>) -> BTreeSet<String> {
    let usual = CredentialKind::ALL.map(CredentialKind::variable).into_iter();
    let usual = usual.chain(LoginPart::ALL.map(LoginPart::variable)).chain(["HUBSPOT_PERSONAL_ACCESS_KEY"]);
    let sources = profiles.into_iter().flat_map(|profile| &profile.sources);
    let named = sources.flat_map(|source| match source {
        Source::OAuth(login) => LoginPart::ALL.map(|part| login.place(part)).to_vec(),
        other => vec![other],
    });
    let named = named.filter_map(|source| match source {
        Source::Variable(name) => Some(name.clone()),
        Source::File(_) | Source::Command(_) | Source::Keyring | Source::HubSpotCli(_) | Source::OAuth(_) => None,
    });
    usual.map(str::to_owned).chain(named).collect()
}
