//! Creates messages.
//!
//! Keeps INV-12 (`docs/invariants.md`).

use parlor_model::conversation::ConversationState;
use parlor_model::conversation_header::ConversationHeader;
use parlor_model::error::ConflictReason;
use parlor_model::message::{CreateMessage, MessageRole};
use parlor_model::message_details::DeliveryStatus;
use parlor_model::{Ctx, Error, Result};
use parlor_store::append_message::{AppendCondition, AppendEffect, AppendMessage, AppendResult};

use super::title::title_from_text;
use super::validate::validate;
use crate::authority::{self, AccessBasis, ConversationPermission, find_header_with_access};
use crate::outbox::{self, OutsideSubject};
use crate::turn::{self, Responder};
use crate::{Engine, assistant_settings, statistics};

/// Appends a message to a conversation; it is durable when this returns. Repeating a client id, or a chosen message id
/// in the same conversation, returns the first message and stores nothing. Participants need no scope, other callers
/// `messages:write`, which does not apply to direct conversations.
pub async fn create(engine: &Engine, ctx: &Ctx, command: CreateMessage) -> Result<AppendResult> {
    create_with_options(engine, ctx, command, AppendOptions::default()).await
}

/// A message that was appended, with what follows from it.
#[derive(Debug, Clone)]
pub struct AppendedMessage {
    /// The message.
    pub message: AppendResult,
    /// Who is expected to answer it.
    pub responder: Responder,
    /// State of its delivery, if it leaves the server.
    pub delivery: Option<DeliveryStatus>,
}

/// Creates a message like [`create`], and returns what follows from it. A repeated message is answered only once.
pub async fn create_with_responder(
    engine: &Engine,
    ctx: &Ctx,
    command: CreateMessage,
) -> Result<AppendedMessage> {
    append_with_options(engine, ctx, command, AppendOptions::default()).await
}

/// Creates a message like [`create`], and requests an answer to it in the same commit, whether or not the conversation's
/// assistant answers by itself.
///
/// # Errors
/// `NotImplemented` if the workspace has no provider; nothing is stored then.
pub async fn create_with_question(
    engine: &Engine,
    ctx: &Ctx,
    command: CreateMessage,
) -> Result<AppendResult> {
    validate(&command)?;
    assistant_settings::require_provider(engine, ctx).await?;
    let options = AppendOptions {
        effects: vec![AppendEffect::RequestTurn],
        ..AppendOptions::default()
    };
    let command = CreateMessage {
        requests_answer: false,
        ..command
    };
    create_with_options(engine, ctx, command, options).await
}

/// Additional conditions and effects of an append.
#[derive(Debug, Default)]
pub(crate) struct AppendOptions {
    /// Conditions that are checked first when the message is stored.
    pub(crate) conditions: Vec<AppendCondition>,
    /// Effects that are committed together with the message.
    pub(crate) effects: Vec<AppendEffect>,
    /// Who is expected to answer, if the caller has found out.
    pub(crate) responder: Option<Responder>,
    /// Effects by which the message is queued for receivers of events, if the caller has found them.
    pub(crate) receivers: Option<Vec<AppendEffect>>,
}

/// Creates a message like [`create`], with additional conditions and effects.
pub(crate) async fn create_with_options(
    engine: &Engine,
    ctx: &Ctx,
    command: CreateMessage,
    options: AppendOptions,
) -> Result<AppendResult> {
    let appended = append_with_options(engine, ctx, command, options).await;
    appended.map(|appended| appended.message)
}

async fn append_with_options(
    engine: &Engine,
    ctx: &Ctx,
    command: CreateMessage,
    options: AppendOptions,
) -> Result<AppendedMessage> {
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

/// Returns the effects by which a message is queued for receivers of events.
pub(super) async fn find_receivers(
    engine: &Engine,
    ctx: &Ctx,
    command: &CreateMessage,
    responder: &Responder,
) -> Result<Vec<AppendEffect>> {
    let needs_person = responder.is_person();
    outbox::append_effects_as_refreshed(engine, ctx.ws(), command.role, needs_person).await
}

/// Appends the message with its effects, and returns what follows from it. After an error nothing is stored.
pub(super) async fn append(
    engine: &Engine,
    ctx: &Ctx,
    (conversation, basis): (&ConversationHeader, AccessBasis),
    mut command: CreateMessage,
    options: AppendOptions,
) -> Result<AppendedMessage> {
    let AppendOptions {
        mut conditions,
        mut effects,
        responder,
        receivers,
    } = options;
    if conversation.state == ConversationState::Closed {
        return Err(Error::conflict(ConflictReason::Closed));
    }
    authority::authorize_author(engine, ctx, conversation, command.author).await?;
    let gives_title = conversation.title_is_automatic
        && command.role == MessageRole::User
        && engine.settings.title_from_first_message;
    if gives_title && let Some(title) = title_from_text(&command.text) {
        effects.push(AppendEffect::SetTitle(title));
    }
    if let Some(calls) = &command.details.tool_calls {
        effects.extend(statistics::record_tools_effect(calls));
    }
    let responder = match responder {
        Some(responder) => responder,
        None => turn::expected_responder(engine, ctx, conversation, &command).await?,
    };
    effects.extend(responder.to_effects());
    let receivers = match receivers {
        Some(receivers) => receivers,
        None => find_receivers(engine, ctx, &command, &responder).await?,
    };
    let outside = OutsideSubject {
        medium: conversation.medium,
        has_subject: conversation.subject.is_some(),
    };
    let (role, subtype) = (command.role, command.subtype.as_deref());
    let leaves = outside.receives(role, subtype, command.text.as_str());
    if leaves {
        effects.push(outbox::carrier_effect(&mut command.details));
    }
    let is_queued = leaves || !receivers.is_empty();
    effects.extend(receivers);
    let requests_turn = effects.iter().any(AppendEffect::requests_turn);
    conditions.extend(append_conditions(ctx, (conversation, basis), &command));
    let mut mentions = command.mentions;
    mentions.sort_unstable();
    mentions.dedup();
    let delivery = command.details.delivery;
    let stored = engine
        .store
        .append(AppendMessage {
            ws: ctx.ws(),
            conversation: conversation.number,
            author: command.author,
            role: command.role,
            subtype: command.subtype,
            text: command.text,
            details: command.details.to_text()?,
            metadata: command.metadata.to_text(),
            mentions,
            id: command.id,
            client_id: command.client_id,
            needs_person: responder.is_person(),
            conditions,
            effects,
        })
        .await?;
    if requests_turn {
        engine.turn_requested.notify_one();
    }
    if is_queued {
        outbox::wake_worker(engine);
    }
    Ok(AppendedMessage {
        message: stored,
        responder,
        delivery,
    })
}
