//! Removes a member from every conversation before it is deleted.

use parlor_model::conversation::{ConversationKey, ConversationKind, ConversationState};
use parlor_model::{Ctx, Error, Result};
use parlor_store::Tx;
use parlor_store::repo::{conversation, direct_pair, participant};

use crate::membership::leave_in_tx;

/// Makes a member leave every conversation it participates in, with the log entry and the transfer of ownership that
/// leaving implies. Direct conversations stay with the peer. Returns the number of conversations.
pub(super) fn leave_all_conversations(tx: &mut dyn Tx, ctx: &Ctx, member: i64) -> Result<usize> {
    let joined = participant::conversations_of_member(tx, ctx.ws(), member)?;
    for number in &joined {
        let key = ConversationKey::Number(*number);
        let found = conversation::find(tx, ctx.ws(), key)?
            .ok_or_else(|| Error::internal("a participant without its conversation"))?;
        let kind = found.kind;
        if kind == ConversationKind::Direct {
            direct_pair::delete(tx, ctx.ws(), *number)?;
        }
        // A closed conversation gets no further entries.
        if found.state == ConversationState::Closed {
            continue;
        }
        let departure = leave_in_tx(tx, ctx, found, member)?;
        if kind != ConversationKind::Direct {
            departure.transfer_ownership(tx, ctx)?;
        }
    }
    Ok(joined.len())
}
