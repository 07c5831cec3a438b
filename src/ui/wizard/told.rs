//! The questions about a profile in sentences, for where nothing is drawn.

use super::lines::Voice;
use super::words;
use crate::app::wizard::{Step, Summary, Wizard};
use crate::ui::theme::{Palette, Theme};
use crate::words::dialogue;

/// What the questions are about, and that nothing is written yet.
pub(in crate::ui) fn greeting(wizard: &Wizard) -> String {
    dialogue::asks_about(&words::whom(wizard))
}

/// What is wrong with the last answer.
pub(in crate::ui) fn wrong(wizard: &Wizard) -> Option<String> {
    wizard.wrong.as_ref().map(|wrong| format!("✗ {}", words::wrong_words(wrong).title))
}

/// The lines of the current question, or of the review. What is wrong with an answer is not among them.
pub(in crate::ui) fn lines(wizard: &Wizard) -> Vec<String> {
    if let Some(review) = &wizard.review {
        return review_lines(wizard, review);
    }
    let asked = words::about(wizard, Voice::Told);
    let lines = asked.lines.into_iter().map(|(line, _)| line);
    let title = words::title(wizard);
    let end = if title.ends_with('?') { "" } else { "." };
    std::iter::once(format!("{title}{end}")).chain(lines).collect()
}

fn review_lines(wizard: &Wizard, review: &Summary) -> Vec<String> {
    let plain = Theme { palette: Palette::Mono, ascii: true, wide: false };
    let (title, _, lines) = words::review(wizard, review, plain, Voice::Told);
    // The title names the key that writes, unless something failed.
    let failed = Some(format!("{title}.")).filter(|_| review.failed.is_some() || matches!(review.lines, Some(Err(_))));
    let lines = lines.into_iter().map(|(line, _)| line).filter(|line| !line.trim().is_empty());
    failed.into_iter().chain(lines).collect()
}

/// The profile is written.
pub(in crate::ui) fn written(wizard: &Wizard, review: &Summary) -> String {
    dialogue::written(&review.profile.name, &wizard.given.config)
}

/// Asks for the answer, with the words that do something else.
pub(in crate::ui) fn prompt(wizard: &Wizard) -> String {
    let words: Vec<&str> = wizard.words().into_iter().map(|(word, _)| word).collect();
    let [app, name, address] = dialogue::ASKED_TEXTS;
    let what = match wizard.step {
        Step::App => app.to_owned(),
        Step::Name => name.to_owned(),
        Step::Address => address.to_owned(),
        Step::Secret => dialogue::unseen(words::title(wizard)),
        Step::Production | Step::ReadOnly => dialogue::YES_OR_NO.to_owned(),
        Step::Version | Step::Kind | Step::Keep | Step::Mark => {
            dialogue::numbers(wizard.chosen().map_or(0, |(_, all)| all))
        }
        Step::Review => return dialogue::asks_word(&words),
    };
    let typed = wizard.typed(wizard.step).map(|input| input.value().trim().to_owned()).filter(|text| !text.is_empty());
    let chosen = wizard.chosen().map(|(at, _)| match wizard.step {
        Step::Production | Step::ReadOnly => ["no", "yes"][at.min(1)].to_owned(),
        Step::App
        | Step::Name
        | Step::Address
        | Step::Version
        | Step::Kind
        | Step::Secret
        | Step::Keep
        | Step::Mark
        | Step::Review => (at + 1).to_string(),
    });
    let as_it_is = (wizard.step == Step::Secret && wizard.may_be_empty()).then(|| dialogue::THE_ONE_IT_HAS.to_owned());
    let kept = typed.filter(|_| wizard.wrong.is_none()).or(chosen).or(as_it_is);
    dialogue::asks_answer(&what, kept.as_deref(), &words)
}
