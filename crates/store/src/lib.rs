//! Where Parlor keeps things.
//!
//! - [`sql`]: every SQL text, written once in the subset that SQLite and PostgreSQL share, each marked `tenant` or
//!   `global`.
//! - [`repo`]: one file per entity, plain functions over a [`Tx`] that turn rows into the model's types.
//! - [`backend`]: a folder per database: connection, transactions, migrations, and the few texts that must differ.
//!
//! A closure given to [`Store::write`] is synchronous and holds nothing but a `&mut dyn Tx`: it may run again, and no
//! network call can happen inside a transaction. This crate knows no HTTP and no vendor. Start at [`Store`].

pub mod append;
pub mod backend;
pub mod bounds;
mod fold;
mod grams;
pub mod repo;
mod revision;
mod scan_threads;
mod scans;
pub mod sql;
pub mod stamp;
pub mod statement;
mod store;
mod tables;
pub mod terms;
pub mod tx;
pub mod visibility;
mod watch;

pub use bounds::Bounds;
pub use stamp::{Stamp, Stamps};
pub use statement::{Scope, Stmt};
pub use store::{Options, Store};
pub use tables::Tables;
pub use tx::{Row, Tx, Value};
pub use watch::{Invalidation, Watch};
