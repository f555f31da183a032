//! What every call about one conversation asks first.

use parlor_engine::conversation;
use parlor_kit::App;
use parlor_model::conversation::{Conversation, ConversationKey, Kind};
use parlor_model::error::{Denied, Kind as Refusal, Noun};
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result};

use crate::ids;

/// The conversation of a path. A direct one is its two participants' alone, and a key's that acts for nobody and may
/// read such ones: to everybody else it is as unknown as none.
pub(crate) async fn find(app: &App, ctx: &Ctx, id: &str) -> Result<Conversation> {
    let key = ConversationKey::Id(ids::conversation(id)?);
    let found = conversation::find(&app.engine, ctx, key).await;
    found.map_err(unknown)
}

/// The same for a call about its messages, for which the scope of messages is enough.
pub(crate) async fn find_of_messages(app: &App, ctx: &Ctx, id: &str) -> Result<Conversation> {
    let key = ConversationKey::Id(ids::conversation(id)?);
    let found = conversation::find_of_messages(&app.engine, ctx, key).await;
    found.map_err(unknown)
}

fn unknown(error: Error) -> Error {
    match error.kind() {
        Refusal::Forbidden(Denied::NotParticipant) => Error::not_found(Noun::Conversation),
        _ => error,
    }
}

/// The same before something in it is changed: a key that acts for nobody must be one that may write direct messages.
pub(crate) async fn find_to_change(app: &App, ctx: &Ctx, id: &str) -> Result<Conversation> {
    let found = find(app, ctx, id).await?;
    check_change(ctx, found)
}

/// The same for a call that changes its messages.
pub(crate) async fn find_to_change_messages(
    app: &App,
    ctx: &Ctx,
    id: &str,
) -> Result<Conversation> {
    let found = find_of_messages(app, ctx, id).await?;
    check_change(ctx, found)
}

fn check_change(ctx: &Ctx, found: Conversation) -> Result<Conversation> {
    if found.kind == Kind::Direct && ctx.actor.is_none() {
        ctx.require(Scope::write(Resource::Dm))?;
    }
    Ok(found)
}
