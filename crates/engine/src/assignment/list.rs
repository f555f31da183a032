//! Lists assignments.

use parlor_model::keyset::SortOrder;
use parlor_model::scope::{Resource, Scope};
use parlor_model::workflow::{Assignment, AssignmentFilter};
use parlor_model::{Ctx, Result};
use parlor_store::repo::assignment as repo;

use crate::Engine;

/// Returns a numbered page of assignments by creation, and their total. Without `assignments:read` a member sees its
/// own only; naming another member is refused.
pub async fn list(
    engine: &Engine,
    ctx: &Ctx,
    mut filter: AssignmentFilter,
    order: SortOrder,
    limit: i64,
    offset: i64,
) -> Result<(Vec<Assignment>, i64)> {
    let read = Scope::read(Resource::Assignments);
    if !ctx.allows(read) {
        let actor = ctx.actor.map(|actor| actor.number);
        if actor.is_none() || filter.member.is_some_and(|member| Some(member) != actor) {
            ctx.require(read)?;
        }
        filter.member = actor;
    }
    let ws = ctx.ws();
    engine
        .store
        .read(move |tx| repo::page(tx, ws, filter, order, limit, offset))
        .await
}
