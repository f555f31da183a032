//! Search: messages by what they say, members by what they are called, and the task that keeps the index behind it.

mod index;
mod members;
mod messages;

pub use index::{Indexer, settle, waiting};
pub use members::{SearchMembers, members};
pub use messages::{Hit, MOST, SearchMessages, Within, Words, messages};
