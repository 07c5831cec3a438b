//! A command about an app's settings: it prepares a task, and prints the result of the batch.
//!
//! ```text
//!   arguments ──> prepare ──> Task ──> (the batch, on network and disk) ──> CommandEnd ──> said: output, exit code
//!        └──> offline: the whole command, if it needs no network
//! ```

use super::assignment::Assigned;
use super::edit::EditedValue;
use super::exit::{CommandError, Ending, Said};
use super::options::{Common, Format, Guarded, Guards, Shared};
use super::outcome::CommandEnd;
use crate::model::profile::Profile;
use crate::model::record::{Found, Saved};
use crate::model::{FieldId, Representation, Resource};
use crate::store::{self, Place, Store};
use crate::sync::{Absence, Assignment, Batch, Target, Task, Wish};
use crate::words::disk::NO_STATE;
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

/// A command about an app's settings.
pub trait Order: fmt::Debug {
    /// The options that all commands about an app share.
    fn shared(&self) -> &Shared;

    /// The guards of a command that writes.
    fn guards(&self) -> Option<&Guards> {
        None
    }

    /// The formats that the command prints its output in.
    fn formats(&self) -> &'static [Format] {
        &[Format::Table, Format::Json, Format::Toml, Format::Env, Format::Value]
    }

    /// Carries the command out without the network, if it needs none. `None` if it does.
    fn offline(&self, _: &Offline<'_>) -> Option<Result<Said, CommandError>> {
        None
    }

    /// Prepares the task of the command.
    ///
    /// # Errors
    ///
    /// An argument is wrong, or a flag is missing that only a person may give. Nothing was sent.
    fn prepare(&self, asking: &Asking<'_>) -> Result<Prepared, CommandError>;

    /// The batch has taken an event. Returns lines to print on standard output at once.
    fn heard(&self, _: &mut Before, _: &Batch) -> Vec<String> {
        vec![]
    }

    /// The same for standard error: what is worth a sentence before the end.
    fn remarks(&self, _: &mut Before, _: &Batch, _: &Target) -> Option<String> {
        None
    }

    /// The output at the end of the batch.
    fn said(&self, end: &CommandEnd<'_>) -> Said {
        end.written()
    }

    /// The name of another profile whose settings the command needs.
    fn other(&self) -> Option<&str> {
        None
    }

    /// Does the command hand all settings to the user's own editor first? If so, the program that was named for it.
    fn own_editor(&self) -> Option<Option<&str>> {
        None
    }

    /// How many times the command reads standard input, not counting a credential.
    fn reads_stdin(&self) -> usize {
        0
    }
}

/// What a command without the network can use.
#[derive(Clone, Debug)]
pub struct Offline<'a> {
    /// The target of the command.
    pub target: &'a Target,
    /// The folder of drafts and history, and the place of this app in it. `None` if there is no home.
    pub state: Option<(PathBuf, Place)>,
    /// The time.
    pub now: Timestamp,
}

impl Offline<'_> {
    /// Opens the store of drafts. `None` if nothing was kept yet.
    ///
    /// # Errors
    ///
    /// There is no home, or the folder cannot be used.
    pub fn store(&self) -> Result<Option<(Store, Found)>, CommandError> {
        let Some((dir, place)) = self.kept("there are no drafts")? else { return Ok(None) };
        Ok(Some(Store::open(dir, place.clone(), std::process::id(), self.now)?))
    }

    /// Reads the history, newest save first. Nothing else of the disk is looked at.
    ///
    /// # Errors
    ///
    /// There is no home, or the history cannot be read.
    pub fn history(&self) -> Result<Vec<Saved>, CommandError> {
        let kept = self.kept("there is no history")?;
        Ok(kept.map_or(Ok(vec![]), |(dir, place)| store::history(dir, place))?)
    }

    /// The folder, if something was kept there yet. `nothing` begins the sentence about a machine without a home.
    fn kept(&self, nothing: &str) -> Result<Option<&(PathBuf, Place)>, CommandError> {
        let Some(state) = &self.state else {
            let why = format!("{nothing}: {NO_STATE}");
            return Err(CommandError::new(Ending::Failed, "disk", why));
        };
        Ok(Some(state).filter(|(dir, _)| dir.exists()))
    }
}

/// What an order needs to know to prepare its task.
#[expect(missing_debug_implementations, reason = "holds a function")]
pub struct Asking<'a> {
    /// The profile in use.
    pub profile: &'a Profile,
    /// Can the user be asked?
    pub is_asking: bool,
    /// Reads the history, newest save first.
    pub history: &'a dyn Fn() -> Result<Vec<Saved>, CommandError>,
    /// The settings of another profile, if the order asked for them.
    pub other: Option<BTreeMap<Resource, Representation>>,
    /// The values that came back from the user's own editor.
    pub edited: Vec<EditedValue>,
}

impl Asking<'_> {
    /// What the guards of a save have to know.
    pub fn guarded(&self, common: &Common, always: bool) -> Guarded<'_> {
        Guarded { profile: self.profile, is_locked: common.read_only, is_asking: self.is_asking, always }
    }
}

/// A task that is ready to run, and what will be printed about it.
#[derive(Clone, Debug)]
pub struct Prepared {
    /// The task.
    pub task: Task,
    /// Warnings about values that are sent all the same, if they differ from the server's.
    pub warnings: Vec<(FieldId, String)>,
    /// Why values are not sent, if they differ from the server's.
    pub flaws: Vec<(FieldId, CommandError)>,
    /// The places of fields that no table knows, in the file that they came from.
    pub places: Vec<(FieldId, String)>,
    /// Values to compare with.
    pub values: Vec<Assignment>,
}

impl From<Task> for Prepared {
    fn from(task: Task) -> Self {
        Self { task, warnings: vec![], flaws: vec![], places: vec![], values: vec![] }
    }
}

impl From<Wish> for Prepared {
    fn from(wish: Wish) -> Self {
        Task::from(wish).into()
    }
}

/// What the last event left. The next event is compared with it.
#[derive(Clone, Debug, Default)]
pub struct Before {
    /// The server's data.
    pub data: BTreeMap<Resource, Representation>,
    /// Did the last look of a watch fail?
    pub is_failing: bool,
}

/// A task that saves values, after its guards were checked.
///
/// # Errors
///
/// A guard stops the save.
pub fn saving(
    typed: Vec<Assigned>,
    absence: Absence,
    guards: &Guards,
    guarded: Guarded<'_>,
) -> Result<Prepared, CommandError> {
    let id = |typed: &Assigned| typed.assignment.field.clone();
    let warnings = typed.iter().filter_map(|typed| Some((id(typed), typed.warning.clone()?))).collect();
    let flaws = flaws(&typed);
    let values: Vec<Assignment> = typed.into_iter().map(|typed| typed.assignment).collect();
    let mut written: Vec<Resource> = values.iter().map(|value| value.field.resource).collect();
    written.sort();
    written.dedup();
    let conditions = guards.conditions(&written)?;
    let consent = guards.consent(guarded)?;
    let task = Task { conditions, consent, wait: guards.wait, ..Wish::Write(values, absence).into() };
    Ok(Prepared { warnings, flaws, ..task.into() })
}

/// Why some of these values are not sent, if they differ from the server's.
pub fn flaws(typed: &[Assigned]) -> Vec<(FieldId, CommandError)> {
    typed.iter().filter_map(|typed| Some((typed.assignment.field.clone(), typed.flaw.clone()?))).collect()
}
