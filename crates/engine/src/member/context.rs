//! The context of a member that acts for itself.

use parlor_model::access::WorkspaceRole;
use parlor_model::ctx::Actor;
use parlor_model::ctx::WorkspaceRef;
use parlor_model::error::CredentialReason;
use parlor_model::id::MemberId;
use parlor_model::scope::Scopes;
use parlor_model::{Ctx, Error, Result};
use parlor_store::repo::actor::{self as repo, ActorRow};
use uuid::Uuid;

use crate::Engine;

/// A member that acts, and what it may do.
#[derive(Debug, Clone, Copy)]
pub struct ActorGrant {
    /// Who.
    pub actor: Actor,
    /// The role's scopes and its own.
    pub scopes: Scopes,
    /// The epoch of its tokens: those of an earlier one were revoked.
    pub token_epoch: i64,
}

impl From<ActorRow> for ActorGrant {
    fn from(row: ActorRow) -> Self {
        let role = row.actor.role.map_or(Scopes::NONE, WorkspaceRole::scopes);
        Self {
            actor: row.actor,
            scopes: role.union(row.scopes),
            token_epoch: row.token_epoch,
        }
    }
}

/// The context of the member with a handle, for a token issued in an epoch, narrowed to `limit` where the token names
/// scopes.
///
/// # Errors
/// `Unauthenticated` for a handle that names nobody or somebody archived, and for a token of an earlier epoch.
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

/// The member with a handle, if it may act.
///
/// # Errors
/// `Unauthenticated` for a handle that names nobody or somebody archived.
pub async fn find_actor(
    engine: &Engine,
    workspace: WorkspaceRef,
    handle: &str,
) -> Result<ActorGrant> {
    let place = (workspace.number, handle.to_owned());
    let (actors, store) = (&engine.auth_cache.actors, &engine.store);
    let found = match actors.get(store, &place) {
        Some(found) => found,
        None => {
            let (handle, before) = (handle.to_owned(), actors.snapshot(store));
            let found = store
                .read(move |tx| repo::find_actor_by_handle(tx, workspace.number, &handle))
                .await?
                .map(ActorGrant::from)
                .ok_or_else(|| Error::unauthenticated(CredentialReason::TokenInvalid))?;
            actors.insert_if_fresh(store, before, workspace.number, place, found);
            found
        }
    };
    Ok(found)
}

/// The context of a member by id, whoever vouches for it.
///
/// # Errors
/// `Unauthenticated` for an id that names nobody or somebody archived.
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

/// The same for a token that was issued to the member in an epoch.
///
/// # Errors
/// The same, and `Unauthenticated` for a token of an earlier epoch.
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

/// The member with an id, if it may act.
///
/// # Errors
/// `Unauthenticated` for an id that names nobody or somebody archived.
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

/// A token of an earlier epoch was revoked.
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
