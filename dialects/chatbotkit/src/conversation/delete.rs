//! `POST /conversation/{conversation}/delete`, after the vendor's reference on deleting conversations.

use axum::extract::State;
use parlor_engine::conversation;
use parlor_kit::{App, Params, Payload};
use parlor_model::conversation::ConversationKey;
use parlor_model::scope::{Resource, Scope};

use super::guard;
use crate::auth::Caller;
use crate::{Outcome, answer, body, ids};

/// Its messages go with it.
pub(crate) async fn handle(
    State(app): State<App>,
    caller: Caller,
    params: Params,
    payload: Payload,
) -> Outcome {
    let write = Scope::write(Resource::Conversations);
    caller.ctx.require(write)?;
    let id = ids::conversation(params.get("conversation"))?;
    body::ignore(payload).await?;
    guard::find_to_change(&app, &caller.ctx, params.get("conversation")).await?;
    conversation::delete(&app.engine, &caller.ctx, ConversationKey::Id(id), write).await?;
    Ok(answer::done(ids::of_conversation(id)))
}
