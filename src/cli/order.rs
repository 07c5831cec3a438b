//! A command about an app's settings: what it wants done, and what it says of what came of it.
//!
//! ```text
//!   arguments ──> prepare ──> Task ──> (the batch, on the network and the disk) ──> End ──> said: data, talk, exit code
//!        └──> offline: what needs no network
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
    /// What it is about.
    fn target(&self) -> &TargetOptions;

    /// How it prints, waits and asks.
    fn common(&self) -> &Common;

    /// What it does without the network, if that is all.
    fn offline(&self, _: &Offline<'_>) -> Option<Result<Said, CommandError>> {
        None
    }

    /// What is to be done.
    ///
    /// # Errors
    ///
    /// Something in the arguments, or a flag that only a person may give. Nothing was sent.
    fn prepare(&self, asking: &Asking<'_>) -> Result<Prepared, CommandError>;

    /// Something happened: lines for standard output, at once.
    fn heard(&self, _: &mut Before, _: &Batch) -> Vec<String> {
        vec![]
    }

    /// What came of it.
    fn said(&self, end: &CommandEnd<'_>) -> Said;

    /// Are differences an exit code of their own?
    fn tells_differences(&self) -> bool {
        false
    }

    /// Another profile that it has to know the settings of.
    fn other(&self) -> Option<&str> {
        None
    }

    /// How many things it reads from standard input, besides a credential.
    fn reads_stdin(&self) -> usize {
        0
    }
}

/// What a command without the network has.
#[derive(Clone, Debug)]
pub struct Offline<'a> {
    /// What it is about.
    pub target: &'a Target,
    /// Where drafts and history are, and whose; `None` without a home.
    pub state: Option<(PathBuf, Place)>,
    /// What time it is.
    pub now: Timestamp,
}

/// What an order needs to know before it begins.
#[expect(missing_debug_implementations, reason = "holds a function")]
pub struct Asking<'a> {
    /// What it is about.
    pub profile: &'a Profile,
    /// Is there somebody to ask?
    pub is_asking: bool,
    /// The saves of the past, newest first.
    pub history: &'a dyn Fn() -> Result<Vec<Saved>, CommandError>,
    /// The settings of another profile, if it wanted to know them.
    pub other: Option<BTreeMap<Resource, Representation>>,
}

impl Asking<'_> {
    /// What a guard has to know.
    pub fn guarded(&self, common: &Common, always: bool) -> Guarded<'_> {
        Guarded { profile: self.profile, is_locked: common.read_only, is_asking: self.is_asking, always }
    }
}

/// What is to be done, and what there is to say of it.
#[derive(Clone, Debug)]
pub struct Prepared {
    /// It.
    pub task: Task,
    /// What is odd about the values, though they are sent.
    pub warnings: Vec<String>,
    /// Where fields stand that no table knows, in the file that they came from.
    pub places: Vec<(FieldId, String)>,
    /// Values to compare with.
    pub values: Vec<Assignment>,
}

impl From<Task> for Prepared {
    fn from(task: Task) -> Self {
        Self { task, warnings: vec![], places: vec![], values: vec![] }
    }
}

/// What was last seen of the server.
#[derive(Clone, Debug, Default)]
pub struct Before(pub BTreeMap<Resource, Representation>);

/// A task that saves values, through its guards.
///
/// # Errors
///
/// Those of the guards.
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
