//! Schema migrations of PostgreSQL.

use parlor_model::{Error, Result};
use postgres::Client;

use super::error_class::statement_error;
use crate::StampGenerator;
use crate::backend::migrate::{Migration, checksum, migrations, pending_migrations};

const MIGRATIONS: &[Migration] = migrations!();

/// Key of the advisory lock that serializes migrations of nodes that start together.
const MIGRATION_LOCK: i64 = 0x5061_726c_6f72;

pub(super) fn migrate(client: &mut Client, stamps: &StampGenerator) -> Result<()> {
    let lock = |client: &mut Client, text: &str| {
        client
            .execute(text, &[&MIGRATION_LOCK])
            .map(drop)
            .map_err(|error| statement_error("migration lock", &error))
    };
    lock(client, "select pg_advisory_lock($1)")?;
    let outcome = apply(client, stamps);
    let unlocked = lock(client, "select pg_advisory_unlock($1)");
    outcome.and(unlocked)
}

fn apply(client: &mut Client, stamps: &StampGenerator) -> Result<()> {
    let failed = |error: postgres::Error| -> Error { statement_error("migrate", &error) };
    client
        .batch_execute(
            "create table if not exists migration(number bigint primary key, name text not null,
                checksum bigint not null, applied_at bigint not null)",
        )
        .map_err(failed)?;
    let applied: Vec<(i64, i64)> = client
        .query(
            "select number, checksum from migration order by number",
            &[],
        )
        .map_err(failed)?
        .iter()
        .map(|row| (row.get(0), row.get(1)))
        .collect();
    for migration in pending_migrations(MIGRATIONS, &applied)? {
        let mut transaction = client.transaction().map_err(failed)?;
        transaction.batch_execute(migration.text).map_err(failed)?;
        transaction
            .execute(
                "insert into migration values ($1, $2, $3, $4)",
                &[
                    &migration.number,
                    &migration.name,
                    &checksum(migration.text),
                    &stamps.now().micros(),
                ],
            )
            .map_err(failed)?;
        transaction.commit().map_err(failed)?;
    }
    Ok(())
}
