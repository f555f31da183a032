//! Calls of chats over voice.

use crate::statement::statements;

macro_rules! voice_call {
    () => {
        "select number, id, conversation, direction, status, carrier_id from voice_call"
    };
}

statements! {
    /// Inserts a call.
    tenant INSERT = "insert into voice_call (ws, id, conversation, direction, status, carrier_id, created_at, updated_at)
        values ($1, $2, $3, $4, $5, $6, $7, $7) returning number";
    /// A call by id.
    tenant BY_ID = concat!(voice_call!(), " where ws = $1 and id = $2");
    /// A call by the carrier's id.
    tenant BY_CARRIER_ID = concat!(voice_call!(), " where ws = $1 and carrier_id = $2");
    /// The call that a chat has placed.
    tenant PLACED_BY_CONVERSATION = concat!(voice_call!(), " where ws = $1 and conversation = $2 and direction = 'outbound'");
    /// Sets the carrier's id of a call that has none.
    tenant SET_CARRIER_ID = "update voice_call set carrier_id = $3, updated_at = $4
        where ws = $1 and number = $2 and carrier_id is null";
    /// Moves a call on to a status of rank $4. A failed call without the carrier's id comes before all: that it was
    /// not accepted was only assumed.
    tenant ADVANCE = "update voice_call set status = $3, updated_at = $5 where ws = $1 and number = $2
        and case when status = 'failed' and carrier_id is null then -1 when status = 'queued' then 0
            when status = 'ringing' then 1 when status = 'in-progress' then 2 else 3 end < $4";
    /// Marks a queued call as one that the carrier has not accepted, unless the carrier has said something of it.
    tenant FAIL_DISPATCH = "update voice_call set status = 'failed', updated_at = $3
        where ws = $1 and number = $2 and status = 'queued' and carrier_id is null";
}
