//! One member becoming another: rows that refer to the one refer to the other.

use parlor_model::Result;
use parlor_model::participant::Participant;

use super::rating;
use crate::sql::{member as members, merge as sql, vote};
use crate::{SqlStatement, Tx, params};

/// How many rows moved.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[allow(missing_docs, reason = "each is the noun of its name")]
pub struct MovedRows {
    pub messages: u64,
    pub entries: u64,
    pub mentions: u64,
    pub ratings: u64,
    pub spaces: u64,
    pub conversations: u64,
    pub assignments: u64,
    /// Keys that acted for it, and end.
    pub keys: u64,
}

/// Moves everything but places in conversations and the member's own columns, ends its keys, and removes what the other has
/// already. The member itself must go next ([`delete_merged`]).
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
        &sql::FILTERS,
        &sql::THREADS,
        &sql::DRAFTS,
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

/// Removes a member to which nothing refers but what the other has as well.
pub fn delete_merged(tx: &mut dyn Tx, ws: i64, member: i64) -> Result<()> {
    for statement in [
        &members::DELETE_MENTIONS,
        &members::DELETE_LABELS,
        &members::DELETE_FILTERS,
        &members::DELETE,
    ] {
        tx.execute(statement, params![ws, member])?;
    }
    Ok(())
}

/// The conversations in which a member has a place, of any state.
pub fn list_participations(tx: &mut dyn Tx, ws: i64, member: i64) -> Result<Vec<i64>> {
    tx.query_all(&sql::PLACES, params![ws, member], |row| row.int(0))
}

/// A place becomes the other's, who has none there.
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

/// Two places of one conversation become one: what `place` says, under its own member.
pub fn merge_participations(
    tx: &mut dyn Tx,
    ws: i64,
    conversation: i64,
    from: i64,
    place: &Participant,
) -> Result<()> {
    delete_participation(tx, ws, conversation, from)?;
    tx.execute(
        &sql::JOIN_PLACES,
        params![
            ws,
            conversation,
            place.member.number,
            place.role.as_str(),
            place.state.as_str(),
            place.joined_at,
            place.read_seq,
            place.read_at,
            place.pinned_at,
            place.muted,
            place.hidden_seq
        ],
    )
    .map(drop)
}

/// A place is no more.
pub fn delete_participation(
    tx: &mut dyn Tx,
    ws: i64,
    conversation: i64,
    member: i64,
) -> Result<()> {
    tx.execute(&sql::DELETE_PLACE, params![ws, conversation, member])
        .map(drop)
}

/// The direct conversations of a member, each with the other one.
pub fn list_direct_pairs(tx: &mut dyn Tx, ws: i64, member: i64) -> Result<Vec<(i64, i64)>> {
    tx.query_all(&sql::OTHER_OF_PAIR, params![ws, member], |row| {
        Ok((row.int(0)?, row.int(1)?))
    })
}

/// A member without one gets a picture.
pub fn set_photo(tx: &mut dyn Tx, ws: i64, member: i64, photo: &str) -> Result<()> {
    tx.execute(&sql::PHOTO, params![ws, member, photo])
        .map(drop)
}
