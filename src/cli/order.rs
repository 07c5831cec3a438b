//! A command about an app's settings: it prepares a task, and prints the result of the batch.
//!
//! ```text
//!   arguments ──> prepare ──> Task ──> (the batch, on network and disk) ──> CommandEnd ──> said: output, exit code
//!        └──> offline: the whole command, if it needs no network
//! ```

use super::exit::{CommandError, Said};
use super::options::{Common, Guarded, Guards, TargetOptions};
use super::outcome::CommandEnd;
use crate::model::profile::Profile;
use crate::model::record::Saved;
use crate::model::{FieldId, Representation, Resource};
use crate::store::Place;
use crate::sync::{Assignment, Batch, Target, Task};
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

/// A command about an app's settings.
pub trait Order: fmt::Debug {
    /// The target of the command.
    fn target(&self) -> &TargetOptions;

    /// The common options: how the command prints, waits and asks.
    fn common(&self) -> &Common;

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

    /// The output at the end of the batch.
    fn said(&self, end: &CommandEnd<'_>) -> Said;

    /// Do differences have an exit code of their own?
    fn tells_differences(&self) -> bool {
        false
    }

    /// The name of another profile whose settings the command needs.
    fn other(&self) -> Option<&str> {
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
    /// Warnings about values that are sent all the same.
    pub warnings: Vec<String>,
    /// The places of fields that no table knows, in the file that they came from.
    pub places: Vec<(FieldId, String)>,
    /// Values to compare with.
    pub values: Vec<Assignment>,
}

impl From<Task> for Prepared {
    fn from(task: Task) -> Self {
        Self { task, warnings: vec![], places: vec![], values: vec![] }
    }
}

/// The server's data at the last event. The next event is compared with it.
#[derive(Clone, Debug, Default)]
pub struct Before(pub BTreeMap<Resource, Representation>);

/// A task that saves values, after its guards were checked.
///
/// # Errors
///
/// A guard stops the save.
pub fn saving(
    typed: Vec<super::assignment::Assigned>,
    absence: crate::sync::Absence,
    guards: &Guards,
    guarded: Guarded<'_>,
) -> Result<Prepared, CommandError> {
    let warnings = typed.iter().filter_map(|typed| typed.warning.clone()).collect();
    let values: Vec<Assignment> = typed.into_iter().map(|typed| typed.assignment).collect();
    let mut written: Vec<Resource> = values.iter().map(|value| value.field.resource).collect();
    written.sort();
    written.dedup();
    let conditions = guards.conditions(&written)?;
    let consent = guards.consent(guarded)?;
    let task = Task { wish: crate::sync::Wish::Write(values, absence), conditions, consent, wait: guards.wait };
    Ok(Prepared { warnings, ..task.into() })
}
