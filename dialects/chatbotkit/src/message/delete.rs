//! `POST /conversation/{conversation}/message/{message}/delete`, after the vendor's manual on conversation messages.

use axum::extract::State;
use parlor_engine::message as engine;
use parlor_kit::{App, Params, Payload};
use parlor_model::conversation::ConversationKey;
use parlor_model::message::MessageKey;
use parlor_model::scope::{Resource, Scope};

use crate::auth::Caller;
use crate::conversation::guard;
use crate::{Outcome, answer, body, ids};

pub(crate) async fn handle(
    State(app): State<App>,
    caller: Caller,
    params: Params,
    payload: Payload,
) -> Outcome {
    let ctx = &caller.ctx;
    ctx.require(Scope::write(Resource::Messages))?;
    ids::conversation(params.get("conversation"))?;
    let id = ids::message(params.get("message"))?;
    body::ignore(payload).await?;
    let home = guard::find_to_change_messages(&app, ctx, params.get("conversation")).await?;
    let home = ConversationKey::Number(home.number);
    engine::delete(&app.engine, ctx, home, MessageKey::Id(id)).await?;
    Ok(answer::done(ids::of_message(id)))
}
