//! The carrier that delivers nothing.

use parlor_model::outbox::DeliveryFailureReason;

use super::{Carrier, DeliveryError, DeliveryFuture, OutboundMessage};

/// Carrier of an engine that was given none: every delivery fails.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct NoopCarrier;

impl Carrier for NoopCarrier {
    fn deliver(&self, _: OutboundMessage) -> DeliveryFuture<'_> {
        Box::pin(std::future::ready(Err(DeliveryError::Permanent(
            DeliveryFailureReason::NoCarrier,
        ))))
    }
}
