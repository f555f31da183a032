//! Search: messages by what they say, and the task that keeps the index behind it.

mod index;
mod messages;

pub use index::{Indexer, settle, waiting};
pub use messages::{Hit, MOST, SearchMessages, Within, Words, messages};
