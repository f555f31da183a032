//! The context of a member that acts for itself.

use parlor_model::access::{Actor, Role};
use parlor_model::ctx::WorkspaceRef;
use parlor_model::error::Credential;
use parlor_model::id::MemberId;
use parlor_model::scope::Scopes;
use parlor_model::{Ctx, Error, Result};
use parlor_store::repo::member::{self as repo, ActorRow};
use uuid::Uuid;

use crate::Engine;

/// A member that acts, and what it may do.
#[derive(Debug, Clone, Copy)]
pub struct Acting {
    /// Who.
    pub actor: Actor,
    /// The role's scopes and its own.
    pub scopes: Scopes,
    /// The epoch of its tokens: those of an earlier one were revoked.
    pub token_epoch: i64,
}

impl From<ActorRow> for Acting {
    fn from(row: ActorRow) -> Self {
        let role = row.actor.role.map_or(Scopes::NONE, Role::scopes);
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
pub async fn act(
    engine: &Engine,
    workspace: WorkspaceRef,
    handle: &str,
    epoch: i64,
    limit: Option<Scopes>,
    request: Uuid,
) -> Result<Ctx> {
    let found = find_acting(engine, workspace, handle).await?;
    current(found, epoch)?;
    Ok(ctx(workspace, found, limit, request))
}

/// The member with a handle, if it may act.
///
/// # Errors
/// `Unauthenticated` for a handle that names nobody or somebody archived.
pub async fn find_acting(engine: &Engine, workspace: WorkspaceRef, handle: &str) -> Result<Acting> {
    let place = (workspace.number, handle.to_owned());
    let (actors, store) = (&engine.principals.actors, &engine.store);
    let found = match actors.get(store, &place) {
        Some(found) => found,
        None => {
            let (handle, before) = (handle.to_owned(), actors.before(store));
            let found = store
                .read(move |tx| repo::actor_by_handle(tx, workspace.number, &handle))
                .await?
                .map(Acting::from)
                .ok_or_else(|| Error::unauthenticated(Credential::TokenInvalid))?;
            actors.keep(store, before, workspace.number, place, found);
            found
        }
    };
    Ok(found)
}

/// The context of a member by id, whoever vouches for it.
///
/// # Errors
/// `Unauthenticated` for an id that names nobody or somebody archived.
pub async fn act_by_id(
    engine: &Engine,
    workspace: WorkspaceRef,
    id: MemberId,
    limit: Option<Scopes>,
    request: Uuid,
) -> Result<Ctx> {
    let found = find_acting_by_id(engine, workspace, id).await?;
    Ok(ctx(workspace, found, limit, request))
}

/// The same for a token that was issued to the member in an epoch.
///
/// # Errors
/// The same, and `Unauthenticated` for a token of an earlier epoch.
pub async fn act_by_token(
    engine: &Engine,
    workspace: WorkspaceRef,
    (id, epoch): (MemberId, i64),
    limit: Option<Scopes>,
    request: Uuid,
) -> Result<Ctx> {
    let found = find_acting_by_id(engine, workspace, id).await?;
    current(found, epoch)?;
    Ok(ctx(workspace, found, limit, request))
}

/// The member with an id, if it may act.
///
/// # Errors
/// `Unauthenticated` for an id that names nobody or somebody archived.
pub async fn find_acting_by_id(
    engine: &Engine,
    workspace: WorkspaceRef,
    id: MemberId,
) -> Result<Acting> {
    engine
        .store
        .read(move |tx| repo::actor_by_id(tx, workspace.number, id))
        .await?
        .map(Acting::from)
        .ok_or_else(|| Error::unauthenticated(Credential::TokenInvalid))
}

/// A token of an earlier epoch was revoked.
fn current(found: Acting, epoch: i64) -> Result<()> {
    if found.token_epoch == epoch {
        Ok(())
    } else {
        Err(Error::unauthenticated(Credential::TokenInvalid))
    }
}

fn ctx(workspace: WorkspaceRef, found: Acting, limit: Option<Scopes>, request: Uuid) -> Ctx {
    let scopes = limit.map_or(found.scopes, |limit| limit.intersect(found.scopes));
    Ctx {
        workspace,
        actor: Some(found.actor),
        scopes,
        granted: limit.unwrap_or_else(Scopes::all),
        lent: false,
        role: None,
        key: None,
        request,
    }
}
