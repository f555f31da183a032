//! What anybody in a workspace may know of its members: what they are called and how they look.

use parlor_model::member::{Face, MemberKey};
use parlor_model::{Ctx, Result};
use parlor_store::repo::member::{self as repo, By};

use super::resolve::known;
use crate::Engine;

/// The faces of members by number, in no order; numbers of nobody are passed over.
pub async fn faces(engine: &Engine, ctx: &Ctx, numbers: Vec<i64>) -> Result<Vec<Face>> {
    let ws = ctx.ws();
    engine
        .store
        .read(move |tx| repo::faces(tx, ws, &numbers))
        .await
}

/// The face of one member; nobody is made.
pub async fn face(engine: &Engine, ctx: &Ctx, key: MemberKey) -> Result<Option<Face>> {
    let ws = ctx.ws();
    engine
        .store
        .read(move |tx| match known(tx, ws, &key)? {
            Some(member) => Ok(repo::faces(tx, ws, &[member.number])?.pop()),
            None => Ok(None),
        })
        .await
}

/// The face of the member that holds a wallet address.
pub async fn face_of_wallet(engine: &Engine, ctx: &Ctx, address: String) -> Result<Option<Face>> {
    let ws = ctx.ws();
    engine
        .store
        .read(move |tx| match repo::find(tx, ws, By::Wallet(&address))? {
            Some(found) => Ok(repo::faces(tx, ws, &[found.member.key.number])?.pop()),
            None => Ok(None),
        })
        .await
}
