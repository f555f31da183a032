//! Permissions on spaces.

use parlor_model::error::EntityKind;
use parlor_model::id::SpaceId;
use parlor_model::scope::{Resource, Scope};
use parlor_model::space::Space;
use parlor_model::{Ctx, Error, Result};
use parlor_store::Tx;
use parlor_store::repo::space as repo;

/// Checks that the caller may create a conversation: in a space its owner, outside of spaces any member. Otherwise
/// `conversations:write` is required.
///
/// # Errors
/// `NotFound` for an unknown space, `Forbidden` with the missing scope.
pub(crate) fn authorize_create_conversation(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    space: Option<SpaceId>,
) -> Result<()> {
    let write = Scope::write(Resource::Conversations);
    if ctx.allows(write) {
        return Ok(());
    }
    match space {
        None if ctx.actor.is_some() => Ok(()),
        None => ctx.require(write),
        Some(id) => {
            let (_, owner) = repo::number_and_owner(tx, ctx.ws(), id)?
                .ok_or_else(|| Error::not_found(EntityKind::Space))?;
            if owner.is_some_and(|owner| ctx.is_actor(owner)) {
                return Ok(());
            }
            ctx.require(write)
        }
    }
}

/// Returns the space if the caller may read it: its owner, or with `spaces:read`.
///
/// # Errors
/// `Forbidden` without that permission, `NotFound` if there is none.
pub(crate) fn authorize_read_space(ctx: &Ctx, found: Option<Space>) -> Result<Space> {
    let own = found
        .as_ref()
        .and_then(|space| space.owner.as_ref())
        .is_some_and(|owner| ctx.is_actor(owner.number));
    if !own {
        ctx.require(Scope::read(Resource::Spaces))?;
    }
    found.ok_or_else(|| Error::not_found(EntityKind::Space))
}
