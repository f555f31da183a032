//! A chat's log.

pub(crate) mod frame;
pub(crate) mod list;
