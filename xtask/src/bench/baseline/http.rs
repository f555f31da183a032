//! Baseline of a JSON request: parses a body, generates an id, writes a body as long as the server's.

use axum::routing::post;
use axum::{Json, Router};
use serde::Serialize;

use crate::bench::clock;

#[derive(Serialize)]
struct TokenResponse {
    token: String,
}

/// Approximate length of the server's tokens.
const TOKEN_CHARS: usize = 480;

/// Returns a router with one route that has a path parameter, as the server's route does.
pub(super) fn router() -> Router {
    Router::new().route(
        "/workspaces/{workspace}/generate-access-key-token",
        post(create_token),
    )
}

async fn create_token(
    Json(_): Json<serde_json::Map<String, serde_json::Value>>,
) -> Json<TokenResponse> {
    let mut token = clock::uuid_v7(clock::now_micros()).simple().to_string();
    token.extend(std::iter::repeat_n('x', TOKEN_CHARS - token.len()));
    Json(TokenResponse { token })
}
