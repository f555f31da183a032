//! Used sign-in signatures of wallets.
//!
//! Keeps INV-28 (`docs/invariants.md`).

use parlor_model::{Result, Timestamp};

use crate::sql::wallet_signature as sql;
use crate::{Tx, params};

/// Claims a signature by its fingerprint, and deletes claims up to `until`. Returns false if it was claimed before, in
/// any workspace.
pub fn claim(tx: &mut dyn Tx, fingerprint: &[u8], until: Timestamp) -> Result<bool> {
    let at = tx.next_stamp().at;
    tx.execute(&sql::SWEEP, params![until])?;
    let claimed = tx.query_one(&sql::INSERT, params![fingerprint, at], |row| row.int(0))?;
    Ok(claimed.is_some())
}
