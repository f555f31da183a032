//! `GET /api/v1/chats/{conversation}`, after api-reference/chats/get-chat.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::conversation::{self, ConversationDetails};
use parlor_kit::route::{Route, get};
use parlor_kit::{AppState, PathParams, response};
use parlor_model::ctx::WorkspaceRef;
use serde::Serialize;
use utoipa::ToSchema;

use super::{ChatResponse, chat_status};
use crate::auth::Caller;
use crate::documented::{CHATS_READ_SCOPE, NO_CHAT};
use crate::error::ErrorResponse;
use crate::{HandlerError, ids};

/// A chat with what only a single one shows.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ChatDetail)]
pub(crate) struct ChatDetailResponse {
    #[serde(flatten)]
    chat: ChatResponse,
    /// How much users and assistants have said.
    message_count: i64,
    /// `active` or `closed`.
    status: &'static str,
}

/// Declares the route.
pub(crate) fn route() -> Route {
    get("/api/v1/chats/{conversation}", handle)
        .doc("Gets a chat", "api-reference/chats/get-chat")
        .scope(CHATS_READ_SCOPE)
        .responds::<ChatDetailResponse>(200, "The chat.")
        .errors::<ErrorResponse>(&[NO_CHAT])
}

/// Checks in this order: key, id.
async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
) -> Result<Response, HandlerError> {
    let key = ids::parse_chat_id(params.get("conversation"))?;
    let found = conversation::find_with_details(&app.engine, &ctx, key).await?;
    let body = ChatDetailResponse::from_details(ctx.workspace, found);
    Ok(response::json(StatusCode::OK, &body))
}

impl ChatDetailResponse {
    pub(super) fn from_details(workspace: WorkspaceRef, found: ConversationDetails) -> Self {
        Self {
            message_count: found.counts.total(),
            status: chat_status(found.conversation.state),
            chat: ChatResponse::from_conversation(workspace, found.conversation),
        }
    }
}
