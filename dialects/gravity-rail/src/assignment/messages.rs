//! `GET /assignments/{assignment_id}/messages`, after developer/api/workspace/assignments: those of its chat.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::assignment;
use parlor_kit::{App, Params, Query, reply};
use parlor_model::conversation::ConversationKey;

use super::key;
use crate::Fail;
use crate::auth::Caller;
use crate::message::list::Stretch;

/// Newest first, in the forms of the chat's messages. One's own assignment, or anybody's with `assignments:read`; and
/// one's own chat, or any with `chats:read`. An assignment without a chat has none.
pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    params: Params,
    query: Query,
) -> Result<Response, Fail> {
    let stretch = Stretch::read(&query)?;
    let key = key(params.get("assignment"))?;
    let found = assignment::find(&app.engine, &ctx, key).await?;
    Ok(match found.conversation {
        Some((number, _)) => {
            let place = ConversationKey::Number(number);
            stretch.answer(app, &ctx, place).await?
        }
        None => reply::json(StatusCode::OK, &stretch.empty(0)),
    })
}
