//! A listener's own way out, for whoever has frames for it.

use super::codec::Frame;

/// Where frames can leave without a task that is woken for each: half of what a delivery costs beside the system's
/// part. Used while the listener has nothing waiting and does nothing itself.
pub trait Outlet: Send + Sync {
    /// Takes frames, from the first on, as far as they can leave without waiting and mean nothing to the listener but
    /// their words.
    fn offer(&self, frames: &[Frame]) -> Offered;
}

/// What came of an offer.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Offered {
    /// Frames that were taken.
    pub taken: usize,
    /// Not all of it has left: the listener has to see to the rest.
    pub is_stuck: bool,
}
