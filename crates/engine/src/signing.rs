//! Token signing keys: one set per workspace and purpose, so that a token of one purpose is invalid for any other.

use std::sync::Arc;
use std::time::Duration;

use parlor_model::Result;
use parlor_store::repo::signing as repo;
use serde::de::DeserializeOwned;

use crate::Engine;
use crate::cache::CachedSigner;
pub use crate::signer::{Purpose, Signer, TokenError};

/// Minimum time between two reads of a purpose's keys for unknown signatures.
const RELOAD_INTERVAL: Duration = Duration::from_secs(1);

/// Returns the signer of a workspace and purpose. Its key is created on first use, and is the same on every node and
/// after restarts.
pub async fn signer(engine: &Engine, ws: i64, purpose: Purpose) -> Result<Arc<Signer>> {
    match engine.signers.get(&(ws, purpose)) {
        Some(cached) => Ok(cached.signer),
        None => load_signer(engine, ws, purpose).await,
    }
}

/// Verifies a token against the keys of a workspace and purpose, including keys that another node has just created, and
/// returns its claims. The caller checks times and names.
pub async fn verify<C: DeserializeOwned>(
    engine: &Engine,
    ws: i64,
    purpose: Purpose,
    token: &str,
) -> Result<Result<C, TokenError>> {
    let verified = signer(engine, ws, purpose).await?.verify(token);
    let cached = engine.signers.get(&(ws, purpose));
    let is_due = cached
        .is_none_or(|cached| cached.loaded_at.saturating_add(RELOAD_INTERVAL) <= engine.now());
    // Without other writers there are no new keys to read.
    if verified.is_ok() || !is_due || engine.store.is_exclusive() {
        return Ok(verified);
    }
    Ok(load_signer(engine, ws, purpose).await?.verify(token))
}

/// Reads the keys, creates the first one if there is none, and caches the signer.
async fn load_signer(engine: &Engine, ws: i64, purpose: Purpose) -> Result<Arc<Signer>> {
    let (context, at) = (format!("{ws}/{}", purpose.as_str()), engine.now());
    let mut stored = engine
        .store
        .read(move |tx| repo::list(tx, ws, purpose.as_str()))
        .await?;
    if stored.is_empty() {
        let sealed = engine.vault.encrypt(
            &context,
            &Signer::generate_key(purpose, engine.random.as_ref())?,
        )?;
        stored = engine
            .store
            .write(move |tx| {
                let present = repo::list(tx, ws, purpose.as_str())?;
                if !present.is_empty() {
                    return Ok(present);
                }
                // Fails if another node inserted first; the transaction is then retried and finds that key.
                let id = repo::insert_first(tx, ws, purpose.as_str(), &sealed)?;
                Ok(vec![(id, sealed.clone())])
            })
            .await?;
    }
    let cached = engine.signers.get(&(ws, purpose));
    let ids = |signer: &Signer| signer.ids().eq(stored.iter().map(|(id, _)| *id));
    let signer = match cached {
        // Kept, because it caches verified signatures.
        Some(cached) if ids(&cached.signer) => cached.signer,
        _ => {
            let mut keys = Vec::with_capacity(stored.len());
            for (id, sealed) in &stored {
                keys.push((*id, engine.vault.decrypt(&context, sealed)?));
            }
            Arc::new(Signer::new(purpose, keys)?)
        }
    };
    let cached = CachedSigner {
        signer: signer.clone(),
        loaded_at: at,
    };
    engine.signers.insert((ws, purpose), cached);
    Ok(signer)
}

/// Checks that the master key decrypts this workspace's signing keys, and creates them on first use.
pub async fn verify_master_key(engine: &Engine, ws: i64) -> Result<()> {
    signer(engine, ws, Purpose::Session).await.map(drop)
}
