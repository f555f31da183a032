//! Joins members to a conversation within a transaction.

use std::time::Duration;

use parlor_model::conversation::{Conversation, ConversationKind};
use parlor_model::error::ConflictReason;
use parlor_model::log::LogEntryKind;
use parlor_model::participant::{ParticipantRole, ParticipantState};
use parlor_model::{Ctx, Error, Result};
use parlor_store::Tx;
use parlor_store::repo::{log, participant};
use serde_json::json;

/// A member that is to join.
pub(crate) struct JoinEntry {
    /// The member's number.
    pub(crate) member: i64,
    /// Its role.
    pub(crate) role: ParticipantRole,
    /// Whether it participated before.
    pub(crate) is_rejoin: bool,
}

/// Inserts or rejoins participants and appends one `Joined` entry. Earlier messages count as read.
pub(crate) fn join_in_tx(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    conversation: i64,
    entries: &[JoinEntry],
) -> Result<()> {
    let ws = ctx.ws();
    let members: Vec<i64> = entries.iter().map(|one| one.member).collect();
    let payload = json!({ "members": members }).to_string();
    let actor = ctx.actor.map(|actor| actor.number);
    let seq = log::append_entry(tx, ws, conversation, LogEntryKind::Joined, actor, &payload)?;
    let now = tx.next_stamp().at;
    for (one, after) in entries.iter().zip(0..) {
        // One microsecond apart, so that the order of the command is kept.
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

/// Makes a member a participant, unless it is one.
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
    // The subject participates even if it left or was removed before.
    let entry = JoinEntry {
        member,
        role: ParticipantRole::Member,
        is_rejoin: row.is_some(),
    };
    join_in_tx(tx, ctx, found.number, &[entry])
}
