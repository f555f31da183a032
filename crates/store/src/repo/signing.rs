//! Encrypted keys that sign tokens.

use parlor_model::Result;
use parlor_model::id::SigningKeyId;

use crate::sql::signing as sql;
use crate::{Tx, params};

/// Inserts an encrypted key as the first of its purpose and returns its id. Fails if one exists, so that concurrent
/// nodes end up with one key.
pub fn insert_first(
    tx: &mut dyn Tx,
    ws: i64,
    purpose: &str,
    sealed: &[u8],
) -> Result<SigningKeyId> {
    let stamp = tx.next_stamp();
    let id = stamp.id();
    tx.execute(
        &sql::INSERT_FIRST,
        params![ws, purpose, &id, sealed, stamp.at],
    )?;
    Ok(id)
}

/// Returns the encrypted keys of a purpose, oldest first.
pub fn list(tx: &mut dyn Tx, ws: i64, purpose: &str) -> Result<Vec<(SigningKeyId, Vec<u8>)>> {
    tx.query_all(&sql::LIST, params![ws, purpose], |row| {
        Ok((row.id(0)?, row.bytes(1)?.to_vec()))
    })
}
