//! `POST /conversation/{conversation}/message/{message}/update`, after the vendor's manual on conversation messages.

use axum::extract::State;
use parlor_engine::message as engine;
use parlor_kit::{App, Params, Payload};
use parlor_model::conversation::ConversationKey;
use parlor_model::message::MessageKey;
use parlor_model::scope::{Resource, Scope};

use super::Patch;
use super::word::Word;
use crate::auth::Caller;
use crate::conversation::guard;
use crate::{Outcome, answer, body, ids};

/// Metadata merges at the top level, as everywhere.
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
    let patch: Patch = body::read(payload).await?;
    let home = guard::find_to_change_messages(&app, ctx, params.get("conversation")).await?;
    let home = ConversationKey::Number(home.number);
    let key = MessageKey::Id(id);
    let found = engine::find(&app.engine, ctx, home, key).await?;
    let patch = patch.kept(Word::of(found.role, found.form.as_deref()));
    engine::edit(&app.engine, ctx, home, key, patch.update()?).await?;
    Ok(answer::done(ids::of_message(id)))
}
