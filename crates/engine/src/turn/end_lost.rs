//! Ends turns, for those who follow them, whose own end was lost by the bus.
//!
//! Keeps INV-67 (`docs/invariants.md`).

use parlor_model::Result;
use parlor_model::id::MessageId;
use parlor_model::turn::TurnEvent;
use parlor_store::Tx;
use parlor_store::repo::turn as repo;

use super::end::{EndOfTurn, find_end, find_message_end};
use crate::Engine;

/// Looks at the turns that this node takes for under way and of which nothing was heard since the last call. Ends those
/// that are over, and returns their ends, for readers. Acts for the server, not for a caller.
pub async fn end_lost(engine: &Engine) -> Result<Vec<TurnEvent>> {
    let silent = engine.live_turns.find_silent();
    if silent.is_empty() {
        return Ok(Vec::new());
    }
    let ended = engine
        .store
        .read(move |tx| {
            let mut ended = Vec::new();
            for turn in &silent {
                let end = find_end_of(tx, (turn.ws, turn.conversation), turn.message)?;
                ended.extend(end.map(|end| TurnEvent {
                    ws: turn.ws,
                    conversation: turn.conversation,
                    message: turn.message,
                    change: end.to_change(),
                }));
            }
            Ok(ended)
        })
        .await?;
    for event in &ended {
        engine.live_turns.apply(event);
    }
    Ok(ended)
}

/// Returns the message of the turn that this node takes for under way in a conversation, if it is over. For a conversation
/// that the caller is known to be allowed to read.
pub async fn find_ended_live(engine: &Engine, conversation: i64) -> Result<Option<MessageId>> {
    let Some(live) = engine.live_turns.find(conversation) else {
        return Ok(None);
    };
    let (ws, message) = (live.ws, live.message);
    let end = engine
        .store
        .read(move |tx| find_end_of(tx, (ws, conversation), message))
        .await?;
    Ok(end.map(|_| message))
}

fn find_end_of(
    tx: &mut dyn Tx,
    (ws, conversation): (i64, i64),
    message: MessageId,
) -> Result<Option<EndOfTurn>> {
    match repo::find_by_message(tx, ws, conversation, message)? {
        Some(turn) => find_end(tx, ws, &turn),
        None => find_message_end(tx, (ws, conversation), message).map(Some),
    }
}
