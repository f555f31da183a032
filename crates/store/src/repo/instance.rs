//! The database itself.

use parlor_model::{Result, Timestamp};

use crate::sql::instance as sql;
use crate::{Tx, params};

/// What the master key must hash to; nothing in a database that was not begun.
pub fn find_fingerprint(tx: &mut dyn Tx) -> Result<Option<Vec<u8>>> {
    tx.query_one(&sql::FIND, &[], |row| row.bytes(0).map(<[u8]>::to_vec))
}

/// When the database was begun; nothing in one that was not.
pub fn initialized_at(tx: &mut dyn Tx) -> Result<Option<Timestamp>> {
    tx.query_one(&sql::FIND, &[], |row| row.time(1))
}

/// Changes the row and changes it back. Nobody sees a difference, and the commit is as durable as any.
pub fn probe_write(tx: &mut dyn Tx) -> Result<()> {
    for step in [1_i64, -1] {
        tx.execute(&sql::MOVE, params![step])?;
    }
    Ok(())
}

/// Begins the database with a master key.
pub fn insert(tx: &mut dyn Tx, fingerprint: &[u8]) -> Result<()> {
    let at = tx.next_stamp().at;
    tx.execute(&sql::INSERT, params![fingerprint, at]).map(drop)
}
