//! What lists, searches and exports show a caller.

use parlor_model::custom_role::CustomRoleKey;
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Result};
use parlor_store::Tx;
use parlor_store::repo::custom_role;
use parlor_store::visibility::{OwnListScope, SpaceView, Visibility};

use super::conversation::requires_roles;

/// Which conversations a list shows the caller: direct ones to those who take part, as far as the credential has
/// `dm:read`; threads, where the workspace asks for roles, to a session of their role; without `conversations:read` only
/// those the acting member takes part in, and where that scope is lent none that it has left.
///
/// # Errors
/// `Forbidden` for a key that is bound to no member and has no `conversations:read`.
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

/// What the list of a space, or of threads, leaves out for the caller.
pub(crate) fn space_view(tx: &mut dyn Tx, ctx: &Ctx) -> Result<SpaceView> {
    Ok(SpaceView {
        gate: visible_role(tx, ctx)?,
        departed: departed(ctx),
    })
}

/// Whose left conversations are neither listed nor searched: the acting member's, unless a scope of its own shows it all
/// of them. Scopes that are lent to it do not.
fn departed(ctx: &Ctx) -> Option<i64> {
    let sees_all = !ctx.delegated && ctx.allows(Scope::read(Resource::Conversations));
    ctx.actor.filter(|_| !sees_all).map(|actor| actor.number)
}

/// The only role whose threads are shown, by number; none where nothing is hidden.
pub(crate) fn visible_role(tx: &mut dyn Tx, ctx: &Ctx) -> Result<Option<i64>> {
    let is_free = ctx.role.is_none() && ctx.allows(Scope::read(Resource::Admin));
    if is_free || !requires_roles(tx, ctx)? {
        return Ok(None);
    }
    let carried = match ctx.role {
        Some(id) => custom_role::find(tx, ctx.ws(), &CustomRoleKey::Id(id))?,
        None => None,
    };
    // No role has the number 0.
    Ok(Some(carried.map_or(0, |role| role.number)))
}

/// Whom a conversation must involve for the caller to have it counted or listed: nobody in particular with
/// `conversations:read`, the acting member itself without.
///
/// # Errors
/// `Forbidden` for a key that is bound to no member and has not that scope.
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

/// The acting member's own list: direct conversations as far as the credential has `dm:read`, threads that are bound to a
/// role where the session carries it.
///
/// # Errors
/// `Forbidden` for a key that is bound to no member.
pub(crate) fn own_list_visibility(tx: &mut dyn Tx, ctx: &Ctx) -> Result<OwnListScope> {
    Ok(OwnListScope {
        member: ctx.member()?.number,
        includes_direct: ctx.granted.allows(Scope::read(Resource::Dm)),
        thread_role: visible_role(tx, ctx)?,
    })
}
