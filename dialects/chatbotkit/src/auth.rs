//! Who calls: a secret behind `Bearer` or `Token`, in any letter case.

use axum::extract::FromRequestParts;
use http::HeaderMap;
use http::request::Parts;
use parlor_engine::key;
use parlor_kit::credential::authorization;
use parlor_kit::route::RouteRow;
use parlor_kit::{App, Fail, Meta};
use parlor_model::error::Credential;
use parlor_model::{Ctx, Error, Result};

use crate::{ChatBotKit, routes};

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
        if let Some(limiter) = &app.limiter {
            limiter.admit(&ctx, routes::endpoint(parts.uri.path()), &meta)?;
        }
        RouteRow::of(&parts.extensions)?.authorize(&ctx)?;
        Ok(Self { ctx })
    }
}

async fn authenticate(app: &App, headers: &HeaderMap, meta: &Meta) -> Result<Ctx> {
    let secret = authorization(headers, &["bearer", "token"])
        .ok_or_else(|| Error::unauthenticated(Credential::Key))?;
    let ctx = key::authenticate(&app.engine, secret, meta.request).await?;
    if RUN_AS.iter().any(|name| headers.contains_key(*name)) {
        return Err(Error::unauthenticated(Credential::Impersonation));
    }
    Ok(ctx)
}
