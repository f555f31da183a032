//! Starting a chat.

use parlor_model::chat::{DeliveryFailure, StartChat, VoiceCall};
use parlor_model::conversation::ConversationKey;
use parlor_model::ctx::Actor;
use parlor_model::label::Label;
use parlor_model::member::MemberKey;
use parlor_model::message::MessageRole;
use parlor_model::message_details::{DeliveryStatus, MessageDetails};
use parlor_model::redacted::Redacted;
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Result, limit, text};
use parlor_store::append_message::{AppendCondition, AppendMessage};

use super::create_in_tx::{ChatSetup, create_in_tx, starts_with_call};
use super::deliver::{DeliveryRoute, deliver};
use crate::conversation::{self, ConversationDetails};
use crate::outbound::{OutboundContent, OutboundMessage};
use crate::{Engine, workspace};

/// A chat that has just been started.
#[derive(Debug, Clone)]
pub struct StartChatResult {
    /// The chat as its maker sees it.
    pub details: ConversationDetails,
    /// The labels it bears.
    pub labels: Vec<Label>,
    /// The call that was placed with it.
    pub call: Option<VoiceCall>,
    /// Why the opening did not leave, where it did not.
    pub delivery_failure: Option<DeliveryFailure>,
}

/// Starts a chat for a member: the chat, its participants and, with a workflow, its assignment, all or nothing; then,
/// outside of the transaction, its first words or its call. What does not leave is told, and the chat stays. Whoever
/// may act may start one; for somebody else the workspace's policy may ask for `conversations:write`. An error means that
/// there is no chat: whatever fails once it is there is told in the log.
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
    let (scope, work) = (*ctx, command.clone());
    let opened = engine
        .store
        .write(move |tx| create_in_tx(tx, &scope, actor, &work))
        .await?;
    let mut placed = None;
    if starts_with_call(&command, opened.runs_workflow) {
        placed = Some(place_call(engine, ctx, &opened).await);
    }
    let mut unsent = None;
    let mut is_kept = false;
    if let Some(words) = &command.opening {
        match send_opening(engine, ctx, &command, &opened, words).await {
            Ok(()) => {
                is_kept = store_opening(engine, ctx, actor, opened.created.number, words).await;
            }
            Err(why) => unsent = Some(why),
        }
    }
    let mut whole = opened.details;
    if is_kept {
        whole = reload_with_opening(engine, ctx, whole).await;
    }
    Ok(StartChatResult {
        details: whole,
        labels: opened.labels,
        call: placed,
        delivery_failure: unsent,
    })
}

/// The chat with its opening in it. Where it cannot be read again, it is told as it was a moment ago.
async fn reload_with_opening(
    engine: &Engine,
    ctx: &Ctx,
    opened: ConversationDetails,
) -> ConversationDetails {
    let key = ConversationKey::Number(opened.conversation.number);
    match conversation::find_with_details(engine, ctx, key).await {
        Ok(whole) => whole,
        Err(error) => {
            tracing::warn!(?error, "a new chat could not be read with its opening");
            let mut whole = opened;
            whole.counts.assistant += 1;
            whole
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
    opened: &ChatSetup,
    words: &Redacted<String>,
) -> Result<(), DeliveryFailure> {
    let way = DeliveryRoute {
        conversation: opened.created.number,
        medium: command.medium,
        subject: Some(&opened.subject),
        phone_number: opened.phone_number.as_ref(),
        inbox: opened.inbox.as_ref(),
        title: command.title.as_deref(),
    };
    deliver(engine, ctx, way, words).await
}

/// What has left becomes part of the conversation, as said by the operator on the assistant's side; whether it has. The
/// recipient has it by now: to refuse the request would have its maker say it again.
async fn store_opening(
    engine: &Engine,
    ctx: &Ctx,
    actor: Actor,
    conversation: i64,
    words: &Redacted<String>,
) -> bool {
    let details = MessageDetails {
        delivery: Some(DeliveryStatus::Sent),
        ..MessageDetails::default()
    };
    let kept = append_opening(engine, ctx, actor, conversation, words, &details).await;
    if let Err(error) = &kept {
        tracing::error!(?error, "words that have left a new chat could not be kept");
    }
    kept.is_ok()
}

async fn append_opening(
    engine: &Engine,
    ctx: &Ctx,
    actor: Actor,
    conversation: i64,
    words: &Redacted<String>,
    details: &MessageDetails,
) -> Result<()> {
    let entry = AppendMessage {
        details: details.to_text()?,
        conditions: vec![AppendCondition::MemberActive(actor.number)],
        ..AppendMessage::from_text(
            ctx.ws(),
            ConversationKey::Number(conversation),
            Some(actor.number),
            MessageRole::Assistant,
            words.as_str(),
        )
    };
    engine.store.append(entry).await.map(drop)
}

async fn place_call(engine: &Engine, ctx: &Ctx, opened: &ChatSetup) -> VoiceCall {
    let id = engine.random_uuid();
    // Both were found before the chat was made.
    let from = opened.phone_number.as_ref().map(|line| line.e164.clone());
    let to = opened.subject.profile.phone.clone();
    let (Some(from), Some(to)) = (from, to) else {
        return VoiceCall {
            id,
            is_placed: false,
        };
    };
    let dispatch = OutboundMessage {
        workspace: ctx.workspace.id,
        conversation: opened.created.number,
        from: Redacted(from),
        to: Redacted(to),
        content: OutboundContent::Call(id),
    };
    VoiceCall {
        id,
        is_placed: engine.carrier.deliver(dispatch).await.is_ok(),
    }
}
