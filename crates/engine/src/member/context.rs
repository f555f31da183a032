//! The context of a member that acts for itself.

use parlor_model::ctx::WorkspaceRef;
use parlor_model::error::CredentialReason;
use parlor_model::id::MemberId;
use parlor_model::scope::Scopes;
use parlor_model::{Ctx, Error, Result};
use parlor_store::repo::actor as repo;
use uuid::Uuid;

use crate::Engine;
pub use crate::cache::ActorGrant;

/// Returns the context of the member with a handle, for a token of a token epoch, narrowed to `limit` if the token has
/// scopes.
///
/// # Errors
/// `Unauthenticated` for the handle of an unknown or archived member, and for a token of an earlier epoch.
pub async fn context_by_handle(
    engine: &Engine,
    workspace: WorkspaceRef,
    handle: &str,
    epoch: i64,
    limit: Option<Scopes>,
    request: Uuid,
) -> Result<Ctx> {
    let found = find_actor(engine, workspace, handle).await?;
    require_current_epoch(found, epoch)?;
    Ok(build_context(workspace, found, limit, request))
}

/// Returns the member with a handle, if it may act.
///
/// # Errors
/// `Unauthenticated` for an unknown or archived one.
pub async fn find_actor(
    engine: &Engine,
    workspace: WorkspaceRef,
    handle: &str,
) -> Result<ActorGrant> {
    let cache_key = (workspace.number, handle.to_owned());
    let (actors, store) = (&engine.auth_cache.actors, &engine.store);
    let found = match actors.get(store, &cache_key).await {
        Some(found) => found,
        None => {
            let (handle, before) = (handle.to_owned(), actors.snapshot(store));
            let found = store
                .read(move |tx| repo::find_actor_by_handle(tx, workspace.number, &handle))
                .await?
                .map(ActorGrant::from)
                .ok_or_else(|| Error::unauthenticated(CredentialReason::TokenInvalid))?;
            actors.insert_if_fresh(store, before, workspace.number, cache_key, found);
            found
        }
    };
    Ok(found)
}

/// Returns the context of a member by id. The caller has authenticated it.
///
/// # Errors
/// `Unauthenticated` for an unknown or archived one.
pub async fn context_by_id(
    engine: &Engine,
    workspace: WorkspaceRef,
    id: MemberId,
    limit: Option<Scopes>,
    request: Uuid,
) -> Result<Ctx> {
    let found = find_actor_by_id(engine, workspace, id).await?;
    Ok(build_context(workspace, found, limit, request))
}

/// Returns the context of a member by id, for a token of a token epoch.
///
/// # Errors
/// `Unauthenticated` for an unknown or archived member, and for a token of an earlier epoch.
pub async fn context_by_token(
    engine: &Engine,
    workspace: WorkspaceRef,
    (id, epoch): (MemberId, i64),
    limit: Option<Scopes>,
    request: Uuid,
) -> Result<Ctx> {
    let found = find_actor_by_id(engine, workspace, id).await?;
    require_current_epoch(found, epoch)?;
    Ok(build_context(workspace, found, limit, request))
}

/// Returns the member with an id, if it may act.
///
/// # Errors
/// `Unauthenticated` for an unknown or archived one.
pub async fn find_actor_by_id(
    engine: &Engine,
    workspace: WorkspaceRef,
    id: MemberId,
) -> Result<ActorGrant> {
    engine
        .store
        .read(move |tx| repo::find_actor_by_id(tx, workspace.number, id))
        .await?
        .map(ActorGrant::from)
        .ok_or_else(|| Error::unauthenticated(CredentialReason::TokenInvalid))
}

/// Refuses a token of an earlier epoch, which is revoked.
fn require_current_epoch(found: ActorGrant, epoch: i64) -> Result<()> {
    if found.token_epoch == epoch {
        Ok(())
    } else {
        Err(Error::unauthenticated(CredentialReason::TokenInvalid))
    }
}

fn build_context(
    workspace: WorkspaceRef,
    found: ActorGrant,
    limit: Option<Scopes>,
    request: Uuid,
) -> Ctx {
    let scopes = limit.map_or(found.scopes, |limit| limit.intersect(found.scopes));
    Ctx {
        workspace,
        actor: Some(found.actor),
        scopes,
        granted: limit.unwrap_or_else(Scopes::all),
        delegated: false,
        role: None,
        key: None,
        request,
    }
}
