//! The places of two members in conversations, which become those of one.

use parlor_model::conversation::{Conversation, ConversationKey, ConversationState as Life};
use parlor_model::log::LogEntryKind;
use parlor_model::participant::{Participant, ParticipantRole, ParticipantState};
use parlor_model::{Ctx, Error, Result};
use parlor_store::Tx;
use parlor_store::repo::merge as repo;
use parlor_store::repo::{conversation, direct_pair, log, participant};
use serde_json::json;

use crate::participant::leave_in_tx;

/// What became of the places of the one who goes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct MovedParticipations {
    /// Where only that one had one.
    pub moved: u64,
    /// Where both had one.
    pub merged: u64,
}

/// Moves every place. The log of each conversation that is open says who joined and who left, as it would have been told
/// if both had done so by themselves.
pub(super) fn move_participations(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    from: i64,
    into: i64,
) -> Result<MovedParticipations> {
    let ws = ctx.ws();
    let mut places = MovedParticipations::default();
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
                places.moved += 1;
            }
            Some(other) => {
                merge_participations(tx, ctx, &found, (one, other))?;
                places.merged += 1;
            }
        }
    }
    Ok(places)
}

/// A pair has one direct conversation: where both have one with somebody, the one that stays keeps its own, and the other
/// is told apart from it by what was said there. A conversation of the two with each other is one's own.
fn move_direct_pairs(tx: &mut dyn Tx, ws: i64, from: i64, into: i64) -> Result<()> {
    for (other, number) in repo::list_direct_pairs(tx, ws, from)? {
        direct_pair::delete(tx, ws, number)?;
        if other != into && direct_pair::find(tx, ws, into, other)?.is_none() {
            direct_pair::insert(tx, ws, into, other, number)?;
        }
    }
    Ok(())
}

/// One place of two. What the one who stays is there stands, but that it takes part again where it had only left; nothing
/// brings back who was removed.
fn merge_participations(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    found: &Conversation,
    (one, other): (Participant, Participant),
) -> Result<()> {
    let (ws, number) = (ctx.ws(), found.number);
    let members = (one.member.number, other.member.number);
    let is_open = found.state != Life::Closed;
    if other.state == ParticipantState::Removed && one.state == ParticipantState::Joined && is_open
    {
        // It goes as by its own will, and hands over what it owned.
        leave_in_tx(tx, ctx, found.clone(), members.0)?.transfer_ownership(tx, ctx)?;
        return repo::delete_participation(tx, ws, number, members.0);
    }
    let before = other.state;
    let takes_part = one.state == ParticipantState::Joined;
    let place = match (takes_part, other.state) {
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
    repo::merge_participations(tx, ws, number, members.0, &place)?;
    log_move(tx, ctx, found, &one, members, before)
}

/// What the log says of a place that became another's.
fn log_move(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    found: &Conversation,
    one: &Participant,
    (from, into): (i64, i64),
    before: ParticipantState,
) -> Result<()> {
    if one.state != ParticipantState::Joined || found.state == Life::Closed {
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
