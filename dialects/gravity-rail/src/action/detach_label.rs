//! `DELETE /chats/{chat_id}/labels/{label_id}`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::label;
use parlor_kit::route::{Route, delete};
use parlor_kit::{AppState, PathParams};

use crate::auth::Caller;
use crate::documented::{NO_SCOPE, workspace_path};
use crate::error::ErrorResponse;
use crate::ids::parse_key;
use crate::respond::no_content;
use crate::{HandlerError, ids};

/// Declares the route.
pub(crate) fn route() -> Route {
    delete(
        workspace_path!("/chats/{conversation}/labels/{label}"),
        handle,
    )
    .doc("Takes a label off a chat", "")
    .responds_empty(204, "It is off.")
    .errors::<ErrorResponse>(&[
        NO_SCOPE,
        (404, "No such chat, or the chat does not bear it."),
    ])
}

/// A label that is not attached to the chat is not found. Requires `chats:write`.
async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
) -> Result<Response, HandlerError> {
    let chat = ids::parse_chat_key(params.get("conversation"))?;
    let key = parse_key(params.get("label"))?;
    label::detach(&app.engine, &ctx, chat, key).await?;
    Ok(no_content())
}
