//! Participants of conversations.

use parlor_model::id::MessageId;
use parlor_model::message::MessageKey;
use parlor_model::participant::{Participant, ParticipantRole, ParticipantState};
use parlor_model::{Error, Result, Timestamp};

use super::member::read_ref;
use crate::sql::participant as sql;
use crate::{Row, Tx, params};

/// Inserts a participant; messages up to `read_seq` count as read.
pub fn insert(
    tx: &mut dyn Tx,
    ws: i64,
    conversation: i64,
    member: i64,
    role: ParticipantRole,
    at: Timestamp,
    read_seq: i64,
) -> Result<()> {
    tx.execute(
        &sql::INSERT,
        params![ws, conversation, member, role.as_str(), at, read_seq],
    )
    .map(drop)
}

/// Restores a participation; it keeps its own settings except hiding.
pub fn rejoin(
    tx: &mut dyn Tx,
    ws: i64,
    conversation: i64,
    member: i64,
    role: ParticipantRole,
    at: Timestamp,
    read_seq: i64,
) -> Result<()> {
    tx.execute(
        &sql::RETURN,
        params![ws, conversation, member, role.as_str(), at, read_seq],
    )
    .map(drop)
}

/// Marks a participant as left or removed at a `seq`.
pub fn mark_left(
    tx: &mut dyn Tx,
    ws: i64,
    conversation: i64,
    member: i64,
    state: ParticipantState,
    seq: i64,
) -> Result<()> {
    let at = tx.next_stamp().at;
    tx.execute(
        &sql::GO,
        params![ws, conversation, member, state.as_str(), seq, at],
    )
    .map(drop)
}

/// Returns the joined participants, in the order of joining.
pub fn list(tx: &mut dyn Tx, ws: i64, conversation: i64) -> Result<Vec<Participant>> {
    tx.query_all(&sql::LIST, params![ws, conversation], from_row)
}

/// Returns the member numbers of the joined assistants that are not archived, in the order of joining.
pub fn list_assistants(tx: &mut dyn Tx, ws: i64, conversation: i64) -> Result<Vec<i64>> {
    tx.query_all(&sql::ASSISTANTS, params![ws, conversation], |row| {
        row.int(0)
    })
}

/// Finds a participant in any state.
pub fn find(
    tx: &mut dyn Tx,
    ws: i64,
    conversation: i64,
    member: i64,
) -> Result<Option<Participant>> {
    tx.query_one(&sql::FIND, params![ws, conversation, member], from_row)
}

/// Returns the numbers of the conversations in which a member participates.
pub fn conversations_of_member(tx: &mut dyn Tx, ws: i64, member: i64) -> Result<Vec<i64>> {
    tx.query_all(&sql::OF_MEMBER, params![ws, member], |row| row.int(0))
}

/// Sets the participant's own muted flag.
pub fn set_muted(
    tx: &mut dyn Tx,
    ws: i64,
    conversation: i64,
    member: i64,
    muted: bool,
) -> Result<()> {
    tx.execute(&sql::SET_MUTED, params![ws, conversation, member, muted])
        .map(drop)
}

/// Writes a participant's own settings.
pub fn set_settings(tx: &mut dyn Tx, ws: i64, conversation: i64, own: &Participant) -> Result<()> {
    tx.execute(
        &sql::SET_OWN,
        params![
            ws,
            conversation,
            own.member.number,
            own.pinned_at,
            own.muted,
            own.hidden_seq
        ],
    )
    .map(drop)
}

/// Changes a participant's role.
pub fn set_role(
    tx: &mut dyn Tx,
    ws: i64,
    conversation: i64,
    member: i64,
    role: ParticipantRole,
) -> Result<()> {
    tx.execute(
        &sql::SET_ROLE,
        params![ws, conversation, member, role.as_str()],
    )
    .map(drop)
}

/// Moves a participant's read mark forward to a `seq`; never backwards.
pub fn advance_read(
    tx: &mut dyn Tx,
    ws: i64,
    conversation: i64,
    member: i64,
    seq: i64,
) -> Result<()> {
    let at = tx.next_stamp().at;
    tx.execute(&sql::SET_READ, params![ws, conversation, member, seq, at])
        .map(drop)
}

/// Finds the `seq` of a message.
pub fn find_message_seq(
    tx: &mut dyn Tx,
    ws: i64,
    conversation: i64,
    message: MessageKey,
) -> Result<Option<i64>> {
    let read = |row: &dyn Row| row.int(0);
    match message {
        MessageKey::Id(id) => tx.query_one(&sql::SEQ_BY_ID, params![ws, conversation, &id], read),
        MessageKey::Number(number) => {
            tx.query_one(&sql::SEQ_BY_NUMBER, params![ws, conversation, number], read)
        }
    }
}

/// Finds the `seq` of the `nth` unread message, counted from 1; `None` if there are fewer.
pub fn find_nth_unread(
    tx: &mut dyn Tx,
    ws: i64,
    conversation: i64,
    after: i64,
    member: i64,
    nth: i64,
) -> Result<Option<i64>> {
    tx.query_one(
        &sql::NTH_UNREAD,
        params![ws, conversation, after, member, nth - 1],
        |row| row.int(0),
    )
}

/// Finds the newest message at or before a `seq`.
pub fn find_last_read(
    tx: &mut dyn Tx,
    ws: i64,
    conversation: i64,
    seq: i64,
) -> Result<Option<MessageId>> {
    tx.query_one(&sql::LAST_READ, params![ws, conversation, seq], |row| {
        row.id(0)
    })
}

/// Returns the numbers of messages of others after a `seq`, and of those that mention the member.
pub fn count_unread(
    tx: &mut dyn Tx,
    ws: i64,
    conversation: i64,
    after: i64,
    member: i64,
) -> Result<(i64, i64)> {
    tx.query_one(
        &sql::UNREAD,
        params![ws, conversation, after, member],
        |row| Ok((row.int(0)?, row.int(1)?)),
    )?
    .ok_or_else(|| Error::internal("a count gave nothing"))
}

fn from_row(row: &dyn Row) -> Result<Participant> {
    Ok(Participant {
        member: read_ref(row, 0)?,
        role: row.enum_value(6, ParticipantRole::from_name)?,
        state: row.enum_value(7, ParticipantState::from_name)?,
        joined_at: row.time(8)?,
        read_seq: row.int(9)?,
        read_at: row.opt_time(10)?,
        pinned_at: row.opt_time(11)?,
        muted: row.bool(12)?,
        hidden_seq: row.opt_int(13)?,
    })
}
