//! Authenticates API keys.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use parlor_model::api_key::SECRET_PREFIX;
use parlor_model::error::CredentialReason;
use parlor_model::scope::Scopes;
use parlor_model::{Ctx, Error, Result, Timestamp};
use parlor_store::repo::api_key::{self as repo, ActiveApiKey};
use uuid::Uuid;

use crate::Engine;
use crate::cache::CachedApiKey;

/// Minimum time between two recordings of a key's use.
const USE_RECORD_INTERVAL: Duration = Duration::from_secs(60);

/// Authenticates a key's secret and returns the context with its workspace, the member it is bound to, and the scopes
/// that both have.
///
/// # Errors
/// `Unauthenticated`, the same for an unknown, a revoked and an expired key.
pub async fn authenticate(engine: &Engine, secret: &str, request: Uuid) -> Result<Ctx> {
    let refused = || Error::unauthenticated(CredentialReason::Key);
    // A secret of the wrong form is refused without a database query.
    if !secret.starts_with(SECRET_PREFIX) || secret.len() != SECRET_PREFIX.len() + 43 {
        return Err(refused());
    }
    let hash = engine.vault.hash(secret);
    let (keys, store) = (&engine.auth_cache.keys, &engine.store);
    let cached = match keys.get(store, &hash).await {
        Some(cached) => cached,
        None => {
            let before = keys.snapshot(store);
            let found = store
                .read(move |tx| repo::find_by_hash(tx, &hash))
                .await?
                .ok_or_else(refused)?;
            let cached = CachedApiKey::new(found);
            let ws = cached.api_key.workspace.number;
            keys.insert_if_fresh(store, before, ws, hash, cached.clone());
            cached
        }
    };
    build_context(engine, &cached, request).ok_or_else(refused)
}

/// Builds the context of a key and records the use. Returns `None` for an expired key.
pub(super) fn build_context(
    engine: &Engine,
    cached: &Arc<CachedApiKey>,
    request: Uuid,
) -> Option<Ctx> {
    let (found, now) = (&cached.api_key, engine.now());
    if found.expires_at.is_some_and(|end| end <= now) {
        return None;
    }
    record_use(engine, cached, now);
    Some(Ctx {
        workspace: found.workspace,
        actor: found.actor.map(|(actor, _)| actor),
        scopes: effective_scopes(found),
        granted: found.scopes,
        delegated: false,
        role: None,
        key: Some(found.id),
        request,
    })
}

/// Returns the scopes of a key: of a bound key those that both the key and its member have.
fn effective_scopes(found: &ActiveApiKey) -> Scopes {
    match &found.actor {
        None => found.scopes,
        Some((actor, own)) => {
            let role = actor
                .role
                .map_or(Scopes::NONE, parlor_model::access::WorkspaceRole::scopes);
            found.scopes.intersect(role.union(*own))
        }
    }
}

/// Records the use in the background, at most once per [`USE_RECORD_INTERVAL`].
fn record_use(engine: &Engine, cached: &Arc<CachedApiKey>, now: Timestamp) {
    let last = cached.last_use_recorded_at.load(Ordering::Relaxed);
    let due = Timestamp::from_micros(last).saturating_add(USE_RECORD_INTERVAL) <= now;
    if !due
        || cached
            .last_use_recorded_at
            .compare_exchange(last, now.micros(), Ordering::Relaxed, Ordering::Relaxed)
            .is_err()
    {
        return;
    }
    let (store, ws, id) = (
        engine.store.clone(),
        cached.api_key.workspace.number,
        cached.api_key.id,
    );
    let since = Timestamp::from_micros(last);
    tokio::spawn(async move {
        let noted = store.write(move |tx| repo::record_use(tx, ws, id, now, since));
        if let Err(error) = noted.await {
            tracing::warn!(?error, "a key's use was not noted");
        }
    });
}
