//! Saying what was begun, or saying it anew.

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

/// Says something under an id its writer chose. A draft of that id takes its place in the log with it, and what the
/// command leaves out is as the draft had it; a message that was said already is changed in what the command gives,
/// unless it reads so. Gives the message as it reads now, without reading it after the commit. An id that is taken in
/// another conversation is refused. Who may speak in the conversation may.
pub async fn publish(
    engine: &Engine,
    ctx: &Ctx,
    command: SaveDraft,
    text: Redacted<String>,
) -> Result<Message> {
    let (scope, id, key) = (*ctx, command.id, command.conversation);
    let (wanted, said) = (command.clone(), text.clone());
    let standing = engine
        .store
        .read(move |tx| compare_with_stored(tx, &scope, &wanted, &said))
        .await?;
    match standing {
        StoredComparison::Unchanged(message) => return Ok(*message),
        StoredComparison::NotStored(unsaid) => {
            let UnpublishedMessage {
                conversation,
                mut details,
                metadata,
            } = *unsaid;
            command.details.apply(&mut details);
            let new = CreateMessage {
                id: Some(id),
                details,
                metadata: merged_metadata(metadata, &command)?,
                ..CreateMessage::new(key, command.author, command.role, text.0.clone())
            };
            let ends = AppendOptions {
                companions: vec![AppendEffect::DeleteDraft(id)],
                ..AppendOptions::default()
            };
            let said =
                message::create_in_conversation_with_options(engine, ctx, &conversation, new, ends)
                    .await?;
            if !said.duplicate {
                return Ok(said.message);
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
    wanted: &SaveDraft,
    said: &Redacted<String>,
) -> Result<StoredComparison> {
    let conversation = authorize_write(tx, ctx, wanted.conversation)?;
    let number = conversation.number;
    let unsaid = |details, metadata| {
        StoredComparison::NotStored(Box::new(UnpublishedMessage {
            conversation: conversation.to_header(),
            details,
            metadata,
        }))
    };
    match id_use(tx, ctx.ws(), wanted.id, number)? {
        IdUse::Message => {}
        IdUse::Draft(draft) => {
            let draft = *draft;
            return Ok(unsaid(draft.details, draft.metadata));
        }
        IdUse::Unused => return Ok(unsaid(MessageDetails::default(), Metadata::default())),
    }
    let found = messages::find(tx, ctx.ws(), number, MessageKey::Id(wanted.id))?;
    let Some(found) = found else {
        return Ok(StoredComparison::Changed);
    };
    let mut details = found.details.clone();
    wanted.details.apply(&mut details);
    let metadata = merged_metadata(found.metadata.clone(), wanted)?;
    let alike = found.text == *said && found.details == details && found.metadata == metadata;
    Ok(if alike {
        StoredComparison::Unchanged(Box::new(found))
    } else {
        StoredComparison::Changed
    })
}

/// A command as the change of a message that was said already.
pub fn into_message_update(command: SaveDraft) -> UpdateMessage {
    UpdateMessage {
        clears_metadata: command.metadata == Some(None),
        metadata: command.metadata.flatten(),
        details_patch: command.details,
        ..UpdateMessage::default()
    }
}

/// What an id stands for before the command.
enum StoredComparison {
    /// Nothing of this id was said; there may be parts of a draft.
    NotStored(Box<UnpublishedMessage>),
    /// It was said, and in these words.
    Unchanged(Box<Message>),
    /// It was said in other words.
    Changed,
}

/// What there is of something that is to be said.
struct UnpublishedMessage {
    conversation: ConversationHeader,
    details: MessageDetails,
    metadata: Metadata,
}
