//! `POST /conversation/{conversation}/message/{message}/update`, after the vendor's manual on conversation messages.

use axum::extract::State;
use parlor_engine::message as engine;
use parlor_kit::{AppState, PathParams, RequestBody};
use parlor_model::conversation::ConversationKey;
use parlor_model::message::MessageKey;
use parlor_model::scope::{Resource, Scope};

use super::MessageUpdateRequest;
use super::message_type::MessageType;
use crate::auth::Caller;
use crate::conversation::authorize;
use crate::{HandlerResult, body, id_response, ids};

/// Metadata merges at the top level, as everywhere.
pub(crate) async fn handle(
    State(app): State<AppState>,
    caller: Caller,
    params: PathParams,
    payload: RequestBody,
) -> HandlerResult {
    let ctx = &caller.ctx;
    ctx.require(Scope::write(Resource::Messages))?;
    ids::parse_conversation_id(params.get("conversation"))?;
    let id = ids::parse_message_id(params.get("message"))?;
    let patch: MessageUpdateRequest = body::parse(payload).await?;
    let home = authorize::find_for_message_update(&app, ctx, params.get("conversation")).await?;
    let home = ConversationKey::Number(home.number);
    let key = MessageKey::Id(id);
    let found = engine::find(&app.engine, ctx, home, key).await?;
    let patch =
        patch.drop_unchanged_type(MessageType::from_role(found.role, found.subtype.as_deref()));
    engine::edit(&app.engine, ctx, home, key, patch.into_update_command()?).await?;
    Ok(id_response::id_response(ids::format_message_id(id)))
}
