//! Schema migrations of SQLite, and seeding of the stamp generator.

use parlor_model::{Error, Result, Timestamp};
use rusqlite::Connection;
use uuid::Uuid;

use super::connection::statement_error;
use crate::StampGenerator;
use crate::backend::migrate::{Migration, checksum, migrations, pending_migrations};

const MIGRATIONS: &[Migration] = migrations!();

/// Selects the greatest id of entities that are listed in id order. Members, spaces and conversations may be imported
/// with old ids, so their greatest is looked up per workspace; for the others the last row suffices.
const GREATEST: &str = "select max(id) from (
    select max((select max(m.id) from member m where m.ws = w.number)) as id from workspace w
    union all select max((select max(s.id) from space s where s.ws = w.number)) from workspace w
    union all select max((select max(c.id) from conversation c where c.ws = w.number)) from workspace w
    union all select * from (select id from workspace order by number desc limit 1)
    union all select * from (select id from api_key order by number desc limit 1)
    union all select * from (select id from workflow order by number desc limit 1)
    union all select * from (select id from assignment order by number desc limit 1))";

/// Selects the newest time of a message; its id is useless here because clients may choose it. Imported messages may be
/// old, but their import has a later audit row.
const LATEST: &str = "select max(at) from (
    select * from (select created_at as at from message order by number desc limit 1)
    union all select * from (select at from audit order by number desc limit 1))";

/// Makes every later stamp greater than the stored ids and times.
pub(super) fn advance_stamps_past_stored(
    connection: &Connection,
    stamps: &StampGenerator,
) -> Result<()> {
    let read = || -> rusqlite::Result<(Option<Vec<u8>>, Option<i64>)> {
        let id = connection.query_row(GREATEST, (), |row| row.get(0))?;
        let at = connection.query_row(LATEST, (), |row| row.get(0))?;
        Ok((id, at))
    };
    let (id, at) = read().map_err(|error| statement_error("newest stamp", &error))?;
    if let Some(bytes) = id {
        stamps.advance_past_id(Uuid::from_slice(&bytes).map_err(Error::internal)?);
    }
    if let Some(at) = at {
        stamps.advance_past_time(Timestamp::from_micros(at));
    }
    Ok(())
}

/// Checks that a database has no migration that this program does not know.
///
/// # Errors
/// `Internal` for a newer database, and for a file that is none.
pub(super) fn check_migrations(connection: &Connection) -> Result<()> {
    let applied =
        applied_migrations(connection).map_err(|error| statement_error("migrations", &error))?;
    pending_migrations(MIGRATIONS, &applied).map(drop)
}

/// Lists the numbers and checksums of the applied migrations.
fn applied_migrations(connection: &Connection) -> rusqlite::Result<Vec<(i64, i64)>> {
    connection
        .prepare("select number, checksum from migration order by number")?
        .query_map((), |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect()
}

pub(super) fn migrate(connection: &mut Connection, stamps: &StampGenerator) -> Result<()> {
    let apply = |connection: &mut Connection| -> rusqlite::Result<Result<()>> {
        connection.execute_batch(
            "create table if not exists migration(number integer primary key, name text not null,
                checksum integer not null, applied_at integer not null) strict;",
        )?;
        let transaction =
            connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        let applied = applied_migrations(&transaction)?;
        let pending = match pending_migrations(MIGRATIONS, &applied) {
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
    apply(connection)
        .map_err(|error: rusqlite::Error| -> Error { statement_error("migrate", &error) })?
}
