//! The first message of a chat that an operator starts.

use parlor_model::chat::{DeliveryFailure, StartChat};
use parlor_model::ctx::Actor;
use parlor_model::message::MessageRole;
use parlor_model::message_details::{DeliveryStatus, MessageDetails};
use parlor_model::redacted::Redacted;
use parlor_model::{Ctx, Result};
use parlor_store::append_message::{AppendCondition, AppendMessage};

use super::create_in_tx::ChatSetup;
use super::deliver::{DeliveryRoute, deliver, prepare};
use crate::{Engine, consent, outbox};

/// Sends the opening message and stores it, or leaves it to the outbox if it has to wait. Returns whether the chat has it.
///
/// # Errors
/// The first missing requirement; nothing is stored then.
pub(super) async fn open(
    engine: &Engine,
    ctx: &Ctx,
    actor: Actor,
    (command, setup): (&StartChat, &ChatSetup),
    text: &Redacted<String>,
) -> Result<bool, DeliveryFailure> {
    let conversation = setup.created.number;
    let route = DeliveryRoute {
        conversation,
        conversation_id: setup.details.conversation.id,
        medium: command.medium,
        subject: Some(&setup.subject),
        phone_number: setup.phone_number.as_ref(),
        inbox: setup.inbox.as_ref(),
        title: command.title.as_deref(),
        // A new chat has received no mail.
        answered_mail: None,
    };
    // What is missing is said now, not when its time has come.
    let message = prepare(engine, ctx, route, text, Vec::new()).await?;
    let must_wait = consent::must_wait(engine, ctx, &setup.details.conversation).await;
    let must_wait = must_wait.map_err(|error| {
        tracing::error!(
            ?error,
            "it is not known whether an opening message may leave"
        );
        DeliveryFailure::Dispatch
    })?;
    if must_wait {
        let state = DeliveryStatus::Queued;
        let stored = append(engine, ctx, actor, (conversation, text), state).await;
        return match stored {
            Ok(()) => Ok(true),
            Err(error) => {
                tracing::error!(?error, "an opening message could not be queued");
                Err(DeliveryFailure::Dispatch)
            }
        };
    }
    deliver(engine, ctx, message).await?;
    let state = DeliveryStatus::Sent;
    let stored = append(engine, ctx, actor, (conversation, text), state).await;
    // The recipient has the message, and an error would make the caller send it again.
    if let Err(error) = &stored {
        tracing::error!(?error, "words that have left a new chat could not be kept");
    }
    Ok(stored.is_ok())
}

async fn append(
    engine: &Engine,
    ctx: &Ctx,
    actor: Actor,
    (conversation, text): (i64, &Redacted<String>),
    state: DeliveryStatus,
) -> Result<()> {
    let role = MessageRole::Assistant;
    let mut effects = outbox::append_effects(engine, ctx.ws(), role, false).await?;
    let mut details = MessageDetails::default();
    if state == DeliveryStatus::Queued {
        effects.push(outbox::carrier_effect(&mut details));
    }
    details.delivery = Some(state);
    let entry = AppendMessage {
        details: details.to_text()?,
        effects,
        conditions: vec![AppendCondition::MemberActive(actor.number)],
        ..AppendMessage::from_text(
            ctx.ws(),
            conversation,
            Some(actor.number),
            role,
            text.as_str(),
        )
    };
    engine.store.append(entry).await?;
    outbox::wake_worker(engine);
    Ok(())
}
