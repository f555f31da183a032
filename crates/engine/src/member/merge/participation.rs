//! Merges the participations of two members.

use parlor_model::conversation::{Conversation, ConversationKey, ConversationState};
use parlor_model::log::LogEntryKind;
use parlor_model::participant::{Participant, ParticipantRole, ParticipantState};
use parlor_model::{Ctx, Error, Result};
use parlor_store::Tx;
use parlor_store::repo::merge as repo;
use parlor_store::repo::{conversation, direct_pair, log, participant};
use serde_json::json;

use crate::membership::leave_in_tx;

/// Numbers of participations of the deleted member.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct MovedParticipations {
    /// Moved, since the remaining member had none in the conversation.
    pub moved: u64,
    /// Merged with the remaining member's.
    pub merged: u64,
}

/// Moves every participation. The log of each open conversation gets the entries of a join and a leave.
pub(super) fn move_participations(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    from: i64,
    into: i64,
) -> Result<MovedParticipations> {
    let ws = ctx.ws();
    let mut result = MovedParticipations::default();
    move_direct_pairs(tx, ws, from, into)?;
    for number in repo::list_participations(tx, ws, from)? {
        let found = conversation::find(tx, ws, ConversationKey::Number(number))?
            .ok_or_else(|| Error::internal("a participant without its conversation"))?;
        let find = |tx: &mut dyn Tx, member| participant::find(tx, ws, number, member);
        let one = find(tx, from)?.ok_or_else(|| Error::internal("a place that is gone"))?;
        match find(tx, into)? {
            None => {
                repo::move_participation(tx, ws, number, from, into)?;
                log_move(tx, ctx, &found, &one, (from, into), ParticipantState::Left)?;
                result.moved += 1;
            }
            Some(other) => {
                merge_participations(tx, ctx, &found, (one, other))?;
                result.merged += 1;
            }
        }
    }
    Ok(result)
}

/// Moves direct conversations. A pair has one: if both members have one with the same peer, the remaining member's
/// stays the pair's, and the other keeps only its messages. A conversation of the two with each other loses its pair.
fn move_direct_pairs(tx: &mut dyn Tx, ws: i64, from: i64, into: i64) -> Result<()> {
    for (other, number) in repo::list_direct_pairs(tx, ws, from)? {
        direct_pair::delete(tx, ws, number)?;
        if other != into && direct_pair::find(tx, ws, into, other)?.is_none() {
            direct_pair::insert(tx, ws, into, other, number)?;
        }
    }
    Ok(())
}

/// Merges two participations. The remaining member's state stands, except that one that had left rejoins; one that was
/// removed does not.
fn merge_participations(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    found: &Conversation,
    (one, other): (Participant, Participant),
) -> Result<()> {
    let (ws, number) = (ctx.ws(), found.number);
    let members = (one.member.number, other.member.number);
    let is_open = found.state != ConversationState::Closed;
    if other.state == ParticipantState::Removed && one.state == ParticipantState::Joined && is_open
    {
        // It leaves as on its own, and its ownership is transferred.
        leave_in_tx(tx, ctx, found.clone(), members.0)?.transfer_ownership(tx, ctx)?;
        return repo::delete_participation(tx, ws, number, members.0);
    }
    let before = other.state;
    let takes_part = one.state == ParticipantState::Joined;
    let merged = match (takes_part, other.state) {
        (true, ParticipantState::Left) => Participant {
            member: other.member,
            ..one.clone()
        },
        (true, ParticipantState::Joined) => Participant {
            role: if one.role == ParticipantRole::Owner {
                ParticipantRole::Owner
            } else {
                other.role
            },
            joined_at: one.joined_at.min(other.joined_at),
            read_seq: one.read_seq.max(other.read_seq),
            read_at: one.read_at.max(other.read_at),
            pinned_at: other.pinned_at.or(one.pinned_at),
            hidden_seq: other.hidden_seq.filter(|_| one.hidden_seq.is_some()),
            ..other
        },
        _ => other,
    };
    repo::merge_participations(tx, ws, number, members.0, &merged)?;
    log_move(tx, ctx, found, &one, members, before)
}

/// Appends the log entries of a moved participation.
fn log_move(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    found: &Conversation,
    one: &Participant,
    (from, into): (i64, i64),
    before: ParticipantState,
) -> Result<()> {
    if one.state != ParticipantState::Joined || found.state == ConversationState::Closed {
        return Ok(());
    }
    let actor = ctx.actor.map(|actor| actor.number);
    let mut append = |kind, member: i64| {
        let payload = json!({ "members": [member] }).to_string();
        log::append_entry(tx, ctx.ws(), found.number, kind, actor, &payload).map(drop)
    };
    if before == ParticipantState::Left {
        append(LogEntryKind::Joined, into)?;
    }
    append(LogEntryKind::Left, from)
}
