//! `GET /chats/{chat_id}/token-usage`, named by the vendor's command line: what assistants have used in a chat. This server
//! calls no model, so nothing was used; programs that answer through the API count for themselves.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::conversation;
use parlor_kit::{AppState, PathParams, response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::Caller;
use crate::{HandlerError, ids};

/// Tokens that models have read and written for a chat.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TokenUsageResponse {
    chat_id: i64,
    input_tokens: i64,
    output_tokens: i64,
    /// Both together.
    total_tokens: i64,
}

/// One's own chat, or any with `chats:read`.
pub(crate) async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
) -> Result<Response, HandlerError> {
    let key = ids::parse_chat_key(params.get("conversation"))?;
    let usage = TokenUsageResponse {
        chat_id: conversation::find(&app.engine, &ctx, key).await?.number,
        input_tokens: 0,
        output_tokens: 0,
        total_tokens: 0,
    };
    Ok(response::json(StatusCode::OK, &usage))
}
