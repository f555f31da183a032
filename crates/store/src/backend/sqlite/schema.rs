//! Migrations of the embedded database, and the texts it needs written differently.

use parlor_model::{Error, Result};
use rusqlite::Connection;

use super::connection::failed;
use crate::Stamps;
use crate::backend::migrate::{Migration, checksum, pending};

const MIGRATIONS: &[Migration] = &[Migration {
    number: 1,
    name: "foundation",
    text: include_str!("migrations/0001_foundation.sql"),
}];

/// Statements by name whose text differs here.
pub(super) const OVERRIDES: &[(&str, &str)] = &[];

pub(super) fn migrate(connection: &mut Connection, stamps: &Stamps) -> Result<()> {
    let apply = |connection: &mut Connection| -> rusqlite::Result<Result<()>> {
        connection.execute_batch(
            "create table if not exists migration(number integer primary key, name text not null,
                checksum integer not null, applied_at integer not null) strict;",
        )?;
        let transaction =
            connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        let applied = transaction
            .prepare("select number, checksum from migration order by number")?
            .query_map((), |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<rusqlite::Result<Vec<(i64, i64)>>>()?;
        let pending = match pending(MIGRATIONS, &applied) {
            Ok(pending) => pending,
            Err(error) => return Ok(Err(error)),
        };
        for migration in pending {
            transaction.execute_batch(migration.text)?;
            transaction.execute(
                "insert into migration values (?1, ?2, ?3, ?4)",
                (
                    migration.number,
                    migration.name,
                    checksum(migration.text),
                    stamps.now().micros(),
                ),
            )?;
        }
        transaction.commit()?;
        Ok(Ok(()))
    };
    apply(connection).map_err(|error: rusqlite::Error| -> Error { failed("migrate", &error) })?
}
