//! Lists followed members.

use parlor_model::following::{FollowCursor, FollowedMember};
use parlor_model::member::MemberKey;
use parlor_model::{Ctx, Result};
use parlor_store::repo::follow as repo;

use super::follow::find_member;
use crate::Engine;

/// Returns the members that a member follows, newest first, without archived ones. Any member may read any list, which
/// contains public profiles only.
///
/// # Errors
/// `NotFound` for an unknown member.
pub async fn list(
    engine: &Engine,
    ctx: &Ctx,
    of: MemberKey,
    after: Option<FollowCursor>,
    limit: i64,
) -> Result<Vec<FollowedMember>> {
    let ws = ctx.ws();
    engine
        .store
        .read(move |tx| {
            let follower = find_member(tx, ws, &of)?.number;
            repo::list(tx, ws, follower, after, limit)
        })
        .await
}
