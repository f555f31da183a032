//! A private PostgreSQL server for tests.
//!
//! [`create_database`] gives a new, empty database: on the server that `PARLOR_TEST_POSTGRES` names where it is set (the
//! test command starts one for all test processes), otherwise on a server of this process's own. [`PostgresServer::start`]
//! gives a server that a test has to itself and may break. Every server vanishes with the process that started it,
//! however that process ends.
#![allow(
    clippy::panic,
    reason = "used by tests only, where a machine that lacks something must fail loudly"
)]

mod binaries;
mod database;
mod server;
mod system_user;

pub use database::{TestDatabase, create_database};
pub use server::{Durability, PostgresServer};

/// The server to use instead of starting one, as a `postgres://` URL whose role may create databases.
pub const SHARED_SERVER_VARIABLE: &str = "PARLOR_TEST_POSTGRES";

/// Ends the test with a message: this crate has no callers that could go on.
fn abort_test(what: &str, error: impl std::fmt::Display) -> ! {
    panic!("{what}: {error}")
}
