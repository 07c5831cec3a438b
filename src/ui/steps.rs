//! Next steps with their keys. A sentence names the step, and the table of keys has the key.

use super::text::{width, wrap};
use crate::app::dialogue::command_for;
use crate::app::keymap::{self, Decision, Intent, Motion, ProfileAct, Scope};
use crate::app::{Overlay, Side};
use crate::words::{NextStep, beside};
use tui_input::InputRequest;

/// Steps as they are shown: `^S try again   ^O copy error`. Those of commands alone are left out.
fn shown(steps: &[NextStep], scope: Scope) -> Vec<String> {
    let one = |step: &NextStep| match intent(*step) {
        Some(intent) => Some(format!("{} {}", keymap::key_for(scope, intent), step.words())),
        None => command(*step).map(|command| format!("{}: {command}", step.words())),
    };
    steps.iter().filter_map(one).collect()
}

/// A title followed by steps.
pub(super) fn titled(title: &str, steps: &[NextStep], scope: Scope) -> String {
    shown(steps, scope).into_iter().fold(title.to_owned(), |title, step| beside(&title, &step))
}

/// A text followed by steps, broken into lines. A step and its key stay in one line if a line has room for both.
pub(super) fn wrapped(text: &str, steps: &[NextStep], scope: Scope, room: usize) -> Vec<String> {
    let mut lines = if text.is_empty() { vec![] } else { wrap(text, room) };
    for step in shown(steps, scope) {
        match lines.last_mut() {
            Some(last) if width(last) + GAP + width(&step) <= room => *last = beside(last, &step),
            _ => lines.extend(wrap(&step, room)),
        }
    }
    lines
}

/// Cells between two steps.
const GAP: usize = 3;

/// The command for a step that the editor cannot do itself; `None` for a step of commands alone.
fn command(step: NextStep) -> Option<&'static str> {
    (step == NextStep::LogIn).then_some("callset auth login NAME")
}

/// The key of a step; empty if the editor cannot do the step.
pub(super) fn key(step: NextStep, scope: Scope) -> String {
    intent(step).map_or(String::new(), |intent| keymap::key_for(scope, intent))
}

/// The word of a dialogue for a step; `None` if there is none.
pub(super) fn word(step: NextStep) -> Option<&'static str> {
    intent(step).and_then(command_for)
}

