//! Encrypted settings of workspaces' assistants.

use parlor_model::Result;

use crate::sql::assistant_settings as sql;
use crate::{Tx, params};

/// Finds the encrypted settings of a workspace.
pub fn find(tx: &mut dyn Tx, ws: i64) -> Result<Option<Vec<u8>>> {
    tx.query_one(&sql::FIND, params![ws], |row| {
        row.bytes(0).map(<[u8]>::to_vec)
    })
}

/// Inserts or replaces the encrypted settings of a workspace.
pub fn put(tx: &mut dyn Tx, ws: i64, sealed: &[u8]) -> Result<()> {
    let at = tx.next_stamp().at;
    tx.execute(&sql::PUT, params![ws, sealed, at]).map(drop)
}

/// Deletes the settings of a workspace. Returns whether there were any.
pub fn delete(tx: &mut dyn Tx, ws: i64) -> Result<bool> {
    tx.execute(&sql::DELETE, params![ws])
        .map(|deleted| deleted == 1)
}
