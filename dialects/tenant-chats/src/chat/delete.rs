//! `DELETE /api/v1/chats/{conversation}`, after api-reference/chats/delete-chat.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::conversation;
use parlor_gateway::Gateway;
use parlor_kit::route::{ParameterKind, Route, delete};
use parlor_kit::{AppState, PathParams, QueryParams, response, time};
use parlor_model::Error;
use parlor_model::error::ConflictReason;
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::Caller;
use crate::documented::{CHATS_WRITE_SCOPE, NO_CHAT};
use crate::error::ErrorResponse;
use crate::{HandlerError, ids};

/// What is left of a chat.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Deleted)]
struct DeleteChatResponse {
    /// Always true.
    success: bool,
    /// A sentence.
    message: &'static str,
    /// When.
    deleted_at: String,
}

/// Declares the route.
pub(crate) fn route() -> Route {
    delete("/api/v1/chats/{conversation}", handle)
        .doc(
            "Deletes a chat with its messages",
            "api-reference/chats/delete-chat",
        )
        .scope(CHATS_WRITE_SCOPE)
        .query(
            "force",
            ParameterKind::Boolean,
            "Also while connections are open.",
        )
        .responds::<DeleteChatResponse>(200, "It is gone.")
        .errors::<ErrorResponse>(&[
            (400, "`force` is neither true nor false."),
            NO_CHAT,
            (409, "A connection is open."),
        ])
}

/// Deletes the chat with its messages. Checks in this order: key, `force`, id, open connections to this server, which
/// `force` closes.
async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
    query: QueryParams,
) -> Result<Response, HandlerError> {
    let force = query.get_bool("force")?.unwrap_or(false);
    let key = ids::parse_chat_id(params.get("conversation"))?;
    let chat = conversation::find(&app.engine, &ctx, key).await?;
    let open_connections = Gateway::from_app(&app)?
        .connections
        .count_for_conversation(ctx.ws(), chat.number);
    if open_connections > 0 && !force {
        return Err(Error::conflict(ConflictReason::InUse).into());
    }
    let at = conversation::delete(&app.engine, &ctx, key, CHATS_WRITE_SCOPE).await?;
    let body = DeleteChatResponse {
        success: true,
        message: "Chat deleted successfully",
        deleted_at: time::format_iso(at),
    };
    Ok(response::json(StatusCode::OK, &body))
}
