//! Keys that sign tokens, sealed.

use parlor_model::Result;
use parlor_model::id::SigningKeyId;

use crate::sql::signing as sql;
use crate::{Tx, params};

/// Keeps a sealed key as the first of its purpose and gives the id it got. Fails where there is one: nodes that come
/// to a purpose at once end with one key.
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

/// The sealed keys of a purpose, oldest first.
pub fn list(tx: &mut dyn Tx, ws: i64, purpose: &str) -> Result<Vec<(SigningKeyId, Vec<u8>)>> {
    tx.query_all(&sql::LIST, params![ws, purpose], |row| {
        Ok((row.id(0)?, row.bytes(1)?.to_vec()))
    })
}
