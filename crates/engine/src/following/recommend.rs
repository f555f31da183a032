//! Lists members to follow.

use parlor_model::following::DiscoveredMember;
use parlor_model::id::MemberId;
use parlor_model::{Ctx, Id, Result};
use parlor_store::repo::follow as repo;

use crate::{Engine, authority};

/// Returns members of the workspace, newest first, without the acting and archived ones, each with whether it is
/// followed. The discoverable members are those of `authority`: those with a wallet, and with `members:read` all.
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
