//! Public profiles: the names and pictures that any member may see.

use parlor_model::member::{MemberKey, PublicProfile};
use parlor_model::{Ctx, Result};
use parlor_store::repo::member::{self, MemberLookup};
use parlor_store::repo::public_profile as repo;

use super::resolve::find_ref;
use crate::Engine;

/// Returns the public profiles of members by number, in no order. Unknown numbers are skipped.
pub async fn public_profiles(
    engine: &Engine,
    ctx: &Ctx,
    numbers: Vec<i64>,
) -> Result<Vec<PublicProfile>> {
    let ws = ctx.ws();
    engine
        .store
        .read(move |tx| repo::find_many(tx, ws, &numbers))
        .await
}

/// Returns the public profile of a member without creating it.
pub async fn public_profile(
    engine: &Engine,
    ctx: &Ctx,
    key: MemberKey,
) -> Result<Option<PublicProfile>> {
    let ws = ctx.ws();
    engine
        .store
        .read(move |tx| match find_ref(tx, ws, &key)? {
            Some(member) => Ok(repo::find_many(tx, ws, &[member.number])?.pop()),
            None => Ok(None),
        })
        .await
}

/// Returns the public profile of the member with a wallet address.
pub async fn public_profile_by_wallet(
    engine: &Engine,
    ctx: &Ctx,
    address: String,
) -> Result<Option<PublicProfile>> {
    let ws = ctx.ws();
    engine
        .store
        .read(
            move |tx| match member::find(tx, ws, MemberLookup::Wallet(&address))? {
                Some(found) => Ok(repo::find_many(tx, ws, &[found.member.key.number])?.pop()),
                None => Ok(None),
            },
        )
        .await
}
