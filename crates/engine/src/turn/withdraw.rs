//! Ends turns when a person takes over.

use parlor_model::conversation::{Conversation, ConversationKind, ConversationState};
use parlor_model::id::MessageId;
use parlor_model::turn::{TurnChange, TurnFinish};
use parlor_model::{Ctx, Result};
use parlor_store::Tx;
use parlor_store::repo::turn as repo;

use super::work::publish;
use crate::Engine;

/// Ends the turn under way if the conversation's assistant may not answer any more: from this commit on nothing can be
/// stored on its behalf. Returns its message's id, for [`publish_withdrawal`]. What it would have answered is left to a
/// person, which the caller records.
pub(crate) fn withdraw_if_stopped(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    conversation: &Conversation,
) -> Result<Option<MessageId>> {
    let service = &conversation.service;
    // In groups, assistants answer as participants that are mentioned.
    let is_switched_on = conversation.kind == ConversationKind::Group
        || (service.assistant_enabled && !service.paused);
    let may_answer = is_switched_on && conversation.state == ConversationState::Active;
    match may_answer {
        true => Ok(None),
        false => {
            // No message requests a turn any more that this transaction does not see.
            tx.lock_head(ctx.ws(), conversation.number)?;
            repo::withdraw(tx, ctx.ws(), conversation.number)
        }
    }
}

/// Publishes that a turn has ended without a message: its worker stops, and readers drop what they have seen of it.
pub(crate) fn publish_withdrawal(
    engine: &Engine,
    ctx: &Ctx,
    conversation: i64,
    message: Option<MessageId>,
) {
    if let Some(message) = message {
        let change = TurnChange::Ended {
            finish: TurnFinish::Cancelled,
            error: None,
            seq: None,
        };
        publish(engine, (ctx.ws(), conversation), message, change);
    }
}

/// Publishes the end of the turn that this node knows to be under way, after a message that ended it. On other nodes its
/// worker finds out when it saves.
pub(crate) fn publish_known_withdrawal(engine: &Engine, ctx: &Ctx, conversation: i64) {
    let known = engine.live_turns.find(conversation);
    publish_withdrawal(engine, ctx, conversation, known.map(|turn| turn.message));
}
