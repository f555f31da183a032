//! `POST /conversation/{conversation}/message/create`, after the vendor's manual on conversation messages.

use axum::extract::State;
use http::StatusCode;
use parlor_engine::message;
use parlor_kit::route::Route;
use parlor_kit::{AppState, PathParams, RequestBody, response};
use parlor_model::conversation::ConversationKey;
use parlor_model::scope::{Resource, Scope};

use super::{MessageCreateRequest, MessageCreateResponse, resolve_author};
use crate::auth::Caller;
use crate::documented::post;
use crate::prefix::Prefix;
use crate::{HandlerResult, body, conversation_access, ids};

/// Declares the route.
pub(crate) fn route(prefix: Prefix) -> Route {
    let path = "/api/v1/conversation/{conversation}/message/create";
    post(prefix, path, handle)
        .doc("Store a message; nobody answers it", super::MANUAL)
        .body::<MessageCreateRequest>()
        .scope(Scope::write(Resource::Messages))
        .responds::<MessageCreateResponse>(200, "The message's id")
}

/// Stores a message of any type. No assistant answers.
async fn handle(
    State(app): State<AppState>,
    caller: Caller,
    params: PathParams,
    payload: RequestBody,
) -> HandlerResult {
    let ctx = &caller.ctx;
    ctx.require(Scope::write(Resource::Messages))?;
    ids::parse_conversation_id(params.get("conversation"))?;
    let request: MessageCreateRequest = body::parse(payload).await?;
    let conversation = params.get("conversation");
    let found = conversation_access::find_for_message_update(&app, ctx, conversation).await?;
    let author = resolve_author(&found, ctx, request.message_type().role());
    let command = request.into_create_command(ConversationKey::Number(found.number), author)?;
    let created = message::create(&app.engine, ctx, command).await?;
    Ok(response::json(
        StatusCode::OK,
        &MessageCreateResponse::new(created.id),
    ))
}
