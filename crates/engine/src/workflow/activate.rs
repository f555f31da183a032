//! Activates workflow versions. New conversations are pinned to the active one.

use parlor_model::scope::{Resource, Scope};
use parlor_model::workflow::{WorkflowKey, WorkflowVersion};
use parlor_model::{Ctx, Result};
use parlor_store::repo::workflow as repo;

use super::find::find_in_tx;
use super::find_version::find_version_in_tx;
use crate::Engine;

/// Makes a version the active one. Requires `workflows:write`.
pub async fn activate(
    engine: &Engine,
    ctx: &Ctx,
    key: WorkflowKey,
    version: i64,
) -> Result<(WorkflowVersion, Option<i64>)> {
    set_active(engine, ctx, key, version, true).await
}

/// Deactivates a version, if it is the active one. Requires `workflows:write`.
pub async fn deactivate(
    engine: &Engine,
    ctx: &Ctx,
    key: WorkflowKey,
    version: i64,
) -> Result<(WorkflowVersion, Option<i64>)> {
    set_active(engine, ctx, key, version, false).await
}

async fn set_active(
    engine: &Engine,
    ctx: &Ctx,
    key: WorkflowKey,
    version: i64,
    active: bool,
) -> Result<(WorkflowVersion, Option<i64>)> {
    ctx.require(Scope::write(Resource::Workflows))?;
    let ws = ctx.ws();
    engine
        .store
        .write(move |tx| {
            let mut workflow = find_in_tx(tx, ws, key)?;
            let found = find_version_in_tx(tx, ws, workflow.number, version)?;
            let now = match (active, workflow.active_version) {
                (true, _) => Some(version),
                (false, Some(present)) if present == version => None,
                (false, present) => present,
            };
            if now != workflow.active_version {
                workflow.active_version = now;
                repo::update(tx, ws, &workflow)?;
            }
            Ok((found, now))
        })
        .await
}
