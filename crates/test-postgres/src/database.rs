//! Databases for single tests.

use std::hash::{BuildHasher, Hasher};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use postgres::{Client, Config, NoTls};

use crate::server::{Durability, PostgresServer};
use crate::{SHARED_SERVER_VARIABLE, abort_test};

/// Empty database of one test. On a shared server the database is dropped with this value.
pub struct TestDatabase {
    url: String,
    /// Administrator's URL and the name to drop; `None` on a server that ends with this process.
    drop_target: Option<(String, String)>,
}

impl TestDatabase {
    /// Returns the URL of the database.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Returns the first column of the row that a query returns.
    ///
    /// # Panics
    /// If the query fails or does not return exactly one row.
    pub fn count(&self, query: &str) -> i64 {
        let (url, query) = (self.url.clone(), query.to_owned());
        let thread = std::thread::spawn(move || {
            let row = Client::connect(&url, NoTls)?.query_one(query.as_str(), &[])?;
            row.try_get(0)
        });
        thread
            .join()
            .unwrap_or_else(|_| abort_test("a query failed", "the driver panicked".to_owned()))
            .unwrap_or_else(|error: postgres::Error| {
                abort_test("a query failed", error.to_string())
            })
    }

    /// Runs a statement on a connection of its own.
    ///
    /// # Panics
    /// If the statement fails.
    pub fn execute(&self, statement: &str) {
        run_statement(&self.url, statement.to_owned())
            .unwrap_or_else(|error| abort_test("a statement failed", error));
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if let Some((admin, name)) = self.drop_target.take() {
            // A leftover database on a test server is harmless.
            let _ = run_statement(
                &admin,
                format!("drop database if exists {name} with (force)"),
            );
        }
    }
}

/// Creates an empty database on the shared server, or, without one, on a server of this process.
pub fn create_database() -> TestDatabase {
    if let Ok(admin) = std::env::var(SHARED_SERVER_VARIABLE) {
        let name = create_on(&admin);
        return TestDatabase {
            url: with_database(&admin, &name),
            drop_target: Some((admin, name)),
        };
    }
    static OWN: OnceLock<PostgresServer> = OnceLock::new();
    OWN.get_or_init(|| PostgresServer::start(Durability::Off))
        .create_database()
}

impl PostgresServer {
    /// Creates an empty database on this server.
    pub fn create_database(&self) -> TestDatabase {
        TestDatabase {
            url: self.url(&create_on(&self.url("postgres"))),
            drop_target: None,
        }
    }
}

fn create_on(admin_url: &str) -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    // Other processes create databases on the same server; the random prefix avoids name clashes.
    let prefix = std::collections::hash_map::RandomState::new()
        .build_hasher()
        .finish();
    let name = format!(
        "test_{prefix:016x}_{}",
        COUNT.fetch_add(1, Ordering::Relaxed)
    );
    run_statement(
        admin_url,
        format!("create database {name} template template0"),
    )
    .unwrap_or_else(|error| abort_test("no fresh database", error));
    name
}

/// Runs a statement on a thread of its own, because the driver must not block a thread of an async runtime.
fn run_statement(url: &str, statement: String) -> Result<(), String> {
    let url = url.to_owned();
    std::thread::spawn(move || Client::connect(&url, NoTls)?.batch_execute(&statement))
        .join()
        .map_err(|_| "the driver panicked".to_owned())?
        .map_err(|error: postgres::Error| error.to_string())
}

/// Replaces the database name in a URL.
fn with_database(url: &str, name: &str) -> String {
    let config: Config = url
        .parse()
        .unwrap_or_else(|error| abort_test(SHARED_SERVER_VARIABLE, error));
    let old_path = format!("/{}", config.get_dbname().unwrap_or_default());
    let (start, options) = url.split_once('?').unwrap_or((url, ""));
    let start = start.strip_suffix(&old_path).unwrap_or(start);
    let separator = if options.is_empty() { "" } else { "?" };
    format!("{start}/{name}{separator}{options}")
}
