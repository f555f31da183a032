//! The search index: filling it in the background (`index_batch`), and updating it in the transaction that changes or
//! removes a text (`reindex_message`, `unindex_message`).

mod fill;
mod update;

pub use fill::{
    INDEX_LEASE, IndexBatchOutcome, IndexedEntity, PendingBound, backlog, index_batch,
    last_indexed, last_number,
};
pub(super) use update::{reindex_message, reindex_name, reindex_title, unindex_message};
