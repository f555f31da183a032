//! Domain types of Parlor: ids, entities, commands, read models, and one [`Error`].
//!
//! This crate performs no I/O and knows no storage, network, runtime or vendor. Every other crate may depend on it; it
//! depends on none of them. Start at [`conversation`] for the central entity, at [`ctx`] for the caller's identity and
//! rights, and at [`error`] for failures.

pub mod access;
pub mod api_key;
pub mod assistant_settings;
pub mod bot_config;
pub mod call_language;
pub mod chat;
pub mod console;
pub mod conversation;
pub mod conversation_header;
pub mod conversation_list_item;
pub mod ctx;
pub mod custom_role;
pub mod draft;
pub mod error;
pub mod event_rule;
pub mod file;
pub mod file_name;
pub mod following;
pub mod id;
pub mod idempotency;
pub mod import;
pub mod inbox;
pub mod json;
pub mod keyset;
pub mod label;
pub mod limit;
pub mod log;
pub mod member;
pub mod message;
pub mod message_details;
pub mod metadata;
pub mod metadata_filter;
pub mod outbox;
pub mod participant;
pub mod participant_commands;
pub mod phone_number;
pub mod phone_options;
pub mod principal;
pub mod rating;
pub mod realtime;
pub mod redacted;
pub mod saved_filter;
pub mod scan;
pub mod scope;
pub mod sending_policy;
pub mod site;
pub mod space;
mod string_enum;
pub mod text;
pub mod time;
pub mod turn;
pub mod undeliverable_address;
pub mod unmatched_message;
pub mod voice_call;
pub mod web_chat;
pub mod workflow;
pub mod workflow_commands;
pub mod workspace;

pub use ctx::Ctx;
pub use error::{Error, Result};
pub use id::Id;
pub use metadata::Metadata;
pub use time::Timestamp;
