//! A delivery in the list.

use parlor_kit::{ids, time};
use parlor_model::outbox::{Delivery, DeliveryFailureReason as Reason, DeliveryState, QueueKind};

use super::reason;

/// A delivery in the list.
pub(super) struct DeliveryRow {
    pub(super) id: String,
    pub(super) number: i64,
    pub(super) event: &'static str,
    /// Where it goes, in words.
    pub(super) target: String,
    pub(super) conversation: i64,
    /// State in a word, and its class: `good`, `warning`, `bad` or none.
    pub(super) state: &'static str,
    pub(super) class: &'static str,
    pub(super) attempts: i64,
    pub(super) next_attempt_at: Option<String>,
    /// Why it was not sent, or what it waits for, in a sentence.
    pub(super) reason: Option<String>,
    /// The same as a word for programs.
    pub(super) code: Option<&'static str>,
    pub(super) created_at: String,
    pub(super) finished_at: Option<String>,
    /// Whether sending it once more changes something.
    pub(super) is_over: bool,
    pub(super) is_message: bool,
}

impl DeliveryRow {
    /// Creates the row of a delivery of a queue with this kind and target. `host` is that of the target's URL, if it is known.
    pub(super) fn new(
        found: &Delivery,
        kind: QueueKind,
        target: i64,
        host: Option<String>,
    ) -> Self {
        let (state, class) = state(found);
        Self {
            id: ids::format_uuid(found.id),
            number: found.number,
            event: found.event.as_str(),
            target: match (kind, host) {
                (QueueKind::Carrier, _) => "over a carrier".to_owned(),
                (QueueKind::Webhook, Some(host)) => host,
                (QueueKind::Webhook, None) => format!("event rule {target}"),
            },
            conversation: found.conversation,
            state,
            class,
            attempts: found.attempts,
            next_attempt_at: found.next_attempt_at().map(time::format_iso),
            reason: found
                .reason
                .filter(|_| !is_accepted(found.state))
                .map(|why| reason::sentence(why, found.status)),
            code: found
                .reason
                .filter(|_| !is_accepted(found.state))
                .map(Reason::as_str),
            created_at: time::format_iso(found.created_at),
            finished_at: found.finished_at.map(time::format_iso),
            is_over: found.finished_at.is_some(),
            is_message: kind == QueueKind::Carrier,
        }
    }
}

/// Returns whether the receiver has accepted it.
const fn is_accepted(state: DeliveryState) -> bool {
    matches!(state, DeliveryState::Sent | DeliveryState::Delivered)
}

/// Returns the state in a word, with its class. It is good on the receiver's own word only: one that is sent once more is
/// `replaying` until then.
fn state(found: &Delivery) -> (&'static str, &'static str) {
    match found.state {
        DeliveryState::Sent => ("sent", "good"),
        DeliveryState::Delivered => ("delivered", "good"),
        DeliveryState::Failed => ("failed", "bad"),
        DeliveryState::Cancelled => ("cancelled", "bad"),
        DeliveryState::Unknown => ("perhaps sent", "bad"),
        DeliveryState::Sending => ("sending", ""),
        DeliveryState::Queued => match found.reason {
            Some(Reason::Paused) => ("paused", "warning"),
            Some(Reason::QuietHours | Reason::RateLimited) | None => ("waiting", ""),
            Some(_) if found.attempts == 0 => ("replaying", "warning"),
            Some(_) => ("retrying", "warning"),
        },
    }
}
