//! Who calls: a secret behind `Bearer` or `Token`, in any letter case; in one place a session's token too.

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

use crate::{ChatBotKit, routes, session_token};

/// The context that the caller's secret opens.
pub(crate) struct Caller {
    pub(crate) ctx: Ctx,
}

/// Headers that ask to act for a child account. There are none here, and ignoring the wish would write into the
/// wrong account.
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
        count_request(parts, app, &meta, &ctx)?;
        Ok(Self { ctx })
    }
}

/// The context that the caller's secret opens, or a token of one conversation's session. No other route takes such a
/// token.
pub(crate) struct SessionCaller {
    pub(crate) ctx: Ctx,
    /// The only conversation that the credential is for.
    conversation: Option<ConversationId>,
}

impl SessionCaller {
    /// Refuses a token that is another conversation's, as one that is nobody's.
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
        count_request(parts, app, &meta, &ctx)?;
        Ok(Self { ctx, conversation })
    }
}

/// Counts the request, and asks for the scope of its route.
fn count_request(parts: &Parts, app: &AppState, meta: &RequestMeta, ctx: &Ctx) -> Result<()> {
    if let Some(limiter) = &app.limiter {
        limiter.check_request(ctx, routes::endpoint(parts.uri.path()), meta)?;
    }
    MatchedRoute::from_extensions(&parts.extensions)?.authorize(ctx)
}

/// What the caller shows.
pub(crate) fn secret_from_headers(headers: &HeaderMap) -> Result<&str> {
    authorization(headers, &["bearer", "token"])
        .ok_or_else(|| Error::unauthenticated(CredentialReason::Key))
}

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
