//! The texts of the first start, broken into lines.

use super::Styled;
use super::lines::{Lines, Voice};
use crate::app::wizard::{CanKeep, Keep, Purpose, Step, Summary, Test, Wizard, Wrong};
use crate::model::ApiVersion;
use crate::model::profile::{BASE_URL, CredentialKind, Tint};
use crate::ui::steps::titled;
use crate::ui::text::{visible, width};
use crate::ui::theme::{Role, Theme};
use crate::words::{Statement, Tone, credential, first_start, profile};
use std::ops::Range;
use std::time::Duration;

/// The words at the end of the header.
pub(super) fn status(wizard: &Wizard, is_short: bool) -> &'static str {
    match (wizard.review.as_ref().is_some_and(|review| review.writing), is_short) {
        (true, _) => first_start::WRITING,
        (false, true) => "",
        (false, false) => first_start::NOTHING_WRITTEN,
    }
}

/// What the questions are about.
pub(super) fn whom(wizard: &Wizard) -> String {
    let name = &wizard.given.template.name;
    match wizard.given.purpose {
        Purpose::First => first_start::FIRST_START.to_owned(),
        Purpose::New => first_start::NEW_PROFILE.to_owned(),
        Purpose::Change => first_start::changing(name),
        Purpose::Copy => first_start::copying(name),
    }
}

/// The label of a row.
pub(super) fn label(wizard: &Wizard, step: Step, is_short: bool) -> &'static str {
    match (step, is_short) {
        (Step::App, _) => "App id",
        (Step::Name, _) => "Profile",
        (Step::Address, _) => "Address",
        (Step::Version, false) => "API version",
        (Step::Version, true) => "API",
        (Step::Kind, false) => "Credential",
        (Step::Kind, true) => "Kind",
        (Step::Secret, false) if wizard.kind == CredentialKind::Bearer => "Access token",
        (Step::Secret, false) => "API key",
        (Step::Secret, true) if wizard.kind == CredentialKind::Bearer => "Token",
        (Step::Secret, true) => "Key",
        (Step::Keep, false) => "Kept in",
        (Step::Keep, true) => "Kept",
        (Step::Production, false) => "Production",
        (Step::Production, true) => "Live",
        (Step::ReadOnly, false) => "Saving locked",
        (Step::ReadOnly, true) => "Locked",
        (Step::Mark, _) => "Colour",
        (Step::Review, _) => "",
    }
}

/// The chosen answer to a question with a few answers.
pub(super) fn choice(wizard: &Wizard, step: Step) -> String {
    let yes_no = |yes: bool| if yes { "[x] yes" } else { "[ ] no" };
    let words = match step {
        Step::Kind => wizard.kind.label(),
        Step::Version => wizard.version.label(),
        Step::Keep => match wizard.keep {
            Keep::AsBefore => return sources_before(wizard),
            Keep::Variable => "a variable",
            Keep::File => "a file",
            Keep::Keyring => "the keyring",
            Keep::Nowhere => "nowhere",
        },
        Step::Production => yes_no(wizard.production),
        Step::ReadOnly => yes_no(wizard.read_only),
        Step::Mark => wizard.mark.map_or(first_start::NO_COLOUR, Tint::word),
        Step::App | Step::Name | Step::Address | Step::Secret | Step::Review => "",
    };
    words.to_owned()
}

/// The sources that the profile had so far.
fn sources_before(wizard: &Wizard) -> String {
    profile::sources(&wizard.given.template.clone().of_kind(wizard.kind), "nowhere")
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
        Step::Address => first_start::ADDRESS.0,
        Step::Version => first_start::WHICH_VERSION,
        Step::ReadOnly => first_start::IS_LOCKED,
        Step::Mark => first_start::WHICH_COLOUR,
        Step::Kind => first_start::WHICH_KIND,
        Step::Secret => first_start::secret(wizard.kind).0,
        Step::Keep => first_start::WHERE_KEPT,
        Step::Production => first_start::DO_CUSTOMERS,
        Step::Review => "",
    }
}

