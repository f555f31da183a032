//! Joining by one's own will.

use parlor_model::conversation::ConversationKey;
use parlor_model::error::{ConflictReason, ForbiddenReason};
use parlor_model::participant::{ParticipantRole, ParticipantState};
use parlor_model::{Ctx, Error, Result};

use crate::Engine;
use crate::membership::{JoinEntry, join_in_tx, load_membership};

/// The acting member joins, also after it left. Refused in this order: unknown, closed, direct, takes part already, was
/// removed, not open to everybody.
pub async fn join(engine: &Engine, ctx: &Ctx, key: ConversationKey) -> Result<()> {
    let actor = ctx.member()?;
    let ctx = *ctx;
    engine
        .store
        .write(move |tx| {
            let standing = load_membership(tx, &ctx, key)?
                .require_open()?
                .require_not_direct()?;
            let again = match standing.own_participant {
                Some(own) if own.state == ParticipantState::Joined => {
                    return Err(Error::conflict(ConflictReason::AlreadyParticipant));
                }
                // Whoever was removed is brought back by those who may remove, and by nothing of its own.
                Some(own) if own.state == ParticipantState::Removed => {
                    return Err(Error::forbidden(ForbiddenReason::Removed));
                }
                own => own.is_some(),
            };
            if !standing.conversation.group_profile.open_access {
                return Err(Error::forbidden(ForbiddenReason::InviteOnly));
            }
            let entering = JoinEntry {
                member: actor.number,
                role: ParticipantRole::Member,
                is_rejoin: again,
            };
            join_in_tx(tx, &ctx, standing.conversation.number, &[entering])
        })
        .await
}
