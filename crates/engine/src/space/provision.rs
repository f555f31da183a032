//! A member's own space, found or made, with a conversation to talk in.

use parlor_model::conversation::{CreateConversation, Kind};
use parlor_model::error::Noun;
use parlor_model::id::SpaceId;
use parlor_model::member::{MemberKey, MemberRef};
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result};
use parlor_store::Tx;
use parlor_store::repo::space as repo;

use crate::Engine;
use crate::member::known;

/// A space that exists now.
#[derive(Debug, Clone)]
pub struct Provisioned {
    /// The space.
    pub space: SpaceId,
    /// Whose it is.
    pub owner: MemberRef,
    /// This call made it.
    pub is_new: bool,
}

/// The space owned by a member, made on first use together with the member (where the key allows) and a default
/// conversation titled `title`. Parallel first calls make one. Asks for `spaces:write`.
pub async fn provision(
    engine: &Engine,
    ctx: &Ctx,
    who: MemberKey,
    title: &str,
) -> Result<Provisioned> {
    ctx.require(Scope::write(Resource::Spaces))?;
    let ctx = *ctx;
    let known = who.clone();
    // Nearly every call finds what is there: it need not wait for the writer.
    if let Some(found) = engine
        .store
        .read(move |tx| present(tx, ctx.ws(), &known))
        .await?
    {
        return Ok(found);
    }
    let title = title.to_owned();
    engine
        .store
        .write(move |tx| {
            let ws = ctx.ws();
            if let Some(found) = present(tx, ws, &who)? {
                return Ok(found);
            }
            let owner = crate::member::resolve(tx, ws, &who)?;
            let new = repo::NewSpace {
                owner: Some(owner.number),
                metadata: "{}",
                ..repo::NewSpace::default()
            };
            let (number, id) =
                repo::insert(tx, ws, &new)?.ok_or_else(|| Error::not_found(Noun::Space))?;
            let conversation = CreateConversation {
                space: Some(id),
                title: Some(title.clone()),
                subject: Some(MemberKey::Number(owner.number)),
                ..CreateConversation::of(Kind::Group)
            };
            let made = crate::conversation::insert(tx, &ctx, &conversation)?;
            repo::set_default_conversation(tx, ws, number, made.number)?;
            Ok(Provisioned {
                space: id,
                owner,
                is_new: true,
            })
        })
        .await
}

fn present(tx: &mut dyn Tx, ws: i64, who: &MemberKey) -> Result<Option<Provisioned>> {
    let Some(owner) = known(tx, ws, who)? else {
        return Ok(None);
    };
    let space = repo::find_by_owner(tx, ws, owner.number)?;
    Ok(space.map(|space| Provisioned {
        space: space.id,
        owner,
        is_new: false,
    }))
}
