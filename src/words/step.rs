//! What can be done next, as data: the editor shows a step with its key, a command shows it as a command.

use std::borrow::Cow;

/// What can be done next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NextStep {
    // ── with the working copy: each of these is a command as well ──
    /// Save what is unsaved.
    Save,
    /// Save once more what was not saved.
    SaveAgain,
    /// Save it as it was typed, though it looks wrong.
    SaveAsTyped,
    /// Save what the server has lost: all of it is sent.
    SaveAnew,
    /// Send all fields of a resource that the server does not have.
    SaveAll,
    /// Look what a save would send.
    ShowPlan,
    /// Read the settings.
    Load,
    /// Read once more what could not be read.
    LoadAgain,
    /// Look at the server once more.
    LookAgain,
    /// Find out what became of what was sent.
    ReadBack,
    /// Do not wait for the next try.
    TryNow,
    /// Delete what was not deleted.
    DeleteAgain,
    /// Stop waiting for the answer.
    Cancel,
    /// Give up what is tried again and again.
    Stop,
    /// Decide whose value each field gets.
    Resolve,
    /// Give up an edit for the server's value.
    TakeTheirs,
    /// Enter the values that a save has replaced.
    OldValues,
    /// See the saves that were made.
    History,
    /// Enter a first value for each field of a resource that the server does not have.
    SetUp,
    /// The same, with what the server had.
    SetUpWithOldValues,
    /// Read the one resource that was not read.
    OpenSection,
    /// Read the one resource that could not be read.
    OpenSectionAgain,
    /// Give another credential for this run.
    GiveCredential,
    /// Be asked again whether a host may have the credential.
    AskAboutHost,
    /// Let a profile that is read-only save in this run.
    Unlock,
    /// See what earlier runs left unsaved.
    Leftovers,
    /// Take the error along, for a ticket.
    CopyError,
    /// Take the edits along.
    CopyEdits,
    // ── on the form ──
    /// Take the last step back.
    Undo,
    /// Take back what was just begun.
    NotNow,
    /// Enter a value for a field that the server did not send.
    StartField,
    /// See the one value that the row had before.
    EarlierValues,
    /// Choose among so many of them.
    AnyEarlierValue(usize),
    /// Leave.
    Quit,
    // ── in lists ──
    /// Show all entries.
    ClearFilter,
    /// Keep what was changed under a name.
    KeepPreset,
    /// Write a preset over the one of the same name.
    ReplacePreset,
    /// Go on with another profile.
    SwitchProfile,
    /// Set a profile up.
    AddProfile,
    /// Read the other profile once more.
    CompareAgain,
    /// Do not read the other profile.
    StopComparing,
    /// Show the fields that are equal as well.
    ShowEqual,
    /// Choose a field to copy, or no longer.
    PickField,
    /// Choose all fields that can be copied.
    PickAll,
    /// Choose a value for the field.
    Side,
    /// Choose one's own value for all fields.
    AllMine,
    /// Choose the server's value for all fields.
    AllTheirs,
    // ── where something is asked ──
    /// Save, then leave.
    QuitSaving,
    /// Leave as soon as the answer is there.
    QuitWaiting,
    /// Find out what became of what was sent, save, then leave.
    QuitLooking,
    /// Leave, and find the edits again.
    QuitKeeping,
    /// Leave without the edits.
    QuitDiscarding,
    /// Leave without an answer.
    QuitAtOnce,
    /// Do not leave.
    Stay,
    /// Enter what an earlier run left.
    Restore,
    /// See it.
    ShowLeftover,
    /// Decide about it another time.
    PutOff,
    /// Decide about all of them another time.
    PutOffAll,
    /// Put it into the trash.
    DiscardLeftover,
    /// Put it into the trash; it was asked for once.
    DiscardForGood,
    /// Read the credential from where the profile has it.
    ReadTokenAgain,
    /// Go on without a credential.
    WithoutToken,
    /// Let the host have the credential.
    Trust,
    /// Do not let the host have it.
    DoNotTrust,
    // ── at the first start ──
    /// Take the next name that is known.
    NextName,
    /// Take another of a few choices.
    OtherChoice,
    /// Go back to the question before.
    GoBack,
    /// Type the credential anew.
    ClearSecret,
    /// Give the answer.
    GoOn,
    /// Write what is shown.
    Write,
    /// Try once more to write it.
    WriteAgain,
    /// Write it though the test failed.
    WriteAllTheSame,
    /// Write it, and let the host have the credential.
    SendToHost,
    /// Read the app's settings with the credential.
    Test,
    /// Read them once more.
    TestAgain,
}

