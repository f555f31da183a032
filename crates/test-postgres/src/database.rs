//! Databases that a test has to itself.

use std::hash::{BuildHasher, Hasher};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use postgres::{Client, Config, NoTls};

use crate::server::{Durability, PostgresServer};
use crate::{SHARED_SERVER_VARIABLE, abort_test};

/// A database with nothing in it. On a shared server it is dropped with this value.
pub struct TestDatabase {
    url: String,
    /// The administrator's URL and the name to drop; nothing on a server that vanishes with this process anyway.
    drop_target: Option<(String, String)>,
}

impl TestDatabase {
    /// Where it is.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The number that a query gives. Panics where it gives none.
    pub fn count(&self, query: &str) -> i64 {
        let (url, query) = (self.url.clone(), query.to_owned());
        let counted = std::thread::spawn(move || {
            let row = Client::connect(&url, NoTls)?.query_one(query.as_str(), &[])?;
            row.try_get(0)
        });
        counted
            .join()
            .unwrap_or_else(|_| abort_test("a query failed", "the driver panicked".to_owned()))
            .unwrap_or_else(|error: postgres::Error| {
                abort_test("a query failed", error.to_string())
            })
    }

    /// Runs a statement there, beside whatever uses it. Panics where it fails: without it a test shows nothing.
    pub fn execute(&self, statement: &str) {
        run_statement(&self.url, statement.to_owned())
            .unwrap_or_else(|error| abort_test("a statement failed", error));
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if let Some((admin, name)) = self.drop_target.take() {
            // A database that stays behind on a server for tests harms nobody.
            let _ = run_statement(
                &admin,
                format!("drop database if exists {name} with (force)"),
            );
        }
    }
}

/// A new, empty database on the shared server, or on this process's own where there is none.
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
    /// A new, empty database on this server.
    pub fn create_database(&self) -> TestDatabase {
        TestDatabase {
            url: self.url(&create_on(&self.url("postgres"))),
            drop_target: None,
        }
    }
}

fn create_on(admin: &str) -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    // Other processes make databases on the same server: a random word tells ours from theirs.
    let word = std::collections::hash_map::RandomState::new()
        .build_hasher()
        .finish();
    let name = format!("test_{word:016x}_{}", COUNT.fetch_add(1, Ordering::Relaxed));
    run_statement(admin, format!("create database {name} template template0"))
        .unwrap_or_else(|error| abort_test("no fresh database", error));
    name
}

/// Runs one statement on a thread of its own: the driver may not block a thread of an asynchronous runtime.
fn run_statement(url: &str, statement: String) -> Result<(), String> {
    let url = url.to_owned();
    std::thread::spawn(move || Client::connect(&url, NoTls)?.batch_execute(&statement))
        .join()
        .map_err(|_| "the driver panicked".to_owned())?
        .map_err(|error: postgres::Error| error.to_string())
}

/// The same URL with another database.
fn with_database(url: &str, name: &str) -> String {
    let config: Config = url
        .parse()
        .unwrap_or_else(|error| abort_test(SHARED_SERVER_VARIABLE, error));
    let old = format!("/{}", config.get_dbname().unwrap_or_default());
    let (start, options) = url.split_once('?').unwrap_or((url, ""));
    let start = start.strip_suffix(&old).unwrap_or(start);
    let question = if options.is_empty() { "" } else { "?" };
    format!("{start}/{name}{question}{options}")
}
