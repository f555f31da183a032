//! A chat's log.

pub(crate) mod entry_frame;
pub(crate) mod list;
