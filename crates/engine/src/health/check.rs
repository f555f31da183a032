//! Reads the health of the database and of a workspace's queues.

use std::time::Duration;

use parlor_model::outbox::OutboxQueue;
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Result, Timestamp};
use parlor_store::repo::{instance, outbox};

use crate::{Engine, search};

/// Maximum number of deliveries that are counted.
const MAX_COUNTED: i64 = 10_001;
/// Age of the failures that are counted.
const FAILED_WITHIN: Duration = Duration::from_secs(24 * 60 * 60);
/// Time limit of the write that shows that the database stores.
const WRITE_TIMEOUT: Duration = Duration::from_secs(2);

/// Health of the database and of a workspace's queues.
#[derive(Debug, Clone)]
pub struct HealthReport {
    /// Whether the database is embedded: no other process changes it.
    pub is_embedded: bool,
    /// Whether the database stores.
    pub is_writable: bool,
    /// Size of the database, if it tells.
    pub database_bytes: Option<i64>,
    /// Number of rows of all workspaces that are not indexed yet, by entity.
    pub index_backlog: [(&'static str, i64); 3],
    /// Deliveries of the workspace.
    pub outbox: OutboxHealth,
}

/// Health of a workspace's outbox.
#[derive(Debug, Clone)]
pub struct OutboxHealth {
    /// Number of deliveries that wait, at most 10,001.
    pub waiting: i64,
    /// Time of the oldest event of those.
    pub oldest: Option<Timestamp>,
    /// Number of those that were not sent in the last 24 hours, at most 10,001.
    pub unsent: i64,
    /// Queues of webhooks.
    pub queues: Vec<OutboxQueue>,
}

/// Reads the health. Requires `admin:read`.
///
/// # Errors
/// Those of reading. A database that does not store is part of the report.
pub async fn check(engine: &Engine, ctx: &Ctx) -> Result<HealthReport> {
    ctx.require(Scope::read(Resource::Admin))?;
    let ws = ctx.ws();
    let since = engine.now().saturating_sub(FAILED_WITHIN);
    let outbox = engine
        .store
        .read_throttled(ws, move |tx| {
            let (waiting, oldest) = outbox::count_waiting(tx, ws, MAX_COUNTED)?;
            Ok(OutboxHealth {
                waiting,
                oldest,
                unsent: outbox::count_unsent(tx, ws, since, MAX_COUNTED)?,
                queues: outbox::list_webhook_queues(tx, ws)?,
            })
        })
        .await?;
    let written = tokio::time::timeout(WRITE_TIMEOUT, engine.verify_writable()).await;
    Ok(HealthReport {
        is_embedded: engine.is_exclusive(),
        is_writable: matches!(written, Ok(Ok(()))),
        // A database may keep its size from its own users.
        database_bytes: engine.store.read(instance::bytes).await.ok(),
        index_backlog: search::backlog(engine).await?,
        outbox,
    })
}
