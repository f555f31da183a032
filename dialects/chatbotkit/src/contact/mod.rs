//! Contacts: all members of the workspace except assistants and the owner.

pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod ensure;
pub(crate) mod export;
pub(crate) mod fetch;
mod fingerprint;
pub(crate) mod import;
mod instance;
pub(crate) mod list;
mod options;
mod reference;
mod source;
pub(crate) mod update;
pub(crate) mod upsert;

pub(crate) use options::{ContactOptions, UpsertContactParts};
pub(crate) use reference::ContactReference;

/// The vendor's page on contacts.
pub(crate) const MANUAL: &str = "Contacts";
