//! Bus of a single node.

use parking_lot::RwLock;

use crate::{Bus, BusHandler, BusMessage};

/// Bus that delivers to the handlers of this process only.
#[derive(Default)]
pub struct LocalBus {
    handlers: RwLock<Vec<BusHandler>>,
}

impl Bus for LocalBus {
    fn publish(&self, notes: &[BusMessage]) {
        for listener in self.handlers.read().iter() {
            listener(notes);
        }
    }

    fn subscribe(&self, listener: BusHandler) {
        self.handlers.write().push(listener);
    }

    fn close(&self) {}
}
