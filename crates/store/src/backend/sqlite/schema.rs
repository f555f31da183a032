//! Migrations of the embedded database, once each.

use parlor_model::{Error, Result, Timestamp};
use rusqlite::{Connection, OptionalExtension};
use uuid::Uuid;

use super::connection::failed;
use crate::Stamps;
use crate::backend::migrate::{Migration, checksum, pending};

const MIGRATIONS: &[Migration] = &[
    Migration {
        number: 1,
        name: "foundation",
        text: include_str!("migrations/0001_foundation.sql"),
    },
    Migration {
        number: 2,
        name: "daily_use",
        text: include_str!("migrations/0002_daily_use.sql"),
    },
    Migration {
        number: 3,
        name: "work_queue",
        text: include_str!("migrations/0003_work_queue.sql"),
    },
    Migration {
        number: 4,
        name: "thread_role",
        text: include_str!("migrations/0004_thread_role.sql"),
    },
    Migration {
        number: 5,
        name: "search",
        text: include_str!("migrations/0005_search.sql"),
    },
];

/// The newest row of each table that has an identity; rows are made in the order of their ids. Messages are left out:
/// a client may choose theirs.
const NEWEST: &str = "select max(id) from (
    select * from (select id from workspace order by number desc limit 1)
    union all select * from (select id from member order by number desc limit 1)
    union all select * from (select id from api_key order by number desc limit 1)
    union all select * from (select id from space order by number desc limit 1)
    union all select * from (select id from conversation order by number desc limit 1)
    union all select * from (select id from workflow order by number desc limit 1)
    union all select * from (select id from assignment order by number desc limit 1))";

/// The greatest id that is stored.
pub(super) fn newest_id(connection: &Connection) -> Result<Option<Uuid>> {
    let bytes: Option<Vec<u8>> = connection
        .query_row(NEWEST, (), |row| row.get(0))
        .map_err(|error| failed("newest id", &error))?;
    bytes
        .map(|bytes| Uuid::from_slice(&bytes).map_err(Error::internal))
        .transpose()
}

/// When the newest message was made.
pub(super) fn newest_message(connection: &Connection) -> Result<Option<Timestamp>> {
    connection
        .query_row(
            "select created_at from message order by number desc limit 1",
            (),
            |row| row.get(0),
        )
        .optional()
        .map(|at| at.map(Timestamp::from_micros))
        .map_err(|error| failed("newest message", &error))
}

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
