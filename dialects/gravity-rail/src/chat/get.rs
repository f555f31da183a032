//! `GET /chats/{chat_id}`, named by developer/api/workspace/chats/crud.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::conversation;
use parlor_kit::route::{Route, get};
use parlor_kit::{AppState, PathParams};

use super::{ChatResponse, VENDOR_PAGE, render};
use crate::auth::Caller;
use crate::documented::{NO_CHAT, NO_SCOPE, workspace_path};
use crate::error::ErrorResponse;
use crate::respond::ok_json;
use crate::{HandlerError, ids};

/// Declares the route.
pub(crate) fn route() -> Route {
    get(workspace_path!("/chats/{conversation}"), handle)
        .doc("Gets a chat", VENDOR_PAGE)
        .responds::<ChatResponse>(200, "The chat.")
        .errors::<ErrorResponse>(&[NO_SCOPE, NO_CHAT])
}

/// The caller's own chat, or any with `chats:read`.
async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
) -> Result<Response, HandlerError> {
    let key = ids::parse_chat_key(params.get("conversation"))?;
    let details = conversation::find_with_details(&app.engine, &ctx, key).await?;
    let chat = render::render_one(&app, &ctx, details).await?;
    Ok(ok_json(&chat))
}
