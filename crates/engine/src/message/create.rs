//! Creates messages.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

use parlor_model::conversation::{ConversationKey, ConversationState};
use parlor_model::conversation_header::ConversationHeader;
use parlor_model::error::{ConflictReason, EntityKind};
use parlor_model::id::MessageId;
use parlor_model::member::{MemberKey, MemberRef};
use parlor_model::message::{CreateMessage, Message, MessageKey, MessageRole};
use parlor_model::{Ctx, Error, Result, limit, text};
use parlor_store::append_message::{AppendCondition, AppendEffect, AppendMessage, AppendResult};
use parlor_store::repo::message as repo;

use super::title;
use crate::authority::{
    self, AccessBasis, AccessGrant, ConversationPermission, find_header_with_access,
};
use crate::{Engine, member, statistics};

/// Maximum length of a message.
const MAX_MESSAGE_CHARS: usize = limit::MESSAGE.max_chars;

/// Appends a message to a conversation; it is durable when this returns. Repeating a client id, or a chosen message id
/// in the same conversation, returns the first message and stores nothing. Participants need no scope, other callers
/// `messages:write`, which does not apply to direct conversations.
pub async fn create(engine: &Engine, ctx: &Ctx, command: CreateMessage) -> Result<AppendResult> {
    create_with_options(engine, ctx, command, AppendOptions::default()).await
}

/// Additional conditions and effects of an append.
#[derive(Debug, Default)]
pub(crate) struct AppendOptions {
    /// Conditions that are checked first when the message is stored.
    pub(crate) conditions: Vec<AppendCondition>,
    /// Effects that are committed together with the message.
    pub(crate) effects: Vec<AppendEffect>,
}

/// Creates a message like [`create`], with additional conditions and effects.
pub(crate) async fn create_with_options(
    engine: &Engine,
    ctx: &Ctx,
    command: CreateMessage,
    options: AppendOptions,
) -> Result<AppendResult> {
    validate(&command)?;
    let allowed = find_header_with_access(
        engine,
        ctx,
        command.conversation,
        ConversationPermission::Write,
    )
    .await?;
    append(
        engine,
        ctx,
        (&allowed.conversation, allowed.basis),
        command,
        options,
    )
    .await
}

/// Appends several messages to one conversation in this order, if possible in one commit. Each has its own result.
///
/// # Errors
/// Those that concern the conversation as a whole.
pub async fn create_many(
    engine: &Engine,
    ctx: &Ctx,
    key: ConversationKey,
    commands: Vec<CreateMessage>,
) -> Result<Vec<Result<AppendResult>>> {
    let AccessGrant {
        conversation: found,
        basis,
    } = find_header_with_access(engine, ctx, key, ConversationPermission::Write).await?;
    let mut sends = Vec::with_capacity(commands.len());
    for command in commands {
        let (checked, header) = (validate(&command), &found);
        sends.push(PendingSend::Pending(Box::pin(async move {
            checked?;
            append(
                engine,
                ctx,
                (header, basis),
                command,
                AppendOptions::default(),
            )
            .await
        })));
    }
    // An append is queued when its future is first polled, so the futures are polled in order.
    poll_fn(|cx| {
        let mut all = Poll::Ready(());
        for send in &mut sends {
            if send.poll(cx).is_pending() {
                all = Poll::Pending;
            }
        }
        all
    })
    .await;
    let made = sends.into_iter().filter_map(|send| match send {
        PendingSend::Done(made) => Some(made),
        PendingSend::Pending(_) => None,
    });
    Ok(made.collect())
}

/// One of several appends.
enum PendingSend<F> {
    Pending(Pin<Box<F>>),
    Done(Result<AppendResult>),
}

impl<F: Future<Output = Result<AppendResult>>> PendingSend<F> {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if let Self::Pending(send) = self {
            match send.as_mut().poll(cx) {
                Poll::Ready(made) => *self = Self::Done(made),
                Poll::Pending => return Poll::Pending,
            }
        }
        Poll::Ready(())
    }
}

/// A message and whether it existed before.
#[derive(Debug, Clone)]
pub struct CreateMessageResult {
    /// The message in its current state.
    pub message: Message,
    /// Whether it was stored before under the same id or client id; nothing was stored then.
    pub duplicate: bool,
}

