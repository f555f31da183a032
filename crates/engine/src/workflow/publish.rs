//! Publishes a workflow's draft.

use parlor_model::scope::{Resource, Scope};
use parlor_model::workflow::{WorkflowKey, WorkflowVersion};
use parlor_model::{Ctx, Result, text};
use parlor_store::repo::workflow as repo;

use super::find::find_in_tx;
use crate::Engine;

/// Maximum length of a note.
const MAX_NOTE_CHARS: usize = 2_000;

/// Publishes the draft as the next version, which is not active until [`activate`](super::activate()). Requires
/// `workflows:write`.
pub async fn publish(
    engine: &Engine,
    ctx: &Ctx,
    key: WorkflowKey,
    note: Option<String>,
) -> Result<WorkflowVersion> {
    ctx.require(Scope::write(Resource::Workflows))?;
    let note = validated_note(note.as_deref())?;
    let ctx = *ctx;
    engine
        .store
        .write(move |tx| {
            let ws = ctx.ws();
            let workflow = find_in_tx(tx, ws, key)?;
            let author = ctx.actor.map(|actor| actor.number);
            repo::publish(tx, ws, &workflow, note.as_deref(), author)
        })
        .await
}

pub(super) fn validated_note(note: Option<&str>) -> Result<Option<String>> {
    text::normalize_optional(note, "note", MAX_NOTE_CHARS)
}
