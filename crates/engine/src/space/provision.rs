//! A member's own space with its default conversation, created on first use.

use parlor_model::conversation::{ConversationKind, CreateConversation};
use parlor_model::error::EntityKind;
use parlor_model::id::SpaceId;
use parlor_model::member::{MemberKey, MemberRef};
use parlor_model::scope::{Resource, Scope};
use parlor_model::space::Space;
use parlor_model::{Ctx, Error, Result};
use parlor_store::Tx;
use parlor_store::repo::space as repo;

use crate::member::find_ref;
use crate::{Engine, authority};

/// A provisioned space.
#[derive(Debug, Clone)]
pub struct ProvisionSpaceResult {
    /// The space.
    pub space: SpaceId,
    /// Its owner.
    pub owner: MemberRef,
    /// Whether this call created it.
    pub is_new: bool,
}

/// Returns the space owned by a member, and creates it on first use with a default conversation titled `title`, which
/// is also recreated if it was deleted. Concurrent first calls create one space.
///
/// The owner is the first existing member of `names`; otherwise one is created from the last name, if possible.
/// Requires `spaces:write` and permission to act as the member, since that is what the result is for.
pub async fn provision(
    engine: &Engine,
    ctx: &Ctx,
    names: Vec<MemberKey>,
    title: &str,
) -> Result<ProvisionSpaceResult> {
    ctx.require(Scope::write(Resource::Spaces))?;
    let ctx = *ctx;
    let lookup_names = names.clone();
    // Nearly every call finds an existing space, which needs no write transaction.
    let found = engine
        .store
        .read(move |tx| find_existing(tx, &ctx, &lookup_names))
        .await?;
    if let Some((owner, Some(space))) = found
        && space.default_conversation.is_some()
    {
        return Ok(ProvisionSpaceResult {
            space: space.id,
            owner,
            is_new: false,
        });
    }
    let title = title.to_owned();
    engine
        .store
        .write(move |tx| create_missing(tx, &ctx, &names, &title))
        .await
}

/// Creates the missing ones of member, space and default conversation.
fn create_missing(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    names: &[MemberKey],
    title: &str,
) -> Result<ProvisionSpaceResult> {
    let ws = ctx.ws();
    let (owner, space) = match find_existing(tx, ctx, names)? {
        Some(found) => found,
        None => {
            let last = names.last();
            let last = last.ok_or_else(|| Error::not_found(EntityKind::Member))?;
            (crate::member::resolve_or_create(tx, ws, last)?, None)
        }
    };
    let is_new = space.is_none();
    let (number, id) = match space {
        Some(space) if space.default_conversation.is_some() => {
            return Ok(ProvisionSpaceResult {
                space: space.id,
                owner,
                is_new,
            });
        }
        Some(space) => (space.number, space.id),
        None => {
            let new = repo::NewSpaceRow {
                owner: Some(owner.number),
                metadata: "{}",
                ..repo::NewSpaceRow::default()
            };
            repo::insert(tx, ws, &new)?.ok_or_else(|| Error::not_found(EntityKind::Space))?
        }
    };
    let conversation = CreateConversation {
        space: Some(id),
        title: Some(title.to_owned()),
        ..CreateConversation::new(ConversationKind::Group)
    };
    let made = crate::conversation::insert(tx, ctx, &conversation)?;
    repo::set_default_conversation(tx, ws, number, made.number)?;
    Ok(ProvisionSpaceResult {
        space: id,
        owner,
        is_new,
    })
}

/// Returns the first existing member of `names` with its space.
fn find_existing(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    names: &[MemberKey],
) -> Result<Option<(MemberRef, Option<Space>)>> {
    for name in names {
        if let Some(owner) = find_ref(tx, ctx.ws(), name)? {
            authority::authorize_act_as(tx, ctx, owner.number)?;
            let space = repo::find_by_owner(tx, ctx.ws(), owner.number)?;
            return Ok(Some((owner, space)));
        }
    }
    Ok(None)
}
