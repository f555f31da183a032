//! Finds workflows.

use parlor_model::error::EntityKind;
use parlor_model::scope::{Resource, Scope};
use parlor_model::workflow::{Workflow, WorkflowKey};
use parlor_model::{Ctx, Error, Result};
use parlor_store::Tx;
use parlor_store::repo::workflow as repo;

use crate::Engine;

/// Returns a workflow, archived or not. Requires `workflows:read`.
pub async fn find(engine: &Engine, ctx: &Ctx, key: WorkflowKey) -> Result<Workflow> {
    ctx.require(Scope::read(Resource::Workflows))?;
    let ws = ctx.ws();
    engine.store.read(move |tx| find_in_tx(tx, ws, key)).await
}

/// Returns the workflow.
///
/// # Errors
/// `NotFound`.
pub(crate) fn find_in_tx(tx: &mut dyn Tx, ws: i64, key: WorkflowKey) -> Result<Workflow> {
    repo::find(tx, ws, key)?.ok_or_else(|| Error::not_found(EntityKind::Workflow))
}

/// Returns a numbered page of the archived or the other workflows, oldest first, and their total. Requires
/// `workflows:read`.
pub async fn page(
    engine: &Engine,
    ctx: &Ctx,
    archived: bool,
    limit: i64,
    offset: i64,
) -> Result<(Vec<Workflow>, i64)> {
    ctx.require(Scope::read(Resource::Workflows))?;
    let ws = ctx.ws();
    engine
        .store
        .read(move |tx| repo::page(tx, ws, archived, limit, offset))
        .await
}

/// Returns the number of a workflow for filters, which reveals only that it exists.
pub async fn find_number(engine: &Engine, ctx: &Ctx, key: WorkflowKey) -> Result<Option<i64>> {
    let ws = ctx.ws();
    engine
        .store
        .read(move |tx| Ok(repo::find(tx, ws, key)?.map(|found| found.number)))
        .await
}
