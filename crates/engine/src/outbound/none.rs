//! No way out.

use super::{Delivery, Dispatch, Outbound, Undelivered};

/// What a server has that was given no carrier: nothing leaves.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoCarrier;

impl Outbound for NoCarrier {
    fn deliver(&self, _: Dispatch) -> Delivery<'_> {
        Box::pin(std::future::ready(Err(Undelivered)))
    }
}
