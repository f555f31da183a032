//! Conversations, and what is asked of them as a whole.

pub(crate) mod authorize;
pub(crate) mod complete;
pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod export;
pub(crate) mod fetch;
pub(crate) mod import;
mod instance;
pub(crate) mod list;
pub(crate) mod list_by_contact;
mod options;
pub(crate) mod receive;
pub(crate) mod send;
pub(crate) mod session;
mod source;
mod transcript_source;
pub(crate) mod update;
pub(crate) mod upsert_contact;
pub(crate) mod usage;
pub(crate) mod vote;

pub(crate) use create::ConversationCreateResponse;
pub(crate) use instance::{ConversationInstance, ConversationListResponse};
pub(crate) use options::{ConversationOptions, ConversationUpdateRequest};
