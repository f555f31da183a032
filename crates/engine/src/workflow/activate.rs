//! Which version new conversations are pinned to.

use parlor_model::scope::{Resource, Scope};
use parlor_model::workflow::{Version, WorkflowKey};
use parlor_model::{Ctx, Result};
use parlor_store::repo::workflow as repo;

use super::find::existing;
use super::version::published;
use crate::Engine;

/// Makes a version the active one, in place of any other. Asks for `workflows:write`.
pub async fn activate(
    engine: &Engine,
    ctx: &Ctx,
    key: WorkflowKey,
    version: i64,
) -> Result<(Version, Option<i64>)> {
    set(engine, ctx, key, version, true).await
}

/// Leaves no version active where this one is; nothing changes where another is. Asks for `workflows:write`.
pub async fn deactivate(
    engine: &Engine,
    ctx: &Ctx,
    key: WorkflowKey,
    version: i64,
) -> Result<(Version, Option<i64>)> {
    set(engine, ctx, key, version, false).await
}

async fn set(
    engine: &Engine,
    ctx: &Ctx,
    key: WorkflowKey,
    version: i64,
    active: bool,
) -> Result<(Version, Option<i64>)> {
    ctx.require(Scope::write(Resource::Workflows))?;
    let ws = ctx.ws();
    engine
        .store
        .write(move |tx| {
            let mut workflow = existing(tx, ws, key)?;
            let found = published(tx, ws, workflow.number, version)?;
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
