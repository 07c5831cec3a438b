//! `callset auth`: tells where the credential comes from, keeps another one, or forgets it. Its value is never shown.

use super::examples;
use super::exit::{CommandError, Ending, Said, array, document};
use super::options::{Common, Shared};
use super::profile::PartsFrom;
use super::values::columns;
use crate::model::json::string;
use crate::start::{NoCredential, ReadCredential};
use crate::words;
use clap::{Args, Subcommand};
use jiff::Timestamp;

/// What to do with credentials.
#[derive(Clone, Debug, Subcommand)]
#[command(defer = true)]
pub enum AuthAction {
    /// Tell which credential would be used
    #[command(before_long_help = examples::AUTH)]
    Status(Status),
    /// Keep another credential for a profile
    ///
    /// It is read from standard input, or asked for at a terminal, and goes to the file or the keyring of the profile.
    #[command(before_long_help = examples::AUTH)]
    Set(OfProfile),
    /// Log in at HubSpot in a browser, for tokens that are renewed
    ///
    /// It listens on this machine for the answer, or takes it pasted, and asks before it writes anything.
    #[command(before_long_help = examples::AUTH)]
    Login(LogIn),
    /// Remove a profile's entry in the keyring
    #[command(before_long_help = examples::AUTH)]
    Forget(OfProfile),
}

/// Options of `auth status`.
#[derive(Clone, Debug, Args)]
pub struct Status {
    /// What is looked at, and how it is printed.
    #[command(flatten)]
    pub shared: Shared,
}

/// Options of `auth login`.
#[derive(Clone, Debug, Args)]
pub struct LogIn {
    /// Which profile; the default one, if none is named
    #[arg(add = super::completing::profiles())]
    pub name: Option<String>,
    /// The redirect URL, as the app's page lists it
    ///
    /// The browser comes back to it. If that is a port of localhost, callset listens there.
    #[arg(long, value_name = "URL", hide_default_value = true, default_value = REDIRECT)]
    pub redirect: String,
    /// Ask for these scopes instead
    ///
    /// Without it: developers-read and developers-write.
    #[arg(long, value_name = "SCOPE", num_args = 1..)]
    pub scope: Vec<String>,
    /// Open no browser: print the address
    #[arg(long)]
    pub no_browser: bool,
    /// Where the parts of the login are, or are kept.
    #[command(flatten)]
    pub parts: PartsFrom,
}

/// The redirect URL that HubSpot's own examples use.
pub const REDIRECT: &str = "http://localhost:3000/oauth-callback";

impl LogIn {
    /// The scopes to ask for, with spaces between.
    pub fn scopes(&self) -> String {
        if self.scope.is_empty() { "developers-read developers-write".to_owned() } else { self.scope.join(" ") }
    }
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
    now: Timestamp,
    common: &Common,
) -> Result<Said, CommandError> {
    let had = read.map_err(|lack| match lack {
        NoCredential::None(why) => {
            CommandError::new(Ending::NoCredential, "no_credential", why.trim_end_matches('.').to_owned())
        }
        NoCredential::NotNow(fault) => {
            CommandError::new(Ending::Failed, "unreached", words::fault::happened(&fault, host))
        }
        NoCredential::Untrusted(source) => CommandError::usage(format!(
            "what {source} holds was not stored for {host}: --trust-host {host} lets it go there"
        )),
    })?;
    let (kind, looks) = (had.credential.kind(), had.credential.looks_like());
    let odd = looks.filter(|looks| !looks.fits(kind)).map(words::credential::looks_like);
    let source = if had.source.is_empty() { "standard input or the demo".to_owned() } else { had.source };
    let trust = if is_own { "as HubSpot's own, or this machine" } else { "because somebody said so" };
    let scopes = had.lease.as_ref().map(|lease| lease.scopes.as_slice()).filter(|scopes| !scopes.is_empty());
    let lives = had.lease.as_ref().and_then(|lease| lease.lives);
    let ends = lives.and_then(|lives| now.checked_add(lives).ok());
    if common.is_json() {
        let odd = odd.as_deref().map_or("null".to_owned(), string);
        return Ok(Said::printed(vec![document(&[
            ("source", string(&source)),
            ("kind", string(kind.word())),
            ("hint", string(&had.credential.hint())),
            ("host", string(host)),
            ("scopes", scopes.map_or("null".to_owned(), |scopes| array(scopes.iter().map(|scope| string(scope))))),
            ("expires_at", ends.map_or("null".to_owned(), |ends| string(&ends.to_string()))),
            ("renews_itself", had.lease.is_some().to_string()),
            ("odd", odd),
        ])]));
    }
    let mut rows = vec![
        vec!["source".to_owned(), source],
        vec!["kind".to_owned(), kind.label().to_owned()],
        vec!["ends in".to_owned(), had.credential.hint()],
        vec!["goes to".to_owned(), format!("{host}, {trust}")],
    ];
    rows.push(match lives {
        Some(lives) => {
            let left = lives.as_secs().div_ceil(60);
            vec!["time left".to_owned(), format!("{left} min, and then it is renewed")]
        }
        None => vec!["time left".to_owned(), "HubSpot tells it only where it refuses something".to_owned()],
    });
    rows.push(match scopes {
        Some(scopes) => vec!["scopes".to_owned(), scopes.join(", ")],
        None => vec!["scopes".to_owned(), "HubSpot tells them only where it refuses something".to_owned()],
    });
    rows.extend(scopes.and_then(words::login::lacks).map(|lacks| vec!["saving".to_owned(), lacks]));
    rows.extend(odd.map(|odd| vec!["odd".to_owned(), odd]));
    Ok(Said::printed(columns(&rows)))
}
