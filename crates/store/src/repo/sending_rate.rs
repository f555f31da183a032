//! How much of the limited rate of a workspace's carrier is used up.

use parlor_model::conversation::Medium;
use parlor_model::{Result, Timestamp};

use crate::sql::sending_rate as sql;
use crate::{Tx, params};

/// Microseconds of a minute.
const MINUTE: i64 = 60_000_000;
/// Microseconds by which a place may be taken early, so that a fast rate does not wait for each message.
const TOLERANCE: i64 = 1_000_000;

/// Takes the next place of a medium that sends `per_minute` messages, and returns its time, which may be now. With
/// `only_now` a later place is not taken: `None`.
pub fn take_place(
    tx: &mut dyn Tx,
    ws: i64,
    (medium, per_minute): (Medium, u32),
    only_now: bool,
) -> Result<Option<Timestamp>> {
    let now = tx.next_stamp().at;
    let last = match only_now {
        true => now.micros().saturating_add(TOLERANCE),
        false => Timestamp::LATEST.micros(),
    };
    let length = MINUTE / i64::from(per_minute.max(1));
    let params = params![ws, medium.as_str(), now, length, last];
    let place = tx.query_one(&sql::TAKE_PLACE, params, |row| row.int(0))?;
    Ok(place.map(|at| Timestamp::from_micros((at - TOLERANCE).max(now.micros()))))
}

/// Forgets what was sent: the next message of each medium leaves at once.
pub fn reset(tx: &mut dyn Tx, ws: i64) -> Result<()> {
    tx.execute(&sql::DELETE, params![ws]).map(drop)
}
