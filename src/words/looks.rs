//! The sentences about looks that nobody asked for, one by one.

/// The looks have begun to fail, for this reason. They go on.
pub fn fail(why: &str) -> String {
    format!("the server cannot be looked at, and is looked at less often until it can: {why}")
}

/// The looks work again.
pub const WORK_AGAIN: &str = "the server can be looked at again";
