//! Changing a conversation.

use parlor_model::conversation::{Conversation, ConversationKey, ServicePatch, UpdateConversation};
use parlor_model::error::Denied;
use parlor_model::log::EntryKind;
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result, text};
use parlor_store::Tx;
use parlor_store::repo::{conversation as repo, log, participant};
use serde_json::{Map, Value, json};

use super::find::visible;
use crate::Engine;

/// Changes a conversation; what the command leaves out stays, and a command that changes nothing writes nothing.
/// Its owner may change title and state; everybody their own mute setting; the rest asks for `conversations:write`.
pub async fn update(
    engine: &Engine,
    ctx: &Ctx,
    key: ConversationKey,
    command: UpdateConversation,
) -> Result<()> {
    if let Some(Some(title)) = &command.title {
        text::limit(title, "title", 255)?;
    }
    let ctx = *ctx;
    engine
        .store
        .write(move |tx| {
            let mut found = visible(tx, &ctx, key)?;
            permitted(&ctx, &found, &command)?;
            if let (Some(muted), Some(actor)) = (command.muted, ctx.actor) {
                participant::set_muted(tx, ctx.ws(), found.number, actor.number, muted)?;
            }
            let changes = apply(&mut found, &command);
            if changes.is_empty() {
                Ok(())
            } else {
                write(tx, &ctx, &found, &Value::Object(changes))
            }
        })
        .await
}

fn permitted(ctx: &Ctx, found: &Conversation, command: &UpdateConversation) -> Result<()> {
    let write = Scope::write(Resource::Conversations);
    if ctx.allows(write) {
        return Ok(());
    }
    if command.service.is_some() || command.metadata.is_some() {
        return Err(Error::forbidden(Denied::MissingScope(write)));
    }
    let own = found
        .owner
        .as_ref()
        .is_some_and(|owner| ctx.is_actor(owner.number));
    if !own && (command.title.is_some() || command.state.is_some()) {
        return Err(Error::forbidden(Denied::MissingScope(write)));
    }
    Ok(())
}

/// Applies the command and gives what is new, for the log.
fn apply(found: &mut Conversation, command: &UpdateConversation) -> Map<String, Value> {
    let mut changes = Map::new();
    if let Some(title) = &command.title
        && *title != found.title
    {
        changes.insert("title".into(), json!(title));
        found.title.clone_from(title);
        found.title_is_automatic = false;
    }
    if let Some(state) = command.state
        && state != found.state
    {
        changes.insert("state".into(), json!(state.word()));
        found.state = state;
    }
    if let Some(metadata) = &command.metadata
        && *metadata != found.metadata
    {
        changes.insert("metadata".into(), json!(true));
        found.metadata = metadata.clone();
    }
    if let Some(patch) = &command.service {
        serve(found, patch, &mut changes);
    }
    changes
}

fn serve(found: &mut Conversation, patch: &ServicePatch, changes: &mut Map<String, Value>) {
    let service = &mut found.service;
    macro_rules! field {
        ($name:ident) => {
            if let Some(new) = &patch.$name
                && *new != service.$name
            {
                changes.insert(stringify!($name).into(), json!(new));
                service.$name.clone_from(new);
            }
        };
    }
    field!(is_test);
    field!(site);
    field!(assistant_enabled);
    field!(assistant);
    field!(chat_model);
    field!(realtime_model);
    field!(paused);
    field!(needs_response);
}

/// Writes a changed conversation and the log entry that tells of it.
pub(super) fn write(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    found: &Conversation,
    changes: &Value,
) -> Result<()> {
    let actor = ctx.actor.map(|actor| actor.number);
    log::append(
        tx,
        ctx.ws(),
        found.number,
        EntryKind::Changed,
        actor,
        &changes.to_string(),
    )?;
    repo::update(tx, ctx.ws(), found)
}
