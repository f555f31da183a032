//! Published versions.

use parlor_model::error::Noun;
use parlor_model::scope::{Resource, Scope};
use parlor_model::workflow::{Version, WorkflowKey};
use parlor_model::{Ctx, Error, Result};
use parlor_store::Tx;
use parlor_store::repo::workflow as repo;

use super::find::existing;
use super::publish::checked;
use crate::Engine;

/// A numbered page of a workflow's versions, newest first, how many there are, and which is active. Asks for
/// `workflows:read`.
pub async fn versions(
    engine: &Engine,
    ctx: &Ctx,
    key: WorkflowKey,
    limit: i64,
    offset: i64,
) -> Result<(Vec<Version>, i64, Option<i64>)> {
    ctx.require(Scope::read(Resource::Workflows))?;
    let ws = ctx.ws();
    engine
        .store
        .read(move |tx| {
            let workflow = existing(tx, ws, key)?;
            let (rows, total) = repo::versions(tx, ws, workflow.number, limit, offset)?;
            Ok((rows, total, workflow.active_version))
        })
        .await
}

/// One version, and which is active. Asks for `workflows:read`.
pub async fn version(
    engine: &Engine,
    ctx: &Ctx,
    key: WorkflowKey,
    version: i64,
) -> Result<(Version, Option<i64>)> {
    ctx.require(Scope::read(Resource::Workflows))?;
    let ws = ctx.ws();
    engine
        .store
        .read(move |tx| {
            let workflow = existing(tx, ws, key)?;
            Ok((
                published(tx, ws, workflow.number, version)?,
                workflow.active_version,
            ))
        })
        .await
}

/// The active version; none where nothing is active. Asks for `workflows:read`.
pub async fn active(engine: &Engine, ctx: &Ctx, key: WorkflowKey) -> Result<Option<Version>> {
    ctx.require(Scope::read(Resource::Workflows))?;
    let ws = ctx.ws();
    engine
        .store
        .read(move |tx| {
            let workflow = existing(tx, ws, key)?;
            workflow
                .active_version
                .map(|version| published(tx, ws, workflow.number, version))
                .transpose()
        })
        .await
}

/// Says something else about a version, the one thing of it that may change; gives it and which is active. Asks for
/// `workflows:write`.
pub async fn set_note(
    engine: &Engine,
    ctx: &Ctx,
    key: WorkflowKey,
    version: i64,
    note: Option<String>,
) -> Result<(Version, Option<i64>)> {
    ctx.require(Scope::write(Resource::Workflows))?;
    let note = checked(note.as_deref())?;
    let ws = ctx.ws();
    engine
        .store
        .write(move |tx| {
            let workflow = existing(tx, ws, key)?;
            let mut found = published(tx, ws, workflow.number, version)?;
            repo::set_note(tx, ws, workflow.number, version, note.as_deref())?;
            found.note.clone_from(&note);
            Ok((found, workflow.active_version))
        })
        .await
}

/// Within a transaction: the version, or that there is none.
pub(super) fn published(tx: &mut dyn Tx, ws: i64, workflow: i64, version: i64) -> Result<Version> {
    repo::version(tx, ws, workflow, version)?.ok_or_else(|| Error::not_found(Noun::WorkflowVersion))
}
