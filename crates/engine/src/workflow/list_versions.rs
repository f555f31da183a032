//! Lists the versions of a workflow.

use parlor_model::scope::{Resource, Scope};
use parlor_model::workflow::{WorkflowKey, WorkflowVersion};
use parlor_model::{Ctx, Result};
use parlor_store::repo::workflow as repo;

use super::find::find_in_tx;
use crate::Engine;

/// Returns a numbered page of versions, newest first, their total, and which is active. Requires `workflows:read`.
pub async fn list_versions(
    engine: &Engine,
    ctx: &Ctx,
    key: WorkflowKey,
    limit: i64,
    offset: i64,
) -> Result<(Vec<WorkflowVersion>, i64, Option<i64>)> {
    ctx.require(Scope::read(Resource::Workflows))?;
    let ws = ctx.ws();
    engine
        .store
        .read(move |tx| {
            let workflow = find_in_tx(tx, ws, key)?;
            let (rows, total) = repo::page_versions(tx, ws, workflow.number, limit, offset)?;
            Ok((rows, total, workflow.active_version))
        })
        .await
}
