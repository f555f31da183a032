//! `GET /assignments/{assignment_id}/messages`: the messages of its chat.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::assignment;
use parlor_kit::route::{Route, get};
use parlor_kit::{AppState, PathParams, QueryParams};
use parlor_model::conversation::ConversationKey;

use super::{NO_ASSIGNMENT, VENDOR_PAGE};
use crate::HandlerError;
use crate::auth::Caller;
use crate::documented::{BAD_QUERY, NO_SCOPE, workspace_path};
use crate::error::ErrorResponse;
use crate::ids::parse_key;
use crate::message::list::{ListMessagesQuery, ListMessagesResponse, with_message_window};
use crate::respond::ok_json;

/// Declares the route.
pub(crate) fn route() -> Route {
    with_message_window(get(
        workspace_path!("/assignments/{assignment}/messages"),
        handle,
    ))
    .doc("Lists the messages of an assignment's chat", VENDOR_PAGE)
    .responds::<ListMessagesResponse>(200, "The messages, newest first.")
    .errors::<ErrorResponse>(&[BAD_QUERY, NO_SCOPE, NO_ASSIGNMENT])
}

/// Newest first, in the shapes of the chat's own list. Requires access to the assignment (own, or `assignments:read`)
/// and to its chat (own, or `chats:read`). Empty if the assignment has no chat.
async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
    query: QueryParams,
) -> Result<Response, HandlerError> {
    let request = ListMessagesQuery::from_query(&query)?;
    let key = parse_key(params.get("assignment"))?;
    let found = assignment::find(&app.engine, &ctx, key).await?;
    Ok(match found.conversation {
        Some((number, _)) => {
            let conversation = ConversationKey::Number(number);
            request.respond(app, &ctx, conversation).await?
        }
        None => ok_json(&request.empty_response(0)),
    })
}
