//! Spaces, each a container of conversations.

pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod export;
pub(crate) mod fetch;
pub(crate) mod import;
mod instance;
pub(crate) mod list;
pub(crate) mod list_by_contact;
mod options;
mod source;
pub(crate) mod update;

use instance::SpaceListResponse;
use options::SpaceOptions;
use source::SpaceSource;
