//! The next steps, as data. The editor shows a step with its key, and a command shows it as a command.

use std::borrow::Cow;

/// A next step that the user can take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NextStep {
    // ── with the working copy: each of these is a command as well ──
    /// Save the unsaved edits.
    Save,
    /// Try a save that failed once more.
    SaveAgain,
    /// Save a value as it was typed, although it looks wrong.
    SaveAsTyped,
    /// Save a resource that the server no longer has. All its fields are sent.
    SaveAnew,
    /// Send all fields of a resource that the server does not have.
    SaveAll,
    /// Show what a save would send.
    ShowPlan,
    /// Read the settings.
    Load,
    /// Try a read that failed once more.
    LoadAgain,
    /// Check the server once more.
    LookAgain,
    /// Read the server to find out whether a write took effect.
    ReadBack,
    /// Make the next try now.
    TryNow,
    /// Try a deletion that failed once more.
    DeleteAgain,
    /// Stop waiting for the answer.
    Cancel,
    /// Stop the repeated tries.
    Stop,
    /// Choose a value for each field in conflict.
    Resolve,
    /// Give up an edit for the server's value.
    TakeTheirs,
    /// Enter the values that a save has replaced.
    OldValues,
    /// See the saves that were made.
    History,
    /// Enter first values for a resource that the server does not have.
    SetUp,
    /// Enter first values for such a resource: those that the server had before.
    SetUpWithOldValues,
    /// Read the one resource that was not read.
    OpenSection,
    /// Read the one resource that could not be read.
    OpenSectionAgain,
    /// Log in, so that access tokens are renewed.
    LogIn,
    /// Give another credential for this run.
    GiveCredential,
    /// Ask again whether a host may have the credential.
    AskAboutHost,
    /// Allow saves with a read-only profile in this run.
    Unlock,
    /// Change a resource that the server has already.
    ChangeIt,
    /// Wait longer for the save lock.
    WaitLonger,
    /// Restore a save of the history although others changed its fields since.
    RestoreAllTheSame,
    /// See the unsaved edits of earlier runs.
    Leftovers,
    /// See all that is wrong with the configuration.
    Complaints,
    /// Copy the error, for a ticket.
    CopyError,
    /// Copy the edits.
    CopyEdits,
    // ── on the form ──
    /// Undo the last step.
    Undo,
    /// Undo the step that was just begun.
    NotNow,
    /// Enter a value for a field that the server did not send.
    StartField,
    /// See the one value that the row had before.
    EarlierValues,
    /// Choose one of this many earlier values.
    AnyEarlierValue(usize),
    /// Choose a tunnel of this machine, whose address the url gets.
    TakeTunnel,
    /// Quit.
    Quit,
    /// Read the help.
    Help,
    /// Give the row the value that it had before.
    TakeBack,
    // ── in lists ──
    /// Show all entries.
    ClearFilter,
    /// Keep the edits as a preset under a name.
    KeepPreset,
    /// Replace the preset of the same name.
    ReplacePreset,
    /// Switch to another profile.
    SwitchProfile,
    /// Set a profile up.
    AddProfile,
    /// Remove the profile.
    RemoveProfile,
    /// Do not remove it.
    KeepProfile,
    /// Read the other profile once more.
    CompareAgain,
    /// Do not read the other profile.
    StopComparing,
    /// Show the fields that are equal as well.
    ShowEqual,
    /// Choose a field to copy, or undo that choice.
    PickField,
    /// Choose all fields that can be copied.
    PickAll,
    /// Choose a value for the field.
    Side,
    /// Choose the user's own value for all fields.
    AllMine,
    /// Choose the server's value for all fields.
    AllTheirs,
    /// Start the preview in a browser.
    StartPreview,
    /// See how far the dialer in the preview has got.
    ShowPreview,
    // ── where something is asked ──
    /// Save, then quit.
    QuitSaving,
    /// Quit as soon as the answer is here.
    QuitWaiting,
    /// Find out whether a write took effect, save, then quit.
    QuitLooking,
    /// Quit, and keep the edits for the next start.
    QuitKeeping,
    /// Quit without the edits.
    QuitDiscarding,
    /// Quit without waiting for the answer.
    QuitAtOnce,
    /// Do not quit.
    Stay,
    /// Restore the edits of an earlier run.
    Restore,
    /// See the edits of an earlier run.
    ShowLeftover,
    /// Decide about these edits another time.
    PutOff,
    /// Decide about the edits of all earlier runs another time.
    PutOffAll,
    /// Put the edits of an earlier run into the trash.
    DiscardLeftover,
    /// Confirm that the edits of an earlier run go into the trash.
    DiscardForGood,
    /// Read the credential from the profile's sources again.
    ReadTokenAgain,
    /// Go on without a credential.
    WithoutToken,
    /// Send the credential to this host.
    Trust,
    /// Do not send the credential to this host.
    DoNotTrust,
    /// Move the other urls to the tunnel as well.
    MoveAll,
    /// Move the url of this row only.
    MoveOne,
    // ── at the first start ──
    /// Use the next known name.
    NextName,
    /// Choose another answer.
    OtherChoice,
    /// Go back to the previous question.
    GoBack,
    /// Type the credential anew.
    ClearSecret,
    /// Confirm the answer.
    GoOn,
    /// Write the profile as shown.
    Write,
    /// Try once more to write the profile.
    WriteAgain,
    /// Write the profile although the test failed.
    WriteAllTheSame,
    /// Write the profile, and trust its host with the credential.
    SendToHost,
    /// Read the app's settings with the credential.
    Test,
    /// Repeat the test.
    TestAgain,
    /// Change an answer.
    Change,
    /// Change the answer with this label, which the failed test is about.
    ChangeAnswer(&'static str),
}

