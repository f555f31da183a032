//! Edits a message.

use parlor_model::conversation::{ConversationKey, ConversationState};
use parlor_model::error::{ConflictReason, EntityKind};
use parlor_model::log::LogEntryKind;
use parlor_model::message::{Message, MessageKey, UpdateMessage};
use parlor_model::{Ctx, Error, Metadata, Result, limit, text};
use parlor_store::repo::{log, message as repo};
use serde_json::json;

use crate::Engine;
use crate::authority::{self, ConversationPermission};

/// Edits a message and appends a log entry, whose seq is returned. Requires `messages:write`, except for the caller's
/// own message.
pub async fn edit(
    engine: &Engine,
    ctx: &Ctx,
    key: ConversationKey,
    message: MessageKey,
    command: UpdateMessage,
) -> Result<i64> {
    let edited = edit_returning(engine, ctx, key, message, command).await;
    edited.map(|(seq, _)| seq)
}

/// Edits like [`edit`], and also returns the edited message.
pub async fn edit_returning(
    engine: &Engine,
    ctx: &Ctx,
    key: ConversationKey,
    message: MessageKey,
    command: UpdateMessage,
) -> Result<(i64, Message)> {
    if let Some(new) = &command.text {
        if new.is_empty() {
            return Err(Error::invalid("text", "must not be empty"));
        }
        text::validate_length(new, "text", limit::MESSAGE.max_chars)?;
        if new.contains('\0') {
            return Err(Error::invalid("text", "must not contain U+0000"));
        }
    }
    limit::SUBTYPE.validate_opt(command.subtype.as_deref(), "type")?;
    let ctx = *ctx;
    engine
        .store
        .write(move |tx| {
            let ws = ctx.ws();
            let conversation =
                authority::find_conversation(tx, &ctx, key, ConversationPermission::Write)?
                    .conversation;
            if conversation.state == ConversationState::Closed {
                return Err(Error::conflict(ConflictReason::Closed));
            }
            let mut found = repo::find(tx, ws, conversation.number, message)?
                .ok_or_else(|| Error::not_found(EntityKind::Message))?;
            authority::authorize_message_change(&ctx, conversation.kind, &found)?;
            if let Some(new) = &command.text {
                found.text = new.clone();
            }
            if command.subtype.is_some() {
                found.subtype.clone_from(&command.subtype);
            }
            if command.clears_metadata {
                found.metadata = Metadata::default();
            }
            if let Some(patch) = &command.metadata {
                found.metadata = Metadata::new(found.metadata.merge(patch).into_map(), "metadata")?;
            }
            if let Some(details) = &command.details {
                found.details = details.clone();
            }
            command.details_patch.apply(&mut found.details);
            if let Some(name) = &command.name {
                found.details.name.clone_from(name);
            }
            if let Some(description) = &command.description {
                found.details.description.clone_from(description);
            }
            if let Some(entities) = &command.entities {
                found.details.entities.clone_from(entities);
            }
            found.updated_at = repo::update(tx, ws, &found)?;
            if let Some(role) = command.role
                && role != found.role
            {
                repo::set_role(tx, ws, conversation.number, found.number, role)?;
                found.role = role;
            }
            let payload = json!({ "message": found.id.uuid().to_string() }).to_string();
            let actor = ctx.actor.map(|actor| actor.number);
            let seq = log::append_entry(
                tx,
                ws,
                conversation.number,
                LogEntryKind::MessageEdited,
                actor,
                &payload,
            )?;
            Ok((seq, found))
        })
        .await
}
