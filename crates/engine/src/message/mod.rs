//! Messages: said, listed, edited, deleted. Each takes the next position of its conversation's log.

mod clip;
mod create;
mod create_batch;
mod delete;
mod edit;
mod history;
mod list;
mod locate;
mod of_call;
mod pick;
mod pieces;
mod rate;
mod title;
mod walk;

pub use parlor_store::append::Appended;

pub use clip::clip;
pub(crate) use create::{Attachments, check_length, check_text, create_in_with, create_with};
pub use create::{Said, create, create_all, create_in};
pub use create_batch::create_batch;
pub(crate) use create_batch::insert_message;
pub use delete::delete;
pub use edit::{edit, edit_returning};
pub use history::{HistoryHead, HistoryItem, HistoryQuery, history, history_heads};
pub use list::{find, list, total};
pub use locate::{Located, locate};
pub use of_call::{CallMessages, of_call};
pub use pick::pick;
pub use pieces::Pieces;
pub use rate::{
    RATED_AT_A_TIME, explain, is_own, rate, ratings, sees_all_ratings, show_own_ratings, toggle,
};
pub use title::from_text as title_of;
pub use walk::{Behind, Walked, walk};
