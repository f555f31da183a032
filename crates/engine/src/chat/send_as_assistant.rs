//! Sends a message as a conversation's assistant, over the conversation's medium.

use parlor_model::chat::DeliveryFailure;
use parlor_model::conversation::{ConversationKey, ConversationKind, ConversationState, Medium};
use parlor_model::error::{ConflictReason, EntityKind};
use parlor_model::file::File;
use parlor_model::message::MessageRole;
use parlor_model::message_details::{DeliveryStatus, MessageDetails};
use parlor_model::redacted::Redacted;
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result, limit, text};
use parlor_store::Tx;
use parlor_store::append_message::{AppendCondition, AppendEffect, AppendMessage, AppendResult};
use parlor_store::repo::file::{self, FileKey};
use serde_json::Value;

use super::deliver::{deliver, prepare};
use super::send_context::SendContext;
use crate::authority::{self, ConversationPermission};
use crate::file::MAX_MESSAGE_FILES;
use crate::{Engine, consent, outbox, statistics, turn};

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
    /// Files of the conversation to send with it.
    pub files: Vec<FileKey>,
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
        /// State of the delivery, if the medium requires one.
        delivery: Option<DeliveryStatus>,
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

/// Sends a message as the conversation's assistant and clears `needs_response`.
///
/// Over SMS and email it is delivered first and stored only if that succeeded, so that a retry after a failed delivery
/// sends once; in quiet hours, and beyond the workspace's rate, it is stored and waits in the outbox. After a successful
/// delivery no error is returned, because a retry would send twice. Checks are made in this order: text, number of files,
/// visible, `conversations:write`, not closed, not direct, files.
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
    if command.files.len() > MAX_MESSAGE_FILES {
        let rule = format!("must be at most {MAX_MESSAGE_FILES}");
        return Err(Error::invalid("files", rule));
    }
    let wanted = command.files;
    let (context, files) = engine
        .store
        .read(move |tx| {
            let context = load_context(tx, &scope, key)?;
            let files = find_files(tx, scope.ws(), context.conversation.number, &wanted)?;
            Ok((context, files))
        })
        .await?;
    let given = files.iter().map(|file| file.id).collect::<Vec<_>>();
    let must_wait = consent::must_wait(engine, ctx, &context.conversation).await?;
    // Before the delivery, after which no error is returned.
    let receivers = outbox::append_effects(engine, ctx.ws(), MessageRole::Assistant, false).await?;
    let sent = (&command.text, files);
    let delivered = deliver_if_external(engine, ctx, &context, sent, must_wait).await;
    let delivery = match delivered {
        Ok(delivery) => delivery,
        Err(why) => {
            let medium = context.conversation.service.medium;
            return Ok(SendAsAssistantResult::NotDelivered {
                medium,
                reason: why,
            });
        }
    };
    let mut details = details;
    let queued = match delivery {
        Some(DeliveryStatus::Queued) => Some(outbox::carrier_effect(&mut details)),
        _ => None,
    };
    details.delivery = delivery;
    let calls = details.tool_calls.as_ref();
    let actor = ctx.actor.map(|actor| actor.number);
    let entry = AppendMessage {
        details: details.to_text()?,
        effects: calls
            .and_then(statistics::record_tools_effect)
            .into_iter()
            .chain([AppendEffect::WithdrawTurn])
            .chain((!given.is_empty()).then_some(AppendEffect::GiveFiles(given)))
            .chain(receivers)
            .chain(queued)
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
                delivery,
            })
        }
        Err(error) if delivery == Some(DeliveryStatus::Sent) => {
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
    SendContext::load(tx, ctx.ws(), conversation)
}

/// Finds the files of a message, each once. What was received may be sent on, but no mail as it came: it contains more than its
/// sender has shown.
fn find_files(
    tx: &mut dyn Tx,
    ws: i64,
    conversation: i64,
    wanted: &[FileKey],
) -> Result<Vec<File>> {
    let mut files: Vec<File> = Vec::with_capacity(wanted.len());
    for key in wanted {
        let found = file::attached(tx, ws, conversation, *key)?;
        let found = found.filter(|found| !found.is_original);
        let found = found.ok_or_else(|| Error::not_found(EntityKind::File))?;
        if files.iter().all(|known| known.id != found.id) {
            files.push(found);
        }
    }
    Ok(files)
}

/// Delivers the text if the medium requires it and it need not wait. Returns the state of the delivery.
async fn deliver_if_external(
    engine: &Engine,
    ctx: &Ctx,
    context: &SendContext,
    (text, files): (&Redacted<String>, Vec<File>),
    must_wait: bool,
) -> Result<Option<DeliveryStatus>, DeliveryFailure> {
    let route = context.route();
    match route.medium {
        Medium::Web | Medium::Voice => Ok(None),
        Medium::Sms | Medium::Email => {
            let message = prepare(engine, ctx, route, text, files).await?;
            if must_wait {
                return Ok(Some(DeliveryStatus::Queued));
            }
            deliver(engine, ctx, message).await?;
            Ok(Some(DeliveryStatus::Sent))
        }
    }
}
