//! Updates an assignment.

use parlor_model::error::EntityKind;
use parlor_model::scope::{Resource, Scope};
use parlor_model::workflow::{Assignment, AssignmentKey, UpdateAssignment};
use parlor_model::{Ctx, Error, Result};
use parlor_store::repo::assignment as repo;

use super::find::find_authorized;
use super::find_with_draft;
use crate::Engine;

/// Changes the state and the current step of an assignment. Writes nothing without a change. Requires
/// `assignments:write`, except for the caller's own.
///
/// # Errors
/// `NotFound` for a step that the workflow does not have.
pub async fn update(
    engine: &Engine,
    ctx: &Ctx,
    key: AssignmentKey,
    command: UpdateAssignment,
) -> Result<Assignment> {
    let ctx = *ctx;
    engine
        .store
        .write(move |tx| {
            let mut found = find_authorized(tx, &ctx, key, Scope::write(Resource::Assignments))?;
            let before = (found.status, found.current_task);
            if let Some(task) = command.current_task {
                let tasks = find_with_draft::pinned_draft(tx, ctx.ws(), &found)?
                    .tasks
                    .len();
                if !usize::try_from(task).is_ok_and(|task| (1..=tasks).contains(&task)) {
                    return Err(Error::not_found(EntityKind::Task));
                }
                found.current_task = Some(task);
            }
            found.status = command.status.unwrap_or(found.status);
            if before != (found.status, found.current_task) {
                found.updated_at = repo::update(tx, ctx.ws(), &found)?;
            }
            Ok(found)
        })
        .await
}
