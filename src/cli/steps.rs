//! Statements in one line, with their next steps as commands or as options to add.
//!
//! ```text
//!   Statement { title: "Not saved", lines: ["HubSpot answered 401: …."], next: [GiveCredential] }
//!     ──> not saved: HubSpot answered 401: …. Give another credential: --token-stdin
//! ```

use super::assignment::lower;
use crate::words::{NextStep, Statement, Tone, capital};

/// What the commands of the steps depend on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Way<'a> {
    /// The host of the API.
    pub(super) host: &'a str,
    /// The command that tells what became of a write in doubt; `None` if there is none in doubt.
    pub(super) looks: Option<&'static str>,
}

/// The statement in one line, without a full stop. What it says of unsaved edits is left out: a command keeps none. Nobody
/// needs a next step after what went well.
pub(super) fn line(said: &Statement, way: Way<'_>) -> String {
    let mut line = lower(&said.title);
    for (at, more) in said.lines.iter().enumerate() {
        let joint = match () {
            () if at == 0 && !line.contains(": ") => ": ",
            () if line.ends_with('?') => " ",
            () => ". ",
        };
        line = format!("{line}{joint}{}", more.trim_end_matches('.'));
    }
    if said.is_unsent {
        line.push_str(". Nothing was sent");
    }
    let is_well = said.tone == Tone::Good;
    let mut told = Vec::new();
    for (step, words, command) in
        said.next.iter().filter(|_| !is_well).filter_map(|step| Some((step, step.words(), command(*step, way)?)))
    {
        if !told.contains(&command) {
            // A script is asked nothing.
            let words = if *step == NextStep::AskAboutHost { "let the credential go there" } else { &words };
            let stop = if line.ends_with('?') { "" } else { "." };
            line = format!("{line}{stop} {}: {command}", capital(words));
            told.push(command);
        }
    }
    match &said.id {
        Some(id) => format!("{line} (correlation id {id})"),
        None => line,
    }
}

/// The command, or the option to add, that carries out a step. `None` if there is none but the same command again, or if
/// the step is one of the editor alone.
pub(super) fn command(step: NextStep, way: Way<'_>) -> Option<String> {
    let command = match step {
        NextStep::LookAgain | NextStep::ReadBack => way.looks?,
        NextStep::OldValues | NextStep::History => "callset history",
        NextStep::SetUp | NextStep::SetUpWithOldValues | NextStep::SaveAnew => "callset apply FILE --create",
        NextStep::ChangeIt => "callset apply FILE",
        NextStep::AddProfile => "callset profile add NAME --app ID",
        NextStep::LogIn => "callset auth login NAME",
        NextStep::GiveCredential => "--token-stdin",
        NextStep::AskAboutHost => return Some(format!("--trust-host {}", way.host)),
        NextStep::Complaints => "callset doctor",
        NextStep::StartPreview => "callset preview",
        NextStep::Unlock => "--unlock",
        NextStep::WaitLonger => "--wait 30s",
        NextStep::RestoreAllTheSame => "--force",
        NextStep::Save
        | NextStep::SaveAgain
        | NextStep::SaveAsTyped
        | NextStep::SaveAll
        | NextStep::ShowPlan
        | NextStep::Load
        | NextStep::LoadAgain
        | NextStep::TryNow
        | NextStep::DeleteAgain
        | NextStep::Cancel
        | NextStep::Stop
        | NextStep::Resolve
        | NextStep::TakeTheirs
        | NextStep::OpenSection
        | NextStep::OpenSectionAgain
        | NextStep::Leftovers
        | NextStep::CopyError
        | NextStep::CopyEdits
        | NextStep::Undo
        | NextStep::NotNow
        | NextStep::StartField
        | NextStep::EarlierValues
        | NextStep::AnyEarlierValue(_)
        | NextStep::ShowPreview
        | NextStep::TakeTunnel
        | NextStep::MoveAll
        | NextStep::MoveOne
        | NextStep::Quit
        | NextStep::Help
        | NextStep::TakeBack
        | NextStep::ClearFilter
        | NextStep::KeepPreset
        | NextStep::ReplacePreset
        | NextStep::SwitchProfile
        | NextStep::CompareAgain
        | NextStep::StopComparing
        | NextStep::ShowEqual
        | NextStep::PickField
        | NextStep::PickAll
        | NextStep::Side
        | NextStep::AllMine
        | NextStep::AllTheirs
        | NextStep::QuitSaving
        | NextStep::QuitWaiting
        | NextStep::QuitLooking
        | NextStep::QuitKeeping
        | NextStep::QuitDiscarding
        | NextStep::QuitAtOnce
        | NextStep::Stay
        | NextStep::Restore
        | NextStep::ShowLeftover
        | NextStep::PutOff
        | NextStep::PutOffAll
        | NextStep::DiscardLeftover
        | NextStep::DiscardForGood
        | NextStep::ReadTokenAgain
        | NextStep::WithoutToken
        | NextStep::Trust
        | NextStep::DoNotTrust
        | NextStep::NextName
        | NextStep::OtherChoice
        | NextStep::GoBack
        | NextStep::ClearSecret
        | NextStep::GoOn
        | NextStep::Write
        | NextStep::WriteAgain
        | NextStep::WriteAllTheSame
        | NextStep::SendToHost
        | NextStep::Test
        | NextStep::TestAgain
        | NextStep::Change
        | NextStep::ChangeAnswer(_)
        | NextStep::RemoveProfile
        | NextStep::KeepProfile => return None,
    };
    Some(command.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_is_one_line_whose_steps_are_commands() {
        let way = Way { host: "proxy.dev", looks: Some("callset settle") };
        let why = ["HubSpot answered 500: no.".to_owned(), "HubSpot is in trouble.".to_owned()];
        let failed = Statement::full(Tone::Error, "Not saved", why).kept("Your edit is still here.");
        let failed = failed.next([NextStep::SaveAgain, NextStep::GiveCredential, NextStep::CopyError]);
        assert_eq!(
            line(&Statement { id: Some("c-1".to_owned()), ..failed }, way),
            "not saved: HubSpot answered 500: no. HubSpot is in trouble. Give another credential: --token-stdin \
             (correlation id c-1)"
        );
        let clash = Statement::full(Tone::Warning, "Not saved: 1 field changed", ["width was 1.".to_owned()]);
        assert_eq!(line(&clash.unsent(), way), "not saved: 1 field changed. width was 1. Nothing was sent");
        let doubt = Statement::full(Tone::Warning, "HubSpot does not tell", []);
        let doubt = doubt.next([NextStep::LookAgain, NextStep::ReadBack, NextStep::AskAboutHost]);
        assert_eq!(
            line(&doubt, way),
            "HubSpot does not tell. Look again: callset settle. Let the credential go there: --trust-host proxy.dev"
        );
        assert!(!line(&doubt, Way { looks: None, ..way }).contains("settle"));
    }
}
