//! Deliveries, as their log shows them.

use parlor_model::id::IdOrNumber;
use parlor_model::outbox::{
    Delivery, DeliveryCursor, DeliveryFailureReason, DeliveryKey, DeliveryListFilter,
    DeliveryState, EventKind,
};
use parlor_model::redacted::Redacted;
use parlor_model::{Result, Timestamp};

use super::insert::signal;
use crate::repo::job;
use crate::repo::param::to_json_array;
use crate::sql::delivery as sql;
use crate::{Row, Tx, params};

/// Finds a delivery by id or number.
pub fn find(tx: &mut dyn Tx, ws: i64, key: DeliveryKey) -> Result<Option<Delivery>> {
    match key {
        IdOrNumber::Id(id) => tx.query_one(&sql::BY_ID, params![ws, &id], from_row),
        IdOrNumber::Number(number) => tx.query_one(&sql::BY_NUMBER, params![ws, number], from_row),
    }
}

/// Returns one page of a queue by offset, newest first, and the total number of rows.
pub fn page(
    tx: &mut dyn Tx,
    ws: i64,
    queue: i64,
    limit: i64,
    offset: i64,
) -> Result<(Vec<Delivery>, i64)> {
    let rows = tx.query_all(&sql::PAGE, params![ws, queue, limit, offset], from_row)?;
    Ok((rows, tx.query_count(&sql::COUNT, params![ws, queue])?))
}

/// Returns deliveries of a workspace that lie behind a position, newest first.
pub fn list(
    tx: &mut dyn Tx,
    ws: i64,
    filter: DeliveryListFilter,
    after: DeliveryCursor,
    limit: i64,
) -> Result<Vec<Delivery>> {
    let DeliveryCursor { number, id } = after;
    match filter {
        DeliveryListFilter::Unsent => {
            tx.query_all(&sql::UNSENT, params![ws, number, limit], from_row)
        }
        DeliveryListFilter::Waiting => {
            tx.query_all(&sql::WAITING, params![ws, number, limit], from_row)
        }
        DeliveryListFilter::All => tx.query_all(&sql::RECENT, params![ws, &id, limit], from_row),
    }
}

/// Counts what waits of a workspace, up to a limit, and returns the time of the oldest event among it.
pub fn count_waiting(tx: &mut dyn Tx, ws: i64, limit: i64) -> Result<(i64, Option<Timestamp>)> {
    let found = tx.query_one(&sql::COUNT_WAITING, params![ws, limit], |row| {
        Ok((row.int(0)?, row.opt_time(1)?))
    })?;
    Ok(found.unwrap_or_default())
}

/// Counts what was not sent of a workspace since a time, or perhaps not, up to a limit.
pub fn count_unsent(tx: &mut dyn Tx, ws: i64, since: Timestamp, limit: i64) -> Result<i64> {
    tx.query_count(&sql::COUNT_UNSENT, params![ws, since, limit])
}

/// Returns how many deliveries wait, of all workspaces, at most `limit`.
pub fn count_all_waiting(tx: &mut dyn Tx, limit: i64) -> Result<i64> {
    tx.query_count(&sql::COUNT_ALL_WAITING, params![limit])
}

/// Queues an ended delivery of a queue once more. Returns `false` if it has not ended.
pub fn replay(tx: &mut dyn Tx, ws: i64, queue: i64, delivery: i64) -> Result<bool> {
    let now = tx.next_stamp().at;
    job::make_delivery_due(tx, ws, queue)?;
    let replayed = tx.execute(&sql::REPLAY, params![ws, delivery, now])?;
    signal(tx, ws, queue)?;
    Ok(replayed == 1)
}

/// Queues once more what has failed or was cancelled of a queue since a time, and with `also_sent` what was sent. Returns
/// the number of deliveries.
pub fn replay_since(
    tx: &mut dyn Tx,
    ws: i64,
    queue: i64,
    since: Timestamp,
    also_sent: bool,
) -> Result<u64> {
    let now = tx.next_stamp().at;
    job::make_delivery_due(tx, ws, queue)?;
    let params = params![ws, queue, since, now, i64::from(also_sent)];
    let replayed = tx.execute(&sql::REPLAY_SINCE, params)?;
    signal(tx, ws, queue)?;
    Ok(replayed)
}

/// Ends all deliveries of a queue that wait.
pub fn cancel_waiting(
    tx: &mut dyn Tx,
    ws: i64,
    queue: i64,
    reason: DeliveryFailureReason,
) -> Result<()> {
    let now = tx.next_stamp().at;
    tx.execute(
        &sql::CANCEL_WAITING,
        params![ws, queue, reason.as_str(), now],
    )
    .map(drop)
}

/// Ends deliveries that have been due since before a time.
pub fn expire(tx: &mut dyn Tx, ws: i64, before: Timestamp) -> Result<()> {
    let now = tx.next_stamp().at;
    tx.execute(&sql::EXPIRE, params![ws, before, now]).map(drop)
}

/// Maximum number of deliveries that [`delete_ended`] deletes.
const DELETED_AT_ONCE: i64 = 500;

/// Deletes some deliveries that ended before a time, oldest first. Returns their number; 0 if there are none.
pub fn delete_ended(tx: &mut dyn Tx, ws: i64, before: Timestamp) -> Result<u64> {
    let params = params![ws, before, DELETED_AT_ONCE];
    let ended = tx.query_all(&sql::ENDED, params, |row| row.int(0))?;
    if ended.is_empty() {
        return Ok(0);
    }
    tx.execute(&sql::DELETE, params![ws, &to_json_array(&ended)])
}

pub(super) fn from_row(row: &dyn Row) -> Result<Delivery> {
    Ok(Delivery {
        number: row.int(0)?,
        id: row.id(1)?,
        queue: row.int(2)?,
        event: row.enum_value(3, EventKind::from_name)?,
        conversation: row.int(4)?,
        seq: row.int(5)?,
        message: row.opt_id(6)?,
        payload: row.opt_bytes(7)?.map(|bytes| Redacted(bytes.to_vec())),
        state: row.enum_value(8, DeliveryState::from_name)?,
        attempts: row.int(9)?,
        due_at: row.time(10)?,
        reason: row.opt_enum_value(11, DeliveryFailureReason::from_name)?,
        status: row.opt_int(12)?,
        response: row.opt_string(13)?.map(Redacted),
        created_at: row.time(14)?,
        finished_at: row.opt_time(15)?,
    })
}
