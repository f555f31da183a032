//! `POST /conversation/{conversation}/delete`, after the vendor's reference on deleting conversations.

use axum::extract::State;
use parlor_engine::conversation;
use parlor_kit::{AppState, PathParams, RequestBody};
use parlor_model::conversation::ConversationKey;
use parlor_model::scope::{Resource, Scope};

use super::authorize;
use crate::auth::Caller;
use crate::{HandlerResult, body, id_response, ids};

/// Its messages go with it.
pub(crate) async fn handle(
    State(app): State<AppState>,
    caller: Caller,
    params: PathParams,
    payload: RequestBody,
) -> HandlerResult {
    let write = Scope::write(Resource::Conversations);
    caller.ctx.require(write)?;
    let id = ids::parse_conversation_id(params.get("conversation"))?;
    body::ignore(payload).await?;
    authorize::find_for_update(&app, &caller.ctx, params.get("conversation")).await?;
    conversation::delete(&app.engine, &caller.ctx, ConversationKey::Id(id), write).await?;
    Ok(id_response::id_response(ids::format_conversation_id(id)))
}
