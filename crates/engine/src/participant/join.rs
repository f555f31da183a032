//! Joining by one's own will.

use parlor_model::conversation::ConversationKey;
use parlor_model::error::{Conflict, Denied};
use parlor_model::participant::{Role, State};
use parlor_model::{Ctx, Error, Result};

use super::enter::{Entering, enter};
use crate::Engine;
use crate::conversation::stand;

/// The acting member joins, also after it left. Refused in this order: unknown, closed, direct, takes part already, was
/// removed, not open to everybody.
pub async fn join(engine: &Engine, ctx: &Ctx, key: ConversationKey) -> Result<()> {
    let actor = ctx.member()?;
    let ctx = *ctx;
    engine
        .store
        .write(move |tx| {
            let standing = stand(tx, &ctx, key)?.open()?.of_many()?;
            let again = match standing.own {
                Some(own) if own.state == State::Joined => {
                    return Err(Error::conflict(Conflict::AlreadyParticipant));
                }
                // Whoever was removed is brought back by those who may remove, and by nothing of its own.
                Some(own) if own.state == State::Removed => {
                    return Err(Error::forbidden(Denied::Removed));
                }
                own => own.is_some(),
            };
            if !standing.conversation.card.open_access {
                return Err(Error::forbidden(Denied::InviteOnly));
            }
            let entering = Entering {
                member: actor.number,
                role: Role::Member,
                again,
            };
            enter(tx, &ctx, standing.conversation.number, &[entering])
        })
        .await
}
