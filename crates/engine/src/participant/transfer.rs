//! Handing a conversation over.

use parlor_model::conversation::ConversationKey;
use parlor_model::error::Denied;
use parlor_model::member::MemberKey;
use parlor_model::participant::{Role, State};
use parlor_model::{Ctx, Error, Result};
use parlor_store::repo::participant;

use super::tell::{change, tell};
use crate::conversation::stand;
use crate::{Engine, member};

/// Makes somebody else who takes part the owner; the old one stays as a member. Handing over to oneself changes
/// nothing. Refused in this order: unknown, closed, direct, not the owner, the other does not take part.
pub async fn transfer(
    engine: &Engine,
    ctx: &Ctx,
    key: ConversationKey,
    to: MemberKey,
) -> Result<()> {
    let ctx = *ctx;
    engine
        .store
        .write(move |tx| {
            let ws = ctx.ws();
            let (mut found, own) = stand(tx, &ctx, key)?.open()?.of_many()?.owned()?;
            let heir = match member::known(tx, ws, &to)? {
                Some(heir) => participant::find(tx, ws, found.number, heir.number)?,
                None => None,
            };
            let heir = heir
                .filter(|heir| heir.state == State::Joined)
                .ok_or_else(|| Error::forbidden(Denied::NotParticipant))?;
            let (old, new) = (own.member.number, heir.member.number);
            if old == new {
                return Ok(());
            }
            participant::set_role(tx, ws, found.number, old, Role::Member)?;
            participant::set_role(tx, ws, found.number, new, Role::Owner)?;
            found.owner = Some(heir.member);
            tell(tx, &ctx, &found, change("owner", new.into()))
        })
        .await
}
