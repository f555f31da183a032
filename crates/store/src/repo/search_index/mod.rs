//! The search index: filling it in the background (`index_batch`), and updating it in the transaction that changes or
//! removes a text (`reindex_message`, `unindex_message`).

mod fill;
mod update;

pub use fill::{
    IndexBatchOutcome, IndexedEntity, backlog, index_batch, last_number, safe_upper_bound,
};
pub(super) use update::{reindex_message, reindex_name, reindex_title, unindex_message};
