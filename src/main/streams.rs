//! What a command writes. Everything that it says or prints goes through here: made harmless for a terminal, and without
//! the credentials that the run knows, wherever they came from.
//!
//! ```text
//!   variables of the environment ──┐
//!   the profile's variable, file ──┼── known ──> say:   stderr
//!   what a request carried ────────┘        └──> write: stdout, exact for programs
//! ```

use super::var;
use callset::api::{Credential, without_lookalikes};
use callset::cli::exit::Said;
use callset::cli::input;
use callset::model::login::LoginPart;
use callset::model::profile::{CredentialKind, Source};
use callset::secrets::{self, FoundSecret, Limits, Who};
use callset::start::Start;
use callset::store;
use callset::store::config::{ConfigFile, Reading};
use callset::term;
use callset::ui::text::visible;
use std::collections::HashSet;
use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

/// What became of lines for standard output.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Printed {
    /// They are written.
    Whole,
    /// Nobody reads any more, which is no failure.
    Unread,
    /// They could not be written.
    Failed,
}

/// Standard output and standard error.
pub(super) struct Streams {
    /// The credentials that are known so far, the last one first in line.
    known: Option<Credential>,
    /// The configuration, which was read for its variables, until the run takes it.
    reading: Option<Reading>,
}

impl Streams {
    /// Streams that know the credentials in the environment: the variables of both kinds, and of all profiles.
    pub(super) fn new() -> Self {
        let mut streams = Self { known: None, reading: None };
        let reading = store::config::config_file(var).as_ref().map(ConfigFile::read).unwrap_or_default();
        for kind in CredentialKind::ALL {
            streams.learn_from(kind, &Source::Variable(kind.variable().to_owned()));
        }
        for part in [LoginPart::ClientSecret, LoginPart::RefreshToken] {
            streams.learn_from(CredentialKind::Bearer, &Source::Variable(part.variable().to_owned()));
        }
        // Most profiles have the same variable.
        let mut learnt = HashSet::new();
        for profile in &reading.config.profiles {
            for source in profile.sources.iter().flat_map(secret_places) {
                if let Source::Variable(name) = source
                    && learnt.insert((profile.kind, name))
                {
                    streams.learn_from(profile.kind, source);
                }
            }
        }
        streams.reading = Some(reading);
        streams
    }

    /// The configuration as it was at the start of the program; as it is, if it was taken before.
    pub(super) fn configuration(&mut self) -> Reading {
        let read = || store::config::config_file(var).as_ref().map(ConfigFile::read).unwrap_or_default();
        self.reading.take().unwrap_or_else(read)
    }

    /// A credential that is not to be written from now on.
    pub(super) fn learn(&mut self, credential: Credential) {
        self.known = Some(match &self.known {
            Some(former) => credential.after(former),
            None => credential,
        });
    }

    /// The credentials that a run could use, as far as no program and no keyring has to be asked for them.
    pub(super) fn learn_of(&mut self, start: &Start) {
        if let Some(ready) = &start.ready {
            self.learn(ready.clone());
        }
        let is_quick = |source: &&Source| matches!(source, Source::Variable(_) | Source::File(_));
        for source in start.profile.sources.iter().flat_map(secret_places).filter(is_quick) {
            self.learn_from(start.profile.kind, source);
        }
    }

    fn learn_from(&mut self, kind: CredentialKind, source: &Source) {
        let who = Who { profile: String::new(), host: String::new() };
        if let Ok(FoundSecret::Ready(found)) =
            secrets::read(Limits::default(), kind, std::slice::from_ref(source), &who, var)
        {
            self.learn(found.credential);
        }
    }

    /// The text without a credential. As long as none is known, what looks like one is left out.
    pub(super) fn masked(&self, text: &str) -> String {
        match &self.known {
            Some(known) => known.redact_told(text),
            None => without_lookalikes(text),
        }
    }

    /// Lines on standard error.
    pub(super) fn say(&self, words: &str) {
        let lines: Vec<String> = words.lines().map(|line| visible(&self.masked(line))).collect();
        term::say(&lines.join("\n"));
    }

    /// One sentence on stderr, exit code 2: nothing was started.
    pub(super) fn refuse(&self, why: &str) -> ExitCode {
        self.say(&format!("callset: {why}"));
        ExitCode::from(2)
    }

    /// Prints what a command has to say. `is_exact` for what programs read.
    pub(super) fn print(&self, outcome: &Said, quiet: bool, is_exact: bool) -> ExitCode {
        let printed = self.write(&outcome.printed, is_exact);
        if !quiet {
            outcome.said.iter().for_each(|line| self.say(&in_one_line(line)));
        }
        ExitCode::from(if printed == Printed::Failed { outcome.code.max(1) } else { outcome.code })
    }

    /// Lines on standard output, made harmless: what is piped may come to a terminal after all. What programs read is
    /// exact, unless a terminal shows it.
    pub(super) fn write(&self, lines: &[String], is_exact: bool) -> Printed {
        let mut text = String::new();
        let is_shown = !is_exact || io::stdout().is_terminal();
        for line in lines {
            let line = self.masked(line);
            text.push_str(&if is_shown { visible(&line) } else { line });
            text.push('\n');
        }
        let mut out = io::stdout().lock();
        match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
            Ok(()) => Printed::Whole,
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Printed::Unread,
            Err(error) => {
                self.say(&format!("callset: standard output takes nothing: {}", input::words(&error)));
                Printed::Failed
            }
        }
    }
}

/// What was said, in one line: what a server or a file brings along may have several.
fn in_one_line(text: &str) -> String {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Where the secrets of a source are: of a login those of its parts. The client id is not secret.
fn secret_places(source: &Source) -> Vec<&Source> {
    match source.login() {
        Some(login) => [LoginPart::ClientSecret, LoginPart::RefreshToken].map(|part| login.place(part)).to_vec(),
        None => vec![source],
    }
}
