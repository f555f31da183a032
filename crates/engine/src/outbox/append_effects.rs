//! Effects by which an append queues its message.

use std::sync::Arc;

use parlor_model::Result;
use parlor_model::message::MessageRole;
use parlor_model::outbox::EventKind;
use parlor_store::append_message::AppendEffect;
use parlor_store::repo::outbox::{self as repo, EventQueue};

use crate::Engine;

/// Returns the effects by which a message is queued for the receivers of its workspace. `needs_person` says that no
/// assistant will answer it.
pub(crate) async fn append_effects(
    engine: &Engine,
    ws: i64,
    role: MessageRole,
    needs_person: bool,
) -> Result<Vec<AppendEffect>> {
    let queues = find_queues(engine, ws, false).await?;
    Ok(to_effects(&queues, role, needs_person))
}

/// Returns the effects like [`append_effects`], for a caller whose credential was just checked: then the cache is as fresh
/// as that check.
pub(crate) async fn append_effects_as_refreshed(
    engine: &Engine,
    ws: i64,
    role: MessageRole,
    needs_person: bool,
) -> Result<Vec<AppendEffect>> {
    let queues = find_queues(engine, ws, true).await?;
    Ok(to_effects(&queues, role, needs_person))
}

/// Returns the queues of a workspace that take events, for a caller whose credential was just checked.
pub(crate) async fn find_receivers(engine: &Engine, ws: i64) -> Result<Arc<[EventQueue]>> {
    find_queues(engine, ws, true).await
}

async fn find_queues(engine: &Engine, ws: i64, is_refreshed: bool) -> Result<Arc<[EventQueue]>> {
    let read = engine.store.read(move |tx| repo::list_event_queues(tx, ws));
    engine
        .event_queue_cache
        .find(&engine.store, ws, is_refreshed, read)
        .await
}

fn to_effects(queues: &[EventQueue], role: MessageRole, needs_person: bool) -> Vec<AppendEffect> {
    let is_question = role == MessageRole::User;
    let concerned = queues.iter().filter(|queue| match queue.event {
        EventKind::MessageCreated => true,
        EventKind::NeedsResponse => is_question,
        EventKind::ConversationCreated | EventKind::ConversationArchived => false,
    });
    let effect = |queue: &EventQueue| AppendEffect::QueueEvent {
        queue: *queue,
        needs_person,
    };
    concerned.map(effect).collect()
}
