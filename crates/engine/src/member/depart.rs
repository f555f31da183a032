//! Ending a member's part in every conversation, before the member itself goes.

use parlor_model::conversation::{ConversationKey, Kind, State};
use parlor_model::{Ctx, Error, Result};
use parlor_store::Tx;
use parlor_store::repo::{conversation, participant};

use crate::participant::{close, leave_in};

/// Lets a member leave every conversation that it takes part in, as leaving does: the log gets its entry, what it owned is
/// handed over, and what others said stays. A direct conversation is over and stays readable by the other one; the two may
/// begin anew. Returns how many conversations it left.
pub(super) fn depart(tx: &mut dyn Tx, ctx: &Ctx, member: i64) -> Result<usize> {
    let joined = participant::of_member(tx, ctx.ws(), member)?;
    for number in &joined {
        let key = ConversationKey::Number(*number);
        let found = conversation::find(tx, ctx.ws(), key)?
            .ok_or_else(|| Error::internal("a participant without its conversation"))?;
        match (found.kind, found.state) {
            (Kind::Direct, State::Closed) => conversation::delete_pair(tx, ctx.ws(), *number)?,
            (Kind::Direct, State::Active | State::Archived) => {
                let mut found = leave_in(tx, ctx, found, member)?.conversation;
                conversation::delete_pair(tx, ctx.ws(), *number)?;
                close(tx, ctx, &mut found)?;
            }
            // Nothing more happens in a conversation that is over.
            (_, State::Closed) => {}
            (_, State::Active | State::Archived) => {
                leave_in(tx, ctx, found, member)?.hand_over(tx, ctx)?;
            }
        }
    }
    Ok(joined.len())
}
