//! One space with its people and conversations.

use parlor_model::id::SpaceId;
use parlor_model::member::MemberRef;
use parlor_model::scope::{Resource, Scope};
use parlor_model::space::{Space, SpaceConversationKey};
use parlor_model::{Ctx, Result};
use parlor_store::Tx;
use parlor_store::repo::member::{self, By};
use parlor_store::repo::{listing, space as repo};

use super::find::readable;
use crate::{Engine, authority};

/// A space and what belongs to it.
#[derive(Debug, Clone)]
pub struct Whole {
    /// The space.
    pub space: Space,
    /// Whose it is.
    pub owner: Option<Person>,
    /// The contact it is associated with.
    pub contact: Option<Person>,
    /// Its conversations, oldest first; direct ones apart. [`super::Conversations`] reads what a list shows of them.
    pub conversations: Vec<SpaceConversationKey>,
}

/// Somebody of a space.
#[derive(Debug, Clone)]
pub struct Person {
    /// Who.
    pub member: MemberRef,
    /// The email address, for callers that may read it.
    pub email: Option<String>,
}

/// A space whole. Asks for `spaces:read`; the owner of a space needs none for it. Without `conversations:read` a member is
/// not told of conversations that it has left or was removed from. Addresses are shown to whoever
/// holds `members:read`, and to everybody their own.
pub async fn whole(engine: &Engine, ctx: &Ctx, id: SpaceId) -> Result<Whole> {
    let ctx = *ctx;
    engine
        .store
        .scan(ctx.ws(), move |tx| {
            let ws = ctx.ws();
            let space = readable(&ctx, repo::find(tx, ws, id)?)?;
            let seen = authority::space_view(tx, &ctx)?;
            let owner = space.owner.as_ref().map(|owner| By::Number(owner.number));
            Ok(Whole {
                owner: person(tx, &ctx, owner)?,
                contact: person(tx, &ctx, space.contact.map(By::Id))?,
                conversations: listing::keys_of_space(tx, ws, space.number, seen)?,
                space,
            })
        })
        .await
}

fn person(tx: &mut dyn Tx, ctx: &Ctx, by: Option<By<'_>>) -> Result<Option<Person>> {
    let Some(by) = by else {
        return Ok(None);
    };
    let found = member::find(tx, ctx.ws(), by)?;
    Ok(found.map(|found| {
        let member = found.member.key;
        let may = ctx.is_actor(member.number) || ctx.allows(Scope::read(Resource::Members));
        Person {
            email: found.member.profile.email.filter(|_| may),
            member,
        }
    }))
}
