//! A delivery and a rule in their lists.

use parlor_engine::delivery::QueuedDelivery;
use parlor_engine::event_rule::EventRuleDetails;
use parlor_kit::ids;
use parlor_model::outbox::{Delivery, DeliveryFailureReason, QueueKind, QueueState};

use crate::text::TimeText;

/// A delivery in a list.
pub(super) struct DeliveryRow {
    pub(super) id: String,
    pub(super) number: i64,
    pub(super) event: &'static str,
    /// Where it goes.
    pub(super) target: String,
    pub(super) state: &'static str,
    pub(super) has_failed: bool,
    /// Why the last attempt failed, as a sentence.
    pub(super) reason: Option<String>,
    pub(super) status: Option<i64>,
    pub(super) attempts: i64,
    pub(super) next_at: Option<TimeText>,
    pub(super) created_at: TimeText,
    pub(super) finished_at: Option<TimeText>,
}

impl DeliveryRow {
    pub(super) fn from_delivery(delivery: &Delivery) -> Self {
        let state = delivery.state.as_str();
        Self {
            id: ids::format_uuid(delivery.id),
            number: delivery.number,
            event: delivery.event.as_str(),
            target: String::new(),
            state,
            has_failed: ["failed", "cancelled", "unknown"].contains(&state),
            reason: delivery
                .reason
                .map(|reason| reason_sentence(reason, delivery.status)),
            status: delivery.status,
            attempts: delivery.attempts,
            next_at: delivery.next_attempt_at().map(TimeText::new),
            created_at: TimeText::new(delivery.created_at),
            finished_at: delivery.finished_at.map(TimeText::new),
        }
    }

    pub(super) fn from_queued(found: &QueuedDelivery) -> Self {
        let target = match found.queue.kind {
            QueueKind::Webhook => format!("rule {}", found.queue.target),
            _ => format!("conversation {}", found.delivery.conversation),
        };
        Self {
            target,
            ..Self::from_delivery(&found.delivery)
        }
    }
}

/// Says why an attempt failed, and who said so.
fn reason_sentence(reason: DeliveryFailureReason, status: Option<i64>) -> String {
    let word = reason.as_str().replace('_', " ");
    match status {
        Some(status) => format!("{word} (the receiver answered {status})"),
        None => word,
    }
}

/// A rule that sends webhooks.
pub(super) struct RuleRow {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) event: String,
    pub(super) is_enabled: bool,
    /// Why and since when it is paused.
    pub(super) paused: Option<(String, Option<TimeText>)>,
    pub(super) failing_since: Option<TimeText>,
}

impl RuleRow {
    /// Returns the row of a rule, if it has a queue.
    pub(super) fn new(details: &EventRuleDetails) -> Option<Self> {
        let queue = details.queue.as_ref()?;
        let rule = &details.rule;
        let is_paused = queue.state == QueueState::Paused;
        Some(Self {
            id: ids::format_uuid(rule.id),
            name: rule
                .name
                .clone()
                .unwrap_or_else(|| format!("rule {}", rule.number)),
            event: rule.event_type.clone(),
            is_enabled: rule.is_enabled,
            paused: is_paused.then(|| {
                let reason = queue
                    .pause_reason
                    .map_or("paused", |reason| reason.as_str());
                (reason.replace('_', " "), queue.paused_at.map(TimeText::new))
            }),
            failing_since: queue.failing_since.map(TimeText::new),
        })
    }
}
