//! Workspaces.

pub(crate) mod list;
