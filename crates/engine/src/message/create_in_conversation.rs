//! Creates a message in a conversation whose header the caller has read.

use parlor_model::conversation_header::ConversationHeader;
use parlor_model::error::EntityKind;
use parlor_model::id::MessageId;
use parlor_model::member::{MemberKey, MemberRef};
use parlor_model::message::{CreateMessage, Message, MessageKey};
use parlor_model::message_details::MessageDetails;
use parlor_model::{Ctx, Error, Result};
use parlor_store::repo::message as repo;

use super::create::{AppendOptions, AppendedMessage, append};
use super::validate::validate;
use crate::authority::{self, ConversationPermission};
use crate::{Engine, member};

/// A message and whether it existed before.
#[derive(Debug, Clone)]
pub struct CreateMessageResult {
    /// The message in its current state.
    pub message: Message,
    /// Whether it was stored before under the same id or client id; nothing was stored then.
    pub duplicate: bool,
}

/// Creates a message like [`create`](super::create()) and returns it whole. `conversation` is a header that
/// [`find_header`](crate::conversation::find_header) returned to the same caller in this request; the command's own
/// conversation is ignored.
pub async fn create_in_conversation(
    engine: &Engine,
    ctx: &Ctx,
    conversation: &ConversationHeader,
    command: CreateMessage,
) -> Result<CreateMessageResult> {
    create_in_conversation_with_options(
        engine,
        ctx,
        conversation,
        command,
        AppendOptions::default(),
    )
    .await
}

/// Creates a message like [`create_in_conversation`], with additional conditions and effects. Nothing is read after the
/// commit of a new message, so that a stored message never causes an error.
pub(crate) async fn create_in_conversation_with_options(
    engine: &Engine,
    ctx: &Ctx,
    conversation: &ConversationHeader,
    command: CreateMessage,
    options: AppendOptions,
) -> Result<CreateMessageResult> {
    validate(&command)?;
    let permission = ConversationPermission::Write;
    let basis = authority::authorize_header(engine, ctx, conversation, permission).await?;
    // Read before the append, because nothing may fail after it.
    let author = match command.author {
        Some(number) => Some(find_author(engine, ctx, conversation, number).await?),
        None => None,
    };
    let request = command.clone();
    let made = append(engine, ctx, (conversation, basis), command, options).await?;
    let appended = made.message;
    let message = match appended.duplicate {
        false => build_message(conversation, request, author, &made),
        true => find_stored(engine, ctx, conversation.number, appended.id).await?,
    };
    Ok(CreateMessageResult {
        message,
        duplicate: appended.duplicate,
    })
}

/// Returns the author, which usually is in the header.
async fn find_author(
    engine: &Engine,
    ctx: &Ctx,
    conversation: &ConversationHeader,
    number: i64,
) -> Result<MemberRef> {
    let known = [&conversation.owner, &conversation.subject];
    let found = known
        .into_iter()
        .flatten()
        .find(|member| member.number == number);
    if let Some(found) = found {
        return Ok(found.clone());
    }
    let ws = ctx.ws();
    engine
        .store
        .read(move |tx| member::resolve_or_create(tx, ws, &MemberKey::Number(number)))
        .await
}

/// Builds the stored message.
fn build_message(
    conversation: &ConversationHeader,
    request: CreateMessage,
    author: Option<MemberRef>,
    appended: &AppendedMessage,
) -> Message {
    let made = appended.message;
    Message {
        number: made.number,
        id: made.id,
        conversation: conversation.id,
        seq: made.seq,
        author,
        role: request.role,
        subtype: request.subtype,
        text: request.text,
        details: MessageDetails {
            delivery: appended.delivery,
            ..request.details
        },
        metadata: request.metadata,
        rating: None,
        rating_comment: None,
        client_id: request.client_id,
        created_at: made.at,
        updated_at: made.at,
    }
}

async fn find_stored(
    engine: &Engine,
    ctx: &Ctx,
    conversation: i64,
    id: MessageId,
) -> Result<Message> {
    let ws = ctx.ws();
    engine
        .store
        .read(move |tx| {
            repo::find(tx, ws, conversation, MessageKey::Id(id))?
                .ok_or_else(|| Error::not_found(EntityKind::Message))
        })
        .await
}
