//! Transfers the ownership of a conversation.

use parlor_model::conversation::ConversationKey;
use parlor_model::error::ForbiddenReason;
use parlor_model::member::MemberKey;
use parlor_model::participant::{ParticipantRole, ParticipantState};
use parlor_model::{Ctx, Error, Result};
use parlor_store::repo::participant;

use crate::log::{single_change, write_group_profile};
use crate::membership::load_membership;
use crate::{Engine, member};

/// Makes another participant the owner; the previous owner stays as a member. A transfer to oneself changes nothing.
/// Checks are made in this order: known, not closed, not direct, owner, participation of the other.
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
            let (mut found, own) = load_membership(tx, &ctx, key)?
                .require_open()?
                .require_not_direct()?
                .require_owner()?;
            let new_owner = match member::find_ref(tx, ws, &to)? {
                Some(new_owner) => participant::find(tx, ws, found.number, new_owner.number)?,
                None => None,
            };
            let new_owner = new_owner
                .filter(|new_owner| new_owner.state == ParticipantState::Joined)
                .ok_or_else(|| Error::forbidden(ForbiddenReason::NotParticipant))?;
            let (old, new) = (own.member.number, new_owner.member.number);
            if old == new {
                return Ok(());
            }
            participant::set_role(tx, ws, found.number, old, ParticipantRole::Member)?;
            participant::set_role(tx, ws, found.number, new, ParticipantRole::Owner)?;
            found.owner = Some(new_owner.member);
            write_group_profile(tx, &ctx, &found, single_change("owner", new.into()))
        })
        .await
}
