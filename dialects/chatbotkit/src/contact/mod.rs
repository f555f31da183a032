//! Contacts: every member of the workspace but assistants and the owner.

pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod ensure;
pub(crate) mod export;
pub(crate) mod fetch;
mod fingerprint;
pub(crate) mod import;
mod instance;
pub(crate) mod list;
pub(crate) mod list_spaces;
mod options;
mod reference;
mod source;
pub(crate) mod update;
pub(crate) mod upsert;

pub(crate) use instance::{ContactInstance, ContactListResponse};
pub(crate) use options::{ContactOptions, UpsertContactParts};
pub(crate) use reference::ContactReference;
