//! Search: messages by text, members by name, and the indexing task.

mod index;
mod members;
mod messages;

pub use index::{Indexer, backlog, index_pending};
pub use members::{SearchMembers, members};
pub use messages::{MAX_HITS, MatchMode, SearchHit, SearchMessages, SearchTarget, messages};
