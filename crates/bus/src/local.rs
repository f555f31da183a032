//! Bus of a single node.

use parking_lot::RwLock;

use crate::{Bus, BusHandler, BusMessage};

/// Bus that delivers to the handlers of this process only.
#[derive(Default)]
pub struct LocalBus {
    handlers: RwLock<Vec<BusHandler>>,
}

impl Bus for LocalBus {
    fn publish(&self, messages: &[BusMessage]) {
        for handler in self.handlers.read().iter() {
            handler(messages);
        }
    }

    fn subscribe(&self, handler: BusHandler) {
        self.handlers.write().push(handler);
    }

    fn close(&self) {}
}
