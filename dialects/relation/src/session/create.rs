//! `POST /api/v1/auth`: exchanges an address token for a unified token. The vendor's page api/auth. The first sign-in of
//! an address creates its member.
//!
//! Accepted and ignored: `inviteCode`, an invitation's code or the inviter's relationId.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use parlor_engine::member::{self, WalletSignIn};
use parlor_kit::member_token::{MEMBER_TOKEN_TTL, issue_member_token_in_epoch};
use parlor_kit::request_body::deserialize_map;
use parlor_kit::route::{Auth, Route, post};
use parlor_kit::{AppState, ContentTypePolicy, RequestBody};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::auth::{API_KEY, I_AUTHORIZATION, ProjectCaller, token_from_header};
use crate::documented::enveloped;
use crate::envelope::{envelope_schema, success};
use crate::{HandlerError, wallet};

/// What to sign in with besides the token. May be left out.
#[derive(Deserialize, ToSchema)]
struct SignInRequest {
    /// Read for its type only.
    #[serde(rename = "inviteCode")]
    _invite_code: Option<String>,
}

/// The token of a member.
#[derive(Serialize, ToSchema)]
struct UnifiedToken {
    /// For the header `Authorization` of every other path; good for seven days.
    token: String,
}

envelope_schema!(
    /// The answer of a sign-in.
    SignInAnswer,
    UnifiedToken
);

/// Declares the route.
pub(crate) fn route() -> Route {
    enveloped::<SignInAnswer>(
        post("/api/v1/auth", handle),
        Auth::KeyAndToken(API_KEY, I_AUTHORIZATION),
    )
    .body::<SignInRequest>()
    .optional()
    .doc("Exchange an address token for a unified token", "api/auth")
}

async fn handle(
    State(app): State<AppState>,
    ProjectCaller(ctx): ProjectCaller,
    headers: HeaderMap,
    payload: RequestBody,
) -> Result<Response, HandlerError> {
    let proof = wallet::verify_address_token(
        &app,
        ctx.ws(),
        token_from_header(&headers, I_AUTHORIZATION)?,
    )
    .await?;
    let _: SignInRequest = deserialize_map(payload.object(ContentTypePolicy::Any).await?)?;
    let command = WalletSignIn {
        address: proof.address.to_string(),
        token_epoch: proof.epoch,
        name: proof.address.short_text(),
        handles: proof.address.handle_candidates().collect(),
    };
    let signed_in = member::sign_in(&app.engine, ctx.workspace, command).await?;
    let (token, _) = issue_member_token_in_epoch(
        &app.engine,
        &app.settings.issuer,
        ctx.workspace,
        (&signed_in.member.handle, signed_in.token_epoch),
        None,
        MEMBER_TOKEN_TTL,
    )
    .await?;
    Ok(success(&UnifiedToken { token }))
}
