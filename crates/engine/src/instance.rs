//! The database as a whole: which master key it was begun with.

use parlor_model::{Error, Result, Timestamp};
use parlor_store::Tx;
use parlor_store::repo::instance as repo;
use uuid::Uuid;

use crate::Engine;
use crate::vault::sha256;

impl Engine {
    /// What this engine's master key hashes to.
    pub(crate) fn master_key_fingerprint(&self) -> [u8; 32] {
        self.vault.hash("instance")
    }
}

/// Whether this engine's master key is the one the database was begun with; nothing where it was not begun yet.
pub async fn master_key_matches(engine: &Engine) -> Result<Option<bool>> {
    let expected = engine.master_key_fingerprint();
    let found = engine.store.read(repo::find_fingerprint).await?;
    Ok(found.map(|found| found == expected))
}

/// Names the whole history that this database's logs are part of: positions of one epoch mean nothing in another. It
/// tells databases apart, not a database from an earlier state of itself.
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
    // A database is begun once, and that does not change any more.
    if begun.is_some() {
        let _ = engine.epoch.set(epoch);
    }
    Ok(epoch)
}

/// Begins the database with this master key where nobody has, and refuses another one. Of two nodes that begin at
/// once, one runs again and sees the other's.
pub(crate) fn initialize(tx: &mut dyn Tx, fingerprint: &[u8]) -> Result<()> {
    match repo::find_fingerprint(tx)? {
        None => repo::insert(tx, fingerprint),
        Some(found) if found == fingerprint => Ok(()),
        Some(_) => Err(Error::internal("the master key does not fit this database")),
    }
}