/// Creates a message like [`create`] and returns it whole. `conversation` is a header that
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
    let key = ConversationKey::Number(conversation.number);
    let basis = find_header_with_access(engine, ctx, key, ConversationPermission::Write)
        .await?
        .basis;
    // Read before the append, because nothing may fail after it.
    let author = match command.author {
        Some(number) => Some(find_author(engine, ctx, conversation, number).await?),
        None => None,
    };
    let request = command.clone();
    let made = append(engine, ctx, (conversation, basis), command, options).await?;
    let message = match made.duplicate {
        false => build_message(conversation, request, author, made),
        true => find_stored(engine, ctx, conversation.number, made.id).await?,
    };
    Ok(CreateMessageResult {
        message,
        duplicate: made.duplicate,
    })
}

fn validate(command: &CreateMessage) -> Result<()> {
    limit::SUBTYPE.validate_opt(command.subtype.as_deref(), "type")?;
    limit::CLIENT_ID.validate_opt(command.client_id.as_deref(), "client id")?;
    let may_be_empty = command.details.tool_calls.is_some() || command.details.tool_call.is_some();
    if may_be_empty {
        check_length(&command.text)?;
    } else {
        check_text(&command.text)?;
    }
    Ok(())
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
    made: AppendResult,
) -> Message {
    Message {
        number: made.number,
        id: made.id,
        conversation: conversation.id,
        seq: made.seq,
        author,
        role: request.role,
        subtype: request.subtype,
        text: request.text,
        details: request.details,
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

/// Returns what must hold when the message is stored: the acting member is not archived, and participates if its access
/// depends on that; the author has not left.
fn append_conditions(
    ctx: &Ctx,
    (conversation, basis): (&ConversationHeader, AccessBasis),
    command: &CreateMessage,
) -> Vec<AppendCondition> {
    let actor = ctx.actor.map(|actor| actor.number);
    let mut conditions = Vec::with_capacity(4);
    if let Some(actor) = actor {
        conditions.push(AppendCondition::MemberActive(actor));
        if basis == AccessBasis::Participation || command.participant_only {
            conditions.push(AppendCondition::IsParticipant(actor));
        } else if basis == AccessBasis::DelegatedScope {
            conditions.push(AppendCondition::NotDeparted(actor));
        }
    }
    let other = command.author.filter(|author| Some(*author) != actor);
    conditions.extend(other.map(AppendCondition::NotDeparted));
    // The conversation's assistant may have been archived since; its responses are still stored.
    let person = other.filter(|author| conversation.assistant != Some(*author));
    conditions.extend(person.map(AppendCondition::MemberActive));
    conditions
}

/// Appends the message with its effects. After an error nothing is stored.
async fn append(
    engine: &Engine,
    ctx: &Ctx,
    (conversation, basis): (&ConversationHeader, AccessBasis),
    command: CreateMessage,
    options: AppendOptions,
) -> Result<AppendResult> {
    let AppendOptions {
        mut conditions,
        mut effects,
    } = options;
    if conversation.state == ConversationState::Closed {
        return Err(Error::conflict(ConflictReason::Closed));
    }
    authority::authorize_author(engine, ctx, conversation, command.author).await?;
    let gives_title = conversation.title_is_automatic
        && command.role == MessageRole::User
        && engine.settings.title_from_first_message;
    if gives_title && let Some(title) = title::title_from_text(&command.text) {
        effects.push(AppendEffect::SetTitle(title));
    }
    if let Some(calls) = &command.details.tool_calls {
        effects.extend(statistics::record_tools_companion(calls));
    }
    conditions.extend(append_conditions(ctx, (conversation, basis), &command));
    let mut mentions = command.mentions;
    mentions.sort_unstable();
    mentions.dedup();
    engine
        .store
        .append(AppendMessage {
            ws: ctx.ws(),
            conversation: ConversationKey::Number(conversation.number),
            author: command.author,
            role: command.role,
            subtype: command.subtype,
            text: command.text,
            details: command.details.to_text()?,
            metadata: command.metadata.to_text(),
            mentions,
            id: command.id,
            client_id: command.client_id,
            conditions,
            effects,
        })
        .await
}

/// Checks a text that must not be empty.
pub(crate) fn check_text(value: &str) -> Result<()> {
    if value.is_empty() {
        return Err(Error::invalid("text", "must not be empty"));
    }
    check_length(value)
}

/// Checks a text that may be empty.
pub(crate) fn check_length(value: &str) -> Result<()> {
    text::validate_length(value, "text", MAX_MESSAGE_CHARS)?;
    if value.contains('\0') {
        return Err(Error::invalid("text", "must not contain U+0000"));
    }
    Ok(())
}