impl NextStep {
    /// What is done, as a command to the one who reads it; a key or the name of a command can stand before it.
    pub fn words(self) -> Cow<'static, str> {
        let words = match self {
            NextStep::Save => "save",
            NextStep::SaveAgain
            | NextStep::LoadAgain
            | NextStep::OpenSectionAgain
            | NextStep::CompareAgain
            | NextStep::WriteAgain => "try again",
            NextStep::SaveAsTyped => "save it as typed",
            NextStep::SaveAnew => "set it up anew",
            NextStep::SaveAll => "send all of it",
            NextStep::ShowPlan => "see what would be sent",
            NextStep::Load => "load the settings",
            NextStep::LookAgain => "look again",
            NextStep::ReadBack => "read it back",
            NextStep::TryNow => "try now",
            NextStep::DeleteAgain => "delete it once more",
            NextStep::Cancel | NextStep::StopComparing => "cancel",
            NextStep::Stop => "stop",
            NextStep::Resolve => "choose per field",
            NextStep::TakeTheirs => "take the server's value",
            NextStep::OldValues => "old values",
            NextStep::History => "history",
            NextStep::SetUp => "set up",
            NextStep::SetUpWithOldValues => "set it up with the old values, on its row",
            NextStep::OpenSection => "load",
            NextStep::GiveCredential => "give another credential",
            NextStep::AskAboutHost => "be asked again",
            NextStep::Unlock => "unlock saving for this run",
            NextStep::Leftovers => "unsaved edits of earlier runs",
            NextStep::CopyError => "copy error",
            NextStep::CopyEdits => "copy",
            NextStep::Undo => "undo",
            NextStep::NotNow => "not now",
            NextStep::StartField => "set it all the same",
            NextStep::EarlierValues => "take an earlier value",
            NextStep::AnyEarlierValue(count) => return format!("choose among {count} earlier values").into(),
            NextStep::Quit => "quit",
            NextStep::ClearFilter => "show all",
            NextStep::KeepPreset => "keep what you changed",
            NextStep::ReplacePreset => "replace it",
            NextStep::SwitchProfile => "switch profile",
            NextStep::AddProfile => "add one in a shell",
            NextStep::ShowEqual => "show them",
            NextStep::PickField => "choose a field",
            NextStep::PickAll => "choose all",
            NextStep::Side => "choose",
            NextStep::AllMine => "all mine",
            NextStep::AllTheirs => "all theirs",
            NextStep::QuitSaving => "save and quit",
            NextStep::QuitWaiting => "wait for the answer and quit",
            NextStep::QuitLooking => "look, save and quit",
            NextStep::QuitKeeping => "keep as a draft",
            NextStep::QuitDiscarding => "discard and quit",
            NextStep::QuitAtOnce => "leave now",
            NextStep::Stay => "stay",
            NextStep::Restore => "restore as unsaved edits",
            NextStep::ShowLeftover => "show",
            NextStep::PutOff => "later",
            NextStep::PutOffAll => "all later",
            NextStep::DiscardLeftover => "discard",
            NextStep::DiscardForGood => "into the trash",
            NextStep::ReadTokenAgain => "read the profile's again",
            NextStep::WithoutToken => "go on without",
            NextStep::Trust => "send it, now and from now on",
            NextStep::DoNotTrust => "do not send it",
            NextStep::NextName => "take the next one",
            NextStep::OtherChoice => "choose another",
            NextStep::GoBack => "go back",
            NextStep::ClearSecret => "clear it",
            NextStep::GoOn => "go on",
            NextStep::Write => "write this",
            NextStep::WriteAllTheSame => "keep it all the same",
            NextStep::SendToHost => "let the credential go there",
            NextStep::Test => "send the credential there",
            NextStep::TestAgain => "test again",
        };
        words.into()
    }
}
