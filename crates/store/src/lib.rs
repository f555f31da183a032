//! Persistence: SQL statements, typed repositories over them, and the SQLite and PostgreSQL backends.
//!
//! - `sql`: every SQL text, written once in the subset that SQLite and PostgreSQL share, each marked `tenant` or
//!   `global`.
//! - [`repo`]: one file per entity, plain functions over a [`Tx`] that map rows to the model's types.
//! - `backend`: one folder per database: connections, transactions, migrations, and the few statements that must
//!   differ.
//!
//! A closure given to [`Store::write`] is synchronous and gets only a `&mut dyn Tx`: it may run again, and it cannot
//! wait for the network within a transaction. This crate knows no HTTP and no vendor. Start at [`Store`].

pub mod append_message;
mod backend;
mod bounds;
mod case_fold;
#[doc(hidden)]
pub mod catalogue;
mod commit_listener;
mod database_report;
pub mod embedded;
mod ngram;
mod options;
pub mod repo;
mod retry_counts;
mod revision;
mod scan_limiter;
mod scan_threads;
pub mod search_terms;
mod sql;
pub mod stamp;
mod statement;
mod store;
mod table_changes;
mod tables;
mod tx;
pub mod visibility;

pub use backend::postgres::ConnectTarget;
pub use bounds::Bounds;
pub use commit_listener::{CommitCounts, CommitListener, Invalidation};
pub use options::StoreOptions;
pub use retry_counts::RetryCounts;
pub use stamp::{Stamp, StampGenerator};
pub use statement::{SqlStatement, StatementScope};
pub use store::Store;
pub use tables::Tables;
pub use tx::{BreakableRowCallback, Row, RowCallback, SqlValue, Tx};
