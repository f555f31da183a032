//! Whether a caller may act as a member.

use parlor_model::error::EntityKind;
use parlor_model::id::MemberId;
use parlor_model::member::MemberKey;
use parlor_model::{Ctx, Error, Result};

use super::resolve::find_ref;
use crate::{Engine, authority};

/// Refuses where the caller may not act as the member: the scope of the route that lets it is asked for besides.
///
/// # Errors
/// `NotFound` for an unknown member, `Forbidden` for one with a role in the workspace that the caller does not reach.
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
