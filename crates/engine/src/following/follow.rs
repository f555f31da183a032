//! Follows and unfollows members.

use parlor_model::error::EntityKind;
use parlor_model::following::MAX_FOLLOWED_MEMBERS;
use parlor_model::member::{MemberKey, MemberRef};
use parlor_model::{Ctx, Error, Result};
use parlor_store::Tx;
use parlor_store::repo::follow as repo;

use crate::{Engine, member};

/// Makes the acting member follow another one; idempotent. Requires no scope and creates no member.
///
/// # Errors
/// `NotFound` for an unknown member, `Invalid` for the member itself and beyond [`MAX_FOLLOWED_MEMBERS`].
pub async fn follow(engine: &Engine, ctx: &Ctx, key: MemberKey) -> Result<()> {
    let follower = ctx.member()?.number;
    let ws = ctx.ws();
    engine
        .store
        .write(move |tx| {
            let followee = find_member(tx, ws, &key)?.number;
            if followee == follower {
                return Err(Error::invalid("member", "must be somebody else"));
            }
            if repo::is_following(tx, ws, follower, followee)? {
                return Ok(());
            }
            if repo::is_following_at_least(tx, ws, follower, MAX_FOLLOWED_MEMBERS)? {
                let rule =
                    format!("must be one of at most {MAX_FOLLOWED_MEMBERS} that are followed");
                return Err(Error::invalid("member", rule));
            }
            repo::insert(tx, ws, follower, followee)
        })
        .await
}

/// Makes the acting member stop following another one; idempotent.
///
/// # Errors
/// `NotFound` for an unknown member.
pub async fn unfollow(engine: &Engine, ctx: &Ctx, key: MemberKey) -> Result<()> {
    let follower = ctx.member()?.number;
    let ws = ctx.ws();
    engine
        .store
        .write(move |tx| {
            let followee = find_member(tx, ws, &key)?.number;
            repo::delete(tx, ws, follower, followee)
        })
        .await
}

pub(super) fn find_member(tx: &mut dyn Tx, ws: i64, key: &MemberKey) -> Result<MemberRef> {
    member::find_ref(tx, ws, key)?.ok_or_else(|| Error::not_found(EntityKind::Member))
}
