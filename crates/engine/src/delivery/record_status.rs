//! What a carrier says of a message that it has accepted.
//!
//! Keeps INV-78 (`docs/invariants.md`).

use parlor_model::error::EntityKind;
use parlor_model::outbox::{DeliveryFailureReason, DeliveryKey, DeliveryState, QueueKind};
use parlor_model::{Ctx, Error, Result};
use parlor_store::repo::outbox as repo;

use super::carrier::show_status;
use crate::Engine;
use crate::delivery_counts::DeliveryEnd;

/// What a carrier says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CarrierReport {
    /// It has accepted the message.
    Accepted,
    /// The message has arrived.
    Delivered,
    /// The message has not arrived, and will not.
    Undelivered,
}

/// Records what a carrier says of a delivery, and returns whether it is news. What is none changes nothing: carriers repeat
/// and reorder their reports.
///
/// The caller has authenticated the carrier; `ctx` is that of the server's operator.
///
/// # Errors
/// `NotFound` for an unknown delivery, or one that is not a carrier's.
pub async fn record_status(
    engine: &Engine,
    ctx: &Ctx,
    key: DeliveryKey,
    report: CarrierReport,
) -> Result<bool> {
    let ws = ctx.ws();
    let (is_news, failed) = engine
        .store
        .write(move |tx| {
            let unknown = || Error::not_found(EntityKind::Delivery);
            let delivery = repo::find(tx, ws, key)?.ok_or_else(unknown)?;
            let queue = repo::find_queue(tx, ws, delivery.queue)?;
            if queue.is_none_or(|queue| queue.kind != QueueKind::Carrier) {
                return Err(unknown());
            }
            let (state, reason) = match report {
                CarrierReport::Accepted => (DeliveryState::Sent, None),
                CarrierReport::Delivered => (DeliveryState::Delivered, None),
                CarrierReport::Undelivered => {
                    let reason = DeliveryFailureReason::Rejected;
                    (DeliveryState::Failed, Some(reason))
                }
            };
            match repo::record_status(tx, ws, delivery.number, (state, reason))? {
                true => show_status(tx, ws, &delivery, state)?,
                false => return Ok((false, None)),
            }
            let has_failed = state == DeliveryState::Failed;
            Ok((true, has_failed.then_some(delivery.event)))
        })
        .await?;
    if let Some(event) = failed {
        engine.delivery_counts.record(event, DeliveryEnd::Failed);
    }
    Ok(is_news)
}
