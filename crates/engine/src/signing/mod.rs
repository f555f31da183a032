//! Keys that sign tokens: one per workspace and purpose, so that a token of one is nothing in another.

mod signer;

use std::sync::Arc;

use parlor_model::Result;
use parlor_store::repo::signing as repo;
use quick_cache::sync::Cache;

use crate::Engine;
pub use signer::{Flaw, Signer};

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
}

impl Purpose {
    const fn word(self) -> &'static str {
        match self {
            Self::Session => "session",
            Self::Member => "member",
            Self::Wallet => "wallet",
            Self::Conversation => "conversation",
        }
    }
}

/// Signers in use, by workspace number and purpose. Signing keys are only ever added, so they may be remembered.
pub(crate) struct Signers(Cache<(i64, Purpose), Arc<Signer>>);

impl Default for Signers {
    fn default() -> Self {
        Self(Cache::new(1_000))
    }
}

/// The signer of a workspace for a purpose; made on first use, the same on every node and after every restart.
pub async fn signer(engine: &Engine, ws: i64, purpose: Purpose) -> Result<Arc<Signer>> {
    if let Some(signer) = engine.signers.0.get(&(ws, purpose)) {
        return Ok(signer);
    }
    let place = format!("{ws}/{}", purpose.word());
    let mut stored = engine
        .store
        .read(move |tx| repo::list(tx, ws, purpose.word()))
        .await?;
    if stored.is_empty() {
        let sealed = engine
            .vault
            .seal(&place, &signer::generate(engine, purpose)?)?;
        stored = engine
            .store
            .write(move |tx| {
                let present = repo::list(tx, ws, purpose.word())?;
                if !present.is_empty() {
                    return Ok(present);
                }
                let id = repo::insert(tx, ws, purpose.word(), &sealed)?;
                Ok(vec![(id, sealed.clone())])
            })
            .await?;
    }
    // The oldest signs: two nodes that both made a first key still agree on one.
    let mut keys = Vec::with_capacity(stored.len());
    for (id, sealed) in stored.iter().rev() {
        keys.push((*id, engine.vault.open(&place, sealed)?));
    }
    let signer = Arc::new(Signer::new(purpose, keys)?);
    engine.signers.0.insert((ws, purpose), signer.clone());
    Ok(signer)
}

/// Refuses a master key that did not seal this workspace's keys. Makes them on first use.
pub async fn check(engine: &Engine, ws: i64) -> Result<()> {
    signer(engine, ws, Purpose::Session).await.map(drop)
}
