//! What the first start says.

use super::Styled;
use crate::app::msg::Token;
use crate::app::wizard::{Keep, Step, Summary, Test, Wizard, Wrong};
use crate::model::profile::{BASE_URL, CredentialKind, PROFILE_NAMES, Source};
use crate::sync::{Doing, seconds};
use crate::ui::text::{visible, width, wrap};
use crate::ui::theme::{Role, Theme};
use crate::ui::wrap_cells;
use std::ops::Range;

/// What the header says at its end.
pub(super) fn status(wizard: &Wizard, is_short: bool) -> &'static str {
    match (wizard.review.as_ref().is_some_and(|review| review.writing), is_short) {
        (true, _) => "writing…",
        (false, true) => "",
        (false, false) => "nothing is written yet",
    }
}

/// The label of a row.
pub(super) fn label(wizard: &Wizard, step: Step, is_short: bool) -> &'static str {
    match (step, is_short) {
        (Step::App, _) => "App id",
        (Step::Name, false) => "Environment",
        (Step::Name, true) => "Name",
        (Step::Kind, false) => "Credential",
        (Step::Kind, true) => "Kind",
        (Step::Secret, false) if wizard.kind == CredentialKind::Bearer => "Access token",
        (Step::Secret, false) => "API key",
        (Step::Secret, true) if wizard.kind == CredentialKind::Bearer => "Token",
        (Step::Secret, true) => "Key",
        (Step::Keep, false) => "Kept in",
        (Step::Keep, true) => "Kept",
        (Step::Production, false) => "Production",
        (Step::Production, true) => "Product",
        (Step::Review, _) => "",
    }
}

/// The answer to a question with a few of them.
pub(super) fn choice(wizard: &Wizard, step: Step) -> &'static str {
    match step {
        Step::Kind => wizard.kind.label(),
        Step::Keep => match wizard.keep {
            Keep::Variable => "a variable",
            Keep::File => "a file",
            Keep::Keyring => "the keyring",
            Keep::Nowhere => "nowhere",
        },
        Step::Production if wizard.production => "[x] yes",
        Step::Production => "[ ] no",
        Step::App | Step::Name | Step::Secret | Step::Review => "",
    }
}

/// How long the credential is, in the room there is.
pub(super) fn characters(count: usize, room: u16) -> String {
    let long = format!("{count} {}", if count == 1 { "character" } else { "characters" });
    if width(&long) <= usize::from(room) { long } else { count.to_string() }
}

/// The question.
pub(super) fn title(wizard: &Wizard) -> &'static str {
    match (wizard.step, wizard.kind) {
        (Step::App, _) => "Which app?",
        (Step::Name, _) => "What is this environment called?",
        (Step::Kind, _) => "Which kind of credential?",
        (Step::Secret, CredentialKind::Bearer) => "The access token",
        (Step::Secret, CredentialKind::DeveloperKey) => "The developer API key",
        (Step::Keep, _) => "Where is it kept?",
        (Step::Production, _) => "Do customers use this app?",
        (Step::Review, _) => "",
    }
}

