//! The outbox queue of a rule.

use parlor_model::Result;
use parlor_model::event_rule::{EventAction, EventRule};
use parlor_model::outbox::{DeliveryFailureReason, EventKind, OutboxQueue, QueueKind, QueueState};
use parlor_store::Tx;
use parlor_store::repo::outbox;

/// Names of events: returns the event of a dialect's word, if there is one.
pub type EventNames = fn(&str) -> Option<EventKind>;

/// Lets the queue of a stored rule take what the rule asks for. A rule with a condition takes nothing: conditions are not
/// evaluated, and what one excludes must not be sent. What waits for a rule that is switched off is cancelled.
pub(super) fn put_queue(
    tx: &mut dyn Tx,
    ws: i64,
    rule: &EventRule,
    names: EventNames,
) -> Result<Option<OutboxQueue>> {
    let target = (QueueKind::Webhook, rule.number);
    let is_webhook = rule.action == EventAction::SendWebhook;
    if !is_webhook && outbox::find_of_target(tx, ws, target.0, target.1)?.is_none() {
        return Ok(None);
    }
    let is_active = is_webhook && rule.is_enabled && rule.conditions.is_none();
    let event = is_active.then(|| names(&rule.event_type)).flatten();
    let queue = outbox::put(tx, ws, target, event, rule.delay_seconds)?;
    cancel_if_closed(tx, ws, &queue)?;
    Ok(Some(queue))
}

/// Closes the queue of a rule that is deleted.
pub(super) fn close_queue(tx: &mut dyn Tx, ws: i64, rule: &EventRule) -> Result<()> {
    let target = (QueueKind::Webhook, rule.number);
    if outbox::find_of_target(tx, ws, target.0, target.1)?.is_none() {
        return Ok(());
    }
    let queue = outbox::put(tx, ws, target, None, 0)?;
    cancel_if_closed(tx, ws, &queue)
}

fn cancel_if_closed(tx: &mut dyn Tx, ws: i64, queue: &OutboxQueue) -> Result<()> {
    match queue.state {
        QueueState::Closed => {
            let reason = DeliveryFailureReason::TargetClosed;
            outbox::cancel_waiting(tx, ws, queue.number, reason)
        }
        QueueState::Active | QueueState::Paused => Ok(()),
    }
}
