//! What a carrier says of a message that it has accepted.
//!
//! Keeps INV-78 (`docs/invariants.md`).

use parlor_model::error::EntityKind;
use parlor_model::outbox::{
    Delivery, DeliveryFailureReason, DeliveryKey, DeliveryState, QueueKind,
};
use parlor_model::{Ctx, Error, Result};
use parlor_store::Tx;
use parlor_store::repo::outbox as repo;

use super::carrier::show_status;
use crate::Engine;
use crate::delivery_counts::DeliveryEnd;
use crate::undeliverable_address::mark_subject;

/// What a carrier says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CarrierReport {
    /// It has accepted the message.
    Accepted,
    /// The message has arrived.
    Delivered,
    /// The message has not arrived, and will not.
    Undelivered,
    /// The message has not arrived because its recipient's address does not exist.
    UnknownAddress,
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
            let delivery = find_of_carrier(tx, ws, key)?
                .ok_or_else(|| Error::not_found(EntityKind::Delivery))?;
            let (state, reason) = match report {
                CarrierReport::Accepted => (DeliveryState::Sent, None),
                CarrierReport::Delivered => (DeliveryState::Delivered, None),
                CarrierReport::Undelivered => {
                    let reason = DeliveryFailureReason::Rejected;
                    (DeliveryState::Failed, Some(reason))
                }
                CarrierReport::UnknownAddress => {
                    let reason = DeliveryFailureReason::AddressBounced;
                    (DeliveryState::Failed, Some(reason))
                }
            };
            if !record_in_tx(tx, ws, &delivery, (state, reason))? {
                return Ok((false, None));
            }
            if report == CarrierReport::UnknownAddress {
                mark_subject(tx, ws, delivery.conversation, None, None)?;
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

/// Finds a delivery over a carrier.
pub(super) fn find_of_carrier(
    tx: &mut dyn Tx,
    ws: i64,
    key: DeliveryKey,
) -> Result<Option<Delivery>> {
    let Some(delivery) = repo::find(tx, ws, key)? else {
        return Ok(None);
    };
    let queue = repo::find_queue(tx, ws, delivery.queue)?;
    let is_carrier = queue.is_some_and(|queue| queue.kind == QueueKind::Carrier);
    Ok(is_carrier.then_some(delivery))
}

/// Records a state that was reported of a delivery, and shows it in its message. Returns whether it is news.
pub(super) fn record_in_tx(
    tx: &mut dyn Tx,
    ws: i64,
    delivery: &Delivery,
    (state, reason): (DeliveryState, Option<DeliveryFailureReason>),
) -> Result<bool> {
    let is_news = repo::record_status(tx, ws, delivery.number, (state, reason))?;
    if is_news {
        show_status(tx, ws, delivery, state)?;
    }
    Ok(is_news)
}
