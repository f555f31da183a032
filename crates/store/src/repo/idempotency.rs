//! Stored responses under idempotency keys.

use parlor_model::{Result, Timestamp};

use crate::sql::idempotency as sql;
use crate::{Tx, params};

/// Finds fingerprint and response under a key, unless they are older than `since`.
pub fn find(
    tx: &mut dyn Tx,
    ws: i64,
    scope: &str,
    key: &str,
    since: Timestamp,
) -> Result<Option<(Vec<u8>, Vec<u8>)>> {
    tx.query_one(&sql::FIND, params![ws, scope, key, since], |row| {
        Ok((row.bytes(0)?.to_vec(), row.bytes(1)?.to_vec()))
    })
}

/// Stores the response of the change made in this transaction.
pub fn insert(
    tx: &mut dyn Tx,
    ws: i64,
    scope: &str,
    key: &str,
    fingerprint: &[u8],
    answer: &[u8],
) -> Result<()> {
    let at = tx.next_stamp().at;
    tx.execute(
        &sql::INSERT,
        params![ws, scope, key, fingerprint, answer, at],
    )
    .map(drop)
}

/// Deletes responses that are not newer than `until`; returns their number.
pub fn sweep(tx: &mut dyn Tx, ws: i64, until: Timestamp) -> Result<u64> {
    tx.execute(&sql::SWEEP, params![ws, until])
}
