//! Deliveries that wait although their carrier would take them.

use parlor_model::outbox::DeliveryFailureReason;
use parlor_model::{Result, Timestamp};

use crate::repo::job::{self, ClaimedJob};
use crate::repo::turn::is_held;
use crate::sql::delivery as sql;
use crate::{Tx, params};

/// Puts off a delivery until a time, if the job is still held.
pub fn hold(
    tx: &mut dyn Tx,
    ws: i64,
    job: &ClaimedJob,
    delivery: i64,
    (until, reason): (Timestamp, DeliveryFailureReason),
) -> Result<()> {
    if !is_held(tx, job)? {
        return Ok(());
    }
    tx.execute(&sql::HOLD, params![ws, delivery, until, reason.as_str()])
        .map(drop)
}

/// Makes everything due that waits for the end of quiet hours or for a limited rate.
pub fn release_held(tx: &mut dyn Tx, ws: i64) -> Result<()> {
    let queues = tx.query_all(&sql::HELD_QUEUES, params![ws], |row| row.int(0))?;
    let now = tx.next_stamp().at;
    for queue in queues {
        job::make_delivery_due(tx, ws, queue)?;
        tx.execute(&sql::RELEASE_HELD, params![ws, queue, now])?;
    }
    Ok(())
}
