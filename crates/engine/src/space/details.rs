//! One space with its people and conversations.

use parlor_model::id::SpaceId;
use parlor_model::member::MemberRef;
use parlor_model::scope::{Resource, Scope};
use parlor_model::space::{Space, SpaceConversationSortKey};
use parlor_model::{Ctx, Result};
use parlor_store::Tx;
use parlor_store::repo::member::{self, MemberLookup};
use parlor_store::repo::{listing, space as repo};

use super::find::authorize_read;
use crate::{Engine, authority};

/// A space and what belongs to it.
#[derive(Debug, Clone)]
pub struct SpaceDetails {
    /// The space.
    pub space: Space,
    /// Whose it is.
    pub owner: Option<SpaceMember>,
    /// The contact it is associated with.
    pub contact: Option<SpaceMember>,
    /// Its conversations, oldest first; direct ones apart. [`super::SpaceConversationBatches`] reads what a list shows of them.
    pub conversations: Vec<SpaceConversationSortKey>,
}

/// Somebody of a space.
#[derive(Debug, Clone)]
pub struct SpaceMember {
    /// Who.
    pub member: MemberRef,
    /// The email address, for callers that may read it.
    pub email: Option<String>,
}

/// A space whole. Asks for `spaces:read`; the owner of a space needs none for it. Without `conversations:read` a member is
/// not told of conversations that it has left or was removed from. Addresses are shown to whoever
/// holds `members:read`, and to everybody their own.
pub async fn find_with_details(engine: &Engine, ctx: &Ctx, id: SpaceId) -> Result<SpaceDetails> {
    let ctx = *ctx;
    engine
        .store
        .read_throttled(ctx.ws(), move |tx| {
            let ws = ctx.ws();
            let space = authorize_read(&ctx, repo::find(tx, ws, id)?)?;
            let seen = authority::space_view(tx, &ctx)?;
            let owner = space
                .owner
                .as_ref()
                .map(|owner| MemberLookup::Number(owner.number));
            Ok(SpaceDetails {
                owner: find_space_member(tx, &ctx, owner)?,
                contact: find_space_member(tx, &ctx, space.contact.map(MemberLookup::Id))?,
                conversations: listing::list_space_keys(tx, ws, space.number, seen)?,
                space,
            })
        })
        .await
}

fn find_space_member(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    by: Option<MemberLookup<'_>>,
) -> Result<Option<SpaceMember>> {
    let Some(by) = by else {
        return Ok(None);
    };
    let found = member::find(tx, ctx.ws(), by)?;
    Ok(found.map(|found| {
        let member = found.member.key;
        let may = ctx.is_actor(member.number) || ctx.allows(Scope::read(Resource::Members));
        SpaceMember {
            email: found.member.profile.email.filter(|_| may),
            member,
        }
    }))
}
