//! Who calls: a secret behind `Bearer` or `Token`, in any letter case; in one place a session's token too.

use axum::extract::FromRequestParts;
use http::HeaderMap;
use http::request::Parts;
use parlor_engine::key;
use parlor_kit::credential::authorization;
use parlor_kit::route::RouteRow;
use parlor_kit::{App, Fail, Meta};
use parlor_model::error::Credential;
use parlor_model::id::ConversationId;
use parlor_model::key::PREFIX;
use parlor_model::{Ctx, Error, Result};

use crate::{ChatBotKit, routes, session_token};

/// The context that the caller's secret opens.
pub(crate) struct Caller {
    pub(crate) ctx: Ctx,
}

/// Headers that ask to act for a child account. There are none here, and ignoring the wish would write into the
/// wrong account.
const RUN_AS: [&str; 3] = [
    "x-runas-user-id",
    "x-runas-userid",
    "x-runas-child-user-email",
];

impl FromRequestParts<App> for Caller {
    type Rejection = Fail<ChatBotKit>;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        let meta = Meta::of(&parts.extensions);
        let ctx = authenticate(app, &parts.headers, &meta).await?;
        admit(parts, app, &meta, &ctx)?;
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
    pub(crate) fn check_conversation(&self, id: ConversationId) -> Result<()> {
        match self.conversation {
            Some(own) if own != id => Err(Error::unauthenticated(Credential::TokenInvalid)),
            _ => Ok(()),
        }
    }
}

impl FromRequestParts<App> for SessionCaller {
    type Rejection = Fail<ChatBotKit>;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        let meta = Meta::of(&parts.extensions);
        let secret = secret(&parts.headers)?;
        let (ctx, conversation) = if secret.starts_with(PREFIX) {
            (authenticate(app, &parts.headers, &meta).await?, None)
        } else {
            refuse_run_as(&parts.headers)?;
            let (ctx, conversation) =
                session_token::authenticate(app, secret, meta.request).await?;
            (ctx, Some(conversation))
        };
        admit(parts, app, &meta, &ctx)?;
        Ok(Self { ctx, conversation })
    }
}

/// Counts the request, and asks for the scope of its route.
fn admit(parts: &Parts, app: &App, meta: &Meta, ctx: &Ctx) -> Result<()> {
    if let Some(limiter) = &app.limiter {
        limiter.admit(ctx, routes::endpoint(parts.uri.path()), meta)?;
    }
    RouteRow::of(&parts.extensions)?.authorize(ctx)
}

/// What the caller shows.
pub(crate) fn secret(headers: &HeaderMap) -> Result<&str> {
    authorization(headers, &["bearer", "token"])
        .ok_or_else(|| Error::unauthenticated(Credential::Key))
}

async fn authenticate(app: &App, headers: &HeaderMap, meta: &Meta) -> Result<Ctx> {
    let ctx = key::authenticate(&app.engine, secret(headers)?, meta.request).await?;
    refuse_run_as(headers)?;
    Ok(ctx)
}

fn refuse_run_as(headers: &HeaderMap) -> Result<()> {
    if RUN_AS.iter().any(|name| headers.contains_key(*name)) {
        return Err(Error::unauthenticated(Credential::Impersonation));
    }
    Ok(())
}
