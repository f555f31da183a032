//! How far a caller sees.

use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Result};

/// Whom a conversation must involve for the caller to have it counted or listed: nobody in particular with
/// `conversations:read`, the acting member itself without. A credential that acts for nobody needs the scope.
pub(crate) fn reach(ctx: &Ctx) -> Result<Option<i64>> {
    let read = Scope::read(Resource::Conversations);
    if ctx.allows(read) {
        return Ok(None);
    }
    match ctx.actor {
        Some(actor) => Ok(Some(actor.number)),
        None => ctx.require(read).map(|()| None),
    }
}
