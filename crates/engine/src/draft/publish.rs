//! Publishes a draft, or edits the message it became.
//!
//! Keeps INV-12 (`docs/invariants.md`).

use parlor_model::conversation_header::ConversationHeader;
use parlor_model::draft::SaveDraft;
use parlor_model::message::{CreateMessage, Message, MessageKey, UpdateMessage};
use parlor_model::message_details::MessageDetails;
use parlor_model::redacted::Redacted;
use parlor_model::{Ctx, Metadata, Result};
use parlor_store::Tx;
use parlor_store::append_message::AppendEffect;
use parlor_store::repo::message as messages;

use super::save::merged_metadata;
use super::{IdUse, authorize_write, id_use};
use crate::Engine;
use crate::message::{self, AppendOptions};

/// Publishes a message under an id chosen by the client, and returns it.
///
/// A draft of that id is removed with it and supplies the omitted fields. If the message exists already, it is edited
/// where the command differs. Nothing is read after the commit. Requires write permission.
///
/// # Errors
/// `Forbidden` for an id that is used in another conversation.
pub async fn publish(
    engine: &Engine,
    ctx: &Ctx,
    command: SaveDraft,
    text: Redacted<String>,
) -> Result<Message> {
    let (owned_ctx, id, key) = (*ctx, command.id, command.conversation);
    let (request, new_text) = (command.clone(), text.clone());
    let comparison = engine
        .store
        .read(move |tx| compare_with_stored(tx, &owned_ctx, &request, &new_text))
        .await?;
    match comparison {
        StoredComparison::Unchanged(message) => return Ok(*message),
        StoredComparison::NotStored(not_stored) => {
            let UnpublishedMessage {
                conversation,
                mut details,
                metadata,
            } = *not_stored;
            command.details.apply(&mut details);
            let new = CreateMessage {
                id: Some(id),
                details,
                metadata: merged_metadata(metadata, &command)?,
                ..CreateMessage::new(key, command.author, command.role, text.0.clone())
            };
            let options = AppendOptions {
                effects: vec![AppendEffect::DeleteDraft(id)],
                ..AppendOptions::default()
            };
            let created = message::create_in_conversation_with_options(
                engine,
                ctx,
                &conversation,
                new,
                options,
            )
            .await?;
            if !created.duplicate {
                return Ok(created.message);
            }
        }
        StoredComparison::Changed => {}
    }
    let change = UpdateMessage {
        text: Some(text),
        ..into_message_update(command)
    };
    let edited = message::edit_returning(engine, ctx, key, MessageKey::Id(id), change).await;
    edited.map(|(_, message)| message)
}

fn compare_with_stored(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    command: &SaveDraft,
    new_text: &Redacted<String>,
) -> Result<StoredComparison> {
    let conversation = authorize_write(tx, ctx, command.conversation)?;
    let number = conversation.number;
    let not_stored = |details, metadata| {
        StoredComparison::NotStored(Box::new(UnpublishedMessage {
            conversation: conversation.to_header(),
            details,
            metadata,
        }))
    };
    match id_use(tx, ctx.ws(), command.id, number)? {
        IdUse::Message => {}
        IdUse::Draft(draft) => {
            let draft = *draft;
            return Ok(not_stored(draft.details, draft.metadata));
        }
        IdUse::Unused => return Ok(not_stored(MessageDetails::default(), Metadata::default())),
    }
    let found = messages::find(tx, ctx.ws(), number, MessageKey::Id(command.id))?;
    let Some(found) = found else {
        return Ok(StoredComparison::Changed);
    };
    let mut details = found.details.clone();
    command.details.apply(&mut details);
    let metadata = merged_metadata(found.metadata.clone(), command)?;
    let is_unchanged =
        found.text == *new_text && found.details == details && found.metadata == metadata;
    Ok(if is_unchanged {
        StoredComparison::Unchanged(Box::new(found))
    } else {
        StoredComparison::Changed
    })
}

/// Converts a command into the update of an existing message.
pub fn into_message_update(command: SaveDraft) -> UpdateMessage {
    UpdateMessage {
        clears_metadata: command.metadata == Some(None),
        metadata: command.metadata.flatten(),
        details_patch: command.details,
        ..UpdateMessage::default()
    }
}

/// How the command compares with what is stored under its id.
enum StoredComparison {
    /// No message is stored; a draft may be.
    NotStored(Box<UnpublishedMessage>),
    /// The message is stored with the same content.
    Unchanged(Box<Message>),
    /// The message is stored with other content.
    Changed,
}

/// A message to be published.
struct UnpublishedMessage {
    conversation: ConversationHeader,
    details: MessageDetails,
    metadata: Metadata,
}
