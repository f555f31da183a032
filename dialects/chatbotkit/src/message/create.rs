//! `POST /conversation/{conversation}/message/create`, after the vendor's manual on conversation messages.

use axum::extract::State;
use http::StatusCode;
use parlor_engine::message as engine;
use parlor_kit::{AppState, PathParams, RequestBody, response};
use parlor_model::conversation::ConversationKey;
use parlor_model::scope::{Resource, Scope};

use super::{MessageCreateRequest, MessageCreateResponse, resolve_author};
use crate::auth::Caller;
use crate::conversation::authorize;
use crate::{HandlerResult, body, ids};

/// Stores a message of any type; nobody answers it.
pub(crate) async fn handle(
    State(app): State<AppState>,
    caller: Caller,
    params: PathParams,
    payload: RequestBody,
) -> HandlerResult {
    let ctx = &caller.ctx;
    ctx.require(Scope::write(Resource::Messages))?;
    ids::parse_conversation_id(params.get("conversation"))?;
    let new: MessageCreateRequest = body::parse(payload).await?;
    let home = authorize::find_for_message_update(&app, ctx, params.get("conversation")).await?;
    let author = resolve_author(&home, ctx, new.message_type().role());
    let command = new.into_create_command(ConversationKey::Number(home.number), author)?;
    let said = engine::create(&app.engine, ctx, command).await?;
    Ok(response::json(
        StatusCode::OK,
        &MessageCreateResponse::new(said.id),
    ))
}
