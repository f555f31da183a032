//! `POST /conversation/{conversation}/message/{message}/synthesize`, after the vendor's manual on conversation messages.

use axum::extract::State;
use parlor_engine::message;
use parlor_kit::route::Route;
use parlor_kit::{AppState, PathParams, RequestBody};
use parlor_model::Error;
use parlor_model::conversation::ConversationKey;
use parlor_model::error::ErrorKind;
use parlor_model::message::MessageKey;
use parlor_model::scope::{Resource, Scope};

use crate::auth::Caller;
use crate::documented::{post, requires_assistant};
use crate::prefix::Prefix;
use crate::{HandlerResult, body, conversation_access, ids};

/// Declares the route.
pub(crate) fn route(prefix: Prefix) -> Route {
    let path = "/api/v1/conversation/{conversation}/message/{message}/synthesize";
    requires_assistant(post(prefix, path, handle))
        .doc("Have a message said by a voice", super::MANUAL)
}

/// Returns 501 for an existing message: speech synthesis is not implemented. Fields of the body are accepted and ignored.
async fn handle(
    State(app): State<AppState>,
    caller: Caller,
    params: PathParams,
    payload: RequestBody,
) -> HandlerResult {
    let ctx = &caller.ctx;
    ctx.require(Scope::write(Resource::Messages))?;
    ids::parse_conversation_id(params.get("conversation"))?;
    let key = MessageKey::Id(ids::parse_message_id(params.get("message"))?);
    body::ignore(payload).await?;
    let conversation = params.get("conversation");
    let found = conversation_access::find_for_message_update(&app, ctx, conversation).await?;
    let conversation = ConversationKey::Number(found.number);
    message::find(&app.engine, ctx, conversation, key).await?;
    let what = "a voice that says a message";
    Err(Error::new(ErrorKind::NotImplemented { what }).into())
}
