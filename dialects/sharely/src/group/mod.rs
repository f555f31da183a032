//! Groups: the conversations of a space.

pub(crate) mod create;

/// What a group is called that nobody named.
pub(crate) const GENERAL: &str = "General";
