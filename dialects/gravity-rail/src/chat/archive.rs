//! `POST /chats/{chat_id}/archive` and `/unarchive`: what `PUT` does with `archived`, for clients that know no other way.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::conversation;
use parlor_kit::{AppState, PathParams, response};
use parlor_model::conversation::{ConversationKey, ConversationState as Life, UpdateConversation};
use parlor_model::error::ConflictReason;
use parlor_model::{Ctx, Error, Result};

use super::render;
use crate::auth::Caller;
use crate::{HandlerError, ids};

/// Puts a chat away; doing it again changes nothing. Its owner may, anybody else with `chats:write`.
pub(crate) async fn archive(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
) -> Result<Response, HandlerError> {
    let chat = params.get("conversation");
    Ok(set_state(&app, &ctx, chat, Life::Archived).await?)
}

/// Brings a chat back; one that is closed for good stays so. Its owner may, anybody else with `chats:write`.
pub(crate) async fn unarchive(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
) -> Result<Response, HandlerError> {
    let chat = params.get("conversation");
    Ok(set_state(&app, &ctx, chat, Life::Active).await?)
}

async fn set_state(app: &AppState, ctx: &Ctx, chat: &str, state: Life) -> Result<Response> {
    let found = conversation::find(&app.engine, ctx, ids::parse_chat_key(chat)?).await?;
    let state = match (found.state, state) {
        (Life::Closed, Life::Active) => return Err(Error::conflict(ConflictReason::Closed)),
        // Closed is archived already, and more: only the right to archive it is asked.
        (Life::Closed, _) => Life::Closed,
        (_, wanted) => wanted,
    };
    let key = ConversationKey::Number(found.number);
    let command = UpdateConversation {
        state: Some(state),
        ..UpdateConversation::default()
    };
    conversation::update(&app.engine, ctx, key, command).await?;
    let whole = conversation::find_with_details(&app.engine, ctx, key).await?;
    let chat = render::render_one(app, ctx, whole).await?;
    Ok(response::json(StatusCode::OK, &chat))
}
