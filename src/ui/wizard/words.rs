//! The texts of the first start, broken into lines.

use super::Styled;
use crate::app::keymap::Scope;
use crate::app::wizard::{CanKeep, Keep, Step, Summary, Test, Wizard, Wrong};
use crate::model::profile::{BASE_URL, CredentialKind};
use crate::ui::steps::{titled, wrapped};
use crate::ui::text::{visible, width, wrap};
use crate::ui::theme::{Role, Theme};
use crate::ui::wrap_cells;
use crate::words::{Statement, Tone, first_start};
use std::ops::Range;

/// The words at the end of the header.
pub(super) fn status(wizard: &Wizard, is_short: bool) -> &'static str {
    match (wizard.review.as_ref().is_some_and(|review| review.writing), is_short) {
        (true, _) => first_start::WRITING,
        (false, true) => "",
        (false, false) => first_start::NOTHING_WRITTEN,
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

/// The chosen answer to a question with a few answers.
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

/// The length of the credential in words, short enough for `room` cells.
pub(super) fn characters(count: usize, room: u16) -> String {
    let [long, short] = first_start::length(count);
    if width(&long) <= usize::from(room) { long } else { short }
}

/// The question of the current step.
pub(super) fn title(wizard: &Wizard) -> &'static str {
    match wizard.step {
        Step::App => first_start::app(None).0,
        Step::Name => first_start::name(&[]).0,
        Step::Kind => first_start::WHICH_KIND,
        Step::Secret => first_start::secret(wizard.kind).0,
        Step::Keep => first_start::WHERE_KEPT,
        Step::Production => first_start::DO_CUSTOMERS,
        Step::Review => "",
    }
}

/// The lines below the question: what is wrong with the answer, and what the answer is for. The range names the lines
/// that must be in sight.
pub(super) fn about(wizard: &Wizard, room: usize) -> (Vec<Styled>, Range<usize>) {
    let mut lines = Lines { laid: Vec::new(), room, scope: wizard.scope() };
    if let Some(wrong) = &wizard.wrong {
        lines.said("✗ ", Role::Error, &wrong_words(wrong));
    }
    let mut focus = 0..lines.laid.len();
    match wizard.step {
        Step::App => {
            let url = &wizard.given.template.base_url;
            let (_, about) = first_start::app((url != BASE_URL).then_some(url.as_str()));
            for line in &about {
                lines.plain(line);
            }
        }
        Step::Name => {
            let (_, what, known) = first_start::name(&wizard.names);
            lines.plain(what);
            if let Some(known) = known {
                lines.said("", Role::Plain, &known);
                lines.plain(first_start::ONLY_NAMES);
            }
        }
        Step::Kind => {
            let kinds = CredentialKind::ALL.map(|kind| (kind == wizard.kind, first_start::kind(kind).to_owned()));
            focus = lines.choices(&kinds, focus);
        }
        Step::Secret => {
            if let Some(other) = wizard.looks_like.filter(|kind| *kind != wizard.kind) {
                lines.said("! ", Role::Warning, &first_start::looks_like(other));
            }
            let (_, paste, form) = first_start::secret(wizard.kind);
            lines.plain(paste);
            lines.plain(form);
        }
        Step::Keep => {
            let places = Keep::ALL.map(|keep| (keep == wizard.keep, place(wizard, keep)));
            focus = lines.choices(&places, focus);
        }
        Step::Production => {
            let [no, yes] = first_start::PRODUCTION.map(ToOwned::to_owned);
            focus = lines.choices(&[(!wizard.production, no), (wizard.production, yes)], focus);
        }
        Step::Review => {}
    }
    (lines.laid, focus)
}

fn place(wizard: &Wizard, keep: Keep) -> String {
    let places = wizard.places.as_ref();
    let unfit = |of: fn(&CanKeep) -> &Result<(), String>| places.and_then(|places| of(places).as_ref().err());
    match keep {
        Keep::Variable => first_start::in_variable(wizard.kind),
        Keep::File => first_start::in_file(&wizard.file(), unfit(|places| &places.file).map(String::as_str)),
        Keep::Keyring => {
            let unfit = unfit(|places| &places.keyring).map(String::as_str);
            first_start::in_keyring(places.is_some(), unfit)
        }
        Keep::Nowhere => first_start::NOWHERE.to_owned(),
    }
}

fn wrong_words(wrong: &Wrong) -> Statement {
    let plain = |text: String| Statement::brief(Tone::Error, text);
    match wrong {
        Wrong::App => plain(first_start::WRONG_APP.to_owned()),
        Wrong::Name => plain(first_start::wrong_name()),
        Wrong::TooMuch => plain(first_start::TOO_MUCH.to_owned()),
        Wrong::Secret(why) => first_start::wrong_secret(why),
        Wrong::Place(why) => first_start::wrong_place(why),
        Wrong::Asking => first_start::still_asking(),
        Wrong::TooFast => plain(first_start::TOO_FAST.to_owned()),
    }
}

