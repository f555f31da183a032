//! Saying something on the assistant's side of a conversation, over whatever it runs over.

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
use parlor_store::append_message::{AppendCondition, AppendMessage, AppendResult};
use parlor_store::repo::member::{self as members, MemberLookup};
use parlor_store::repo::{inbox, phone_number};
use serde_json::Value;

use super::deliver::{DeliveryRoute, deliver};
use crate::authority::{self, ConversationPermission};
use crate::{Engine, statistics};

/// Longest message, in characters.
const MAX_MESSAGE_CHARS: usize = limit::MESSAGE.max_chars;

/// What is said on the assistant's side.
#[derive(Debug, Clone)]
pub struct SendAsAssistant {
    /// Where.
    pub conversation: ConversationKey,
    /// What.
    pub text: Redacted<String>,
    /// The tools that are called with it.
    pub tool_calls: Option<Value>,
}

/// What became of it.
#[derive(Debug, Clone, Copy)]
pub enum SendAsAssistantResult {
    /// It is part of the conversation, and has left where it had to.
    Stored {
        /// The number of the conversation.
        conversation: i64,
        /// Its place.
        message: AppendResult,
        /// Whether it had to leave the server.
        is_delivered: bool,
    },
    /// It has left, and could not be kept: the conversation lacks it.
    DeliveredNotStored,
    /// It did not leave, and nothing was kept.
    NotDelivered {
        /// What it would have left over.
        medium: Medium,
        /// Why it did not.
        reason: DeliveryFailure,
    },
}

/// What the conversation and its way out need, read at once.
struct SendContext {
    conversation: Conversation,
    subject: Option<Member>,
    phone_number: Option<PhoneNumber>,
    inbox: Option<Inbox>,
}

/// The acting member says something on the assistant's side. Over text messages and email it leaves first, and only
/// what has left is kept: trying again later sends once. Nobody has to answer any more. Refused in this order: text,
/// not visible, `conversations:write` missing, closed, direct. Once it has left nothing is an error any more: saying it
/// again would send it twice.
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
    let ready = engine
        .store
        .read(move |tx| load_context(tx, &scope, key))
        .await?;
    let has_left = match deliver_if_external(engine, ctx, &ready, &command.text).await {
        Ok(has_left) => has_left,
        Err(why) => {
            let medium = ready.conversation.service.medium;
            return Ok(SendAsAssistantResult::NotDelivered {
                medium,
                reason: why,
            });
        }
    };
    let details = MessageDetails {
        delivery: has_left.then_some(DeliveryStatus::Sent),
        ..details
    };
    let calls = details.tool_calls.as_ref();
    let actor = ctx.actor.map(|actor| actor.number);
    let entry = AppendMessage {
        details: details.to_text()?,
        effects: calls
            .and_then(statistics::record_tools_companion)
            .into_iter()
            .collect(),
        conditions: actor
            .map(AppendCondition::MemberActive)
            .into_iter()
            .collect(),
        ..AppendMessage::from_text(
            ctx.ws(),
            ConversationKey::Number(ready.conversation.number),
            actor,
            MessageRole::Assistant,
            command.text.0,
        )
    };
    match engine.store.append(entry).await {
        Ok(message) => Ok(SendAsAssistantResult::Stored {
            conversation: ready.conversation.number,
            message,
            is_delivered: has_left,
        }),
        Err(error) if has_left => {
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
        Some(subject) => members::find(tx, ws, MemberLookup::Number(subject.number))?,
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
        phone_number: phone_number.filter(|line| line.sms && line.archived_at.is_none()),
        inbox: inbox.filter(|line| line.archived_at.is_none()),
    })
}

/// Whether it had to leave; it has, then.
async fn deliver_if_external(
    engine: &Engine,
    ctx: &Ctx,
    ready: &SendContext,
    words: &Redacted<String>,
) -> Result<bool, DeliveryFailure> {
    let conversation = &ready.conversation;
    let way = DeliveryRoute {
        conversation: conversation.number,
        medium: conversation.service.medium,
        subject: ready.subject.as_ref(),
        phone_number: ready.phone_number.as_ref(),
        inbox: ready.inbox.as_ref(),
        title: conversation.title.as_deref(),
    };
    match way.medium {
        Medium::Web | Medium::Voice => Ok(false),
        Medium::Sms | Medium::Email => deliver(engine, ctx, way, words).await.map(|()| true),
    }
}
