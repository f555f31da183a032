//! Conversations, and what is asked of them as a whole.

pub(crate) mod complete;
pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod export;
pub(crate) mod fetch;
mod fields;
pub(crate) mod guard;
pub(crate) mod import;
pub(crate) mod list;
pub(crate) mod of_contact;
pub(crate) mod receive;
mod record;
pub(crate) mod send;
pub(crate) mod session;
mod transcript;
pub(crate) mod update;
pub(crate) mod upsert_contact;
pub(crate) mod usage;
pub(crate) mod vote;
mod walk;

pub(crate) use create::Created;
pub(crate) use fields::{Changes, Fields};
pub(crate) use record::{Page, Record};
