//! Conversations.

pub(crate) mod answer;
mod assistant;
pub(crate) mod compact;
pub(crate) mod complete;
pub(crate) mod create;
pub(crate) mod create_session;
pub(crate) mod delete;
pub(crate) mod dispatch;
pub(crate) mod downvote;
pub(crate) mod export;
pub(crate) mod fetch;
pub(crate) mod import;
mod instance;
pub(crate) mod list;
pub(crate) mod list_by_contact;
pub(crate) mod list_votes;
mod options;
pub(crate) mod receive;
pub(crate) mod send;
mod source;
pub(crate) mod stateless;
mod transcript_source;
pub(crate) mod update;
pub(crate) mod upsert_contact;
pub(crate) mod upvote;
pub(crate) mod usage;
mod vote;

/// The vendor's page on most of these endpoints.
const REFERENCE: &str = "Conversations";
