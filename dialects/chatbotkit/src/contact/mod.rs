//! Contacts: every member of the workspace but assistants and the owner.

pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod ensure;
pub(crate) mod export;
pub(crate) mod fetch;
mod fields;
mod fingerprint;
pub(crate) mod import;
pub(crate) mod list;
mod record;
mod reference;
pub(crate) mod spaces;
pub(crate) mod update;
pub(crate) mod upsert;
mod walk;

pub(crate) use fields::{Fields, Upsert};
pub(crate) use record::{Page, Record};
pub(crate) use reference::Reference;
