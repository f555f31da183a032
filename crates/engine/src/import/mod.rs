//! Rows that come back from a backup, with the ids and times they had. The same backup may come again: what is there
//! as it says is left alone, what differs becomes as it says.

mod contact;
mod conversation;
mod import_batch;
mod message;
mod row_outcome;
mod rules;
mod space;

pub use import_batch::{ImportBatchResult, import_batch};
