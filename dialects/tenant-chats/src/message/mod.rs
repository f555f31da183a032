//! Messages.

pub(crate) mod list;
