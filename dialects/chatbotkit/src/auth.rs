//! Request credentials: an API key with the scheme `Bearer` or `Token`, in any letter case; for one endpoint also a session
//! token.
//!
//! Keeps INV-29 (`docs/invariants.md`).

use axum::extract::FromRequestParts;
use http::HeaderMap;
use http::request::Parts;
use parlor_engine::api_key;
use parlor_kit::credential::authorization;
use parlor_kit::route::MatchedRoute;
use parlor_kit::{AppState, DialectError, RequestMeta};
use parlor_model::api_key::SECRET_PREFIX;
use parlor_model::error::CredentialReason;
use parlor_model::id::ConversationId;
use parlor_model::{Ctx, Error, Result};

use crate::prefix::endpoint_name;
use crate::{ChatBotKit, session_token};

/// Extracts the context of the request's API key. Checks in this order: key, request limit, scope of the route.
pub(crate) struct Caller {
    pub(crate) ctx: Ctx,
}

/// Headers by which the vendor's clients act for a child account. Child accounts are not supported, and ignoring the header
/// would write to the wrong account.
const RUN_AS_HEADERS: [&str; 3] = [
    "x-runas-user-id",
    "x-runas-userid",
    "x-runas-child-user-email",
];

impl FromRequestParts<AppState> for Caller {
    type Rejection = DialectError<ChatBotKit>;

    async fn from_request_parts(
        parts: &mut Parts,
        app: &AppState,
    ) -> Result<Self, Self::Rejection> {
        let meta = RequestMeta::from_extensions(&parts.extensions);
        let ctx = authenticate(app, &parts.headers, &meta).await?;
        authorize_request(parts, app, &meta, &ctx)?;
        Ok(Self { ctx })
    }
}

/// Extracts the context of the request's API key or session token. Only `complete` uses it: no other endpoint accepts session
/// tokens.
pub(crate) struct SessionCaller {
    pub(crate) ctx: Ctx,
    /// The conversation of a session token; absent for a key.
    conversation: Option<ConversationId>,
}

impl SessionCaller {
    /// Checks that the credential is valid for a conversation.
    ///
    /// # Errors
    /// `Unauthenticated` for a session token of another conversation.
    pub(crate) fn require_conversation(&self, id: ConversationId) -> Result<()> {
        match self.conversation {
            Some(own) if own != id => Err(Error::unauthenticated(CredentialReason::TokenInvalid)),
            _ => Ok(()),
        }
    }
}

impl FromRequestParts<AppState> for SessionCaller {
    type Rejection = DialectError<ChatBotKit>;

    async fn from_request_parts(
        parts: &mut Parts,
        app: &AppState,
    ) -> Result<Self, Self::Rejection> {
        let meta = RequestMeta::from_extensions(&parts.extensions);
        let secret = secret_from_headers(&parts.headers)?;
        let (ctx, conversation) = if secret.starts_with(SECRET_PREFIX) {
            (authenticate(app, &parts.headers, &meta).await?, None)
        } else {
            reject_run_as(&parts.headers)?;
            let (ctx, conversation) =
                session_token::authenticate(app, secret, meta.request_id).await?;
            (ctx, Some(conversation))
        };
        authorize_request(parts, app, &meta, &ctx)?;
        Ok(Self { ctx, conversation })
    }
}

/// Counts the request against the limit of its endpoint, and checks the scope of its route.
///
/// # Errors
/// `RateLimited` over the limit, `Forbidden` for an unbound key without the scope.
fn authorize_request(parts: &Parts, app: &AppState, meta: &RequestMeta, ctx: &Ctx) -> Result<()> {
    let route = MatchedRoute::from_extensions(&parts.extensions);
    app.count_request(ctx, endpoint_name(route.path()), meta)?;
    route.authorize(ctx)
}

/// Returns the credential of a request.
///
/// # Errors
/// `Unauthenticated` without one.
pub(crate) fn secret_from_headers(headers: &HeaderMap) -> Result<&str> {
    authorization(headers, &["bearer", "token"])
        .ok_or_else(|| Error::unauthenticated(CredentialReason::Key))
}

/// Authenticates the API key of a request.
///
/// # Errors
/// `Unauthenticated` without a valid key, or with one of [`RUN_AS_HEADERS`].
async fn authenticate(app: &AppState, headers: &HeaderMap, meta: &RequestMeta) -> Result<Ctx> {
    let ctx =
        api_key::authenticate(&app.engine, secret_from_headers(headers)?, meta.request_id).await?;
    reject_run_as(headers)?;
    Ok(ctx)
}

fn reject_run_as(headers: &HeaderMap) -> Result<()> {
    if RUN_AS_HEADERS
        .iter()
        .any(|name| headers.contains_key(*name))
    {
        return Err(Error::unauthenticated(CredentialReason::Impersonation));
    }
    Ok(())
}
