//! Creates several messages in one transaction.

use parlor_model::conversation::{
    Conversation, ConversationKey, ConversationKind, ConversationState,
};
use parlor_model::error::{ConflictReason, EntityKind, ForbiddenReason};
use parlor_model::id::MessageId;
use parlor_model::message::MessageRole;
use parlor_model::message_details::MessageDetails;
use parlor_model::participant::ParticipantState;
use parlor_model::redacted::Redacted;
use parlor_model::{Ctx, Error, Metadata, Result, limit};
use parlor_store::Tx;
use parlor_store::repo::import::{self, ImportedMessageRow, RowTimestamps};
use parlor_store::repo::{conversation, member, participant};
use serde_json::json;

use super::title_from_text;
use super::validate::check_text;
use crate::authority::{self, AccessBasis, AccessGrant, ConversationPermission};
use crate::log::write_change;
use crate::{Engine, outbox};

/// A message of a batch or of a new conversation.
#[derive(Debug, Clone)]
pub struct InitialMessage {
    /// The role.
    pub role: MessageRole,
    /// Finer type of the dialect.
    pub subtype: Option<String>,
    /// The text.
    pub text: Redacted<String>,
    /// Structured parts besides the text.
    pub details: MessageDetails,
    /// Free JSON.
    pub metadata: Metadata,
}

/// Stores messages in one conversation, in their order, in one transaction, and returns their ids. User messages are
/// authored by the conversation's subject, or by the acting member if there is none; assistant messages by the
/// conversation's assistant. Requires what [`create`](super::create()) requires for each message.
///
/// # Errors
/// Those of [`create`](super::create()) for any message; nothing is stored then.
pub async fn create_batch(
    engine: &Engine,
    ctx: &Ctx,
    key: ConversationKey,
    messages: Vec<InitialMessage>,
) -> Result<Vec<MessageId>> {
    for message in &messages {
        check_text(&message.text)?;
        limit::SUBTYPE.validate_opt(message.subtype.as_deref(), "type")?;
        message.details.to_text()?;
    }
    let (ctx, gives_title) = (*ctx, engine.settings.title_from_first_message);
    let stored = engine
        .store
        .write(move |tx| insert_messages(tx, &ctx, key, &messages, gives_title))
        .await?;
    outbox::wake_worker(engine);
    Ok(stored)
}

fn insert_messages(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    key: ConversationKey,
    messages: &[InitialMessage],
    gives_title: bool,
) -> Result<Vec<MessageId>> {
    let AccessGrant {
        conversation: mut found,
        basis,
    } = authority::find_conversation(tx, ctx, key, ConversationPermission::Write)?;
    if found.state == ConversationState::Closed {
        return Err(Error::conflict(ConflictReason::Closed));
    }
    check_actor(tx, ctx, found.number, basis)?;
    let actor = ctx.actor.map(|actor| actor.number);
    let subject = found.subject.as_ref().map(|subject| subject.number);
    let user_author = subject.or(actor);
    if messages
        .iter()
        .any(|message| message.role == MessageRole::User)
    {
        check_author(tx, ctx, &found, user_author)?;
    }
    let mut ids = Vec::with_capacity(messages.len());
    for message in messages {
        let authors = (user_author, found.service.assistant);
        ids.push(insert_message(tx, ctx, found.number, message, authors)?);
    }
    update_conversation(tx, ctx, &mut found, messages, gives_title)?;
    Ok(ids)
}

/// Inserts a message with the author of its role: the speaker or the assistant.
pub(crate) fn insert_message(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    conversation: i64,
    message: &InitialMessage,
    (user_author, assistant): (Option<i64>, Option<i64>),
) -> Result<MessageId> {
    let author = match message.role {
        MessageRole::User => user_author,
        MessageRole::Assistant => assistant,
        MessageRole::System | MessageRole::Tool | MessageRole::Context => None,
    };
    let stamp = tx.next_stamp();
    let metadata = message.metadata.to_text();
    let new = ImportedMessageRow {
        id: stamp.id(),
        author,
        role: message.role,
        subtype: message.subtype.as_deref(),
        text: message.text.as_str(),
        details: &message.details,
        metadata: &metadata,
    };
    let made = RowTimestamps {
        created_at: stamp.at,
        updated_at: stamp.at,
    };
    let seq = import::insert_message(tx, ctx.ws(), conversation, &new, made)?;
    outbox::queue_message(tx, ctx.ws(), conversation, (new.id, seq))?;
    Ok(new.id)
}

/// Updates the automatic title and `needs_response` as single messages would.
fn update_conversation(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    found: &mut Conversation,
    messages: &[InitialMessage],
    gives_title: bool,
) -> Result<()> {
    let before = found.service.needs_response;
    for message in messages {
        let service = &mut found.service;
        match message.role {
            _ if found.kind == ConversationKind::Direct => {}
            MessageRole::Assistant => service.needs_response = false,
            MessageRole::User if !service.assistant_enabled || service.paused => {
                service.needs_response = true;
            }
            MessageRole::User | MessageRole::System | MessageRole::Tool | MessageRole::Context => {}
        }
    }
    let mut user_messages = messages
        .iter()
        .filter(|message| message.role == MessageRole::User);
    let title = user_messages
        .find_map(|message| title_from_text(&message.text))
        .filter(|_| gives_title && found.title_is_automatic);
    match title {
        Some(title) => {
            found.title_is_automatic = false;
            found.title = Some(title);
            write_change(tx, ctx, found, &json!({ "title": found.title }))
        }
        None if found.service.needs_response != before => {
            outbox::queue_change(tx, ctx.ws(), found)?;
            conversation::update(tx, ctx.ws(), found)
        }
        None => Ok(()),
    }
}

/// Checks that the acting member is not archived, and has not left or been removed if its access depends on
/// participation.
fn check_actor(tx: &mut dyn Tx, ctx: &Ctx, conversation: i64, basis: AccessBasis) -> Result<()> {
    let Some(actor) = ctx.actor else {
        return Ok(());
    };
    check_not_archived(tx, ctx, actor.number)?;
    match basis {
        AccessBasis::HeldScope => Ok(()),
        AccessBasis::DelegatedScope | AccessBasis::Participation => {
            check_participant(tx, ctx, conversation, actor.number)
        }
    }
}

/// Checks that the caller may send as the author, and that the author has not left and is not archived.
fn check_author(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    found: &Conversation,
    author: Option<i64>,
) -> Result<()> {
    authority::authorize_author_in_tx(tx, ctx, &found.to_header(), author)?;
    match author.filter(|author| !ctx.is_actor(*author)) {
        None => Ok(()),
        Some(author) => {
            check_participant(tx, ctx, found.number, author)?;
            check_not_archived(tx, ctx, author)
        }
    }
}

fn check_participant(tx: &mut dyn Tx, ctx: &Ctx, conversation: i64, member: i64) -> Result<()> {
    let part = participant::find(tx, ctx.ws(), conversation, member)?;
    match part.map(|part| part.state) {
        Some(ParticipantState::Left) => Err(Error::forbidden(ForbiddenReason::Left)),
        Some(ParticipantState::Removed) => Err(Error::forbidden(ForbiddenReason::Removed)),
        Some(_) | None => Ok(()),
    }
}

fn check_not_archived(tx: &mut dyn Tx, ctx: &Ctx, member: i64) -> Result<()> {
    let found = member::find(tx, ctx.ws(), member::MemberLookup::Number(member))?;
    match found {
        Some(found) if found.member.archived_at.is_none() => Ok(()),
        _ => Err(Error::not_found(EntityKind::Member)),
    }
}
