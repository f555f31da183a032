//! Ending a member's part in every conversation, before the member itself goes.

use parlor_model::conversation::{ConversationKey, ConversationKind, ConversationState};
use parlor_model::{Ctx, Error, Result};
use parlor_store::Tx;
use parlor_store::repo::{conversation, direct_pair, participant};

use crate::participant::leave_in_tx;

/// Lets a member leave every conversation that it takes part in, as leaving does: the log gets its entry, what it owned is
/// handed over, and what others said stays. A direct conversation stays with the other one. Returns how many conversations
/// it left.
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
        // Nothing more happens in a conversation that is over.
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
