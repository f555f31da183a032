//! Participants.

use parlor_model::conversation::Conversation;
use parlor_model::id::MessageId;
use parlor_model::message::MessageKey;
use parlor_model::participant::{Participant, ParticipantRole, ParticipantState};
use parlor_model::{Error, Result, Timestamp};

use super::member::read_ref;
use super::search;
use crate::sql::participant as sql;
use crate::{Row, Tx, params};

/// Somebody takes part from now on; what was said before `read_seq` counts as read.
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

/// Somebody who was gone takes part again, from now on and with its own settings but hiding.
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

/// Somebody leaves or is removed, at a position of the log.
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

/// Those who take part, in the order they joined.
pub fn list(tx: &mut dyn Tx, ws: i64, conversation: i64) -> Result<Vec<Participant>> {
    tx.query_all(&sql::LIST, params![ws, conversation], from_row)
}

/// One, whatever its state.
pub fn find(
    tx: &mut dyn Tx,
    ws: i64,
    conversation: i64,
    member: i64,
) -> Result<Option<Participant>> {
    tx.query_one(&sql::FIND, params![ws, conversation, member], from_row)
}

/// The conversations a member takes part in, by number.
pub fn conversations_of_member(tx: &mut dyn Tx, ws: i64, member: i64) -> Result<Vec<i64>> {
    tx.query_all(&sql::OF_MEMBER, params![ws, member], |row| row.int(0))
}

/// Own setting: muted.
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

/// Writes a participant's own settings back.
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

/// Makes a participant something else.
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

/// Moves a participant's mark forward to a position, or leaves it where it is beyond that.
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

/// Where a message stands.
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

/// Where the `nth` of a member's unread messages stands, counted from 1; none where it has fewer.
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

/// The newest message at or before a position.
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

/// How much others said after a position, and how much of it mentions the member.
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

/// Writes back what the owner may change: itself, title, state and card.
pub fn update_group_profile(tx: &mut dyn Tx, ws: i64, conversation: &Conversation) -> Result<()> {
    search::reindex_title(tx, ws, conversation.number, conversation.title.as_deref())?;
    let (at, card) = (tx.next_stamp().at, &conversation.group_profile);
    tx.execute(
        &sql::SET_CARD,
        params![
            ws,
            conversation.number,
            conversation.owner.as_ref().map(|owner| owner.number),
            &conversation.title,
            conversation.title_is_automatic,
            conversation.state.as_str(),
            &card.icon,
            &card.announcement,
            card.announcement_pinned,
            card.open_access,
            at
        ],
    )
    .map(drop)
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
