//! `POST /workspaces/{workspace}/generate-access-key-token`, after the page
//! `api-reference/spaces/generate-access-key-token`: an API key for a token that lasts a day.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use parlor_kit::request_body::deserialize_map;
use parlor_kit::{AppState, DialectError, RequestBody};
use parlor_model::error::CredentialReason;
use parlor_model::{Ctx, Error};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::auth::KeyCaller;
use crate::token::{self, TokenSubject};
use crate::{Sharely, body, response, role};

/// The body: empty, or one role to narrow the token to. After `generate-access-key-token`.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Exchange)]
pub(crate) struct GenerateAccessKeyTokenRequest {
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
pub(crate) struct GenerateAccessKeyTokenResponse {
    /// A JWT, to be sent as bearer token.
    token: String,
}

pub(crate) async fn handle(
    State(app): State<AppState>,
    KeyCaller(ctx): KeyCaller,
    headers: HeaderMap,
    payload: RequestBody,
) -> Result<Response, DialectError<Sharely>> {
    let exchange: GenerateAccessKeyTokenRequest =
        deserialize_map(body::read_json_body(&headers, payload).await?.map)?;
    let role = role::find_selected_role(
        &app,
        &ctx,
        exchange.role_id.as_deref(),
        exchange.customer_role_id.as_deref(),
    )
    .await?;
    let holder = TokenSubject::Key(key_id_of(&ctx)?);
    let token = token::issue(&app, ctx.workspace, holder, role.as_ref()).await?;
    Ok(response::ok(&GenerateAccessKeyTokenResponse { token }))
}

/// The key behind a caller. Every credential of this dialect has one.
pub(crate) fn key_id_of(ctx: &Ctx) -> parlor_model::Result<parlor_model::id::ApiKeyId> {
    ctx.key
        .ok_or_else(|| Error::unauthenticated(CredentialReason::TokenInvalid))
}
