//! Messages of conversations.

mod activity;
mod author;
pub(crate) mod create;
pub(crate) mod create_batch;
pub(crate) mod delete;
pub(crate) mod downvote;
pub(crate) mod fetch;
mod import;
mod instance;
pub(crate) mod list;
mod message_type;
mod requests;
mod source;
pub(crate) mod synthesize;
pub(crate) mod update;
pub(crate) mod upvote;
mod vote;

pub(crate) use activity::activity_of;
pub(crate) use author::resolve_author;
pub(crate) use import::parse_import_record;
pub(crate) use instance::MessageListRow;
pub(crate) use requests::{MessageCreateRequest, MessageCreateResponse, MessageEcho};
pub(crate) use vote::{MessageDownvoteRequest, MessageUpvoteRequest, VoteRequest};

/// The vendor's page on most of these endpoints.
const MANUAL: &str = "Conversation Messages";
