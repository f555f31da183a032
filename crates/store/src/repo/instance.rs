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

/// Writes the row again as it is. Nothing changes, and the commit is as durable as any.
pub fn touch(tx: &mut dyn Tx) -> Result<()> {
    tx.execute(&sql::TOUCH, &[]).map(drop)
}

/// Begins the database with a master key.
pub fn insert(tx: &mut dyn Tx, fingerprint: &[u8]) -> Result<()> {
    let at = tx.stamp().at;
    tx.execute(&sql::INSERT, params![fingerprint, at]).map(drop)
}
