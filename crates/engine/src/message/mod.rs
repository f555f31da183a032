//! Messages: create, list, edit, delete. Each takes the next seq of its conversation's log.

mod batches;
mod create;
mod create_batch;
mod create_in_conversation;
mod create_many;
mod delete;
mod edit;
mod find;
mod list;
mod list_ratings;
mod rate;
mod scan;
mod title;
mod truncate_text;
mod validate;

pub use parlor_store::append_message::AppendResult;

pub use batches::MessageBatches;
pub(crate) use create::{AppendOptions, create_with_options};
pub use create::{AppendedMessage, create, create_with_question, create_with_responder};
pub(crate) use create_batch::insert_message;
pub use create_batch::{InitialMessage, create_batch};
pub(crate) use create_in_conversation::create_in_conversation_with_options;
pub use create_in_conversation::{CreateMessageResult, create_in_conversation};
pub use create_many::create_many;
pub use delete::delete;
pub use edit::{edit, edit_returning};
pub use find::{MessageLocation, ToolCallMessages, find, find_by_tool_call, find_many, locate};
pub use list::{list, total};
pub use list_ratings::{
    MAX_RATED_MESSAGES, apply_own_ratings, is_own_rating, list_ratings, sees_all_ratings,
};
pub use rate::{rate, set_rating_comment, toggle_rating};
pub use scan::{ScanStart, scan};
pub(crate) use title::title_from_text;
pub use truncate_text::truncate_text;
pub(crate) use validate::{check_length, check_text};
