//! `POST /api/v1/users/{user}/tokens`.
//!
//! Read and ignored: every field not named here.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_kit::{App, MediaType, Params, Payload, body, reply, time};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::life;
use crate::auth::Caller;
use crate::{Fail, ids};

/// For how long.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub(crate) struct AskedForUser {
    /// Seconds the token is good for: an hour by default.
    #[schema(minimum = 60, maximum = 86_400)]
    ttl_seconds: Option<u64>,
}

/// A token that opens the socket for all of a user's chats.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UserToken {
    /// For `?token=` of the socket's address.
    token: String,
    /// When it is no good any more.
    expires_at: String,
}

/// Checks in this order: key, body's form, `ttl_seconds`, user, whether the caller may act as it. A user who is new is
/// made.
pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    params: Params,
    payload: Payload,
) -> Result<Response, Fail> {
    let asked: AskedForUser = body::typed(payload.object(MediaType::Json).await?)?;
    let life = life::of(asked.ttl_seconds)?;
    let user = params.get("user");
    let named = ids::user(user)?;
    let (token, end) = super::issue(&app, &ctx, None, (user, named), life).await?;
    let made = UserToken {
        token,
        expires_at: time::iso(end),
    };
    Ok(reply::json(StatusCode::CREATED, &made))
}
