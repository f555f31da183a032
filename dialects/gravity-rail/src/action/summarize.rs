//! `POST /chats/{chat_id}/summarize`. A summary needs a model and this server has none, so a chat that could be
//! summarized yields 501.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::conversation;
use parlor_kit::route::{Route, post};
use parlor_kit::{AppState, PathParams};
use parlor_model::Error;
use parlor_model::error::ErrorKind;
use serde::Serialize;
use utoipa::ToSchema;

use super::VENDOR_PAGE;
use crate::auth::Caller;
use crate::documented::{NO_CHAT, NO_SCOPE, workspace_path};
use crate::error::ErrorResponse;
use crate::{HandlerError, ids};

/// A summary, on a server that has a model.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[allow(
    dead_code,
    reason = "documents the answer of a server that has a model"
)]
struct SummaryResponse {
    chat_id: i64,
    summary: String,
    message_count: i64,
    created_at: String,
}

/// Declares the route.
pub(crate) fn route() -> Route {
    post(workspace_path!("/chats/{conversation}/summarize"), handle)
        .doc(
            "Would summarize a chat, had this server a model",
            VENDOR_PAGE,
        )
        .responds::<SummaryResponse>(200, "The summary, on a server with a model.")
        .errors::<ErrorResponse>(&[
            (400, "Nothing was said in the chat."),
            NO_SCOPE,
            NO_CHAT,
            (501, "This server has no model."),
        ])
}

/// The caller's own chat, or any with `chats:read`. A chat without messages is a 400.
async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
) -> Result<Response, HandlerError> {
    let key = ids::parse_chat_key(params.get("conversation"))?;
    let details = conversation::find_with_details(&app.engine, &ctx, key).await?;
    if details.counts.total() == 0 {
        return Err(Error::invalid("chat", "has no messages to summarize").into());
    }
    Err(Error::new(ErrorKind::NotImplemented {
        what: "model for summaries",
    })
    .into())
}
