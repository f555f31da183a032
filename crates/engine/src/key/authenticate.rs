//! What a key opens.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use parlor_model::error::Credential;
use parlor_model::key::PREFIX;
use parlor_model::scope::Scopes;
use parlor_model::{Ctx, Error, Result, Timestamp};
use parlor_store::repo::key::{self as repo, Found};
use uuid::Uuid;

use super::principals::Remembered;
use crate::Engine;

/// A use is noted at most this often.
const TOUCH_EVERY: Duration = Duration::from_secs(60);

/// The context a key's secret opens: its workspace, its member if it acts for one, and what both may do.
/// Unknown, revoked and expired keys are one and the same refusal.
pub async fn authenticate(engine: &Engine, secret: &str, request: Uuid) -> Result<Ctx> {
    let refused = || Error::unauthenticated(Credential::Key);
    // Everything that is not of the right form is refused without touching the database.
    if !secret.starts_with(PREFIX) || secret.len() != PREFIX.len() + 43 {
        return Err(refused());
    }
    let hash = engine.vault.hash(secret);
    let (keys, store) = (&engine.principals.keys, &engine.store);
    let remembered = match keys.get(store, &hash) {
        Some(remembered) => remembered,
        None => {
            let before = keys.before(store);
            let found = store
                .read(move |tx| repo::find_by_hash(tx, &hash))
                .await?
                .ok_or_else(refused)?;
            let remembered = Remembered::of(found);
            let ws = remembered.found.workspace.number;
            keys.keep(store, before, ws, hash, remembered.clone());
            remembered
        }
    };
    opened(engine, &remembered, request).ok_or_else(refused)
}

/// What a key that was found opens, unless its end has passed. Notes the use.
pub(super) fn opened(engine: &Engine, remembered: &Arc<Remembered>, request: Uuid) -> Option<Ctx> {
    let (found, now) = (&remembered.found, engine.now());
    if found.expires_at.is_some_and(|end| end <= now) {
        return None;
    }
    touch(engine, remembered, now);
    Some(Ctx {
        workspace: found.workspace,
        actor: found.actor.map(|(actor, _)| actor),
        scopes: effective(found),
        granted: found.scopes,
        lent: false,
        role: None,
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
    let since = Timestamp::from_micros(last);
    tokio::spawn(async move {
        let noted = store.write(move |tx| repo::touch(tx, ws, id, now, since));
        if let Err(error) = noted.await {
            tracing::warn!(?error, "a key's use was not noted");
        }
    });
}
