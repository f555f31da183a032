//! The outbox: what happens in a conversation is queued for the receivers that ask for it, and what is said in one over
//! text messages or mail for its carrier, in the commit in which it happens. [`delivery`](crate::delivery) has what becomes of it.
//!
//! A workspace without receivers costs an append nothing but a look into a cache, which is valid until a commit on any node
//! changes the queues. Other writes look the queues up in their transaction.
//!
//! Keeps INV-69 (`docs/invariants.md`).

mod append_effects;
mod carrier;
mod queue_event;

pub(crate) use append_effects::{append_effects, append_effects_as_refreshed, find_receivers};
pub(crate) use carrier::{OutsideSubject, carrier_effect, queue_for_carrier};
pub(crate) use queue_event::{find_receivers_in_tx, queue_change, queue_created, queue_message};

use parlor_store::repo::outbox::EventQueue;

use crate::Engine;

/// Wakes the worker of this node: something may have been queued by a commit.
pub(crate) fn wake_worker(engine: &Engine) {
    engine.event_queued.notify_one();
}

/// Wakes the worker of this node like [`wake_worker`], if there are receivers: without them its look for work would cost the
/// database as much as a small request.
pub(crate) fn wake_worker_for(engine: &Engine, receivers: &[EventQueue]) {
    if !receivers.is_empty() {
        wake_worker(engine);
    }
}
