//! `callset auth`: tells where the credential comes from, keeps another one, or forgets it. Its value is never shown.

use super::exit::{CommandError, Ending, Said, document};
use super::options::{Common, Shared};
use super::values::columns;
use crate::model::json::string;
use crate::start::{NoCredential, ReadCredential};
use clap::{Args, Subcommand};

/// What to do with credentials.
#[derive(Clone, Debug, Subcommand)]
pub enum AuthAction {
    /// Tell which credential would be used
    Status(Status),
    /// Keep another credential for a profile
    ///
    /// It is read from standard input, or asked for at a terminal, and goes to the file or the keyring of the profile.
    Set(OfProfile),
    /// Remove a profile's entry in the keyring
    Forget(OfProfile),
}

/// Options of `auth status`.
#[derive(Clone, Debug, Args)]
pub struct Status {
    /// What is looked at, and how it is printed.
    #[command(flatten)]
    pub shared: Shared,
}

/// A profile.
#[derive(Clone, Debug, Args)]
pub struct OfProfile {
    /// Which profile
    #[arg(add = super::completing::profiles())]
    pub name: String,
}

/// Describes the credential in use.
///
/// # Errors
///
/// There is no credential, or it may not be sent to its host.
pub fn status(
    read: Result<ReadCredential, NoCredential>,
    host: &str,
    is_own: bool,
    common: &Common,
) -> Result<Said, CommandError> {
    let had = read.map_err(|lack| match lack {
        NoCredential::None(why) => {
            CommandError::new(Ending::NoCredential, "no_credential", why.trim_end_matches('.').to_owned())
        }
        NoCredential::Untrusted(source) => CommandError::usage(format!(
            "what {source} holds was not stored for {host}: --trust-host {host} lets it go there"
        )),
    })?;
    let (kind, looks) = (had.credential.kind(), had.credential.looks_like());
    let odd =
        looks.filter(|looks| *looks != kind).map(|looks| format!("it looks like another kind: {}", looks.label()));
    let source = if had.source.is_empty() { "standard input or the demo".to_owned() } else { had.source };
    let trust = if is_own { "as HubSpot's own, or this machine" } else { "because somebody said so" };
    if common.is_json() {
        let odd = odd.as_deref().map_or("null".to_owned(), string);
        return Ok(Said::printed(vec![document(&[
            ("source", string(&source)),
            ("kind", string(kind.word())),
            ("hint", string(&had.credential.hint())),
            ("host", string(host)),
            ("scopes", "null".to_owned()),
            ("expires_at", "null".to_owned()),
            ("odd", odd),
        ])]));
    }
    let mut rows = vec![
        vec!["source".to_owned(), source],
        vec!["kind".to_owned(), kind.label().to_owned()],
        vec!["ends in".to_owned(), had.credential.hint()],
        vec!["goes to".to_owned(), format!("{host}, {trust}")],
        vec!["scopes, time left".to_owned(), "HubSpot tells them only where it refuses something".to_owned()],
    ];
    rows.extend(odd.map(|odd| vec!["odd".to_owned(), odd]));
    Ok(Said::printed(columns(&rows)))
}
