//! Finds an assignment.

use parlor_model::error::{EntityKind, ForbiddenReason};
use parlor_model::scope::{Resource, Scope};
use parlor_model::workflow::{Assignment, AssignmentKey};
use parlor_model::{Ctx, Error, Result};
use parlor_store::Tx;
use parlor_store::repo::assignment as repo;

use crate::Engine;

/// Returns an assignment. Requires `assignments:read`, except for the caller's own.
pub async fn find(engine: &Engine, ctx: &Ctx, key: AssignmentKey) -> Result<Assignment> {
    let ctx = *ctx;
    engine
        .store
        .read(move |tx| find_authorized(tx, &ctx, key, Scope::read(Resource::Assignments)))
        .await
}

/// Returns the assignment if it is the acting member's own or the scope is held.
pub(super) fn find_authorized(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    key: AssignmentKey,
    scope: Scope,
) -> Result<Assignment> {
    let found =
        repo::find(tx, ctx.ws(), key)?.ok_or_else(|| Error::not_found(EntityKind::Assignment))?;
    if ctx.allows(scope) || ctx.is_actor(found.member.number) {
        Ok(found)
    } else {
        Err(Error::forbidden(ForbiddenReason::MissingScope(scope)))
    }
}
