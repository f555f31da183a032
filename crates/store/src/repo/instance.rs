//! The instance row of the database.

use parlor_model::{Result, Timestamp};

use crate::sql::instance as sql;
use crate::{Tx, params};

/// Finds the fingerprint of the master key; `None` before initialization.
pub fn find_fingerprint(tx: &mut dyn Tx) -> Result<Option<Vec<u8>>> {
    tx.query_one(&sql::FIND, &[], |row| row.bytes(0).map(<[u8]>::to_vec))
}

/// Finds the time of initialization; `None` before it.
pub fn initialized_at(tx: &mut dyn Tx) -> Result<Option<Timestamp>> {
    tx.query_one(&sql::FIND, &[], |row| row.time(1))
}

/// Returns the bytes of the database.
pub fn bytes(tx: &mut dyn Tx) -> Result<i64> {
    tx.query_count(&sql::BYTES, &[])
}

/// Changes the row and restores it, to test that a commit succeeds.
pub fn probe_write(tx: &mut dyn Tx) -> Result<()> {
    for step in [1_i64, -1] {
        tx.execute(&sql::MOVE, params![step])?;
    }
    Ok(())
}

/// Initializes the database with the fingerprint of its master key.
pub fn insert(tx: &mut dyn Tx, fingerprint: &[u8]) -> Result<()> {
    let at = tx.next_stamp().at;
    tx.execute(&sql::INSERT, params![fingerprint, at]).map(drop)
}
