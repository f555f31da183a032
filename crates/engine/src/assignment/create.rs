//! Creates an assignment without a conversation.

use parlor_model::scope::{Resource, Scope};
use parlor_model::workflow::{Assignment, CreateAssignment};
use parlor_model::{Ctx, Error, Result};
use parlor_store::repo::assignment as repo;

use crate::chat::workflow_pin::resolve_workflow_pin;
use crate::{Engine, member};

/// Creates an assignment without a conversation. Requires `assignments:write`, except for the acting member itself,
/// which may also start a conversation with a workflow.
pub async fn create(engine: &Engine, ctx: &Ctx, command: CreateAssignment) -> Result<Assignment> {
    let actor = ctx.member()?;
    let ctx = *ctx;
    engine
        .store
        .write(move |tx| {
            let ws = ctx.ws();
            let write = Scope::write(Resource::Assignments);
            let found = match &command.member {
                None => Some(actor.number),
                Some(key) => member::find_ref(tx, ws, key)?.map(|found| found.number),
            };
            if found != Some(actor.number) {
                ctx.require(write)?;
            }
            let member =
                found.ok_or_else(|| Error::not_found(parlor_model::error::EntityKind::Member))?;
            let pin = resolve_workflow_pin(tx, ws, command.workflow, command.workflow_version)?;
            let number = repo::insert(
                tx,
                ws,
                repo::NewAssignmentRow {
                    workflow: pin.workflow,
                    workflow_version: pin.version,
                    member,
                    conversation: None,
                    current_task: pin.first_task(),
                },
            )?;
            repo::find(tx, ws, parlor_model::id::IdOrNumber::Number(number))?
                .ok_or_else(|| Error::internal("an assignment vanished within its transaction"))
        })
        .await
}
