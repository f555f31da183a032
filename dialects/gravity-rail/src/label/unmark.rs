//! `DELETE /chats/{chat_id}/labels/{label_id}`.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::label;
use parlor_kit::{App, Params, reply};

use super::key;
use crate::auth::Caller;
use crate::{Fail, ids};

/// Takes a label off; one that the chat does not bear is not found. Asks for `chats:write`.
pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    params: Params,
) -> Result<Response, Fail> {
    let chat = ids::chat(params.get("conversation"))?;
    let key = key(params.get("label"))?;
    label::unmark(&app.engine, &ctx, chat, key).await?;
    Ok(reply::status_only(StatusCode::NO_CONTENT))
}
