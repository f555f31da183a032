//! `POST /api/v1/users/{user}/tokens`.
//!
//! Accepted and ignored: unknown fields.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_kit::route::{Route, post};
use parlor_kit::{
    AppState, ContentTypePolicy, PathParams, RequestBody, request_body, response, time,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::ttl::parse_ttl;
use crate::auth::Caller;
use crate::documented::{BAD_BODY, NOT_JSON, SEND_SCOPE, TOO_LARGE};
use crate::error::ErrorResponse;
use crate::{HandlerError, ids};

/// For how long.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[schema(as = AskedForUser)]
struct CreateUserTokenRequest {
    /// Seconds the token is good for: an hour by default.
    #[schema(minimum = 60, maximum = 86_400)]
    ttl_seconds: Option<u64>,
}

/// A token that opens the socket for all of a user's chats.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = UserToken)]
struct UserTokenResponse {
    /// For `?token=` of the socket's address.
    token: String,
    /// When it is no good any more.
    expires_at: String,
}

/// Declares the route.
pub(crate) fn route() -> Route {
    post("/api/v1/users/{user}/tokens", handle)
        .doc("Makes a token for the socket of all of a user's chats", "")
        .scope(SEND_SCOPE)
        .acts_as_member()
        .body::<CreateUserTokenRequest>()
        .optional()
        .example(r#"{"ttl_seconds":600}"#)
        .responds::<UserTokenResponse>(201, "The token.")
        .errors::<ErrorResponse>(&[BAD_BODY, TOO_LARGE, NOT_JSON])
}

/// Checks in this order: key, JSON body, `ttl_seconds`, user, whether the caller may act as the user. Creates an unknown
/// user.
async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
    payload: RequestBody,
) -> Result<Response, HandlerError> {
    let body: CreateUserTokenRequest =
        request_body::deserialize_map(payload.object(ContentTypePolicy::Json).await?)?;
    let ttl = parse_ttl(body.ttl_seconds)?;
    let user = params.get("user");
    let named = ids::parse_user_id(user)?;
    let (token, expires_at) = super::issue(&app, &ctx, None, (user, named), ttl).await?;
    let response_body = UserTokenResponse {
        token,
        expires_at: time::format_iso(expires_at),
    };
    Ok(response::json(StatusCode::CREATED, &response_body))
}
