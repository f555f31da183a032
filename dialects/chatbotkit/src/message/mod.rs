//! Messages of conversations.

mod author;
pub(crate) mod create;
pub(crate) mod create_batch;
pub(crate) mod delete;
pub(crate) mod fetch;
mod fields;
mod import;
pub(crate) mod list;
mod record;
pub(crate) mod synthesize;
pub(crate) mod update;
pub(crate) mod vote;
mod walk;
mod word;

pub(crate) use author::author;
pub(crate) use fields::{Echo, New, Patch, Stored};
pub(crate) use import::read as import;
pub(crate) use record::{Page, Record, Said};
