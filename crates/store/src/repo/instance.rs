//! The database itself.

use parlor_model::Result;

use crate::sql::instance as sql;
use crate::{Tx, params};

/// What the master key must hash to; nothing in a database that was not begun.
pub fn fingerprint(tx: &mut dyn Tx) -> Result<Option<Vec<u8>>> {
    tx.one(&sql::FIND, &[], |row| row.bytes(0).map(<[u8]>::to_vec))
}

/// Begins the database with a master key.
pub fn insert(tx: &mut dyn Tx, fingerprint: &[u8]) -> Result<()> {
    let at = tx.stamp().at;
    tx.execute(&sql::INSERT, params![fingerprint, at]).map(drop)
}
