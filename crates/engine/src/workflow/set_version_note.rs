//! Changes the note of a version.

use parlor_model::scope::{Resource, Scope};
use parlor_model::workflow::{WorkflowKey, WorkflowVersion};
use parlor_model::{Ctx, Result};
use parlor_store::repo::workflow as repo;

use super::find::find_in_tx;
use super::find_version::find_version_in_tx;
use super::publish::validated_note;
use crate::Engine;

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
