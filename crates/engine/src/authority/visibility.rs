//! Visibility filters of lists, searches and exports.
//!
//! Keeps INV-27 (`docs/invariants.md`).

use parlor_model::custom_role::CustomRoleKey;
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Result};
use parlor_store::Tx;
use parlor_store::repo::custom_role;
use parlor_store::visibility::{OwnListScope, SpaceView, Visibility};

use super::conversation::requires_roles;

/// Returns which conversations a list shows to the caller: direct ones to their participants with `dm:read`; threads,
/// where the workspace requires roles, to sessions of their role; without `conversations:read` only those with the
/// acting member as participant, and not those it left if that scope is delegated to it.
///
/// # Errors
/// `Forbidden` for an unbound key without `conversations:read`.
pub(crate) fn list_visibility(tx: &mut dyn Tx, ctx: &Ctx) -> Result<Visibility> {
    let involving = visibility_filter(ctx)?;
    let sees_direct = ctx.granted.allows(Scope::read(Resource::Dm));
    Ok(Visibility {
        viewer: ctx.actor.filter(|_| sees_direct).map(|actor| actor.number),
        involving,
        departed: departed(ctx),
        thread_role: visible_role(tx, ctx)?,
    })
}

/// Returns what the lists of a space and of threads hide from the caller.
pub(crate) fn space_view(tx: &mut dyn Tx, ctx: &Ctx) -> Result<SpaceView> {
    Ok(SpaceView {
        gate: visible_role(tx, ctx)?,
        departed: departed(ctx),
    })
}

/// Returns the member whose left conversations are neither listed nor searched: the acting member, unless it has
/// `conversations:read` itself. A delegated scope does not count.
fn departed(ctx: &Ctx) -> Option<i64> {
    let sees_all = !ctx.delegated && ctx.allows(Scope::read(Resource::Conversations));
    ctx.actor.filter(|_| !sees_all).map(|actor| actor.number)
}

/// Returns the number of the only role whose threads are visible, or `None` if no thread is hidden.
pub(crate) fn visible_role(tx: &mut dyn Tx, ctx: &Ctx) -> Result<Option<i64>> {
    let is_free = ctx.role.is_none() && ctx.allows(Scope::read(Resource::Admin));
    if is_free || !requires_roles(tx, ctx)? {
        return Ok(None);
    }
    let carried = match ctx.role {
        Some(id) => custom_role::find(tx, ctx.ws(), &CustomRoleKey::Id(id))?,
        None => None,
    };
    // No role has the number 0, so this hides every thread with a role.
    Ok(Some(carried.map_or(0, |role| role.number)))
}

/// Returns the member by which lists and counts must be filtered: `None` with `conversations:read`, otherwise the
/// actor.
///
/// # Errors
/// `Forbidden` for an unbound key without that scope.
fn visibility_filter(ctx: &Ctx) -> Result<Option<i64>> {
    let read = Scope::read(Resource::Conversations);
    if ctx.allows(read) {
        return Ok(None);
    }
    match ctx.actor {
        Some(actor) => Ok(Some(actor.number)),
        None => ctx.require(read).map(|()| None),
    }
}

/// Returns what the acting member's own list contains: direct conversations if the credential has `dm:read`, threads
/// with a role if the session carries it.
///
/// # Errors
/// `Forbidden` for an unbound key.
pub(crate) fn own_list_visibility(tx: &mut dyn Tx, ctx: &Ctx) -> Result<OwnListScope> {
    Ok(OwnListScope {
        member: ctx.member()?.number,
        includes_direct: ctx.granted.allows(Scope::read(Resource::Dm)),
        thread_role: visible_role(tx, ctx)?,
    })
}
