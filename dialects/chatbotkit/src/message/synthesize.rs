//! `POST /conversation/{conversation}/message/{message}/synthesize`, after the vendor's manual on conversation messages: a
//! voice says the message.

use axum::extract::State;
use parlor_engine::message as engine;
use parlor_kit::{AppState, PathParams, RequestBody};
use parlor_model::Error;
use parlor_model::conversation::ConversationKey;
use parlor_model::error::ErrorKind;
use parlor_model::message::MessageKey;
use parlor_model::scope::{Resource, Scope};

use crate::auth::Caller;
use crate::conversation::authorize;
use crate::{HandlerResult, body, ids};

/// No voice is here: 501 where the message is. Fields of the body are accepted and ignored.
pub(crate) async fn handle(
    State(app): State<AppState>,
    caller: Caller,
    params: PathParams,
    payload: RequestBody,
) -> HandlerResult {
    let ctx = &caller.ctx;
    ctx.require(Scope::write(Resource::Messages))?;
    ids::parse_conversation_id(params.get("conversation"))?;
    let message = MessageKey::Id(ids::parse_message_id(params.get("message"))?);
    body::ignore(payload).await?;
    let home = authorize::find_for_message_update(&app, ctx, params.get("conversation")).await?;
    let home = ConversationKey::Number(home.number);
    engine::find(&app.engine, ctx, home, message).await?;
    let what = "a voice that says a message";
    Err(Error::new(ErrorKind::NotImplemented { what }).into())
}
