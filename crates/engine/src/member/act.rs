//! The context of a member that acts for itself.

use parlor_model::access::{Actor, Role};
use parlor_model::ctx::WorkspaceRef;
use parlor_model::error::Credential;
use parlor_model::id::MemberId;
use parlor_model::scope::Scopes;
use parlor_model::{Ctx, Error, Result};
use parlor_store::repo::member as repo;
use uuid::Uuid;

use crate::Engine;

/// A member that acts, and what it may do.
#[derive(Debug, Clone, Copy)]
pub struct Acting {
    /// Who.
    pub actor: Actor,
    /// The role's scopes and its own.
    pub scopes: Scopes,
}

fn acting((actor, own): (Actor, Scopes)) -> Acting {
    Acting {
        actor,
        scopes: actor.role.map_or(Scopes::NONE, Role::scopes).union(own),
    }
}

/// The context of the member with a handle, narrowed to `limit` where a token names scopes. A handle that names
/// nobody, or somebody archived, is a bad token.
pub async fn act(
    engine: &Engine,
    workspace: WorkspaceRef,
    handle: &str,
    limit: Option<Scopes>,
    request: Uuid,
) -> Result<Ctx> {
    let place = (workspace.number, handle.to_owned());
    let found = match engine.principals.actors.get(&place) {
        Some(found) => found,
        None => {
            let (handle, since) = (handle.to_owned(), engine.principals.epoch());
            let found = engine
                .store
                .read(move |tx| repo::actor_by_handle(tx, workspace.number, &handle))
                .await?
                .map(acting)
                .ok_or_else(|| Error::unauthenticated(Credential::TokenInvalid))?;
            let principals = &engine.principals;
            principals.keep(&principals.actors, since, &place, found);
            found
        }
    };
    Ok(ctx(workspace, found, limit, request))
}

/// The same by id.
pub async fn act_by_id(
    engine: &Engine,
    workspace: WorkspaceRef,
    id: MemberId,
    limit: Option<Scopes>,
    request: Uuid,
) -> Result<Ctx> {
    let found = engine
        .store
        .read(move |tx| repo::actor_by_id(tx, workspace.number, id))
        .await?
        .ok_or_else(|| Error::unauthenticated(Credential::TokenInvalid))?;
    Ok(ctx(workspace, acting(found), limit, request))
}

fn ctx(workspace: WorkspaceRef, found: Acting, limit: Option<Scopes>, request: Uuid) -> Ctx {
    let scopes = limit.map_or(found.scopes, |limit| limit.intersect(found.scopes));
    Ctx {
        workspace,
        actor: Some(found.actor),
        scopes,
        key: None,
        request,
    }
}
