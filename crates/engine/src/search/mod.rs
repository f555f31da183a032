//! Search: messages by what they say, members by what they are called, and the task that keeps the index behind it.

mod index;
mod members;
mod messages;

pub use index::{Indexer, backlog, index_pending};
pub use members::{SearchMembers, members};
pub use messages::{MAX_HITS, MatchMode, SearchHit, SearchMessages, SearchTarget, messages};
