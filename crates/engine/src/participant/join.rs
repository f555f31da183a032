//! Joins a conversation.

use parlor_model::conversation::ConversationKey;
use parlor_model::error::{ConflictReason, ForbiddenReason};
use parlor_model::participant::{ParticipantRole, ParticipantState};
use parlor_model::{Ctx, Error, Result};

use crate::Engine;
use crate::membership::{JoinEntry, join_in_tx, load_membership};

/// Makes the acting member join, also after it left. Checks are made in this order: known, not closed, not direct, not
/// joined, not removed, open access.
pub async fn join(engine: &Engine, ctx: &Ctx, key: ConversationKey) -> Result<()> {
    let actor = ctx.member()?;
    let ctx = *ctx;
    engine
        .store
        .write(move |tx| {
            let membership = load_membership(tx, &ctx, key)?
                .require_open()?
                .require_not_direct()?;
            let is_rejoin = match membership.own_participant {
                Some(own) if own.state == ParticipantState::Joined => {
                    return Err(Error::conflict(ConflictReason::AlreadyParticipant));
                }
                // A removed member can only be brought back by a caller that may manage members.
                Some(own) if own.state == ParticipantState::Removed => {
                    return Err(Error::forbidden(ForbiddenReason::Removed));
                }
                own => own.is_some(),
            };
            if !membership.conversation.group_profile.open_access {
                return Err(Error::forbidden(ForbiddenReason::InviteOnly));
            }
            let entry = JoinEntry {
                member: actor.number,
                role: ParticipantRole::Member,
                is_rejoin,
            };
            join_in_tx(tx, &ctx, membership.conversation.number, &[entry])
        })
        .await
}
