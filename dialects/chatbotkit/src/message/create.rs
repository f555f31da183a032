//! `POST /conversation/{conversation}/message/create`, after the vendor's manual on conversation messages.

use axum::extract::State;
use http::StatusCode;
use parlor_engine::message as engine;
use parlor_kit::{App, Params, Payload, reply};
use parlor_model::conversation::ConversationKey;
use parlor_model::scope::{Resource, Scope};

use super::{New, Stored, author};
use crate::auth::Caller;
use crate::conversation::guard;
use crate::{Outcome, body, ids};

/// Stores a message of any type; nobody answers it.
pub(crate) async fn handle(
    State(app): State<App>,
    caller: Caller,
    params: Params,
    payload: Payload,
) -> Outcome {
    let ctx = &caller.ctx;
    ctx.require(Scope::write(Resource::Messages))?;
    ids::conversation(params.get("conversation"))?;
    let new: New = body::read(payload).await?;
    let home = guard::find_to_change_messages(&app, ctx, params.get("conversation")).await?;
    let author = author(&home, ctx, new.word().role());
    let command = new.create(ConversationKey::Number(home.number), author)?;
    let said = engine::create(&app.engine, ctx, command).await?;
    Ok(reply::json(StatusCode::OK, &Stored::new(said.id)))
}