/// What stops the step, what it is about, and which of these lines have to be seen.
pub(super) fn about(wizard: &Wizard, room: usize) -> (Vec<Styled>, Range<usize>) {
    let mut lines = Lines { lines: Vec::new(), room };
    if let Some(wrong) = &wizard.wrong {
        lines.add("✗ ", Role::Error, &wrong_words(wrong));
    }
    let mut focus = 0..lines.lines.len();
    match wizard.step {
        Step::App => {
            lines.plain("The app's id, a number: it is on the app's page in the developer account.");
            lines.plain("Six short questions. Nothing is written before you have seen what and where.");
            if wizard.given.template.base_url != BASE_URL {
                let url = &wizard.given.template.base_url;
                lines.plain(&format!("It is for the server {url}, from --base-url or HUBSPOT_BASE_URL."));
            }
        }
        Step::Name => {
            lines.plain("A short name, such as staging or production: callset -p NAME opens it.");
            if !wizard.names.is_empty() {
                let names = wizard.names.join(", ");
                lines.plain(&format!("^N takes the names of the HubSpot CLI's accounts: {names}"));
                lines.quiet("Only names are taken from there; callset never reads that tool's keys.");
            }
        }
        Step::Kind => {
            let kinds = CredentialKind::ALL.map(|kind| {
                let words = match kind {
                    CredentialKind::Bearer => {
                        "access token: OAuth, of an account with the app; it lives for 30 minutes"
                    }
                    CredentialKind::DeveloperKey => {
                        "developer API key: of the developer account, where it is still taken"
                    }
                };
                (kind == wizard.kind, words.to_owned())
            });
            focus = lines.choices(&kinds, focus);
        }
        Step::Secret => {
            if let Some(other) = wizard.looks_like.filter(|kind| *kind != wizard.kind) {
                let article = if other == CredentialKind::Bearer { "an" } else { "a" };
                lines.add("! ", Role::Warning, &format!("It looks like {article} {}: Esc, then ←→.", other.label()));
            }
            lines.plain("Paste it. It is never shown, and only goes where the last step says.");
            match wizard.kind {
                CredentialKind::Bearer => {
                    lines.quiet("It takes the scopes developers-read and developers-write; pat-… tokens are refused.");
                }
                CredentialKind::DeveloperKey => lines.quiet("It has 36 characters, and four dashes among them."),
            }
        }
        Step::Keep => {
            let places = Keep::ALL.map(|keep| (keep == wizard.keep, place(wizard, keep)));
            focus = lines.choices(&places, focus);
        }
        Step::Production => {
            let choices = [
                (!wizard.production, "no: a save is one key".to_owned()),
                (wizard.production, "yes: each save is shown first, and takes the app's id".to_owned()),
            ];
            focus = lines.choices(&choices, focus);
        }
        Step::Review => {}
    }
    (lines.lines, focus)
}

fn place(wizard: &Wizard, keep: Keep) -> String {
    let unfit = |of: &Result<(), String>| of.as_ref().err().map(|why| format!(". {why}")).unwrap_or_default();
    let (file, keyring) = match &wizard.places {
        None => (String::new(), ", if it is there: it is being asked…".to_owned()),
        Some(places) => (unfit(&places.file), unfit(&places.keyring)),
    };
    match keep {
        Keep::Variable => format!("in the variable {}, which your shell sets", wizard.kind.variable()),
        Keep::File => format!("in {}, for you alone{file}", wizard.file().display()),
        Keep::Keyring => format!("in the system's keyring{keyring}"),
        Keep::Nowhere => "nowhere: it is asked for at each start".to_owned(),
    }
}

fn wrong_words(wrong: &Wrong) -> String {
    match wrong {
        Wrong::App => "An app's id is a whole number from 1 to 2147483647.".to_owned(),
        Wrong::Name => {
            format!("A name {PROFILE_NAMES}.")
        }
        Wrong::TooMuch => "That is longer than any credential, and was left out: is it another text?".to_owned(),
        Wrong::Secret(why) => format!("{}. Paste it again, or ^U clears it.", why.trim_end_matches(['.', '?'])),
        Wrong::Place(why) => format!("{why} ←→ chooses another place, Esc goes back."),
        Wrong::Asking => "The answer is still awaited: press Enter again in a moment.".to_owned(),
    }
}

/// Title and lines of the last step.
pub(super) fn review(wizard: &Wizard, review: &Summary, theme: Theme, room: usize) -> (String, Role, Vec<Styled>) {
    let mut lines = Lines { lines: Vec::new(), room };
    let (title, role) = match (&review.failed, &review.lines, review.writing) {
        (Some(_), ..) => ("It is not written", Role::Error),
        (None, Some(Err(_)), _) => ("It can not be written", Role::Error),
        (None, _, true) => ("Writing…", Role::Strong),
        (None, Some(Ok(_)) | None, false) => ("Enter writes this", Role::Strong),
    };
    let profile = &review.profile;
    if let Some(why) = &review.failed {
        lines.add("✗ ", Role::Error, &format!("{}. Enter tries again, Esc goes back.", why.trim_end_matches('.')));
    }
    test(wizard, review, theme, &mut lines);
    lines.blank();
    match &review.lines {
        None => lines.plain(&format!("The configuration {} is being read…", wizard.given.config.display())),
        Some(Err(why)) => {
            let next = "Esc goes back, to the name for one; no answer is lost.";
            lines.add("✗ ", Role::Error, &format!("{}. {next}", why.trim_end_matches('.')));
        }
        Some(Ok(added)) => {
            lines.plain(&format!("Into {}:", wizard.given.config.display()));
            for line in added {
                lines.exact(line);
            }
        }
    }
    lines.blank();
    let what = format!("The {} {}", profile.kind.label(), hint(wizard.token.as_ref()));
    match profile.sources.first() {
        Some(Source::File(path)) => {
            lines.plain(&format!("{what} into a new file, mode 0600: {}", path.display()));
        }
        Some(Source::Keyring) => lines.plain(&format!("{what} into the system's keyring.")),
        Some(Source::Variable(name)) => {
            lines
                .plain(&format!("{what} is kept nowhere: this run has it. For the next one, in your shell's profile:"));
            lines.exact(&format!("export {name}=…"));
        }
        Some(Source::Command(_)) | None => {
            lines.plain(&format!("{what} is kept nowhere: this run has it, the next one asks for it."));
        }
    }
    if !wizard.given.is_own {
        let host = wizard.host();
        lines.add("! ", Role::Warning, &format!("{host} is not HubSpot's: Enter lets the credential go there."));
    }
    (title.to_owned(), role, lines.lines)
}

