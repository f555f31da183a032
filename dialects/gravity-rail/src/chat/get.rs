//! `GET /chats/{chat_id}`, named by developer/api/workspace/chats/crud.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::conversation;
use parlor_kit::{AppState, PathParams, response};

use super::render;
use crate::auth::Caller;
use crate::{HandlerError, ids};

/// One's own chat, or any with `chats:read`.
pub(crate) async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
) -> Result<Response, HandlerError> {
    let key = ids::parse_chat_key(params.get("conversation"))?;
    let whole = conversation::find_with_details(&app.engine, &ctx, key).await?;
    let chat = render::render_one(&app, &ctx, whole).await?;
    Ok(response::json(StatusCode::OK, &chat))
}
