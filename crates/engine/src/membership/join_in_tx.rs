//! Taking part, for the first time or again.

use std::time::Duration;

use parlor_model::conversation::{Conversation, ConversationKind};
use parlor_model::error::ConflictReason;
use parlor_model::log::LogEntryKind;
use parlor_model::participant::{ParticipantRole, ParticipantState};
use parlor_model::{Ctx, Error, Result};
use parlor_store::Tx;
use parlor_store::repo::{log, participant};
use serde_json::json;

/// Somebody who does not take part, and will.
pub(crate) struct JoinEntry {
    /// The member's number.
    pub(crate) member: i64,
    /// As what.
    pub(crate) role: ParticipantRole,
    /// It took part before.
    pub(crate) is_rejoin: bool,
}

/// Lets them take part, as one change of the conversation. What was said before counts as read.
pub(crate) fn join_in_tx(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    conversation: i64,
    entering: &[JoinEntry],
) -> Result<()> {
    let ws = ctx.ws();
    let members: Vec<i64> = entering.iter().map(|one| one.member).collect();
    let payload = json!({ "members": members }).to_string();
    let actor = ctx.actor.map(|actor| actor.number);
    let seq = log::append_entry(tx, ws, conversation, LogEntryKind::Joined, actor, &payload)?;
    let now = tx.next_stamp().at;
    for (one, after) in entering.iter().zip(0..) {
        // A microsecond each keeps the order in which they were named.
        let at = now.saturating_add(Duration::from_micros(after));
        let write = if one.is_rejoin {
            participant::rejoin
        } else {
            participant::insert
        };
        write(tx, ws, conversation, one.member, one.role, at, seq)?;
    }
    Ok(())
}

/// Somebody takes part from now on, unless it did already.
pub(crate) fn ensure_participant(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    found: &Conversation,
    member: i64,
) -> Result<()> {
    let ws = ctx.ws();
    let row = participant::find(tx, ws, found.number, member)?;
    if row
        .as_ref()
        .is_some_and(|row| row.state == ParticipantState::Joined)
    {
        return Ok(());
    }
    if found.kind == ConversationKind::Direct {
        return Err(Error::conflict(ConflictReason::WrongKind));
    }
    // Also after it left or was removed: the subject of a conversation takes part in it.
    let entry = JoinEntry {
        member,
        role: ParticipantRole::Member,
        is_rejoin: row.is_some(),
    };
    join_in_tx(tx, ctx, found.number, &[entry])
}
