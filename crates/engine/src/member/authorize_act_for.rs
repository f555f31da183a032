//! Checks whether a caller may act as a member.

use parlor_model::error::EntityKind;
use parlor_model::id::MemberId;
use parlor_model::member::MemberKey;
use parlor_model::{Ctx, Error, Result};

use super::resolve::find_ref;
use crate::{Engine, authority};

/// Checks that the caller may act as the member, besides the scope of the route.
///
/// # Errors
/// `NotFound` for an unknown member, `Forbidden` for one with a workspace role that outranks the caller.
pub async fn authorize_act_for(engine: &Engine, ctx: &Ctx, id: MemberId) -> Result<()> {
    let ctx = *ctx;
    engine
        .store
        .read(move |tx| {
            let found = find_ref(tx, ctx.ws(), &MemberKey::Id(id))?;
            let found = found.ok_or_else(|| Error::not_found(EntityKind::Member))?;
            authority::authorize_act_as(tx, &ctx, found.number)
        })
        .await
}
