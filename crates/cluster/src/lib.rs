//! A private PostgreSQL server for tests.
//!
//! [`fresh_database`] gives a new, empty database: on the server that `PARLOR_TEST_POSTGRES` names where it is set (the
//! test command starts one for all test processes), otherwise on a server of this process's own. [`Cluster::start`]
//! gives a server that a test has to itself and may break. Every server vanishes with the process that started it,
//! however that process ends.
#![allow(
    clippy::panic,
    reason = "used by tests only, where a machine that lacks something must fail loudly"
)]

mod account;
mod cluster;
mod database;
mod programs;

pub use cluster::{Cluster, Durability};
pub use database::{Database, fresh_database};

/// The server to use instead of starting one, as a `postgres://` URL whose role may create databases.
pub const SHARED: &str = "PARLOR_TEST_POSTGRES";

/// Ends the test with a message: this crate has no callers that could go on.
fn give_up(what: &str, error: impl std::fmt::Display) -> ! {
    panic!("{what}: {error}")
}
