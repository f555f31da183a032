//! Deliveries over a carrier, and their state in the messages that they carry.
//!
//! Keeps INV-78 (`docs/invariants.md`).

use std::time::Duration;

use parlor_model::Result;
use parlor_model::conversation::ConversationKey;
use parlor_model::log::LogEntryKind;
use parlor_model::message::MessageKey;
use parlor_model::message_details::{DeliveryStatus, MessageDetails};
use parlor_model::outbox::{
    AttemptOutcome, AttemptResult, Delivery, DeliveryFailureReason, DeliveryState, OutboxQueue,
};
use parlor_model::redacted::Redacted;
use parlor_store::Tx;
use parlor_store::repo::job::ClaimedJob;
use parlor_store::repo::{conversation, log, message, outbox as repo};
use serde_json::json;

use super::recipient::{Prepared, Recipient};
use crate::chat::{self, AddressedDelivery};

/// Addresses a message, which may have to wait. Nothing of it is kept beside the message itself.
pub(super) fn prepare(tx: &mut dyn Tx, ws: i64, delivery: &Delivery) -> Result<Prepared> {
    Ok(match chat::address_delivery(tx, ws, delivery)? {
        AddressedDelivery::Send(message) => {
            Prepared::Send(Redacted::default(), Recipient::Subject(message))
        }
        AddressedDelivery::Cancel(reason) => Prepared::Cancel(reason),
        AddressedDelivery::Hold(hold) => Prepared::Hold(hold),
    })
}

/// Ends a delivery whose worker is gone. It may have left, and a carrier does not tell repeats.
pub(super) fn end_interrupted(
    tx: &mut dyn Tx,
    ws: i64,
    job: &ClaimedJob,
    queue: &OutboxQueue,
    delivery: &Delivery,
) -> Result<()> {
    let result = AttemptResult {
        outcome: AttemptOutcome::Unknown(DeliveryFailureReason::Interrupted),
        status: None,
        response: None,
    };
    let timing = (None, Duration::MAX);
    let state = repo::end(tx, ws, job, (queue, delivery.number), &result, timing)?;
    match state {
        Some(state) => show_status(tx, ws, delivery, state),
        None => Ok(()),
    }
}

/// Writes the state of a delivery into its message, which the conversation's log says.
pub(super) fn show_status(
    tx: &mut dyn Tx,
    ws: i64,
    delivery: &Delivery,
    state: DeliveryState,
) -> Result<()> {
    let status = match state {
        DeliveryState::Queued | DeliveryState::Sending => DeliveryStatus::Queued,
        DeliveryState::Sent => DeliveryStatus::Sent,
        DeliveryState::Delivered => DeliveryStatus::Delivered,
        DeliveryState::Failed | DeliveryState::Cancelled => DeliveryStatus::Failed,
        DeliveryState::Unknown => DeliveryStatus::Unknown,
    };
    let Some(id) = delivery.message else {
        return Ok(());
    };
    let number = delivery.conversation;
    // The head comes first, as in other writes to a log; it is gone with the conversation.
    if conversation::find(tx, ws, ConversationKey::Number(number))?.is_none() {
        return Ok(());
    }
    tx.lock_head(ws, number)?;
    let Some(found) = message::find(tx, ws, number, MessageKey::Id(id))? else {
        return Ok(());
    };
    if found.details.delivery == Some(status) {
        return Ok(());
    }
    let details = MessageDetails {
        delivery: Some(status),
        ..found.details
    };
    message::set_details(tx, ws, found.number, &details)?;
    let payload = json!({ "message": id.uuid().to_string() }).to_string();
    let kind = LogEntryKind::MessageDelivery;
    log::append_untimed_entry(tx, ws, number, kind, None, &payload)
}
