//! Sends a message as a conversation's assistant, over the conversation's medium.

use parlor_model::chat::DeliveryFailure;
use parlor_model::conversation::{
    Conversation, ConversationKey, ConversationKind, ConversationState, Medium,
};
use parlor_model::error::ConflictReason;
use parlor_model::id::IdOrNumber;
use parlor_model::inbox::Inbox;
use parlor_model::member::Member;
use parlor_model::message::MessageRole;
use parlor_model::message_details::{DeliveryStatus, MessageDetails};
use parlor_model::phone_number::PhoneNumber;
use parlor_model::redacted::Redacted;
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result, limit, text};
use parlor_store::Tx;
use parlor_store::append_message::{AppendCondition, AppendEffect, AppendMessage, AppendResult};
use parlor_store::repo::member::{self, MemberLookup};
use parlor_store::repo::{inbox, phone_number};
use serde_json::Value;

use super::deliver::{DeliveryRoute, deliver};
use crate::authority::{self, ConversationPermission};
use crate::{Engine, outbox, statistics, turn};

/// Maximum length of a message.
const MAX_MESSAGE_CHARS: usize = limit::MESSAGE.max_chars;

/// A message to send as the assistant.
#[derive(Debug, Clone)]
pub struct SendAsAssistant {
    /// The conversation.
    pub conversation: ConversationKey,
    /// The text.
    pub text: Redacted<String>,
    /// Tool calls of the message.
    pub tool_calls: Option<Value>,
}

/// Result of sending as the assistant.
#[derive(Debug, Clone, Copy)]
pub enum SendAsAssistantResult {
    /// The message is stored, and delivered if the medium requires it.
    Stored {
        /// The number of the conversation.
        conversation: i64,
        /// The stored message.
        message: AppendResult,
        /// Whether the medium required a delivery.
        is_delivered: bool,
    },
    /// The message is delivered but could not be stored.
    DeliveredNotStored,
    /// The message was neither delivered nor stored.
    NotDelivered {
        /// The medium of the delivery.
        medium: Medium,
        /// Why it failed.
        reason: DeliveryFailure,
    },
}

/// The conversation with what a delivery needs, read in one transaction.
struct SendContext {
    conversation: Conversation,
    subject: Option<Member>,
    phone_number: Option<PhoneNumber>,
    inbox: Option<Inbox>,
}

/// Sends a message as the conversation's assistant and clears `needs_response`.
///
/// Over SMS and email it is delivered first and stored only if that succeeded, so that a retry after a failed delivery
/// sends once. After a successful delivery no error is returned, because a retry would send twice. Checks are made in
/// this order: text, visible, `conversations:write`, not closed, not direct.
pub async fn send_as_assistant(
    engine: &Engine,
    ctx: &Ctx,
    command: SendAsAssistant,
) -> Result<SendAsAssistantResult> {
    if command.text.trim().is_empty() {
        return Err(Error::invalid("text", "must not be empty"));
    }
    text::validate_length(&command.text, "text", MAX_MESSAGE_CHARS)?;
    let details = MessageDetails {
        tool_calls: command.tool_calls,
        ..MessageDetails::default()
    };
    details.to_text()?;
    let (scope, key) = (*ctx, command.conversation);
    let context = engine
        .store
        .read(move |tx| load_context(tx, &scope, key))
        .await?;
    // Before the delivery, after which no error is returned.
    let receivers = outbox::append_effects(engine, ctx.ws(), MessageRole::Assistant, false).await?;
    let was_delivered = match deliver_if_external(engine, ctx, &context, &command.text).await {
        Ok(was_delivered) => was_delivered,
        Err(why) => {
            let medium = context.conversation.service.medium;
            return Ok(SendAsAssistantResult::NotDelivered {
                medium,
                reason: why,
            });
        }
    };
    let details = MessageDetails {
        delivery: was_delivered.then_some(DeliveryStatus::Sent),
        ..details
    };
    let calls = details.tool_calls.as_ref();
    let actor = ctx.actor.map(|actor| actor.number);
    let entry = AppendMessage {
        details: details.to_text()?,
        effects: calls
            .and_then(statistics::record_tools_effect)
            .into_iter()
            .chain([AppendEffect::WithdrawTurn])
            .chain(receivers)
            .collect(),
        conditions: actor
            .map(AppendCondition::MemberActive)
            .into_iter()
            .collect(),
        ..AppendMessage::from_text(
            ctx.ws(),
            context.conversation.number,
            actor,
            MessageRole::Assistant,
            command.text.0,
        )
    };
    match engine.store.append(entry).await {
        Ok(message) => {
            turn::publish_known_withdrawal(engine, ctx, context.conversation.number);
            outbox::wake_worker(engine);
            Ok(SendAsAssistantResult::Stored {
                conversation: context.conversation.number,
                message,
                is_delivered: was_delivered,
            })
        }
        Err(error) if was_delivered => {
            tracing::error!(?error, "words that have left could not be kept");
            Ok(SendAsAssistantResult::DeliveredNotStored)
        }
        Err(error) => Err(error),
    }
}

fn load_context(tx: &mut dyn Tx, ctx: &Ctx, key: ConversationKey) -> Result<SendContext> {
    let conversation =
        authority::find_conversation(tx, ctx, key, ConversationPermission::Manage)?.conversation;
    ctx.require(Scope::write(Resource::Conversations))?;
    if conversation.state == ConversationState::Closed {
        return Err(Error::conflict(ConflictReason::Closed));
    }
    if conversation.kind == ConversationKind::Direct {
        return Err(Error::conflict(ConflictReason::WrongKind));
    }
    let (ws, service) = (ctx.ws(), &conversation.service);
    let subject = match &conversation.subject {
        Some(subject) => member::find(tx, ws, MemberLookup::Number(subject.number))?,
        None => None,
    };
    let phone_number = match (service.medium, service.phone_number) {
        (Medium::Sms, Some(number)) => phone_number::find(tx, ws, IdOrNumber::Number(number))?,
        (Medium::Sms, None) => phone_number::find_default(tx, ws)?,
        _ => None,
    };
    let inbox = match (service.medium, service.inbox) {
        (Medium::Email, Some(number)) => inbox::find(tx, ws, IdOrNumber::Number(number))?,
        (Medium::Email, None) => inbox::find_default(tx, ws)?,
        _ => None,
    };
    Ok(SendContext {
        conversation,
        subject: subject.map(|stored| stored.member),
        phone_number: phone_number.filter(|sender| sender.sms && sender.archived_at.is_none()),
        inbox: inbox.filter(|sender| sender.archived_at.is_none()),
    })
}

/// Delivers the text if the medium requires it, and returns whether it did.
async fn deliver_if_external(
    engine: &Engine,
    ctx: &Ctx,
    context: &SendContext,
    text: &Redacted<String>,
) -> Result<bool, DeliveryFailure> {
    let conversation = &context.conversation;
    let route = DeliveryRoute {
        conversation: conversation.number,
        conversation_id: conversation.id,
        medium: conversation.service.medium,
        subject: context.subject.as_ref(),
        phone_number: context.phone_number.as_ref(),
        inbox: context.inbox.as_ref(),
        title: conversation.title.as_deref(),
    };
    match route.medium {
        Medium::Web | Medium::Voice => Ok(false),
        Medium::Sms | Medium::Email => deliver(engine, ctx, route, text).await.map(|()| true),
    }
}
