//! PostgreSQL cluster of a benchmark, with durable commits.

use std::path::PathBuf;

use anyhow::Result;
use parlor_test_postgres::{Durability, PostgresServer, TestDatabase};

/// Table and sequence of `pgbench`, with the columns and indexes that a message needs at least.
const FLOOR_SCHEMA: [&str; 3] = [
    "create table message(id uuid primary key, conversation uuid not null, seq bigint not null, author uuid not null,
        created_at timestamptz not null default now(), text text not null)",
    "create unique index message_place on message(conversation, seq)",
    "create sequence place",
];

/// Running cluster.
pub(super) struct BenchCluster {
    server: PostgresServer,
    floor: TestDatabase,
}

impl BenchCluster {
    /// Starts a cluster that flushes each commit, and prepares the database of `pgbench`.
    pub(super) fn start() -> Result<Self> {
        let server = PostgresServer::start(Durability::On);
        let floor = server.create_database();
        for statement in FLOOR_SCHEMA {
            floor.execute(statement);
        }
        Ok(Self { server, floor })
    }

    /// Creates an empty database.
    pub(super) fn create_database(&self) -> TestDatabase {
        self.server.create_database()
    }

    /// URL of the database of `pgbench`.
    pub(super) fn floor_url(&self) -> &str {
        self.floor.url()
    }

    /// Path of a program of this PostgreSQL.
    pub(super) fn program(&self, name: &str) -> PathBuf {
        self.server.program(name)
    }

    /// Returns the number of rolled back transactions of a database for each thousand requests.
    pub(super) fn rollbacks_per_thousand(
        &self,
        database: &TestDatabase,
        requests: u64,
    ) -> Result<f64> {
        let rollbacks = database
            .count("select xact_rollback from pg_stat_database where datname = current_database()");
        Ok(rollbacks as f64 * 1000.0 / requests.max(1) as f64)
    }
}
