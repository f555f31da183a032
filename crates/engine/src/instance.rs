//! The database instance: its master key and its epoch.
//!
//! Keeps INV-4 (`docs/invariants.md`).

use parlor_model::{Error, Result, Timestamp};
use parlor_store::Tx;
use parlor_store::repo::instance as repo;
use secrecy::SecretSlice;
use uuid::Uuid;

use crate::Engine;
use crate::vault::{Vault, sha256};

/// What is hashed with a key of the vault to recognize the master key.
const FINGERPRINT_PURPOSE: &str = "instance";

impl Engine {
    /// Returns the fingerprint of the master key.
    pub(crate) fn master_key_fingerprint(&self) -> [u8; 32] {
        self.vault.hash(FINGERPRINT_PURPOSE)
    }
}

/// Returns whether the master key is the one the database was initialized with, or `None` for an uninitialized
/// database.
pub async fn master_key_matches(engine: &Engine) -> Result<Option<bool>> {
    let expected = engine.master_key_fingerprint();
    let found = engine.store.read(repo::find_fingerprint).await?;
    Ok(found.map(|found| found == expected))
}

/// Returns the fingerprint of a master key, which the database that was initialized with it has stored.
///
/// # Errors
/// `Invalid` for a key of a wrong length.
pub fn fingerprint_of(master_key: &SecretSlice<u8>) -> Result<[u8; 32]> {
    Ok(Vault::new(master_key)?.hash(FINGERPRINT_PURPOSE))
}

/// Returns the epoch of this database's logs: seqs of different epochs are not comparable. It distinguishes databases, and
/// a database from its backup that `parlor restore` has restored, not from one that was copied.
pub async fn epoch(engine: &Engine) -> Result<Uuid> {
    if let Some(epoch) = engine.epoch.get() {
        return Ok(*epoch);
    }
    let begun = engine.store.read(repo::initialized_at).await?;
    let mut seed = engine.master_key_fingerprint().to_vec();
    seed.extend(begun.map_or(0, Timestamp::micros).to_be_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&sha256(&seed)[..16]);
    let epoch = uuid::Builder::from_custom_bytes(bytes).into_uuid();
    // The time of initialization does not change while a process runs.
    if begun.is_some() {
        let _ = engine.epoch.set(epoch);
    }
    Ok(epoch)
}

/// Initializes the database with this master key, or checks the one it has. Of two nodes that initialize concurrently,
/// one retries and finds the other's row.
pub(crate) fn initialize(tx: &mut dyn Tx, fingerprint: &[u8]) -> Result<()> {
    match repo::find_fingerprint(tx)? {
        None => repo::insert(tx, fingerprint),
        Some(found) if found == fingerprint => Ok(()),
        Some(_) => Err(Error::internal("the master key does not fit this database")),
    }
}
