//! What a key opens.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use parlor_model::ctx::WorkspaceRef;
use parlor_model::error::Credential;
use parlor_model::id::KeyId;
use parlor_model::key::PREFIX;
use parlor_model::scope::Scopes;
use parlor_model::{Ctx, Error, Result, Timestamp};
use parlor_store::repo::key::{self as repo, Found};
use quick_cache::sync::Cache;
use uuid::Uuid;

use crate::Engine;
use crate::member::Acting;

/// Keys and acting members that were looked up lately. Empty where another process may change them.
pub(crate) struct Principals {
    remember: bool,
    pub(crate) keys: Cache<[u8; 32], Arc<Remembered>>,
    pub(crate) actors: Cache<(i64, String), Acting>,
}

pub(crate) struct Remembered {
    found: Found,
    touched: AtomicI64,
}

/// A use is noted at most this often.
const TOUCH_EVERY: Duration = Duration::from_secs(60);
/// Keys and members remembered at the most.
const CAPACITY: usize = 10_000;

impl Principals {
    pub(crate) fn new(remember: bool) -> Self {
        Self {
            remember,
            keys: Cache::new(CAPACITY),
            actors: Cache::new(CAPACITY),
        }
    }

    pub(crate) fn is_kept(&self) -> bool {
        self.remember
    }

    /// After any change to keys, roles or scopes.
    pub(crate) fn forget_all(&self) {
        self.keys.clear();
        self.actors.clear();
    }
}

/// The context a key's secret opens: its workspace, its member if it acts for one, and what both may do.
/// Unknown, revoked and expired keys are one and the same refusal.
pub async fn authenticate(engine: &Engine, secret: &str, request: Uuid) -> Result<Ctx> {
    let refused = || Error::unauthenticated(Credential::Key);
    // Everything that is not of the right form is refused without touching the database.
    if !secret.starts_with(PREFIX) || secret.len() != PREFIX.len() + 43 {
        return Err(refused());
    }
    let hash = engine.vault.hash(secret);
    let now = engine.now();
    let remembered = match engine.principals.keys.get(&hash) {
        Some(remembered) => remembered,
        None => {
            let found = engine
                .store
                .read(move |tx| repo::find_by_hash(tx, &hash))
                .await?
                .ok_or_else(refused)?;
            let remembered = Arc::new(Remembered {
                found,
                touched: AtomicI64::new(0),
            });
            if engine.principals.is_kept() {
                engine.principals.keys.insert(hash, remembered.clone());
            }
            remembered
        }
    };
    let found = &remembered.found;
    if found.expires_at.is_some_and(|end| end <= now) {
        return Err(refused());
    }
    touch(engine, &remembered, now);
    Ok(Ctx {
        workspace: found.workspace,
        actor: found.actor.map(|(actor, _)| actor),
        scopes: effective(found),
        key: Some(found.id),
        request,
    })
}

/// A key that acts for a member may do what both may.
fn effective(found: &Found) -> Scopes {
    match &found.actor {
        None => found.scopes,
        Some((actor, own)) => {
            let role = actor
                .role
                .map_or(Scopes::NONE, parlor_model::access::Role::scopes);
            found.scopes.intersect(role.union(*own))
        }
    }
}

/// Notes the use, at most once a minute and never in the caller's way.
fn touch(engine: &Engine, remembered: &Arc<Remembered>, now: Timestamp) {
    let last = remembered.touched.load(Ordering::Relaxed);
    let due = Timestamp::from_micros(last).plus(TOUCH_EVERY) <= now;
    if !due
        || remembered
            .touched
            .compare_exchange(last, now.micros(), Ordering::Relaxed, Ordering::Relaxed)
            .is_err()
    {
        return;
    }
    let (store, ws, id) = (
        engine.store.clone(),
        remembered.found.workspace.number,
        remembered.found.id,
    );
    tokio::spawn(async move {
        if let Err(error) = store.write(move |tx| repo::touch(tx, ws, id, now)).await {
            tracing::warn!(?error, "a key's use was not noted");
        }
    });
}

/// Whether the key a token was made from still opens its workspace. A token without a key is not bound to one.
pub async fn is_live(engine: &Engine, workspace: WorkspaceRef, key: KeyId) -> Result<bool> {
    let now = engine.now();
    engine
        .store
        .read(move |tx| repo::is_live(tx, workspace.number, key, now))
        .await
}
