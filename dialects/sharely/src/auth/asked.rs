//! What a request shows of its caller.

use axum::extract::FromRequestParts;
use http::HeaderMap;
use http::header::AUTHORIZATION;
use http::request::Parts;
use parlor_engine::{key, member, role, workspace};
use parlor_kit::credential::{bearer, header};
use parlor_kit::ids::parse_dashed;
use parlor_kit::route::RouteRow;
use parlor_kit::{App, Dialect, Meta, Params};
use parlor_model::ctx::WorkspaceRef;
use parlor_model::error::{Credential, Denied, Kind};
use parlor_model::id::{KeyId, RoleId, WorkspaceId};
use parlor_model::key::PREFIX;
use parlor_model::role::{Role, RoleKey};
use parlor_model::scope::Scopes;
use parlor_model::{Ctx, Error, Result};
use uuid::Uuid;

use super::{Caller, KEY, NO_ORGANIZATION, ORGANIZATION};
use crate::token::{self, Holder, Verified};
use crate::{Settings, Sharely, ids};

pub(super) struct Asked<'r> {
    door: Door<'r>,
    pub(super) headers: &'r HeaderMap,
    meta: Meta,
    row: Option<RouteRow>,
}

/// Where a credential is shown.
pub(super) struct Door<'r> {
    pub(super) app: &'r App,
    /// The workspace in the path; none where the path has no place for one, and where what stands there is no id.
    pub(super) workspace: Option<WorkspaceId>,
    /// The path has a place for a workspace.
    pub(super) is_placed: bool,
    pub(super) request: Uuid,
}

impl Door<'_> {
    /// The context of a key of the path's workspace.
    async fn by_key(&self, secret: &str) -> Result<Ctx> {
        let ctx = key::authenticate(&self.app.engine, secret, self.request).await?;
        if self.is_placed && Some(ctx.workspace.id) != self.workspace {
            return Err(Error::unauthenticated(Credential::Key));
        }
        Ok(ctx)
    }

    /// The caller that a bearer token of the path's workspace stands for.
    pub(super) async fn by_token(&self, token: &str) -> Result<Caller> {
        if token.starts_with(PREFIX) && self.app.section::<Settings>().accept_raw_key_bearer {
            let ctx = self.by_key(token).await.map_err(as_token)?;
            return Ok(Caller::of_key(ctx));
        }
        let workspace = self.workspace(token).await?;
        let Verified { holder, role } = token::verify(self.app, workspace, token).await?;
        let (engine, request) = (&self.app.engine, self.request);
        let (ctx, bound) = match holder {
            Holder::Key(key) => (key::ctx_of(engine, workspace, key, request).await?, None),
            Holder::User {
                member,
                space,
                key,
                epoch,
            } => {
                self.still_stands(workspace, key).await?;
                // Its own space asks for no scope, and nothing else is open to it, whatever the member may do.
                let (whose, none) = ((member, epoch), Some(Scopes::NONE));
                let own = member::act_by_token(engine, workspace, whose, none, request).await?;
                (Ctx { key, ..own }, Some(space))
            }
        };
        let role = self.carried(&ctx, role).await?;
        Ok(Caller {
            // A session without a role carries none of the workspace's: no thread is bound to the least id.
            ctx: Ctx {
                role: Some(role.as_ref().map_or(RoleId::MIN, |role| role.id)),
                ..ctx
            },
            role,
            bound,
        })
    }

    /// A user's token ends with the key it was made with; one that was made without ends with the permission to be.
    async fn still_stands(&self, workspace: WorkspaceRef, key: Option<KeyId>) -> Result<()> {
        match key {
            Some(key) => key::ctx_of(&self.app.engine, workspace, key, self.request)
                .await
                .map(drop),
            None if self.may_be_nobody() => Ok(()),
            None => Err(Error::unauthenticated(Credential::TokenInvalid)),
        }
    }

    /// The role a token carries. A token whose role is gone is no good any more.
    async fn carried(&self, ctx: &Ctx, role: Option<RoleId>) -> Result<Option<Role>> {
        let Some(id) = role else {
            return Ok(None);
        };
        role::named(&self.app.engine, ctx, RoleKey::Id(id))
            .await?
            .map(Some)
            .ok_or_else(|| Error::unauthenticated(Credential::TokenInvalid))
    }

    /// The path's workspace, or the one the token says it is of. No token is of one that does not exist.
    async fn workspace(&self, token: &str) -> Result<WorkspaceRef> {
        let invalid = || Error::unauthenticated(Credential::TokenInvalid);
        let id = if self.is_placed {
            self.workspace
        } else {
            token::claimed_workspace(token)
        };
        match workspace::find(&self.app.engine, id.ok_or_else(invalid)?).await {
            Ok(found) => Ok(found.key),
            Err(error) if matches!(error.kind(), Kind::NotFound(_)) => Err(invalid()),
            Err(error) => Err(error),
        }
    }

    /// Whether the operator lets somebody have a space who shows no credential.
    fn may_be_nobody(&self) -> bool {
        self.app.section::<Settings>().anonymous_spaces
    }
}

