//! Messages: said, listed, edited, deleted. Each takes the next position of its conversation's log.

mod batches;
mod create;
mod create_batch;
mod delete;
mod edit;
mod find_by_tool_call;
mod find_many;
mod history;
mod list;
mod locate;
mod rate;
mod scan;
mod title;
mod truncate_text;

pub use parlor_store::append_message::AppendResult;

pub use batches::MessageBatches;
pub(crate) use create::{
    AppendOptions, check_length, check_text, create_in_conversation_with_options,
    create_with_options,
};
pub use create::{CreateMessageResult, create, create_in_conversation, create_many};
pub use create_batch::create_batch;
pub(crate) use create_batch::insert_message;
pub use delete::delete;
pub use edit::{edit, edit_returning};
pub use find_by_tool_call::{ToolCallMessages, find_by_tool_call};
pub use find_many::find_many;
pub use history::{
    HistoryItem, HistoryItemSummary, HistoryQuery, read_history, read_history_summaries,
};
pub use list::{find, list, total};
pub use locate::{MessageLocation, locate};
pub use rate::{
    MAX_RATED_MESSAGES, apply_own_ratings, is_own_rating, list_ratings, rate, sees_all_ratings,
    set_rating_comment, toggle_rating,
};
pub use scan::{MessageScanBatch, ScanStart, scan};
pub use title::title_from_text;
pub use truncate_text::truncate_text;