/// The intent that carries out a step; `None` if the editor cannot do the step.
fn intent(step: NextStep) -> Option<Intent> {
    Some(match step {
        NextStep::LogIn | NextStep::ChangeIt | NextStep::WaitLonger | NextStep::RestoreAllTheSame => return None,
        NextStep::AddProfile => Intent::Manage(ProfileAct::New),
        NextStep::RemoveProfile => Intent::Decide(Decision::Remove),
        NextStep::Save
        | NextStep::SaveAgain
        | NextStep::SaveAsTyped
        | NextStep::SaveAnew
        | NextStep::SaveAll
        | NextStep::ShowPlan
        | NextStep::Resolve => Intent::Save,
        NextStep::Load
        | NextStep::LoadAgain
        | NextStep::LookAgain
        | NextStep::ReadBack
        | NextStep::TryNow
        | NextStep::AskAboutHost
        | NextStep::CompareAgain
        | NextStep::Test
        | NextStep::TestAgain => Intent::Reload,
        NextStep::DeleteAgain => Intent::Open(Overlay::Palette),
        NextStep::Cancel
        | NextStep::Stop
        | NextStep::StopComparing
        | NextStep::Stay
        | NextStep::WithoutToken
        | NextStep::DoNotTrust
        | NextStep::KeepProfile
        | NextStep::GoBack
        | NextStep::TakeBack => Intent::Escape,
        NextStep::TakeTheirs => Intent::Reset,
        NextStep::OldValues | NextStep::Undo | NextStep::NotNow => Intent::Undo,
        NextStep::History => Intent::Open(Overlay::History),
        NextStep::StartPreview | NextStep::ShowPreview => Intent::Open(Overlay::Preview),
        NextStep::SetUp | NextStep::SetUpWithOldValues | NextStep::OpenSection | NextStep::OpenSectionAgain => {
            Intent::SetUp
        }
        NextStep::GiveCredential => Intent::Open(Overlay::Token),
        NextStep::Unlock => Intent::Unlock,
        NextStep::Leftovers => Intent::Leftovers,
        NextStep::Complaints => Intent::Open(Overlay::Complaints),
        NextStep::CopyError | NextStep::CopyEdits => Intent::Open(Overlay::Copy),
        NextStep::StartField => Intent::Enter,
        NextStep::EarlierValues | NextStep::AnyEarlierValue(_) | NextStep::TakeTunnel => Intent::Open(Overlay::Recent),
        NextStep::Quit => Intent::Quit,
        NextStep::Help => Intent::Help,
        NextStep::ClearFilter | NextStep::ClearSecret => Intent::Text(InputRequest::DeleteFromStart),
        NextStep::KeepPreset => Intent::Open(Overlay::Name),
        NextStep::SwitchProfile => Intent::Open(Overlay::Profiles),
        NextStep::ShowEqual => Intent::ShowEqual,
        NextStep::PickField => Intent::Mark,
        NextStep::PickAll => Intent::MarkAll,
        NextStep::Side => Intent::Side(Side::Mine),
        NextStep::AllMine => Intent::AllSides(Side::Mine),
        NextStep::AllTheirs => Intent::AllSides(Side::Theirs),
        NextStep::QuitSaving | NextStep::QuitWaiting | NextStep::QuitLooking => Intent::Decide(Decision::QuitSaving),
        NextStep::QuitKeeping => Intent::Decide(Decision::QuitKeeping),
        NextStep::QuitDiscarding | NextStep::QuitAtOnce => Intent::Decide(Decision::QuitDiscarding),
        NextStep::Restore => Intent::Decide(Decision::Restore),
        NextStep::ShowLeftover => Intent::Decide(Decision::Show),
        NextStep::PutOff => Intent::Decide(Decision::PutOff),
        NextStep::PutOffAll => Intent::Decide(Decision::PutOffAll),
        NextStep::DiscardLeftover | NextStep::DiscardForGood => Intent::Decide(Decision::Discard),
        NextStep::Trust => Intent::Decide(Decision::Trust),
        NextStep::MoveAll => Intent::Decide(Decision::MoveAll),
        NextStep::MoveOne => Intent::Decide(Decision::MoveOne),
        NextStep::NextName => Intent::Move(Motion::Step(1)),
        NextStep::OtherChoice => Intent::Nudge(1),
        NextStep::GoOn => Intent::Next,
        NextStep::Change | NextStep::ChangeAnswer(_) => Intent::Mend,
        NextStep::ReplacePreset
        | NextStep::ReadTokenAgain
        | NextStep::Write
        | NextStep::WriteAgain
        | NextStep::WriteAllTheSame
        | NextStep::SendToHost => Intent::Choose,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::keymap::{BINDINGS, binding};

    /// What the key does that is shown for a step.
    fn does(step: NextStep, scope: Scope) -> Vec<Option<Intent>> {
        let shown = key(step, scope);
        let pressed = |name: &str| {
            let keys = BINDINGS.iter().flat_map(|binding| binding.keys);
            keys.copied().find(|key| key.short() == name).and_then(|key| binding(scope, key)).map(|found| found.intent)
        };
        shown.split(" or ").map(pressed).collect()
    }

    #[test]
    fn the_key_that_is_shown_does_what_is_said() {
        let form = [
            NextStep::SaveAgain,
            NextStep::ReadBack,
            NextStep::Cancel,
            NextStep::OldValues,
            NextStep::TakeTheirs,
            NextStep::History,
            NextStep::CopyError,
            NextStep::SwitchProfile,
            NextStep::StartField,
            NextStep::Quit,
        ];
        let rows = [Scope::Text, Scope::Number, Scope::Switch, Scope::Letters];
        let on_rows = rows.into_iter().flat_map(|scope| form.map(|step| (scope, step)));
        let elsewhere = [
            (Scope::Text, NextStep::EarlierValues),
            (Scope::Closed, NextStep::SetUp),
            (Scope::Closed, NextStep::OpenSectionAgain),
            (Scope::In(Overlay::Palette), NextStep::ClearFilter),
            (Scope::In(Overlay::Profiles), NextStep::ClearFilter),
            (Scope::In(Overlay::Presets), NextStep::KeepPreset),
            (Scope::In(Overlay::Name), NextStep::ReplacePreset),
            (Scope::In(Overlay::Comparison), NextStep::CompareAgain),
            (Scope::In(Overlay::Comparison), NextStep::StopComparing),
            (Scope::In(Overlay::Comparison), NextStep::ShowEqual),
            (Scope::In(Overlay::Comparison), NextStep::PickField),
            (Scope::In(Overlay::Comparison), NextStep::PickAll),
            (Scope::In(Overlay::Conflicts), NextStep::AllMine),
            (Scope::In(Overlay::Conflicts), NextStep::AllTheirs),
            (Scope::In(Overlay::Quit), NextStep::QuitSaving),
            (Scope::In(Overlay::Quit), NextStep::QuitKeeping),
            (Scope::In(Overlay::Quit), NextStep::QuitDiscarding),
            (Scope::In(Overlay::Quit), NextStep::Stay),
            (Scope::In(Overlay::Leave), NextStep::QuitWaiting),
            (Scope::In(Overlay::Leave), NextStep::QuitAtOnce),
            (Scope::In(Overlay::Leave), NextStep::Stay),
            (Scope::In(Overlay::Restore), NextStep::Restore),
            (Scope::In(Overlay::Restore), NextStep::ShowLeftover),
            (Scope::In(Overlay::Restore), NextStep::PutOff),
            (Scope::In(Overlay::Restore), NextStep::PutOffAll),
            (Scope::In(Overlay::Restore), NextStep::DiscardLeftover),
            (Scope::In(Overlay::Token), NextStep::WithoutToken),
            (Scope::In(Overlay::Profiles), NextStep::AddProfile),
            (Scope::In(Overlay::Remove), NextStep::RemoveProfile),
            (Scope::In(Overlay::Remove), NextStep::KeepProfile),
            (Scope::In(Overlay::Trust), NextStep::Trust),
            (Scope::In(Overlay::Trust), NextStep::DoNotTrust),
            (Scope::AskedName, NextStep::NextName),
            (Scope::AskedSecret, NextStep::ClearSecret),
            (Scope::AskedSecret, NextStep::GoBack),
            (Scope::AskedChoice, NextStep::GoOn),
            (Scope::AskedReview, NextStep::Write),
            (Scope::AskedReview, NextStep::TestAgain),
            (Scope::AskedReview, NextStep::GoBack),
            (Scope::AskedReview, NextStep::Change),
        ];
        for (scope, step) in on_rows.chain(elsewhere) {
            let wanted = intent(step);
            let done = does(step, scope);
            assert!(!done.is_empty() && done.iter().all(|done| *done == wanted), "{scope:?} {step:?}: {done:?}");
        }
    }

    #[test]
    fn what_has_no_key_of_its_own_is_in_the_palette() {
        for step in [NextStep::Unlock, NextStep::GiveCredential, NextStep::Leftovers] {
            let is_it = |binding: &&keymap::Binding| Some(binding.intent) == intent(step);
            assert!(BINDINGS.iter().find(is_it).is_some_and(|binding| binding.keys.is_empty()), "{step:?}");
            assert_eq!(does(step, Scope::Text), [Some(Intent::Open(Overlay::Palette))], "{step:?}");
        }
        assert_eq!(key(NextStep::Stay, Scope::In(Overlay::Quit)), "n or Esc");
        assert_eq!(key(NextStep::Side, Scope::In(Overlay::Conflicts)), "←→");
    }
}
