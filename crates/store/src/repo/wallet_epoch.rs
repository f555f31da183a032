//! Token epochs of wallet addresses.
//!
//! Keeps INV-25 (`docs/invariants.md`).

use parlor_model::Result;

use crate::sql::wallet_epoch as sql;
use crate::{Tx, params};

/// Finds the epoch of an address by its fingerprint; 0 until its tokens are revoked for the first time.
pub fn find(tx: &mut dyn Tx, ws: i64, fingerprint: &[u8]) -> Result<i64> {
    let found = tx.query_one(&sql::FIND, params![ws, fingerprint], |row| row.int(0))?;
    Ok(found.unwrap_or_default())
}

/// Invalidates every token of an address.
pub fn advance(tx: &mut dyn Tx, ws: i64, fingerprint: &[u8]) -> Result<()> {
    tx.execute(&sql::RAISE, params![ws, fingerprint]).map(drop)
}
