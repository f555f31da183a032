//! Import of backups: rows keep their ids and timestamps. Importing the same backup again leaves equal rows unchanged
//! and updates different ones.

mod contact;
mod conversation;
mod import_batch;
mod message;
mod row_outcome;
mod rules;
mod space;

pub use import_batch::{ImportBatchResult, import_batch};
