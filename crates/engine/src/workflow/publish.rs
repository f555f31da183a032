//! Publishing a workflow's draft.

use parlor_model::scope::{Resource, Scope};
use parlor_model::workflow::{Version, WorkflowKey};
use parlor_model::{Ctx, Result, text};
use parlor_store::repo::workflow as repo;

use super::find::existing;
use crate::Engine;

/// Longest note, in characters.
const LONGEST_NOTE: usize = 2_000;

/// Freezes the draft under the next version number. It is not active before it is [activated](super::activate). Asks
/// for `workflows:write`.
pub async fn publish(
    engine: &Engine,
    ctx: &Ctx,
    key: WorkflowKey,
    note: Option<String>,
) -> Result<Version> {
    ctx.require(Scope::write(Resource::Workflows))?;
    let note = checked(note.as_deref())?;
    let ctx = *ctx;
    engine
        .store
        .write(move |tx| {
            let ws = ctx.ws();
            let workflow = existing(tx, ws, key)?;
            let author = ctx.actor.map(|actor| actor.number);
            repo::publish(tx, ws, &workflow, note.as_deref(), author)
        })
        .await
}

pub(super) fn checked(note: Option<&str>) -> Result<Option<String>> {
    text::optional(note, "note", LONGEST_NOTE)
}
