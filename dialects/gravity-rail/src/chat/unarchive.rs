//! `POST /chats/{chat_id}/unarchive`: the same as `PUT` with `archived`.

use axum::extract::State;
use axum::response::Response;
use parlor_kit::route::{Route, post};
use parlor_kit::{AppState, PathParams};
use parlor_model::conversation::ConversationState;

use super::ChatResponse;
use super::set_state::set_state;
use crate::HandlerError;
use crate::auth::Caller;
use crate::documented::{NO_CHAT, NO_SCOPE, workspace_path};
use crate::error::ErrorResponse;

/// Declares the route.
pub(crate) fn route() -> Route {
    post(workspace_path!("/chats/{conversation}/unarchive"), handle)
        .doc("Brings an archived chat back", "")
        .responds::<ChatResponse>(200, "The chat as it is now.")
        .errors::<ErrorResponse>(&[NO_SCOPE, NO_CHAT, (409, "The chat is closed for good.")])
}

/// A closed chat is a conflict. Allowed to the owner, or with `chats:write`.
async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
) -> Result<Response, HandlerError> {
    let chat = params.get("conversation");
    Ok(set_state(&app, &ctx, chat, ConversationState::Active).await?)
}
