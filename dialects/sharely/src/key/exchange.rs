//! `POST /workspaces/{workspace}/generate-access-key-token`, after the page
//! `api-reference/spaces/generate-access-key-token`: exchanges an API key for a session token.
//! The token expires after a day.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use parlor_kit::request_body::deserialize_map;
use parlor_kit::route::{Auth, Route, post};
use parlor_kit::{AppState, RequestBody};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::auth::KEY_HEADER;
use crate::auth::{KeyCaller, key_id_of};
use crate::documented::{BAD_REQUEST, NOT_FOUND, PAYLOAD_TOO_LARGE};
use crate::error::ErrorResponse;
use crate::token::{self, TokenSubject};
use crate::{HandlerError, body, response, role};

/// The body: empty, or one role to narrow the token to. After `generate-access-key-token`.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Exchange)]
struct GenerateAccessKeyTokenRequest {
    /// The customer's own id of a role.
    #[schema(pattern = "^[A-Za-z0-9_-]{1,255}$")]
    customer_role_id: Option<String>,
    /// The id of a role.
    #[schema(format = "uuid")]
    role_id: Option<String>,
}

/// The token. After `generate-access-key-token`.
#[derive(Serialize, ToSchema)]
#[schema(as = Token)]
struct GenerateAccessKeyTokenResponse {
    /// A JWT, to be sent as bearer token.
    token: String,
}

/// Declares the route.
pub(crate) fn route() -> Route {
    post("/workspaces/{workspace}/generate-access-key-token", handle)
        .doc(
            "Exchange an API key for a token that lasts a day.",
            "api-reference/spaces/generate-access-key-token",
        )
        .auth(Auth::Key(KEY_HEADER))
        .body::<GenerateAccessKeyTokenRequest>()
        .optional()
        .responds::<GenerateAccessKeyTokenResponse>(200, "The token.")
        .errors::<ErrorResponse<'_>>(&[BAD_REQUEST, NOT_FOUND, PAYLOAD_TOO_LARGE])
}

async fn handle(
    State(app): State<AppState>,
    KeyCaller(ctx): KeyCaller,
    headers: HeaderMap,
    payload: RequestBody,
) -> Result<Response, HandlerError> {
    let exchange: GenerateAccessKeyTokenRequest =
        deserialize_map(body::read_json_body(&headers, payload).await?.map)?;
    let role = role::find_selected_role(
        &app,
        &ctx,
        exchange.role_id.as_deref(),
        exchange.customer_role_id.as_deref(),
    )
    .await?;
    let subject = TokenSubject::Key(key_id_of(&ctx)?);
    let token = token::issue(&app, ctx.workspace, subject, role.as_ref()).await?;
    Ok(response::ok(&GenerateAccessKeyTokenResponse { token }))
}
