//! Keys that sign tokens: one per workspace and purpose, so that a token of one is nothing in another.

mod signer;

use std::sync::Arc;
use std::time::Duration;

use parlor_model::{Result, Timestamp};
use parlor_store::repo::signing as repo;
use quick_cache::sync::Cache;
use serde::de::DeserializeOwned;

use crate::Engine;
pub use signer::{Signer, TokenError};

/// What a token is for. Its word is part of the stored key, the algorithm is fixed with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// A session made from an API key (HS256).
    Session,
    /// A member acting for itself (ES256).
    Member,
    /// Proof that a wallet address is held (ES256).
    Wallet,
    /// A user's way into one conversation (HS256).
    Conversation,
    /// Asking for answers in one conversation, from a browser (HS256).
    Completion,
    /// Receiving or giving one file (HS256).
    File,
}

impl Purpose {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Session => "session",
            Self::Member => "member",
            Self::Wallet => "wallet",
            Self::Conversation => "conversation",
            Self::Completion => "completion",
            Self::File => "file",
        }
    }
}

/// Signers in use, by workspace number and purpose. Keys are only ever added, so what is remembered is right, and at
/// worst not all: it is read again when a token's signature is nobody's.
pub(crate) struct SignerCache(Cache<(i64, Purpose), CachedSigner>);

#[derive(Clone)]
struct CachedSigner {
    signer: Arc<Signer>,
    /// When its keys were read.
    loaded_at: Timestamp,
}

impl Default for SignerCache {
    fn default() -> Self {
        Self(Cache::new(1_000))
    }
}

/// The keys of a purpose are not read again for an unknown signature sooner than this after the last time.
const RELOAD_INTERVAL: Duration = Duration::from_secs(1);

/// The signer of a workspace for a purpose; made on first use, the same on every node and after every restart.
pub async fn signer(engine: &Engine, ws: i64, purpose: Purpose) -> Result<Arc<Signer>> {
    match engine.signers.0.get(&(ws, purpose)) {
        Some(known) => Ok(known.signer),
        None => load_signer(engine, ws, purpose).await,
    }
}

/// The claims of a token that a key of a workspace and purpose has signed, be it another node's new one; times and names
/// are the caller's to judge.
pub async fn verify<C: DeserializeOwned>(
    engine: &Engine,
    ws: i64,
    purpose: Purpose,
    token: &str,
) -> Result<Result<C, TokenError>> {
    let verified = signer(engine, ws, purpose).await?.verify(token);
    let known = engine.signers.0.get(&(ws, purpose));
    let is_due =
        known.is_none_or(|known| known.loaded_at.saturating_add(RELOAD_INTERVAL) <= engine.now());
    // Where nobody else adds keys there is nothing new to read.
    if verified.is_ok() || !is_due || engine.store.is_exclusive() {
        return Ok(verified);
    }
    Ok(load_signer(engine, ws, purpose).await?.verify(token))
}

/// Reads the keys, makes the first one where there is none, and remembers them.
async fn load_signer(engine: &Engine, ws: i64, purpose: Purpose) -> Result<Arc<Signer>> {
    let (place, at) = (format!("{ws}/{}", purpose.as_str()), engine.now());
    let mut stored = engine
        .store
        .read(move |tx| repo::list(tx, ws, purpose.as_str()))
        .await?;
    if stored.is_empty() {
        let sealed = engine
            .vault
            .encrypt(&place, &signer::generate_key(engine, purpose)?)?;
        stored = engine
            .store
            .write(move |tx| {
                let present = repo::list(tx, ws, purpose.as_str())?;
                if !present.is_empty() {
                    return Ok(present);
                }
                // Refused where another node's came first; this runs again then and finds it.
                let id = repo::insert_first(tx, ws, purpose.as_str(), &sealed)?;
                Ok(vec![(id, sealed.clone())])
            })
            .await?;
    }
    let known = engine.signers.0.get(&(ws, purpose));
    let ids = |signer: &Signer| signer.ids().eq(stored.iter().map(|(id, _)| *id));
    let signer = match known {
        // It remembers the signatures it has checked.
        Some(known) if ids(&known.signer) => known.signer,
        _ => {
            let mut keys = Vec::with_capacity(stored.len());
            for (id, sealed) in &stored {
                keys.push((*id, engine.vault.decrypt(&place, sealed)?));
            }
            Arc::new(Signer::new(purpose, keys)?)
        }
    };
    let known = CachedSigner {
        signer: signer.clone(),
        loaded_at: at,
    };
    engine.signers.0.insert((ws, purpose), known);
    Ok(signer)
}

/// Refuses a master key that did not seal this workspace's keys. Makes them on first use.
pub async fn verify_master_key(engine: &Engine, ws: i64) -> Result<()> {
    signer(engine, ws, Purpose::Session).await.map(drop)
}
