//! Private PostgreSQL servers for tests.
//!
//! [`create_database`] creates an empty database on the server named by `PARLOR_TEST_POSTGRES` (the test command starts
//! one for all test processes), otherwise on a server of this process. [`PostgresServer::start`] starts a server for
//! one test, which may restart it. Every server ends with the process that started it, even if that process is killed.
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

/// Variable with the `postgres://` URL of a shared server, whose role may create databases.
const SHARED_SERVER_VARIABLE: &str = "PARLOR_TEST_POSTGRES";

/// Fails the test with a message.
///
/// # Panics
/// Always.
fn abort_test(what: &str, error: impl std::fmt::Display) -> ! {
    panic!("{what}: {error}")
}
