//! The log of the webhooks of a rule.

pub(crate) mod get;
pub(crate) mod list;
pub(crate) mod replay;
pub(crate) mod replay_since;

use parlor_kit::time;
use parlor_model::outbox::{Delivery, DeliveryFailureReason};
use serde::Serialize;
use utoipa::ToSchema;

use super::names::event_name;
use crate::documented::DocumentedError;
use crate::ids;

const NO_DELIVERY: DocumentedError = (404, "No such event rule or webhook.");
/// Bytes of a body that the log shows.
const SHOWN_BYTES: usize = 16 * 1024;

/// A webhook of a rule.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WebhookDeliveryResponse {
    id: i64,
    /// The header `webhook-id` of all its attempts.
    uuid: String,
    /// Such as `chat:created`.
    event: &'static str,
    chat_id: i64,
    message_uuid: Option<String>,
    /// `queued`, `sending`, `sent`, `failed` or `cancelled`.
    status: &'static str,
    attempts: i64,
    /// Why the last attempt failed, or why there is none any more, such as `timed_out`; `paused` if it waits until the rule
    /// is resumed.
    reason: Option<&'static str>,
    response_status: Option<i64>,
    /// When it is tried next.
    next_attempt_at: Option<String>,
    created_at: String,
    finished_at: Option<String>,
}

/// A webhook of a rule, with what was sent and answered.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WebhookDeliveryDetailsResponse {
    #[serde(flatten)]
    delivery: WebhookDeliveryResponse,
    /// The first 16 KiB of what is sent, once it was; null without `chats:read`.
    request_body: Option<String>,
    /// The first 16 KiB of the last answer; null without `chats:read`.
    response_body: Option<String>,
}

impl WebhookDeliveryResponse {
    pub(crate) fn from_delivery(delivery: &Delivery) -> Self {
        Self {
            id: delivery.number,
            uuid: ids::format_uuid(delivery.id),
            event: event_name(delivery.event),
            chat_id: delivery.conversation,
            message_uuid: delivery.message.map(ids::format_uuid),
            status: delivery.state.as_str(),
            attempts: delivery.attempts,
            reason: delivery.reason.map(DeliveryFailureReason::as_str),
            response_status: delivery.status,
            next_attempt_at: delivery.next_attempt_at().map(time::format_iso),
            created_at: time::format_iso(delivery.created_at),
            finished_at: delivery.finished_at.map(time::format_iso),
        }
    }
}

impl WebhookDeliveryDetailsResponse {
    pub(crate) fn from_delivery(delivery: &Delivery) -> Self {
        let sent = delivery.payload.as_ref().map(|payload| {
            let shown = payload.get(..SHOWN_BYTES).unwrap_or(payload);
            String::from_utf8_lossy(shown).into_owned()
        });
        Self {
            request_body: sent,
            response_body: delivery.response.as_ref().map(|text| text.0.clone()),
            delivery: WebhookDeliveryResponse::from_delivery(delivery),
        }
    }
}
