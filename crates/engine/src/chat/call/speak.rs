//! Stores what the other side of a call has said, and waits for the answer.

use std::time::Duration;

use parlor_model::conversation::ConversationKey;
use parlor_model::error::{ConflictReason, ErrorKind};
use parlor_model::message::{CreateMessage, MessageRole};
use parlor_model::redacted::Redacted;
use parlor_model::{Ctx, Result};

use super::follow_answer::follow_answer;
use super::prompt::CallPrompt;
use super::resume::{CallReference, open};
use crate::turn::TurnFollower;
use crate::{Engine, member, message};

/// Something that was said in a call.
#[derive(Debug, Clone)]
pub struct SpokenText {
    /// Position among what was said in the call: the same one again is a repetition.
    pub position: u32,
    /// The text, as the carrier has recognized it.
    pub text: Redacted<String>,
}

/// Stores what was said as a message of the chat's subject, once, and waits so long at most for the answer.
///
/// # Errors
/// `NotFound` for an unknown call.
pub async fn speak(
    engine: &Engine,
    ctx: &Ctx,
    reference: &CallReference,
    spoken: SpokenText,
    wait: Duration,
) -> Result<CallPrompt> {
    let Some(call) = open(engine, ctx, reference).await? else {
        return Ok(CallPrompt::HangUp);
    };
    let Some(subject) = &call.conversation.subject else {
        return Ok(CallPrompt::HangUp);
    };
    let acting = member::context_by_id(engine, ctx.workspace, subject.id, None, ctx.request).await;
    let acting = match acting {
        Ok(acting) => acting,
        // It is archived.
        Err(error) if matches!(error.kind(), ErrorKind::Unauthenticated(_)) => {
            return Ok(CallPrompt::HangUp);
        }
        Err(error) => return Err(error),
    };
    let number = call.conversation.number;
    let mut follower = TurnFollower::new(engine, &acting, number);
    let command = CreateMessage {
        client_id: Some(format!(
            "voice:{}:{}",
            reference.carrier_id, spoken.position
        )),
        ..CreateMessage::new(
            ConversationKey::Number(number),
            Some(subject.number),
            MessageRole::User,
            spoken.text.0,
        )
    };
    let stored = message::create_with_responder(engine, &acting, command).await;
    let stored = match stored {
        Ok(stored) => stored,
        // The chat was closed just now.
        Err(error) if *error.kind() == ErrorKind::Conflict(ConflictReason::Closed) => {
            return Ok(CallPrompt::HangUp);
        }
        Err(error) => return Err(error),
    };
    if stored.responder.is_person() {
        return Ok(CallPrompt::Person(None));
    }
    follow_answer(
        engine,
        ctx,
        &call,
        (&mut follower, stored.message.seq),
        wait,
    )
    .await
}

/// Waits on for the answer to what was said at a `seq`, so long at most.
///
/// # Errors
/// `NotFound` for an unknown call.
pub async fn await_answer(
    engine: &Engine,
    ctx: &Ctx,
    reference: &CallReference,
    seq: i64,
    wait: Duration,
) -> Result<CallPrompt> {
    let Some(call) = open(engine, ctx, reference).await? else {
        return Ok(CallPrompt::HangUp);
    };
    let mut follower = TurnFollower::new(engine, ctx, call.conversation.number);
    follow_answer(engine, ctx, &call, (&mut follower, seq), wait).await
}
