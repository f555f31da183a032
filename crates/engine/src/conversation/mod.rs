//! Conversations: groups, chats, direct conversations and threads.

mod create;
mod create_with_messages;
mod delete;
mod direct;
mod export;
mod find;
mod hidden_threads;
mod list;
mod list_labels;
mod removal;
mod scan;
mod scan_transcripts;
mod text_limits;
mod title;
mod update;
mod vote;

pub(crate) use create::insert;
pub use create::{CreateConversationResult, create, create_idempotent};
pub use create_with_messages::create_with_messages;
pub use delete::delete;
pub(crate) use delete::delete_in_tx;
pub use direct::{DirectConversation, find_direct, find_or_create_direct};
pub use export::{ConversationExportRow, export};
pub(crate) use find::load_details;
pub use find::{ConversationDetails, find, find_for_messages, find_header, find_with_details};
pub use hidden_threads::find_hidden_threads;
pub use list::{ConversationSummary, ListConversations, list, list_for_member};
pub use list_labels::list_labels;
pub use removal::{Remover, has_deleted_rows, remove_deleted};
pub use scan::scan;
pub use scan_transcripts::{TranscriptCursor, TranscriptRow, scan_transcripts};
pub(crate) use text_limits::check_bot_config;
pub use title::regenerate_title;
pub use update::update;
pub use vote::{MAX_VOTES, vote, votes};
