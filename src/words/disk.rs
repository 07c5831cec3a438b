//! The reasons why something is not on the disk or could not be read from it. Each is the end of a sentence.

/// There is no folder for drafts and history.
pub const NO_STATE: &str = "neither XDG_STATE_HOME nor HOME holds an absolute path";

/// There is no folder for the configuration.
pub const NO_CONFIG: &str = "neither XDG_CONFIG_HOME nor HOME holds an absolute path";

/// No drafts and no history are kept in this run.
pub const NOTHING_KEPT: &str = "nothing is kept";

/// Another program has written a preset of this name.
pub const PRESET_ADDED: &str = "a preset of this name was added meanwhile";

/// The disk has not answered in time.
pub const NO_ANSWER: &str = "the disk does not answer";

/// Without locks, a run cannot be told from one that has ended.
pub const NO_LOCKS: &str = "the file system has no locks, so nobody knows which callset has ended";
