//! Spaces.

pub(crate) mod activate;
pub(crate) mod get;
