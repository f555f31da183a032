//! `GET /assignments/{assignment_id}/messages`, after developer/api/workspace/assignments: those of its chat.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::assignment;
use parlor_kit::{AppState, PathParams, QueryParams, response};
use parlor_model::conversation::ConversationKey;

use super::parse_key;
use crate::HandlerError;
use crate::auth::Caller;
use crate::message::list::ListMessagesQuery;

/// Newest first, in the forms of the chat's messages. One's own assignment, or anybody's with `assignments:read`; and
/// one's own chat, or any with `chats:read`. An assignment without a chat has none.
pub(crate) async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
    query: QueryParams,
) -> Result<Response, HandlerError> {
    let stretch = ListMessagesQuery::from_query(&query)?;
    let key = parse_key(params.get("assignment"))?;
    let found = assignment::find(&app.engine, &ctx, key).await?;
    Ok(match found.conversation {
        Some((number, _)) => {
            let place = ConversationKey::Number(number);
            stretch.respond(app, &ctx, place).await?
        }
        None => response::json(StatusCode::OK, &stretch.empty_response(0)),
    })
}
