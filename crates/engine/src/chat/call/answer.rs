//! Begins to talk in a call that was answered.

use std::time::Duration;

use parlor_model::conversation::ConversationKey;
use parlor_model::redacted::Redacted;
use parlor_model::voice_call::VoiceCallDirection;
use parlor_model::{Ctx, Result};

use super::follow_answer::follow_answer;
use super::prompt::CallPrompt;
use super::resume::{CallReference, OpenCall, open};
use crate::turn::TurnFollower;
use crate::{Engine, conversation};

/// Returns what the other side hears first: the greeting of the number that it has called, and what a new chat's assistant
/// has said in it, for which this waits so long at most.
///
/// # Errors
/// `NotFound` for an unknown call.
pub async fn answer(
    engine: &Engine,
    ctx: &Ctx,
    reference: &CallReference,
    wait: Duration,
) -> Result<CallPrompt> {
    let Some(call) = open(engine, ctx, reference).await? else {
        return Ok(CallPrompt::HangUp);
    };
    let options = call.number.as_ref().map(|number| &number.options);
    if !call.has_assistant() {
        let text = options.and_then(|options| options.voice_unavailable.clone());
        return Ok(CallPrompt::Person(text.map(Redacted)));
    }
    let is_inbound = call.call.direction == VoiceCallDirection::Inbound;
    let greeting = options.filter(|_| is_inbound);
    let greeting = greeting.and_then(|options| options.voice_greeting.clone());
    let mut texts: Vec<_> = greeting.map(Redacted).into_iter().collect();
    if is_new(engine, ctx, &call).await? {
        let mut follower = TurnFollower::new(engine, ctx, call.conversation.number);
        let opening = follow_answer(engine, ctx, &call, (&mut follower, 0), wait).await?;
        if let CallPrompt::Say(opening) = opening {
            texts.extend(opening);
        }
    }
    Ok(CallPrompt::Say(texts))
}

/// Returns whether nobody but the assistant has said anything in the chat.
async fn is_new(engine: &Engine, ctx: &Ctx, call: &OpenCall) -> Result<bool> {
    let key = ConversationKey::Number(call.conversation.number);
    let details = conversation::find_with_details(engine, ctx, key).await?;
    Ok(details.counts.user == 0)
}
