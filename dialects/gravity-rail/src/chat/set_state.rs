//! Archives and restores chats, shared by `/archive` and `/unarchive`.

use axum::response::Response;
use parlor_engine::conversation;
use parlor_kit::AppState;
use parlor_model::conversation::{ConversationKey, ConversationState, UpdateConversation};
use parlor_model::error::ConflictReason;
use parlor_model::{Ctx, Error, Result};

use super::render;
use crate::ids;
use crate::respond::ok_json;

/// Sets the state of a chat and responds with the chat. A closed chat stays closed.
///
/// # Errors
/// `Conflict(Closed)` if a closed chat is to become active.
pub(super) async fn set_state(
    app: &AppState,
    ctx: &Ctx,
    chat: &str,
    state: ConversationState,
) -> Result<Response> {
    let found = conversation::find(&app.engine, ctx, ids::parse_chat_key(chat)?).await?;
    let state = match (found.state, state) {
        (ConversationState::Closed, ConversationState::Active) => {
            return Err(Error::conflict(ConflictReason::Closed));
        }
        // A closed chat already counts as archived: the update only checks the right to archive it.
        (ConversationState::Closed, _) => ConversationState::Closed,
        (_, requested) => requested,
    };
    let key = ConversationKey::Number(found.number);
    let command = UpdateConversation {
        state: Some(state),
        ..UpdateConversation::default()
    };
    conversation::update(&app.engine, ctx, key, command).await?;
    let details = conversation::find_with_details(&app.engine, ctx, key).await?;
    let chat = render::render_one(app, ctx, details).await?;
    Ok(ok_json(&chat))
}
