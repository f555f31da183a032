//! Spaces: one end user each, with its groups.

pub(crate) mod activate;
pub(crate) mod get;
pub(crate) mod view;
