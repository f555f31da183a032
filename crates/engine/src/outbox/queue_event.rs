//! Queues events in the transaction of other writes.

use parlor_model::Result;
use parlor_model::conversation::{Conversation, ConversationState};
use parlor_model::id::MessageId;
use parlor_model::outbox::EventKind;
use parlor_store::Tx;
use parlor_store::repo::outbox::{self as repo, EventQueue};

/// Returns the queues that take new conversations.
pub(crate) fn find_receivers_in_tx(tx: &mut dyn Tx, ws: i64) -> Result<Vec<EventQueue>> {
    let event = EventKind::ConversationCreated;
    let numbers = repo::list_queues_of_event(tx, ws, event)?.into_iter();
    Ok(numbers.map(|number| EventQueue { number, event }).collect())
}

/// Queues that a conversation was created, for those of the receivers that want to know.
pub(crate) fn queue_created(
    tx: &mut dyn Tx,
    ws: i64,
    conversation: i64,
    receivers: &[EventQueue],
) -> Result<()> {
    let is_concerned = |queue: &&EventQueue| queue.event == EventKind::ConversationCreated;
    for queue in receivers.iter().filter(is_concerned) {
        repo::insert_event(tx, ws, *queue, conversation, None)?;
    }
    Ok(())
}

/// Queues a message that was stored without an append.
pub(crate) fn queue_message(
    tx: &mut dyn Tx,
    ws: i64,
    conversation: i64,
    message: (MessageId, i64),
) -> Result<()> {
    let event = EventKind::MessageCreated;
    for number in repo::list_queues_of_event(tx, ws, event)? {
        let queue = EventQueue { number, event };
        repo::insert_event(tx, ws, queue, conversation, Some(message))?;
    }
    Ok(())
}

/// Queues what a changed conversation is now and its row is not yet: call it before the row is written.
pub(crate) fn queue_change(tx: &mut dyn Tx, ws: i64, changed: &Conversation) -> Result<()> {
    let number = changed.number;
    if changed.service.needs_response {
        for queue in repo::list_queues_of_event(tx, ws, EventKind::NeedsResponse)? {
            repo::insert_needs_response(tx, ws, queue, (number, None), true)?;
        }
    }
    if changed.state != ConversationState::Active {
        for queue in repo::list_queues_of_event(tx, ws, EventKind::ConversationArchived)? {
            repo::insert_archived(tx, ws, queue, number)?;
        }
    }
    Ok(())
}
