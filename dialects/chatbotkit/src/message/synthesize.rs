//! `POST /conversation/{conversation}/message/{message}/synthesize`, after the vendor's manual on conversation messages: a
//! voice says the message.

use axum::extract::State;
use parlor_engine::message as engine;
use parlor_kit::{App, Params, Payload};
use parlor_model::Error;
use parlor_model::conversation::ConversationKey;
use parlor_model::error::Kind;
use parlor_model::message::MessageKey;
use parlor_model::scope::{Resource, Scope};

use crate::auth::Caller;
use crate::conversation::guard;
use crate::{Outcome, body, ids};

/// No voice is here: 501 where the message is. Fields of the body are accepted and ignored.
pub(crate) async fn handle(
    State(app): State<App>,
    caller: Caller,
    params: Params,
    payload: Payload,
) -> Outcome {
    let ctx = &caller.ctx;
    ctx.require(Scope::write(Resource::Messages))?;
    ids::conversation(params.get("conversation"))?;
    let message = MessageKey::Id(ids::message(params.get("message"))?);
    body::ignore(payload).await?;
    let home = guard::find_to_change_messages(&app, ctx, params.get("conversation")).await?;
    let home = ConversationKey::Number(home.number);
    engine::find(&app.engine, ctx, home, message).await?;
    let what = "a voice that says a message";
    Err(Error::new(Kind::NotImplemented { what }).into())
}
