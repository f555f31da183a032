//! Spaces, each a container of conversations.

pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod export;
pub(crate) mod fetch;
mod fields;
pub(crate) mod import;
pub(crate) mod list;
mod record;
pub(crate) mod update;
mod walk;

pub(crate) use fields::Fields;
pub(crate) use record::{Page, Record};
pub(crate) use walk::Spaces;
