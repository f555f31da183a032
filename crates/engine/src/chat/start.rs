//! Starts a chat.

use parlor_model::chat::{DeliveryFailure, StartChat};
use parlor_model::conversation::ConversationKey;
use parlor_model::ctx::Actor;
use parlor_model::label::Label;
use parlor_model::member::MemberKey;
use parlor_model::message::MessageRole;
use parlor_model::message_details::{DeliveryStatus, MessageDetails};
use parlor_model::redacted::Redacted;
use parlor_model::scope::{Resource, Scope};
use parlor_model::voice_call::VoiceCall;
use parlor_model::{Ctx, Result, limit, text};
use parlor_store::append_message::{AppendCondition, AppendMessage};

use super::call;
use super::create_in_tx::{ChatSetup, create_in_tx, starts_with_call};
use super::deliver::{DeliveryRoute, deliver};
use crate::conversation::{self, ConversationDetails};
use crate::{Engine, outbox, workspace};

/// A chat that was just started.
#[derive(Debug, Clone)]
pub struct StartChatResult {
    /// The chat as its creator sees it.
    pub details: ConversationDetails,
    /// Its labels.
    pub labels: Vec<Label>,
    /// The call that was placed.
    pub call: Option<VoiceCall>,
    /// Why the opening message was not delivered, if it was not.
    pub delivery_failure: Option<DeliveryFailure>,
}

/// Starts a chat for a member: creates the chat, its participants and, with a workflow, its assignment in one
/// transaction, then sends the opening message or places the call.
///
/// A failed delivery is reported in the result and the chat remains. Any caller may start a chat for itself; for
/// another member the workspace's policy may require `conversations:write`.
///
/// # Errors
/// An error means that no chat was created. Later failures are only logged.
pub async fn start(engine: &Engine, ctx: &Ctx, command: StartChat) -> Result<StartChatResult> {
    let actor = ctx.member()?;
    if let Some(title) = &command.title {
        text::validate_length(title, "title", limit::NAME.max_chars)?;
    }
    let others = command.subject.as_ref();
    if others.is_some_and(|key| !is_actor(key, actor)) {
        let workspace = workspace::find(engine, ctx.workspace.id).await?;
        if workspace.policy.require_scope_for_others {
            ctx.require(Scope::write(Resource::Conversations))?;
        }
    }
    let (owned_ctx, to_create) = (*ctx, command.clone());
    let (setup, to_place) = engine
        .store
        .write(move |tx| {
            let setup = create_in_tx(tx, &owned_ctx, actor, &to_create)?;
            let to_place = match starts_with_call(&to_create, setup.runs_workflow) {
                true => Some(call::insert_outbound(tx, &owned_ctx, setup.created.number)?),
                false => None,
            };
            Ok((setup, to_place))
        })
        .await?;
    outbox::wake_worker(engine);
    if setup.requests_opening {
        engine.turn_requested.notify_one();
    }
    let mut placed = None;
    if let Some(to_place) = to_place {
        placed = Some(call::dial(engine, ctx, &setup, to_place).await);
    }
    let mut delivery_failure = None;
    let mut is_stored = false;
    if let Some(text) = &command.opening {
        match send_opening(engine, ctx, &command, &setup, text).await {
            Ok(()) => {
                is_stored = store_opening(engine, ctx, actor, setup.created.number, text).await;
            }
            Err(failure) => delivery_failure = Some(failure),
        }
    }
    let mut details = setup.details;
    if is_stored {
        details = reload_with_opening(engine, ctx, details).await;
    }
    Ok(StartChatResult {
        details,
        labels: setup.labels,
        call: placed,
        delivery_failure,
    })
}

/// Reads the chat again with its opening message. If that fails, returns the earlier state.
async fn reload_with_opening(
    engine: &Engine,
    ctx: &Ctx,
    created: ConversationDetails,
) -> ConversationDetails {
    let key = ConversationKey::Number(created.conversation.number);
    match conversation::find_with_details(engine, ctx, key).await {
        Ok(details) => details,
        Err(error) => {
            tracing::warn!(?error, "a new chat could not be read with its opening");
            let mut details = created;
            details.counts.assistant += 1;
            details
        }
    }
}

fn is_actor(key: &MemberKey, actor: Actor) -> bool {
    match key {
        MemberKey::Id(id) => *id == actor.id,
        MemberKey::Number(number) => *number == actor.number,
        MemberKey::External(_) | MemberKey::ExternalOr(..) | MemberKey::Handle(_) => false,
    }
}

async fn send_opening(
    engine: &Engine,
    ctx: &Ctx,
    command: &StartChat,
    setup: &ChatSetup,
    text: &Redacted<String>,
) -> Result<(), DeliveryFailure> {
    let route = DeliveryRoute {
        conversation: setup.created.number,
        conversation_id: setup.details.conversation.id,
        medium: command.medium,
        subject: Some(&setup.subject),
        phone_number: setup.phone_number.as_ref(),
        inbox: setup.inbox.as_ref(),
        title: command.title.as_deref(),
    };
    deliver(engine, ctx, route, text).await
}

/// Stores a delivered opening message as the assistant's, and returns whether that succeeded. A failure is only logged:
/// the recipient has the message, and an error would make the caller send it again.
async fn store_opening(
    engine: &Engine,
    ctx: &Ctx,
    actor: Actor,
    conversation: i64,
    text: &Redacted<String>,
) -> bool {
    let details = MessageDetails {
        delivery: Some(DeliveryStatus::Sent),
        ..MessageDetails::default()
    };
    let stored = append_opening(engine, ctx, actor, conversation, text, &details).await;
    if let Err(error) = &stored {
        tracing::error!(?error, "words that have left a new chat could not be kept");
    }
    stored.is_ok()
}

async fn append_opening(
    engine: &Engine,
    ctx: &Ctx,
    actor: Actor,
    conversation: i64,
    text: &Redacted<String>,
    details: &MessageDetails,
) -> Result<()> {
    let role = MessageRole::Assistant;
    let entry = AppendMessage {
        details: details.to_text()?,
        effects: outbox::append_effects(engine, ctx.ws(), role, false).await?,
        conditions: vec![AppendCondition::MemberActive(actor.number)],
        ..AppendMessage::from_text(
            ctx.ws(),
            conversation,
            Some(actor.number),
            MessageRole::Assistant,
            text.as_str(),
        )
    };
    engine.store.append(entry).await?;
    outbox::wake_worker(engine);
    Ok(())
}
