//! Where Parlor keeps things.
//!
//! - [`sql`]: every SQL text, written once in the subset that SQLite and PostgreSQL share, each marked `tenant` or
//!   `global`.
//! - [`repo`]: one file per entity, plain functions over a [`Tx`] that turn rows into the model's types.
//! - [`backend`]: a folder per database: connection, transactions, migrations, and the few texts that must differ.
//!
//! A closure given to [`Store::write`] is synchronous and holds nothing but a `&mut dyn Tx`: it may run again, and no
//! network call can happen inside a transaction. This crate knows no HTTP and no vendor. Start at [`Store`].

pub mod append_message;
pub mod backend;
pub mod bounds;
mod case_fold;
mod commit_listener;
mod ngram;
pub mod repo;
mod revision;
mod scan_limiter;
mod scan_threads;
pub mod search_terms;
pub mod sql;
pub mod stamp;
pub mod statement;
mod store;
mod tables;
pub mod tx;
pub mod visibility;

pub use bounds::Bounds;
pub use commit_listener::{CommitListener, Invalidation};
pub use stamp::{Stamp, StampGenerator};
pub use statement::{SqlStatement, StatementScope};
pub use store::{Store, StoreOptions};
pub use tables::Tables;
pub use tx::{Row, SqlValue, Tx};