fn hint(token: Option<&Token>) -> &str {
    token.map(|token| token.hint.as_str()).unwrap_or_default()
}

/// What the test call says of the credential.
fn test(wizard: &Wizard, review: &Summary, theme: Theme, lines: &mut Lines) {
    let (app, host) = (review.profile.app_id, wizard.host());
    match &review.test {
        Test::Held => {
            lines.add(
                "! ",
                Role::Warning,
                &format!("Not tested: {host} is not HubSpot's. ^R sends the credential there."),
            );
        }
        Test::Running(waited) if waited.is_zero() => lines.plain(&format!("Reading the settings of app {app}…")),
        Test::Running(waited) => {
            let sign = theme.spinner(waited.as_millis() / 250);
            lines.plain(&format!("{sign} Reading the settings of app {app}…  {} s", waited.as_secs()));
        }
        Test::Ended(took, Ok(true)) => {
            let words = format!("It works: {host} gave the settings of app {app} ({}).", seconds(*took));
            lines.add("", Role::Good, &words);
        }
        Test::Ended(took, Ok(false)) => {
            let words = format!("It works: app {app} has no settings yet on {host} ({}).", seconds(*took));
            lines.add("", Role::Good, &words);
        }
        Test::Ended(_, Err(fault)) => {
            lines.add("✗ ", Role::Error, &format!("{}.", visible(&fault.happened(&host))));
            if let Some(meaning) = fault.meaning(Doing::Loading, &wizard.target()) {
                lines.plain(&meaning);
            }
            lines.plain("^R tests again. Enter keeps it all the same.");
        }
    }
    let other = wizard.looks_like.filter(|kind| *kind != review.profile.kind);
    if let (Some(other), true) = (other, matches!(review.test, Test::Ended(_, Err(_)))) {
        lines.add("! ", Role::Warning, &format!("By its form it is the other kind: {}.", other.label()));
    }
}

/// Lines of a width.
struct Lines {
    lines: Vec<Styled>,
    room: usize,
}

impl Lines {
    /// With a sign before the first line, and its width before the others.
    fn add(&mut self, sign: &str, role: Role, text: &str) {
        let indent = width(sign);
        for (at, line) in wrap(text, self.room.saturating_sub(indent)).into_iter().enumerate() {
            let front = if at == 0 { sign.to_owned() } else { " ".repeat(indent) };
            self.lines.push((front + &line, role));
        }
    }

    fn plain(&mut self, text: &str) {
        self.add("", Role::Plain, text);
    }

    fn quiet(&mut self, text: &str) {
        self.add("", Role::Quiet, text);
    }

    fn blank(&mut self) {
        self.lines.push((String::new(), Role::Plain));
    }

    /// A text whose spaces count.
    fn exact(&mut self, text: &str) {
        let lines = wrap_cells(text, self.room.saturating_sub(2));
        self.lines.extend(lines.into_iter().map(|line| (format!("  {line}"), Role::Plain)));
    }

    /// One line or more for each; returns which are those of the one that is taken, or what is in focus already.
    fn choices(&mut self, choices: &[(bool, String)], focus: Range<usize>) -> Range<usize> {
        let is_told = !focus.is_empty();
        let mut taken = focus;
        for (is_taken, words) in choices {
            let first = self.lines.len();
            let (sign, role) = if *is_taken { ("(•) ", Role::Strong) } else { ("( ) ", Role::Plain) };
            self.add(sign, role, words);
            if *is_taken && !is_told {
                taken = first..self.lines.len();
            }
        }
        taken
    }
}
