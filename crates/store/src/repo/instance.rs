//! The database itself.

use parlor_model::{Result, Timestamp};

use crate::sql::instance as sql;
use crate::{Tx, params};

/// What the master key must hash to; nothing in a database that was not begun.
pub fn fingerprint(tx: &mut dyn Tx) -> Result<Option<Vec<u8>>> {
    tx.one(&sql::FIND, &[], |row| row.bytes(0).map(<[u8]>::to_vec))
}

/// When the database was begun; nothing in one that was not.
pub fn begun_at(tx: &mut dyn Tx) -> Result<Option<Timestamp>> {
    tx.one(&sql::FIND, &[], |row| row.time(1))
}

/// Changes the row and changes it back. Nobody sees a difference, and the commit is as durable as any.
pub fn touch(tx: &mut dyn Tx) -> Result<()> {
    for step in [1_i64, -1] {
        tx.execute(&sql::MOVE, params![step])?;
    }
    Ok(())
}

/// Begins the database with a master key.
pub fn insert(tx: &mut dyn Tx, fingerprint: &[u8]) -> Result<()> {
    let at = tx.stamp().at;
    tx.execute(&sql::INSERT, params![fingerprint, at]).map(drop)
}
