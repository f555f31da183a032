//! Listing members that one may want to follow.

use parlor_model::following::DiscoveredMember;
use parlor_model::id::MemberId;
use parlor_model::{Ctx, Id, Result};
use parlor_store::repo::follow as repo;

use crate::{Engine, authority};

/// Members of the workspace, newest first, without the acting one and archived ones; those it follows are marked. Which
/// members that are, see [`authority`]: those that hold a wallet, and all with `members:read`.
pub async fn recommend(
    engine: &Engine,
    ctx: &Ctx,
    before: Option<MemberId>,
    limit: i64,
) -> Result<Vec<DiscoveredMember>> {
    let viewer = ctx.member()?.number;
    let (ws, among) = (ctx.ws(), authority::discoverable_members(ctx));
    engine
        .store
        .read(move |tx| {
            let before = before.unwrap_or(Id::MAX);
            repo::discover_members(tx, ws, viewer, among, before, limit)
        })
        .await
}
