//! Who calls. Checked in the vendor's order: the credential, that it is of the path's workspace, the organization.

mod asked;

use axum::extract::FromRequestParts;
use http::request::Parts;
use parlor_engine::workspace;
use parlor_kit::credential::header;
use parlor_kit::{App, Fail};
use parlor_model::error::{Credential, Denied};
use parlor_model::id::{RoleId, SpaceId, WorkspaceId};
use parlor_model::role::Role;
use parlor_model::scope::{Resource, Scope, Scopes};
use parlor_model::{Ctx, Error, Result};
use uuid::Uuid;

use self::asked::{Asked, Door};
use crate::Sharely;

/// The header a key stands in.
pub(crate) const KEY: &str = "x-api-key";
/// The header that names the organization.
pub(crate) const ORGANIZATION: &str = "organizationid";

const NO_ORGANIZATION: &str = "Missing organizationid header";

/// A caller with a bearer token, who names the organization.
pub(crate) struct Caller {
    pub(crate) ctx: Ctx,
    /// The only space the caller's token is good for, if it is a user's.
    bound: Option<SpaceId>,
    /// The role its token carries.
    pub(crate) role: Option<Role>,
}

/// A caller with an API key in its header.
pub(crate) struct KeyHolder(pub(crate) Ctx);

/// A caller with either; naming the organization is left to it.
pub(crate) struct Reader(pub(crate) Caller);

/// A caller with a bearer token; naming the organization is left to it, and on paths that name no workspace the token
/// does.
pub(crate) struct Visitor(pub(crate) Caller);

/// The same, whose token carries a role where the workspace asks for one.
pub(crate) struct Agent(pub(crate) Caller, pub(crate) Option<RoleId>);

/// Somebody who wants a space: with a key, with a token, or with nothing where the operator allows that.
pub(crate) struct Newcomer(pub(crate) Option<Caller>);

impl Caller {
    /// A key says which workspace it is for and nothing more.
    fn of_key(ctx: Ctx) -> Self {
        Self {
            ctx,
            bound: None,
            role: None,
        }
    }

    /// The caller that a bearer token stands for in a workspace, looked at once more.
    pub(crate) async fn again(
        app: &App,
        workspace: WorkspaceId,
        token: &str,
        request: Uuid,
    ) -> Result<Self> {
        let door = Door {
            app,
            workspace: Some(workspace),
            is_placed: true,
            request,
        };
        door.by_token(token).await
    }

    /// Refuses a user's token anywhere but in its own space.
    pub(crate) fn reaches(&self, space: SpaceId) -> Result<()> {
        match self.bound {
            Some(own) if own != space => Err(Error::forbidden(Denied::Bound)),
            _ => Ok(()),
        }
    }

    /// Refuses a user's token where the whole workspace is concerned.
    pub(crate) fn reaches_workspace(&self) -> Result<()> {
        match self.bound {
            Some(_) => Err(Error::forbidden(Denied::Bound)),
            None => Ok(()),
        }
    }

    /// The only space a user's token is good for.
    pub(crate) fn own_space(&self) -> Option<SpaceId> {
        self.bound
    }

    /// What the caller may do in a space: a user in its own everything with the conversations there, elsewhere
    /// nothing. What is done with this must be known to concern that space alone.
    pub(crate) fn within(&self, space: SpaceId) -> Result<Ctx> {
        self.reaches(space)?;
        Ok(self.at_home())
    }

    /// The same where the space is seen to otherwise.
    pub(crate) fn at_home(&self) -> Ctx {
        if self.bound.is_none() {
            return self.ctx;
        }
        let scopes = Scopes::NONE
            .with(Scope::write(Resource::Conversations))
            .with(Scope::write(Resource::Messages));
        Ctx {
            scopes,
            granted: scopes,
            lent: true,
            ..self.ctx
        }
    }
}

impl FromRequestParts<App> for Caller {
    type Rejection = Fail<Sharely>;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Fail<Sharely>> {
        let asked = Asked::of(parts, app).await;
        let caller = asked.by_token().await?;
        if !asked.names_organization(&caller.ctx)? {
            return Err(Error::malformed(NO_ORGANIZATION).into());
        }
        Ok(caller)
    }
}

impl FromRequestParts<App> for KeyHolder {
    type Rejection = Fail<Sharely>;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Fail<Sharely>> {
        let asked = Asked::of(parts, app).await;
        let secret = header(asked.headers, KEY);
        let secret = secret.ok_or_else(|| Error::unauthenticated(Credential::Key))?;
        Ok(Self(asked.by_key(secret).await?))
    }
}

impl FromRequestParts<App> for Reader {
    type Rejection = Fail<Sharely>;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Fail<Sharely>> {
        let asked = Asked::of(parts, app).await;
        let caller = match header(asked.headers, KEY) {
            Some(secret) => Caller::of_key(asked.by_key(secret).await?),
            None => asked.by_token().await?,
        };
        asked.names_organization(&caller.ctx)?;
        Ok(Self(caller))
    }
}

impl FromRequestParts<App> for Visitor {
    type Rejection = Fail<Sharely>;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Fail<Sharely>> {
        let asked = Asked::of(parts, app).await;
        let caller = asked.by_token().await?;
        asked.names_organization(&caller.ctx)?;
        Ok(Self(caller))
    }
}

impl FromRequestParts<App> for Agent {
    type Rejection = Fail<Sharely>;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Fail<Sharely>> {
        let Visitor(caller) = Visitor::from_request_parts(parts, app).await?;
        let place = workspace::find(&app.engine, caller.ctx.workspace.id).await?;
        if !place.policy.require_roles {
            return Ok(Self(caller, None));
        }
        match caller.role.as_ref().map(|role| role.id) {
            Some(role) => Ok(Self(caller, Some(role))),
            None => Err(Error::unauthenticated(Credential::RoleMissing).into()),
        }
    }
}

impl FromRequestParts<App> for Newcomer {
    type Rejection = Fail<Sharely>;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Fail<Sharely>> {
        let asked = Asked::of(parts, app).await;
        if asked.shows_nothing() && asked.may_be_nobody() {
            asked.admit_nobody()?;
            return Ok(Self(None));
        }
        let Reader(caller) = Reader::from_request_parts(parts, app).await?;
        Ok(Self(Some(caller)))
    }
}