impl<'r> Asked<'r> {
    pub(super) async fn of(parts: &'r mut Parts, app: &'r App) -> Self {
        let Ok(params) = Params::from_request_parts(parts, app).await;
        let meta = Meta::of(&parts.extensions);
        Self {
            door: Door {
                app,
                workspace: ids::workspace(&params),
                is_placed: params.has("workspace"),
                request: meta.request,
            },
            meta,
            row: RouteRow::of(&parts.extensions).ok(),
            headers: &parts.headers,
        }
    }

    /// The context of a key of the path's workspace.
    pub(super) async fn by_key(&self, secret: &str) -> Result<Ctx> {
        let ctx = self.door.by_key(secret).await?;
        self.count(&ctx)?;
        self.authorize(&ctx)?;
        Ok(ctx)
    }

    /// The caller that the bearer token stands for.
    pub(super) async fn by_token(&self) -> Result<Caller> {
        let missing = || Error::unauthenticated(Credential::TokenMissing);
        let token = bearer(self.headers).ok_or_else(missing)?;
        // What a page's script sends that has no token.
        if is_nothing(token) {
            return Err(missing());
        }
        let caller = self.door.by_token(token).await?;
        self.count(&caller.ctx)?;
        // A user's own token is good for its space, whatever the user may do; a key is asked for what the row documents.
        if caller.own_space().is_none() {
            self.authorize(&caller.ctx)?;
        }
        Ok(caller)
    }

    /// Whether the organization is named, and rightly so.
    pub(super) fn names_organization(&self, ctx: &Ctx) -> Result<bool> {
        if !self.headers.contains_key(ORGANIZATION) {
            return Ok(false);
        }
        let named = header(self.headers, ORGANIZATION).and_then(parse_dashed);
        match named {
            None => Err(Error::malformed(NO_ORGANIZATION)),
            Some(id) if id == ctx.workspace.organization => Ok(true),
            Some(_) => Err(Error::forbidden(Denied::Organization)),
        }
    }

    /// Whether the request has no credential at all.
    pub(super) fn shows_nothing(&self) -> bool {
        !self.headers.contains_key(KEY)
            && match self.headers.get(AUTHORIZATION) {
                None => true,
                Some(_) => bearer(self.headers).is_some_and(is_nothing),
            }
    }

    /// Whether the operator lets somebody have a space who shows no credential.
    pub(super) fn may_be_nobody(&self) -> bool {
        self.door.may_be_nobody()
    }

    /// Requests without a credential are counted per address.
    pub(super) fn admit_nobody(&self) -> Result<()> {
        self.door.app.guard.admit_anonymous(self.meta.address)
    }

    /// Requests are counted per key, whatever they ask for.
    fn count(&self, ctx: &Ctx) -> Result<()> {
        match &self.door.app.limiter {
            Some(limiter) => limiter.admit(ctx, Sharely::NAME, &self.meta),
            None => Ok(()),
        }
    }

    fn authorize(&self, ctx: &Ctx) -> Result<()> {
        self.row.as_ref().map_or(Ok(()), |row| row.require(ctx))
    }
}

fn is_nothing(token: &str) -> bool {
    ["null", "undefined", "public"].contains(&token)
}

/// A key that stands for a token and is refused is answered as the token it stands for.
fn as_token(error: Error) -> Error {
    match error.kind() {
        Kind::Unauthenticated(_) => Error::unauthenticated(Credential::TokenInvalid),
        _ => error,
    }
}
