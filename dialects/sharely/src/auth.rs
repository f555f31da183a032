//! Who calls. Checked in the vendor's order: the credential, that it is of the path's workspace, the organization.

use axum::extract::FromRequestParts;
use http::HeaderMap;
use http::request::Parts;
use parlor_engine::{key, member, workspace};
use parlor_kit::credential::{bearer, header};
use parlor_kit::ids::parse_dashed;
use parlor_kit::{App, Dialect, Fail, Meta, Params};
use parlor_model::ctx::WorkspaceRef;
use parlor_model::error::{Credential, Denied, Kind};
use parlor_model::id::{SpaceId, WorkspaceId};
use parlor_model::key::PREFIX;
use parlor_model::scope::Scopes;
use parlor_model::{Ctx, Error, Result};

use crate::token::{self, Holder};
use crate::{Settings, Sharely, ids};

/// The header a key stands in.
pub(crate) const KEY: &str = "x-api-key";
/// The header that names the organization.
pub(crate) const ORGANIZATION: &str = "organizationid";

/// A caller with a bearer token, who names the organization.
pub(crate) struct Caller {
    pub(crate) ctx: Ctx,
    /// The only space the caller's token is good for, if it is a user's.
    bound: Option<SpaceId>,
}

/// A caller with an API key in its header.
pub(crate) struct KeyHolder(pub(crate) Ctx);

/// A caller with either; naming the organization is left to it.
pub(crate) struct Reader(pub(crate) Caller);

impl Caller {
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
            Some(secret) => Caller {
                ctx: asked.by_key(secret).await?,
                bound: None,
            },
            None => asked.by_token().await?,
        };
        asked.names_organization(&caller.ctx)?;
        Ok(Self(caller))
    }
}

const NO_ORGANIZATION: &str = "Missing organizationid header";

/// What a request shows of its caller.
struct Asked<'r> {
    app: &'r App,
    headers: &'r HeaderMap,
    workspace: Option<WorkspaceId>,
    meta: Meta,
}

impl<'r> Asked<'r> {
    async fn of(parts: &'r mut Parts, app: &'r App) -> Self {
        let Ok(params) = Params::from_request_parts(parts, app).await;
        Self {
            app,
            workspace: ids::workspace(&params),
            meta: Meta::of(&parts.extensions),
            headers: &parts.headers,
        }
    }

    /// The context of a key of the path's workspace.
    async fn by_key(&self, secret: &str) -> Result<Ctx> {
        let ctx = key::authenticate(&self.app.engine, secret, self.meta.request).await?;
        if Some(ctx.workspace.id) != self.workspace {
            return Err(Error::unauthenticated(Credential::Key));
        }
        self.admit(ctx)
    }

    /// The caller that a bearer token of the path's workspace stands for.
    async fn by_token(&self) -> Result<Caller> {
        let missing = || Error::unauthenticated(Credential::TokenMissing);
        let token = bearer(self.headers).ok_or_else(missing)?;
        // What a page's script sends that has no token.
        if ["null", "undefined", "public"].contains(&token) {
            return Err(missing());
        }
        if token.starts_with(PREFIX) && self.app.section::<Settings>().accept_raw_key_bearer {
            return Ok(Caller {
                ctx: self.by_key(token).await.map_err(as_token)?,
                bound: None,
            });
        }
        let workspace = self.workspace().await?;
        let (engine, request) = (&self.app.engine, self.meta.request);
        let (ctx, bound) = match token::verify(self.app, workspace, token).await? {
            Holder::Key(key) => (key::ctx_of(engine, workspace, key, request).await?, None),
            Holder::User { member, space, key } => {
                key::ctx_of(engine, workspace, key, request).await?;
                // Its own space asks for no scope, and nothing else is open to it, whatever the member may do.
                let none = Some(Scopes::NONE);
                let own = member::act_by_id(engine, workspace, member, none, request).await?;
                let ctx = Ctx {
                    key: Some(key),
                    ..own
                };
                (ctx, Some(space))
            }
        };
        Ok(Caller {
            ctx: self.admit(ctx)?,
            bound,
        })
    }

    /// The path's workspace. No token is of one that does not exist.
    async fn workspace(&self) -> Result<WorkspaceRef> {
        let invalid = || Error::unauthenticated(Credential::TokenInvalid);
        let id = self.workspace.ok_or_else(invalid)?;
        match workspace::find(&self.app.engine, id).await {
            Ok(found) => Ok(found.key),
            Err(error) if matches!(error.kind(), Kind::NotFound(_)) => Err(invalid()),
            Err(error) => Err(error),
        }
    }

    /// Whether the organization is named, and rightly so.
    fn names_organization(&self, ctx: &Ctx) -> Result<bool> {
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

    /// Requests are counted per key, whatever they ask for.
    fn admit(&self, ctx: Ctx) -> Result<Ctx> {
        if let Some(limiter) = &self.app.limiter {
            limiter.admit(&ctx, Sharely::NAME, &self.meta)?;
        }
        Ok(ctx)
    }
}

/// A key that stands for a token and is refused is answered as the token it stands for.
fn as_token(error: Error) -> Error {
    match error.kind() {
        Kind::Unauthenticated(_) => Error::unauthenticated(Credential::TokenInvalid),
        _ => error,
    }
}
