//! Calls of chats over voice.
//!
//! Keeps INV-77 (`docs/invariants.md`).

use parlor_model::id::VoiceCallId;
use parlor_model::voice_call::{VoiceCall, VoiceCallDirection, VoiceCallStatus};
use parlor_model::{Error, Result};

use crate::sql::voice_call as sql;
use crate::{Row, Tx, params};

/// Inserts a call. A second outbound one of a conversation is an error, as is the same carrier's id.
pub fn insert(
    tx: &mut dyn Tx,
    ws: i64,
    conversation: i64,
    (direction, status): (VoiceCallDirection, VoiceCallStatus),
    carrier_id: Option<&str>,
) -> Result<VoiceCall> {
    let stamp = tx.next_stamp();
    let id: VoiceCallId = stamp.id();
    let params = params![
        ws,
        &id,
        conversation,
        direction.as_str(),
        status.as_str(),
        carrier_id,
        stamp.at
    ];
    let number = tx.query_one(&sql::INSERT, params, |row| row.int(0))?;
    Ok(VoiceCall {
        number: number.ok_or_else(|| Error::internal("a call was not inserted"))?,
        id,
        conversation,
        direction,
        status,
        carrier_id: carrier_id.map(str::to_owned),
    })
}

/// Finds one by id.
pub fn find(tx: &mut dyn Tx, ws: i64, id: VoiceCallId) -> Result<Option<VoiceCall>> {
    tx.query_one(&sql::BY_ID, params![ws, &id], from_row)
}

/// Finds one by the carrier's id.
pub fn find_by_carrier_id(tx: &mut dyn Tx, ws: i64, carrier_id: &str) -> Result<Option<VoiceCall>> {
    tx.query_one(&sql::BY_CARRIER_ID, params![ws, carrier_id], from_row)
}

/// Finds the call that a conversation has placed.
pub fn find_placed(tx: &mut dyn Tx, ws: i64, conversation: i64) -> Result<Option<VoiceCall>> {
    let params = params![ws, conversation];
    tx.query_one(&sql::PLACED_BY_CONVERSATION, params, from_row)
}

/// Moves a call on; a status that is no later than its own changes nothing.
pub fn advance(tx: &mut dyn Tx, ws: i64, number: i64, status: VoiceCallStatus) -> Result<()> {
    let at = tx.next_stamp().at;
    let params = params![ws, number, status.as_str(), status.rank(), at];
    tx.execute(&sql::ADVANCE, params).map(drop)
}

/// Sets the carrier's id of a call that has none.
pub fn set_carrier_id(tx: &mut dyn Tx, ws: i64, number: i64, carrier_id: &str) -> Result<()> {
    let at = tx.next_stamp().at;
    tx.execute(&sql::SET_CARRIER_ID, params![ws, number, carrier_id, at])
        .map(drop)
}

/// Marks a queued call as not accepted, unless the carrier has said something of it.
pub fn fail_dispatch(tx: &mut dyn Tx, ws: i64, number: i64) -> Result<()> {
    let at = tx.next_stamp().at;
    tx.execute(&sql::FAIL_DISPATCH, params![ws, number, at])
        .map(drop)
}

fn from_row(row: &dyn Row) -> Result<VoiceCall> {
    let unknown = || Error::internal("a call has an unknown direction or status");
    Ok(VoiceCall {
        number: row.int(0)?,
        id: row.id(1)?,
        conversation: row.int(2)?,
        direction: VoiceCallDirection::from_name(row.text(3)?).ok_or_else(unknown)?,
        status: VoiceCallStatus::from_name(row.text(4)?).ok_or_else(unknown)?,
        carrier_id: row.opt_string(5)?,
    })
}
