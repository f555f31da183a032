//! Participants.

use parlor_model::participant::{Participant, Role, State};
use parlor_model::{Result, Timestamp};

use super::member::read_ref;
use crate::sql::participant as sql;
use crate::{Row, Tx, params};

/// Somebody takes part from now on; what was said before `read_seq` counts as read.
pub fn insert(
    tx: &mut dyn Tx,
    ws: i64,
    conversation: i64,
    member: i64,
    role: Role,
    at: Timestamp,
    read_seq: i64,
) -> Result<()> {
    tx.execute(
        &sql::INSERT,
        params![ws, conversation, member, role.word(), at, read_seq],
    )
    .map(drop)
}

/// Those who take part, in the order they joined.
pub fn list(tx: &mut dyn Tx, ws: i64, conversation: i64) -> Result<Vec<Participant>> {
    tx.all(&sql::LIST, params![ws, conversation], read)
}

/// One, whatever its state.
pub fn find(
    tx: &mut dyn Tx,
    ws: i64,
    conversation: i64,
    member: i64,
) -> Result<Option<Participant>> {
    tx.one(&sql::FIND, params![ws, conversation, member], read)
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

fn read(row: &dyn Row) -> Result<Participant> {
    Ok(Participant {
        member: read_ref(row, 0)?,
        role: row.word(6, Role::parse)?,
        state: row.word(7, State::parse)?,
        joined_at: row.time(8)?,
        read_seq: row.int(9)?,
        read_at: row.opt_time(10)?,
        pinned_at: row.opt_time(11)?,
        muted: row.bool(12)?,
        hidden_seq: row.opt_int(13)?,
    })
}
