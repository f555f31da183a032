//! The nouns of Parlor: ids, entities, the commands that change them, the views that show them, and one [`Error`].
//!
//! This crate knows nothing of storage, networks, runtimes or vendors, and must stay that way: every other crate
//! may depend on it, it depends on none of them. Start reading at [`conversation`] for the product's centre, at
//! [`ctx`] for who is asking, and at [`error`] for what can go wrong.

pub mod access;
pub mod audit;
pub mod chat;
pub mod conversation;
pub mod ctx;
pub mod details;
pub mod draft;
pub mod error;
pub mod event_rule;
pub mod file;
pub mod filter;
pub mod following;
pub mod id;
pub mod idempotency;
pub mod import;
pub mod json;
pub mod key;
pub mod label;
pub mod limit;
pub mod line;
pub mod live;
pub mod log;
pub mod member;
pub mod message;
pub mod metadata;
pub mod outline;
pub mod overview;
pub mod page;
pub mod participant;
pub mod phone_options;
pub mod principal;
pub mod private;
pub mod rating;
pub mod role;
pub mod scope;
pub mod site;
pub mod space;
pub mod text;
pub mod time;
pub mod walk;
pub mod web_chat;
mod word;
pub mod workflow;
pub mod workspace;

pub use ctx::Ctx;
pub use error::{Error, Result};
pub use id::Id;
pub use metadata::Metadata;
pub use time::Timestamp;
