//! Schema migrations of PostgreSQL.

use parlor_model::{Error, Result};
use tokio_postgres::Client;

use super::error_class::statement_error;
use crate::StampGenerator;
use crate::backend::migrate::{Migration, checksum, migrations, pending_migrations};

const MIGRATIONS: &[Migration] = migrations!();

/// Key of the advisory lock that serializes migrations of nodes that start together.
const MIGRATION_LOCK: i64 = 0x5061_726c_6f72;

/// Applies pending migrations. Nodes that start together wait for each other.
pub(super) async fn migrate(client: &mut Client, stamps: &StampGenerator) -> Result<()> {
    execute_lock(client, "select pg_advisory_lock($1)").await?;
    let outcome = apply(client, stamps).await;
    let unlocked = execute_lock(client, "select pg_advisory_unlock($1)").await;
    outcome.and(unlocked)
}

async fn execute_lock(client: &Client, text: &str) -> Result<()> {
    let executed = client.execute(text, &[&MIGRATION_LOCK]).await;
    executed
        .map(drop)
        .map_err(|error| statement_error("migration lock", &error))
}

async fn apply(client: &mut Client, stamps: &StampGenerator) -> Result<()> {
    let failed = |error: tokio_postgres::Error| -> Error { statement_error("migrate", &error) };
    client
        .batch_execute(
            "create table if not exists migration(number bigint primary key, name text not null,
                checksum bigint not null, applied_at bigint not null)",
        )
        .await
        .map_err(failed)?;
    let applied: Vec<(i64, i64)> = client
        .query(
            "select number, checksum from migration order by number",
            &[],
        )
        .await
        .map_err(failed)?
        .iter()
        .map(|row| (row.get(0), row.get(1)))
        .collect();
    for migration in pending_migrations(MIGRATIONS, &applied)? {
        let transaction = client.transaction().await.map_err(failed)?;
        transaction
            .batch_execute(migration.text)
            .await
            .map_err(failed)?;
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
            .await
            .map_err(failed)?;
        transaction.commit().await.map_err(failed)?;
    }
    Ok(())
}
