//! Updates a conversation.

use parlor_model::conversation::{
    Conversation, ConversationKey, ConversationKind, UpdateConversation, UpdateServiceConfig,
};
use parlor_model::error::{EntityKind, ForbiddenReason};
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Metadata, Result};
use parlor_store::Tx;
use parlor_store::repo::{conversation as repo, participant, space};
use serde_json::{Map, Value, json};

use super::text_limits::check_changes;
use crate::authority::{self, ConversationPermission};
use crate::log::write_change;
use crate::membership::ensure_participant;
use crate::{Engine, member, outbox, turn};

/// Changes a conversation; omitted fields stay, and nothing is written without a change. The owner may change title and
/// state, each participant its own mute setting; everything else requires `conversations:write`.
pub async fn update(
    engine: &Engine,
    ctx: &Ctx,
    key: ConversationKey,
    command: UpdateConversation,
) -> Result<()> {
    check_changes(&command)?;
    let caller = *ctx;
    let (number, withdrawn) = engine
        .store
        .write(move |tx| {
            let ctx = caller;
            // The member's own mute setting does not change the conversation.
            let permission = match is_own_setting(&command) {
                true => ConversationPermission::Read,
                false => ConversationPermission::Manage,
            };
            let mut found = authority::find_conversation(tx, &ctx, key, permission)?.conversation;
            authorize_update(&ctx, &found, &command)?;
            if let (Some(muted), Some(actor)) = (command.muted, ctx.actor) {
                participant::set_muted(tx, ctx.ws(), found.number, actor.number, muted)?;
            }
            let mut changes = apply_changes(&mut found, &command)?;
            apply_relations(tx, &ctx, &mut found, &command, &mut changes)?;
            if changes.is_empty() {
                return Ok((found.number, None));
            }
            let withdrawn = turn::withdraw_if_stopped(tx, &ctx, &found)?;
            if withdrawn.is_some() {
                require_response(&mut found, &command, &mut changes);
            }
            write_change(tx, &ctx, &found, &Value::Object(changes))?;
            Ok((found.number, withdrawn))
        })
        .await?;
    turn::publish_withdrawal(engine, ctx, number, withdrawn);
    outbox::wake_worker(engine);
    Ok(())
}

/// Returns whether the command changes only the acting member's own settings.
fn is_own_setting(command: &UpdateConversation) -> bool {
    command.title.is_none() && command.state.is_none() && !requires_scope(command)
}

/// Returns whether the command changes fields that no participant may change without a scope.
fn requires_scope(command: &UpdateConversation) -> bool {
    command.service.is_some()
        || command.metadata.is_some()
        || command.merge.is_some()
        || command.description.is_some()
        || command.responder.is_some()
        || command.space.is_some()
        || command.subject.is_some()
}

fn authorize_update(ctx: &Ctx, found: &Conversation, command: &UpdateConversation) -> Result<()> {
    let write = Scope::write(Resource::Conversations);
    if ctx.allows(write) {
        return Ok(());
    }
    if requires_scope(command) {
        return Err(Error::forbidden(ForbiddenReason::MissingScope(write)));
    }
    let own = found
        .owner
        .as_ref()
        .is_some_and(|owner| ctx.is_actor(owner.number));
    if !own && (command.title.is_some() || command.state.is_some()) {
        return Err(Error::forbidden(ForbiddenReason::MissingScope(write)));
    }
    Ok(())
}

/// Applies the command and returns the changed fields for the log.
fn apply_changes(
    found: &mut Conversation,
    command: &UpdateConversation,
) -> Result<Map<String, Value>> {
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
        changes.insert("state".into(), json!(state.as_str()));
        found.state = state;
    }
    let mut metadata = command
        .metadata
        .clone()
        .unwrap_or_else(|| found.metadata.clone());
    if let Some(patch) = &command.merge {
        metadata = Metadata::new(metadata.merge(patch).into_map(), "metadata")?;
    }
    if metadata != found.metadata {
        changes.insert("metadata".into(), json!(true));
        found.metadata = metadata;
    }
    if let Some(description) = &command.description
        && *description != found.description
    {
        changes.insert("description".into(), json!(true));
        found.description.clone_from(description);
    }
    if let Some(patch) = &command.responder {
        let responder = patch.apply(found.responder.clone());
        if responder != found.responder {
            changes.insert("responder".into(), json!(true));
            found.responder = responder;
        }
    }
    if let Some(patch) = &command.service {
        apply_service_config(found, patch, &mut changes);
    }
    Ok(changes)
}

/// Moves the conversation to another space and sets another subject, which becomes a participant.
fn apply_relations(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    found: &mut Conversation,
    command: &UpdateConversation,
    changes: &mut Map<String, Value>,
) -> Result<()> {
    let ws = ctx.ws();
    if let Some(space) = command.space
        && space != found.space
    {
        let number = match space {
            None => None,
            Some(id) => {
                let number_and_owner = space::number_and_owner(tx, ws, id)?;
                Some(
                    number_and_owner
                        .ok_or_else(|| Error::not_found(EntityKind::Space))?
                        .0,
                )
            }
        };
        repo::set_space(tx, ws, found.number, number)?;
        changes.insert("space".into(), json!(space.map(|id| id.uuid().to_string())));
        found.space = space;
    }
    if let Some(subject) = &command.subject {
        let subject = match subject {
            Some(key) => Some(member::resolve_or_create(tx, ws, key)?),
            None => found.owner.clone(),
        };
        if subject != found.subject {
            if let Some(subject) = &subject {
                ensure_participant(tx, ctx, found, subject.number)?;
            }
            changes.insert(
                "subject".into(),
                json!(subject.as_ref().map(|subject| subject.number)),
            );
            found.subject = subject;
        }
    }
    Ok(())
}

/// Puts a conversation whose assistant was stopped while it answered before a person, unless the command says otherwise.
/// One that is closed waits for nobody until it is opened again: then somebody has to respond, since no assistant answers
/// what was said before. In a direct conversation nobody else can.
fn require_response(
    found: &mut Conversation,
    command: &UpdateConversation,
    changes: &mut Map<String, Value>,
) {
    let service = command.service.as_ref();
    let is_decided = service.is_some_and(|service| service.needs_response.is_some());
    let is_direct = found.kind == ConversationKind::Direct;
    if !is_decided && !is_direct && !found.service.needs_response {
        found.service.needs_response = true;
        changes.insert("needs_response".into(), json!(true));
    }
}

fn apply_service_config(
    found: &mut Conversation,
    patch: &UpdateServiceConfig,
    changes: &mut Map<String, Value>,
) {
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