/// The lines below a question: what is wrong with the answer, and what the answer is for.
pub(super) struct AskedLines {
    pub lines: Vec<Styled>,
    /// The lines that must be in sight.
    pub focus: Range<usize>,
    /// The lines of each answer, if there are a few to choose from.
    pub answers: Vec<Range<usize>>,
}

/// The lines below the current question.
pub(super) fn about(wizard: &Wizard, voice: Voice) -> AskedLines {
    let mut lines = Lines::new(wizard, voice);
    // It is told once, when the answer was given.
    if let Some(wrong) = wizard.wrong.as_ref().filter(|_| voice != Voice::Told) {
        lines.said("✗ ", Role::Error, &wrong_words(wrong));
    }
    let wrong = 0..lines.laid.len();
    let mut answers = Vec::new();
    match wizard.step {
        Step::App => {
            // A change and a copy ask for the address.
            let url = Some(wizard.address.value()).filter(|url| *url != BASE_URL && !wizard.may_be_empty());
            let (_, about) = first_start::app(url);
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
        Step::Address => lines.plain(first_start::ADDRESS.1),
        Step::Version => {
            let versions = ApiVersion::ALL.map(|version| (version == wizard.version, version.label().to_owned()));
            answers = lines.choices(&versions);
        }
        Step::ReadOnly => {
            let [no, yes] = first_start::READ_ONLY.map(ToOwned::to_owned);
            answers = lines.choices(&[(!wizard.read_only, no), (wizard.read_only, yes)]);
        }
        Step::Mark => {
            let word = |mark: Option<Tint>| mark.map_or(first_start::NO_COLOUR, Tint::word).to_owned();
            let marks = Wizard::marks().into_iter().map(|mark| (mark == wizard.mark, word(mark)));
            answers = lines.choices(&marks.collect::<Vec<_>>());
        }
        Step::Kind => {
            let kinds = CredentialKind::ALL.map(|kind| (kind == wizard.kind, first_start::kind(kind).to_owned()));
            answers = lines.choices(&kinds);
        }
        Step::Secret => {
            if let Some(other) = wizard.looks_like.filter(|it| !it.fits(wizard.kind)) {
                lines.said("! ", Role::Warning, &first_start::looks_like(other));
            }
            let (_, paste, form) = first_start::secret(wizard.kind);
            lines.plain(paste);
            if wizard.may_be_empty() {
                lines.plain(first_start::MAY_BE_EMPTY);
            }
            lines.plain(form);
        }
        Step::Keep => {
            let places = wizard.keeps().iter().map(|keep| (*keep == wizard.keep, place(wizard, *keep)));
            answers = lines.choices(&places.collect::<Vec<_>>());
        }
        Step::Production => {
            let [no, yes] = first_start::PRODUCTION.map(ToOwned::to_owned);
            answers = lines.choices(&[(!wizard.production, no), (wizard.production, yes)]);
        }
        Step::Review => {}
    }
    let chosen = wizard.chosen().and_then(|(at, _)| answers.get(at).cloned()).filter(|_| wrong.is_empty());
    AskedLines { lines: lines.laid, focus: chosen.unwrap_or(wrong), answers }
}

fn place(wizard: &Wizard, keep: Keep) -> String {
    let places = wizard.places.as_ref();
    let unfit = |of: fn(&CanKeep) -> &Result<(), String>| places.and_then(|places| of(places).as_ref().err());
    match keep {
        Keep::AsBefore => first_start::as_before(&sources_before(wizard)),
        Keep::Variable => first_start::in_variable(wizard.kind),
        Keep::File => first_start::in_file(&wizard.file(), unfit(|places| &places.file).map(String::as_str)),
        Keep::Keyring => {
            let unfit = unfit(|places| &places.keyring).map(String::as_str);
            first_start::in_keyring(places.is_some(), unfit)
        }
        Keep::Nowhere => first_start::NOWHERE.to_owned(),
    }
}

pub(super) fn wrong_words(wrong: &Wrong) -> Statement {
    let plain = |text: String| Statement::brief(Tone::Error, text);
    match wrong {
        Wrong::App => plain(first_start::WRONG_APP.to_owned()),
        Wrong::Name => plain(first_start::wrong_name()),
        Wrong::Address(why) => plain(first_start::wrong_address(why)),
        Wrong::NothingToKeep => first_start::nothing_to_keep(),
        Wrong::TooMuch => plain(first_start::TOO_MUCH.to_owned()),
        Wrong::Secret(why) => first_start::wrong_secret(why),
        Wrong::Place(why) => first_start::wrong_place(why),
        Wrong::Asking => first_start::still_asking(),
        Wrong::NoAnswer => plain(first_start::NO_ANSWER.to_owned()),
        Wrong::TooFast => plain(first_start::TOO_FAST.to_owned()),
    }
}

/// The title and the lines of the review.
pub(super) fn review(wizard: &Wizard, review: &Summary, theme: Theme, voice: Voice) -> (String, Role, Vec<Styled>) {
    let mut lines = Lines::new(wizard, voice);
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
    answers(wizard, review, &mut lines);
    if !wizard.is_own() {
        lines.said("! ", Role::Warning, &first_start::foreign(&wizard.host()));
    }
    lines.blank();
    match &review.lines {
        None if voice == Voice::Told => {}
        None => lines.plain(&first_start::reading(&wizard.given.config)),
        Some(Err(why)) => lines.said("✗ ", Role::Error, &first_start::cannot_be_written(why)),
        Some(Ok(added)) if added.is_empty() => lines.plain(&first_start::as_it_is(&wizard.given.config)),
        Some(Ok(added)) => {
            lines.plain(&first_start::into(&wizard.given.config));
            for line in added {
                lines.exact(line);
            }
        }
    }
    (title, role, lines.laid)
}

/// Each answer, with what it means.
fn answers(wizard: &Wizard, review: &Summary, lines: &mut Lines) {
    let of = &review.profile;
    let label = |step| label(wizard, step, false);
    let [no, yes] = first_start::PRODUCTION;
    lines.answer(label(Step::App), &first_start::app_on(of.app_id, &wizard.host(), of.api_version.label()));
    lines.answer(label(Step::Name), &first_start::called(&of.name));
    if let Some(token) = &wizard.token {
        let (credential, export) = first_start::credential(of, &token.hint);
        lines.answer(label(Step::Kind), &credential);
        if let Some(export) = export {
            lines.exact(&export);
        }
    } else {
        let words = first_start::as_before(&profile::sources(of, "nowhere"));
        lines.answer(label(Step::Kind), &format!("{}, {words}", of.kind.label()));
    }
    lines.answer(label(Step::Production), if of.production { yes } else { no });
    if wizard.rows().contains(&Step::ReadOnly) {
        let [no, yes] = first_start::READ_ONLY;
        lines.answer(label(Step::ReadOnly), if of.read_only { yes } else { no });
        lines.answer(label(Step::Mark), of.mark.map_or(first_start::NO_COLOUR, Tint::word));
    }
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
        Test::Running(waited) if waited.is_zero() || lines.is_told => {
            lines.plain(&first_start::testing(app, Duration::ZERO));
        }
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
            let answer = wizard.cause().map(|step| label(wizard, step, false));
            lines.next(&first_start::after_failed_test(answer));
        }
    }
    let other = wizard.looks_like.filter(|it| !it.fits(review.profile.kind));
    if let (Some(other), true) = (other, matches!(review.test, Test::Ended(_, Err(_)))) {
        lines.add("! ", Role::Warning, &credential::looks_like(other));
    }
}
