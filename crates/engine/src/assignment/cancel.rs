//! Cancels an assignment.

use parlor_model::scope::{Resource, Scope};
use parlor_model::workflow::{Assignment, AssignmentKey, AssignmentStatus};
use parlor_model::{Ctx, Result};
use parlor_store::repo::assignment as repo;

use super::find::find_authorized;
use crate::Engine;

/// Cancels a running assignment; one that has ended stays unchanged. Requires `assignments:write`, except for the
/// caller's own.
pub async fn cancel(engine: &Engine, ctx: &Ctx, key: AssignmentKey) -> Result<Assignment> {
    let ctx = *ctx;
    engine
        .store
        .write(move |tx| {
            let mut found = find_authorized(tx, &ctx, key, Scope::write(Resource::Assignments))?;
            if found.status == AssignmentStatus::Active {
                found.status = AssignmentStatus::Cancelled;
                found.updated_at = repo::update(tx, ctx.ws(), &found)?;
            }
            Ok(found)
        })
        .await
}
