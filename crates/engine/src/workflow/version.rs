//! Published versions of a workflow.

use parlor_model::error::EntityKind;
use parlor_model::scope::{Resource, Scope};
use parlor_model::workflow::{WorkflowKey, WorkflowVersion};
use parlor_model::{Ctx, Error, Result};
use parlor_store::Tx;
use parlor_store::repo::workflow as repo;

use super::find::find_in_tx;
use super::publish::validated_note;
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

/// Changes the note of a version, its only mutable field, and returns it and which version is active. Requires
/// `workflows:write`.
pub async fn set_note(
    engine: &Engine,
    ctx: &Ctx,
    key: WorkflowKey,
    version: i64,
    note: Option<String>,
) -> Result<(WorkflowVersion, Option<i64>)> {
    ctx.require(Scope::write(Resource::Workflows))?;
    let note = validated_note(note.as_deref())?;
    let ws = ctx.ws();
    engine
        .store
        .write(move |tx| {
            let workflow = find_in_tx(tx, ws, key)?;
            let mut found = find_version_in_tx(tx, ws, workflow.number, version)?;
            repo::set_note(tx, ws, workflow.number, version, note.as_deref())?;
            found.note.clone_from(&note);
            Ok((found, workflow.active_version))
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
