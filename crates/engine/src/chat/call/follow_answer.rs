//! Waits for what the assistant answers in a call.

use std::time::Duration;

use parlor_model::message::{Message, MessageQuery, MessageRole};
use parlor_model::redacted::Redacted;
use parlor_model::{Ctx, Result};
use parlor_store::repo::message as messages;
use tokio::time::{Instant, timeout_at};

use super::prompt::CallPrompt;
use super::resume::OpenCall;
use crate::Engine;
use crate::turn::{RequestedTurn, TurnFollower, TurnFollowerEvent};

/// Waits until the turn that answers what was said at a `seq` has ended, and returns all that was said since. A person who
/// writes meanwhile is heard too.
///
/// The caller has opened the call, and `follower` was made before the turn was requested, or the database is asked first.
pub(super) async fn follow_answer(
    engine: &Engine,
    ctx: &Ctx,
    call: &OpenCall,
    (follower, seq): (&mut TurnFollower, i64),
    wait: Duration,
) -> Result<CallPrompt> {
    let requested = RequestedTurn::after(call.conversation.number, seq);
    let deadline = Instant::now() + wait;
    let mut ended = follower.check(engine, &requested).await?.is_some();
    while !ended {
        let next = timeout_at(deadline, follower.next_event(engine, &requested)).await;
        match next {
            Err(_) => return Ok(CallPrompt::Wait(seq)),
            Ok(event) => ended = matches!(event?, TurnFollowerEvent::Ended(_)),
        }
    }
    let said = list_said(engine, ctx, call, seq).await?;
    Ok(match said.is_empty() {
        true => CallPrompt::NoAnswer,
        false => CallPrompt::Say(said),
    })
}

/// Returns what the assistant, or a person in its place, has said after a `seq`.
async fn list_said(
    engine: &Engine,
    ctx: &Ctx,
    call: &OpenCall,
    seq: i64,
) -> Result<Vec<Redacted<String>>> {
    let (ws, conversation) = (ctx.ws(), call.conversation.number);
    let query = MessageQuery {
        after_seq: seq,
        ..MessageQuery::default()
    };
    let page = engine
        .store
        .read(move |tx| messages::page(tx, ws, conversation, &query))
        .await?;
    let is_said = |message: &Message| {
        message.role == MessageRole::Assistant && !message.text.trim().is_empty()
    };
    let said = page.items.into_iter().filter(is_said);
    Ok(said.map(|message| message.text).collect())
}
