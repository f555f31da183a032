//! No way out.

use super::{Carrier, DeliveryError, DeliveryFuture, OutboundMessage};

/// What a server has that was given no carrier: nothing leaves.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoopCarrier;

impl Carrier for NoopCarrier {
    fn deliver(&self, _: OutboundMessage) -> DeliveryFuture<'_> {
        Box::pin(std::future::ready(Err(DeliveryError)))
    }
}
