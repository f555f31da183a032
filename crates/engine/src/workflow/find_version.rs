//! Finds a version of a workflow.

use parlor_model::error::EntityKind;
use parlor_model::scope::{Resource, Scope};
use parlor_model::workflow::{WorkflowKey, WorkflowVersion};
use parlor_model::{Ctx, Error, Result};
use parlor_store::Tx;
use parlor_store::repo::workflow as repo;

use super::find::find_in_tx;
use crate::Engine;

/// Returns a version, and which is active. Requires `workflows:read`.
pub async fn find_version(
    engine: &Engine,
    ctx: &Ctx,
    key: WorkflowKey,
    version: i64,
) -> Result<(WorkflowVersion, Option<i64>)> {
    ctx.require(Scope::read(Resource::Workflows))?;
    let ws = ctx.ws();
    engine
        .store
        .read(move |tx| {
            let workflow = find_in_tx(tx, ws, key)?;
            Ok((
                find_version_in_tx(tx, ws, workflow.number, version)?,
                workflow.active_version,
            ))
        })
        .await
}

/// Returns the active version, if any. Requires `workflows:read`.
pub async fn find_active_version(
    engine: &Engine,
    ctx: &Ctx,
    key: WorkflowKey,
) -> Result<Option<WorkflowVersion>> {
    ctx.require(Scope::read(Resource::Workflows))?;
    let ws = ctx.ws();
    engine
        .store
        .read(move |tx| {
            let workflow = find_in_tx(tx, ws, key)?;
            workflow
                .active_version
                .map(|version| find_version_in_tx(tx, ws, workflow.number, version))
                .transpose()
        })
        .await
}

/// Returns the version.
///
/// # Errors
/// `NotFound`.
pub(super) fn find_version_in_tx(
    tx: &mut dyn Tx,
    ws: i64,
    workflow: i64,
    version: i64,
) -> Result<WorkflowVersion> {
    repo::find_version(tx, ws, workflow, version)?
        .ok_or_else(|| Error::not_found(EntityKind::WorkflowVersion))
}
