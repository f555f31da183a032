//! `POST /conversation/{conversation}/message/{message}/delete`, after the vendor's manual on conversation messages.

use axum::extract::State;
use parlor_engine::message as engine;
use parlor_kit::{AppState, PathParams, RequestBody};
use parlor_model::conversation::ConversationKey;
use parlor_model::message::MessageKey;
use parlor_model::scope::{Resource, Scope};

use crate::auth::Caller;
use crate::conversation::authorize;
use crate::{HandlerResult, body, id_response, ids};

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
    body::ignore(payload).await?;
    let home = authorize::find_for_message_update(&app, ctx, params.get("conversation")).await?;
    let home = ConversationKey::Number(home.number);
    engine::delete(&app.engine, ctx, home, MessageKey::Id(id)).await?;
    Ok(id_response::id_response(ids::format_message_id(id)))
}
