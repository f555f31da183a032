//! Messages of conversations.

mod author;
pub(crate) mod create;
pub(crate) mod create_batch;
pub(crate) mod delete;
pub(crate) mod fetch;
mod import;
mod instance;
pub(crate) mod list;
mod message_type;
mod requests;
mod source;
pub(crate) mod synthesize;
pub(crate) mod update;
pub(crate) mod vote;

pub(crate) use author::resolve_author;
pub(crate) use import::parse_record as import;
pub(crate) use instance::{MessageInstance, MessageListResponse, MessageListRow};
pub(crate) use requests::{
    MessageCreateRequest, MessageCreateResponse, MessageEcho, MessageUpdateRequest,
};
