//! Finds a space with its members and conversations.

use parlor_model::id::SpaceId;
use parlor_model::member::MemberRef;
use parlor_model::scope::{Resource, Scope};
use parlor_model::space::{Space, SpaceConversationSortKey};
use parlor_model::{Ctx, Result};
use parlor_store::Tx;
use parlor_store::repo::member::{self, MemberLookup};
use parlor_store::repo::{listing, space as repo};

use crate::{Engine, authority};

/// A space with its related entities.
#[derive(Debug, Clone)]
pub struct SpaceDetails {
    /// The space.
    pub space: Space,
    /// Its owner.
    pub owner: Option<SpaceMember>,
    /// Its contact.
    pub contact: Option<SpaceMember>,
    /// Its conversations, oldest first, without direct ones. [`super::SpaceConversationBatches`] reads their list rows.
    pub conversations: Vec<SpaceConversationSortKey>,
}

/// A member related to a space.
#[derive(Debug, Clone)]
pub struct SpaceMember {
    /// The member.
    pub member: MemberRef,
    /// The email address, if the caller may read it.
    pub email: Option<String>,
}

/// Returns a space with details. Requires `spaces:read`, except for its owner. Without `conversations:read` a member's
/// left conversations are omitted. Email addresses are included with `members:read`, and for the acting member itself.
pub async fn find_with_details(engine: &Engine, ctx: &Ctx, id: SpaceId) -> Result<SpaceDetails> {
    let ctx = *ctx;
    engine
        .store
        .read_throttled(ctx.ws(), move |tx| {
            let ws = ctx.ws();
            let space = authority::authorize_read_space(&ctx, repo::find(tx, ws, id)?)?;
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
