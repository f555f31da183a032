//! Merging one member into another: references to the one are moved to the other.

use parlor_model::Result;
use parlor_model::participant::Participant;

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

/// Moves all references except participations and the member's own columns, revokes its keys, and deletes rows that the
/// other member already has. The member itself must be deleted next ([`delete_merged`]).
pub fn move_rows(tx: &mut dyn Tx, ws: i64, from: i64, into: i64) -> Result<MovedRows> {
    let at = tx.next_stamp().at;
    let mut plain =
        |statement: &'static SqlStatement| tx.execute(statement, params![ws, from, into]);
    let messages = plain(&sql::MESSAGES)?;
    let entries = plain(&sql::ENTRIES)?;
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
        messages,
        entries,
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
