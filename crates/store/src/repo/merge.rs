//! Merging one member into another: references to the one are moved to the other.

use parlor_model::id::MessageId;
use parlor_model::participant::Participant;
use parlor_model::{Id, Result};

use super::detach::{DetachStep, build_step};
use super::rating;
use crate::sql::{follow, member as members, merge as sql, vote};
use crate::{SqlStatement, Tx, params};

/// Numbers of moved rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[allow(missing_docs, reason = "each counts the entity of its name")]
pub struct MovedRows {
    pub messages: u64,
    pub entries: u64,
    pub mentions: u64,
    pub ratings: u64,
    pub spaces: u64,
    pub conversations: u64,
    pub assignments: u64,
    /// API keys bound to the merged member, which are revoked.
    pub keys: u64,
}

/// Conversation number and `seq`.
pub type LogPosition = (i64, i64);

/// Scans the next messages of a workspace in id order.
pub fn scan_messages(
    tx: &mut dyn Tx,
    ws: i64,
    member: i64,
    after: Option<MessageId>,
    limit: i64,
) -> Result<DetachStep<MessageId>> {
    let after = after.unwrap_or(Id::MIN);
    let rows = tx.query_all(&sql::AUTHORS, params![ws, &after, limit], |row| {
        Ok((row.id(0)?, row.opt_int(1)? == Some(member)))
    })?;
    Ok(build_step(&rows, after, limit))
}

/// Scans the next log entries of a workspace that are not messages.
pub fn scan_entries(
    tx: &mut dyn Tx,
    ws: i64,
    member: i64,
    after: Option<LogPosition>,
    limit: i64,
) -> Result<DetachStep<LogPosition>> {
    let after = after.unwrap_or((0, 0));
    let rows = tx.query_all(&sql::ACTORS, params![ws, after.0, after.1, limit], |row| {
        Ok(((row.int(0)?, row.int(1)?), row.opt_int(2)? == Some(member)))
    })?;
    Ok(build_step(&rows, after, limit))
}

/// Moves the messages of a range.
pub fn move_messages_in(
    tx: &mut dyn Tx,
    ws: i64,
    (from, into): (i64, i64),
    (after, until): (MessageId, MessageId),
) -> Result<u64> {
    tx.execute(&sql::MESSAGES_IN, params![ws, from, into, &after, &until])
}

/// Moves the log entries of a range.
pub fn move_entries_in(
    tx: &mut dyn Tx,
    ws: i64,
    (from, into): (i64, i64),
    (after, until): (LogPosition, LogPosition),
) -> Result<u64> {
    let range = params![ws, from, into, after.0, after.1, until.0, until.1];
    tx.execute(&sql::ENTRIES_IN, range)
}

/// Moves the messages that are newer than the one with number `since`, and the log entries of conversations in which the
/// member participates: what came after the steps. Returns their numbers.
pub fn move_newest(
    tx: &mut dyn Tx,
    ws: i64,
    (from, into): (i64, i64),
    since: i64,
) -> Result<(u64, u64)> {
    let messages = tx.execute(&sql::MESSAGES, params![ws, from, into, since])?;
    let entries = tx.execute(&sql::ENTRIES, params![ws, from, into])?;
    Ok((messages, entries))
}

/// Moves all references except those of messages and log entries, participations and the member's own columns, revokes
/// its keys, and deletes rows that the other member already has. The member itself must be deleted next
/// ([`delete_merged`]).
pub fn move_rows(tx: &mut dyn Tx, ws: i64, from: i64, into: i64) -> Result<MovedRows> {
    let at = tx.next_stamp().at;
    let mut plain =
        |statement: &'static SqlStatement| tx.execute(statement, params![ws, from, into]);
    let mentions = plain(&sql::MENTIONS)?;
    let ratings = plain(&sql::RATINGS)?;
    for statement in [
        &sql::VOTES,
        &sql::LABELS,
        &sql::FOLLOWED,
        &sql::FOLLOWERS,
        &sql::FILTERS,
        &sql::THREADS,
        &sql::DRAFTS,
        &sql::TURNS,
        &sql::VERSIONS,
    ] {
        plain(statement)?;
    }
    let mut stamped =
        |statement: &'static SqlStatement| tx.execute(statement, params![ws, from, into, at]);
    let conversations = stamped(&sql::CONVERSATIONS)?;
    let assignments = stamped(&sql::ASSIGNMENTS)?;
    let spaces =
        stamped(&sql::CONTACT_SPACES)? + stamped(&sql::OWN_SPACE)? + stamped(&sql::SECOND_SPACE)?;
    let keys = tx.execute(&members::DETACH_KEYS, params![ws, from, at])?;
    rating::delete_for_member(tx, ws, from)?;
    tx.execute(&vote::DELETE_OF_MEMBER, params![ws, from])?;
    Ok(MovedRows {
        messages: 0,
        entries: 0,
        mentions,
        ratings,
        spaces,
        conversations,
        assignments,
        keys,
    })
}

/// Deletes a member whose references were moved.
pub fn delete_merged(tx: &mut dyn Tx, ws: i64, member: i64) -> Result<()> {
    for statement in [
        &members::DELETE_MENTIONS,
        &members::DELETE_LABELS,
        &follow::DELETE_OF_FOLLOWER,
        &follow::DELETE_OF_FOLLOWEE,
        &members::DELETE_FILTERS,
        &members::DELETE,
    ] {
        tx.execute(statement, params![ws, member])?;
    }
    Ok(())
}

/// Returns the conversations in which a member has a participation of any state.
pub fn list_participations(tx: &mut dyn Tx, ws: i64, member: i64) -> Result<Vec<i64>> {
    tx.query_all(&sql::PLACES, params![ws, member], |row| row.int(0))
}

/// Moves a participation to a member that has none in the conversation.
pub fn move_participation(
    tx: &mut dyn Tx,
    ws: i64,
    conversation: i64,
    from: i64,
    into: i64,
) -> Result<()> {
    tx.execute(&sql::PLACE, params![ws, from, into, conversation])
        .map(drop)
}

/// Merges two participations of one conversation: deletes that of `from` and writes `place` under its own member.
pub fn merge_participations(
    tx: &mut dyn Tx,
    ws: i64,
    conversation: i64,
    from: i64,
    participation: &Participant,
) -> Result<()> {
    delete_participation(tx, ws, conversation, from)?;
    tx.execute(
        &sql::JOIN_PLACES,
        params![
            ws,
            conversation,
            participation.member.number,
            participation.role.as_str(),
            participation.state.as_str(),
            participation.joined_at,
            participation.read_seq,
            participation.read_at,
            participation.pinned_at,
            participation.muted,
            participation.hidden_seq
        ],
    )
    .map(drop)
}

/// Deletes a participation.
pub fn delete_participation(
    tx: &mut dyn Tx,
    ws: i64,
    conversation: i64,
    member: i64,
) -> Result<()> {
    tx.execute(&sql::DELETE_PLACE, params![ws, conversation, member])
        .map(drop)
}

/// Returns the direct conversations of a member: pairs of other member and conversation.
pub fn list_direct_pairs(tx: &mut dyn Tx, ws: i64, member: i64) -> Result<Vec<(i64, i64)>> {
    tx.query_all(&sql::OTHER_OF_PAIR, params![ws, member], |row| {
        Ok((row.int(0)?, row.int(1)?))
    })
}

/// Sets the picture of a member that has none.
pub fn set_photo(tx: &mut dyn Tx, ws: i64, member: i64, photo: &str) -> Result<()> {
    tx.execute(&sql::PHOTO, params![ws, member, photo])
        .map(drop)
}