/// The title and the lines of the review.
pub(super) fn review(wizard: &Wizard, review: &Summary, theme: Theme, room: usize) -> (String, Role, Vec<Styled>) {
    let mut lines = Lines { laid: Vec::new(), room, scope: wizard.scope() };
    let (title, role) = match (&review.failed, &review.lines) {
        (Some(_), _) => (first_start::NOT_WRITTEN.to_owned(), Role::Error),
        (None, Some(Err(_))) => (first_start::CANNOT_BE_WRITTEN.to_owned(), Role::Error),
        (None, Some(Ok(_)) | None) => (ready(wizard, review), Role::Strong),
    };
    if let Some(why) = &review.failed {
        lines.said("✗ ", Role::Error, &first_start::not_written(why));
    }
    test(wizard, review, theme, &mut lines);
    lines.blank();
    match &review.lines {
        None => lines.plain(&first_start::reading(&wizard.given.config)),
        Some(Err(why)) => lines.said("✗ ", Role::Error, &first_start::cannot_be_written(why)),
        Some(Ok(added)) => {
            lines.plain(&first_start::into(&wizard.given.config));
            for line in added {
                lines.exact(line);
            }
        }
    }
    lines.blank();
    let hint = wizard.token.as_ref().map(|token| token.hint.as_str()).unwrap_or_default();
    let (credential, export) = first_start::credential(&review.profile, hint);
    lines.plain(&credential);
    if let Some(export) = export {
        lines.exact(&export);
    }
    if !wizard.given.is_own {
        lines.said("! ", Role::Warning, &first_start::foreign(&wizard.host()));
    }
    (title, role, lines.laid)
}

fn ready(wizard: &Wizard, review: &Summary) -> String {
    let said = first_start::ready(review.writing);
    titled(&said.title, &said.next, wizard.scope())
}

/// What the test call has shown about the credential.
fn test(wizard: &Wizard, review: &Summary, theme: Theme, lines: &mut Lines) {
    let (app, host) = (review.profile.app_id, wizard.host());
    match &review.test {
        Test::Held => lines.said("! ", Role::Warning, &first_start::not_tested(&host)),
        Test::Running(waited) if waited.is_zero() => lines.plain(&first_start::testing(app, *waited)),
        Test::Running(waited) => {
            let sign = theme.spinner(waited.as_millis() / 250);
            lines.plain(&format!("{sign} {}", first_start::testing(app, *waited)));
        }
        Test::Ended(took, Ok(has_settings)) => {
            lines.add("", Role::Good, &first_start::works(app, &host, *has_settings, *took));
        }
        Test::Ended(_, Err(fault)) => {
            let (happened, meaning) = first_start::test_failed(fault, &wizard.target());
            lines.add("✗ ", Role::Error, &visible(&happened));
            if let Some(meaning) = meaning {
                lines.plain(&meaning);
            }
            let next = wrapped("", &first_start::AFTER_FAILED_TEST, wizard.scope(), lines.room);
            lines.lay("", Role::Plain, next);
        }
    }
    let other = wizard.looks_like.filter(|kind| *kind != review.profile.kind);
    if let (Some(other), true) = (other, matches!(review.test, Test::Ended(_, Err(_)))) {
        lines.add("! ", Role::Warning, &first_start::other_kind(other));
    }
}

/// Collects lines, broken to the width `room`.
struct Lines {
    laid: Vec<Styled>,
    room: usize,
    /// The scope whose keys are named.
    scope: Scope,
}

impl Lines {
    /// Adds a sentence with its next steps.
    fn said(&mut self, sign: &str, role: Role, said: &Statement) {
        let lines = wrapped(&said.title, &said.next, self.scope, self.room.saturating_sub(width(sign)));
        self.lay(sign, role, lines);
    }

    /// Adds a text with a sign before its first line. The other lines are indented by the width of the sign.
    fn add(&mut self, sign: &str, role: Role, text: &str) {
        self.lay(sign, role, wrap(text, self.room.saturating_sub(width(sign))));
    }

    fn lay(&mut self, sign: &str, role: Role, lines: Vec<String>) {
        let indent = width(sign);
        for (at, line) in lines.into_iter().enumerate() {
            let front = if at == 0 { sign.to_owned() } else { " ".repeat(indent) };
            self.laid.push((front + &line, role));
        }
    }

    fn plain(&mut self, text: &str) {
        self.add("", Role::Plain, text);
    }

    fn blank(&mut self) {
        self.laid.push((String::new(), Role::Plain));
    }

    /// Adds a text in which every space counts.
    fn exact(&mut self, text: &str) {
        let lines = wrap_cells(text, self.room.saturating_sub(2));
        self.laid.extend(lines.into_iter().map(|line| (format!("  {line}"), Role::Plain)));
    }

    /// Adds one or more lines for each choice. Returns the lines of the chosen one, or `focus` if that is not empty.
    fn choices(&mut self, choices: &[(bool, String)], focus: Range<usize>) -> Range<usize> {
        let is_told = !focus.is_empty();
        let mut taken = focus;
        for (is_taken, words) in choices {
            let first = self.laid.len();
            let (sign, role) = if *is_taken { ("(•) ", Role::Strong) } else { ("( ) ", Role::Plain) };
            self.add(sign, role, words);
            if *is_taken && !is_told {
                taken = first..self.laid.len();
            }
        }
        taken
    }
}
