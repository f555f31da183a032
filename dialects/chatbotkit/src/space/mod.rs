//! Spaces, each a container of conversations.

pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod export;
pub(crate) mod fetch;
pub(crate) mod import;
mod instance;
pub(crate) mod list;
mod options;
mod source;
pub(crate) mod update;

pub(crate) use instance::{SpaceInstance, SpaceListResponse};
pub(crate) use options::SpaceOptions;
pub(crate) use source::SpaceSource;
