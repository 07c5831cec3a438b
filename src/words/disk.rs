//! Why something is not on the disk, or could not be had from it, as the end of a sentence.

/// There is no place for drafts and history.
pub const NO_STATE: &str = "neither XDG_STATE_HOME nor HOME is set";

/// There is no place for a configuration.
pub const NO_CONFIG: &str = "neither XDG_CONFIG_HOME nor HOME is set";

/// No drafts and no history are kept in this run.
pub const NOTHING_KEPT: &str = "nothing is kept";

/// Another one wrote a preset of this name.
pub const PRESET_ADDED: &str = "a preset of this name was added meanwhile";

/// It was waited for.
pub const NO_ANSWER: &str = "the disk does not answer";
