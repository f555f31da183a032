//! What any JSON answer costs: parse a body, make an id, write a body as long as the server's.

use axum::routing::post;
use axum::{Json, Router};
use serde::Serialize;

use crate::bench::clock;

#[derive(Serialize)]
struct TokenResponse {
    token: String,
}

/// A token of our server is about this long.
const TOKEN_CHARS: usize = 480;

/// One route that takes any path parameter, as the server's does.
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