impl NextStep {
    /// The step in words, in the imperative. A key or the name of a command can be put before it.
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
            NextStep::LogIn => "log in",
            NextStep::GiveCredential => "give another credential",
            NextStep::AskAboutHost => "be asked again",
            NextStep::Unlock => "unlock saving for this run",
            NextStep::ChangeIt => "change it",
            NextStep::WaitLonger => "wait longer",
            NextStep::RestoreAllTheSame => "restore it all the same",
            NextStep::Leftovers => "unsaved edits of earlier runs",
            NextStep::Complaints => "what is wrong with the configuration",
            NextStep::CopyError => "copy error",
            NextStep::CopyEdits => "copy",
            NextStep::Undo => "undo",
            NextStep::NotNow => "not now",
            NextStep::StartField => "set it all the same",
            NextStep::EarlierValues => "take an earlier value",
            NextStep::AnyEarlierValue(count) => return format!("choose among {count} earlier values").into(),
            NextStep::TakeTunnel => "take it",
            NextStep::MoveAll => "move all",
            NextStep::MoveOne => "only this row",
            NextStep::Quit => "quit",
            NextStep::Help => "help",
            NextStep::TakeBack => "take it back",
            NextStep::ClearFilter => "show all",
            NextStep::KeepPreset => "keep what you changed",
            NextStep::ReplacePreset => "replace it",
            NextStep::SwitchProfile => "switch profile",
            NextStep::AddProfile => "set one up",
            NextStep::RemoveProfile => "remove it",
            NextStep::KeepProfile => "keep it",
            NextStep::ShowEqual => "show them",
            NextStep::PickField => "choose a field",
            NextStep::PickAll => "choose all",
            NextStep::Side => "choose",
            NextStep::AllMine => "all mine",
            NextStep::AllTheirs => "all theirs",
            NextStep::StartPreview => "preview in a browser",
            NextStep::ShowPreview => "more",
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
            NextStep::Change => "change an answer",
            NextStep::ChangeAnswer(label) => return format!("change the answer: {label}").into(),
        };
        words.into()
    }
}
