//! Where a profile's credential is had from, as options. No option takes a secret.

use crate::model::login::{Login, LoginPart};
use crate::model::pace::pace;
use crate::model::profile::{CredentialKind, Source};
use crate::store::config;
use clap::Args;
use std::path::{self, PathBuf};
use std::time::Duration;

/// Where a credential is had from: one of these, or none for the kind's usual variable.
#[derive(Clone, Debug, Args)]
#[group(multiple = false)]
pub struct From {
    /// The credential is in this variable
    #[arg(long, value_name = "VARIABLE", value_parser = variable)]
    pub env: Option<String>,
    /// Write it to this file, asked for or from stdin
    ///
    /// For you alone: mode 0600. On a terminal it is asked for, and not shown.
    #[arg(long, value_name = "PATH")]
    pub file: Option<PathBuf>,
    /// A program that prints it, and its arguments
    ///
    /// All of it may stand at the end instead, after --, with dashes in its arguments.
    #[arg(long, value_name = "WORD", num_args = 1..)]
    pub command: Vec<String>,
    /// The same at the end, after --
    #[arg(last = true, value_name = "PROGRAM")]
    pub program: Vec<String>,
    /// Put it into the keyring, asked for or from stdin
    #[arg(long)]
    pub keyring: bool,
    /// Use the HubSpot CLI's login
    ///
    /// ACCOUNT is its name or number there. Without one it is the CLI's default account. Nothing of the CLI is changed.
    #[arg(long, value_name = "ACCOUNT", num_args = 0..=1, add = crate::cli::completing::accounts())]
    pub hs: Option<Option<String>>,
    /// Exchange an OAuth login for access tokens
    ///
    /// It renews them. Client id, client secret and refresh token are had from their usual variables, if no other
    /// places are given.
    #[arg(long)]
    pub oauth: bool,
}

/// Where the parts of an OAuth login are. A part itself is never given here.
#[derive(Clone, Debug, Args)]
pub struct PartsFrom {
    /// Where its client id is
    ///
    /// env:NAME, file: and a path, or keyring.
    #[arg(long, value_name = "PLACE")]
    pub client_id: Option<String>,
    /// Where its client secret is
    #[arg(long, value_name = "PLACE")]
    pub client_secret: Option<String>,
    /// Where its refresh token is
    ///
    /// Another one that HubSpot gives is kept there, if it is a file or the keyring.
    #[arg(long, value_name = "PLACE")]
    pub refresh_token: Option<String>,
}

impl PartsFrom {
    /// Is a place given?
    pub fn is_given(&self) -> bool {
        self.client_id.is_some() || self.client_secret.is_some() || self.refresh_token.is_some()
    }

    /// The login with the places that are given. The error is a sentence.
    pub fn login(&self, mut login: Login) -> Result<Login, String> {
        let home = home();
        let given = [&self.client_id, &self.client_secret, &self.refresh_token];
        for (part, place) in LoginPart::ALL.into_iter().zip(given) {
            let Some(place) = place else { continue };
            // The place is not repeated: it may be the secret itself, given by mistake.
            let source = config::part_place(part, place, home.as_deref()).ok_or_else(|| {
                format!("the place of the {} is env:NAME, file: and an absolute path, or keyring", part.label())
            })?;
            login.set(part, source);
        }
        Ok(login)
    }
}

impl From {
    /// Was a source given?
    pub(super) fn is_given(&self) -> bool {
        self.env.is_some()
            || self.file.is_some()
            || self.keyring
            || self.oauth
            || self.hs.is_some()
            || !self.command.is_empty()
            || !self.program.is_empty()
    }

    /// The source that was given, or the usual variable of the kind. The error is a sentence.
    pub(super) fn source(&self, parts: &PartsFrom, kind: CredentialKind) -> Result<Source, String> {
        if parts.is_given() && !self.oauth {
            return Err("the places of a login's parts are given with --oauth".to_owned());
        }
        Ok(match self {
            Self { hs: Some(_), .. } | Self { oauth: true, .. } if kind != CredentialKind::Bearer => {
                return Err("a login gives access tokens, so --kind is bearer".to_owned());
            }
            Self { hs: Some(account), .. } if account.as_deref().is_none_or(config::is_account) => {
                Source::HubSpotCli(account.clone())
            }
            Self { hs: Some(_), .. } => return Err("--hs takes the name or the number of an account".to_owned()),
            Self { oauth: true, .. } => Source::OAuth(Box::new(parts.login(Login::default())?)),
            Self { env: Some(name), .. } => Source::Variable(name.clone()),
            Self { file: Some(file), .. } => {
                let text = file.to_str().filter(|text| text.starts_with('~'));
                // Shells leave ~ as it is in quotes and after =.
                let absolute = text.map_or_else(
                    || path::absolute(file).map_err(|why| why.to_string()),
                    |text| config::absolute(text, home().as_deref()).ok_or("~/ is the home folder".to_owned()),
                );
                Source::File(absolute.map_err(|why| format!("--file cannot be used: {why}"))?)
            }
            Self { keyring: true, .. } => Source::Keyring,
            Self { command, program, .. } if command.is_empty() && program.is_empty() => {
                Source::Variable(kind.variable().to_owned())
            }
            Self { command, program, .. } => {
                let words = if program.is_empty() { command } else { program };
                let command = config::command(words.clone(), home().as_deref());
                Source::Command(command.ok_or(
                    "--command is a program's name or absolute path, then its arguments, each a word of its own",
                )?)
            }
        })
    }
}

/// The folder that `~/` stands for.
fn home() -> Option<PathBuf> {
    std::env::home_dir()
}

/// How long a program may take, as an option.
pub(super) fn timeout(text: &str) -> Result<Duration, String> {
    pace(text).ok_or_else(|| "a time from 1s to 60s is needed".to_owned())
}

fn variable(text: &str) -> Result<String, String> {
    let fits = config::is_variable(text).then(|| text.to_owned());
    fits.ok_or_else(|| "a variable's name is letters, digits and _, and no value is given here".to_owned())
}
