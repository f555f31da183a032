//! `GET /chats/{chat_id}/token-usage`, named by the vendor's command line: what the answers of this server's assistants
//! have used. Programs that answer through the API count for themselves.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::turn;
use parlor_kit::route::{Route, get};
use parlor_kit::{AppState, PathParams};
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::Caller;
use crate::documented::{NO_CHAT, NO_SCOPE, workspace_path};
use crate::error::ErrorResponse;
use crate::respond::ok_json;
use crate::{HandlerError, ids};

/// Tokens that models have read and written for a chat.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct TokenUsageResponse {
    chat_id: i64,
    input_tokens: i64,
    output_tokens: i64,
    /// Both together.
    total_tokens: i64,
}

/// Declares the route.
pub(crate) fn route() -> Route {
    get(workspace_path!("/chats/{conversation}/token-usage"), handle)
        .doc("Gives what models have used in a chat", "")
        .responds::<TokenUsageResponse>(200, "The sums of all answers.")
        .errors::<ErrorResponse>(&[NO_SCOPE, NO_CHAT])
}

/// The caller's own chat, or any with `chats:read`.
async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
) -> Result<Response, HandlerError> {
    let key = ids::parse_chat_key(params.get("conversation"))?;
    let used = turn::usage_of_conversation(&app.engine, &ctx, key).await?;
    let tokens = used.tokens;
    let usage = TokenUsageResponse {
        chat_id: used.conversation,
        input_tokens: tokens.input_tokens,
        output_tokens: tokens.output_tokens,
        total_tokens: tokens.total(),
    };
    Ok(ok_json(&usage))
}
