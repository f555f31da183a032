//! `DELETE /chats/{chat_id}/labels/{label_id}`.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::label;
use parlor_kit::{AppState, PathParams, response};

use super::parse_key;
use crate::auth::Caller;
use crate::{HandlerError, ids};

/// Takes a label off; one that the chat does not bear is not found. Asks for `chats:write`.
pub(crate) async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
) -> Result<Response, HandlerError> {
    let chat = ids::parse_chat_key(params.get("conversation"))?;
    let key = parse_key(params.get("label"))?;
    label::detach(&app.engine, &ctx, chat, key).await?;
    Ok(response::empty(StatusCode::NO_CONTENT))
}
