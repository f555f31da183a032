//! One node that tells itself.

use parking_lot::RwLock;

use crate::{Bus, Listener, Note};

/// The bus of a server that stands alone.
#[derive(Default)]
pub struct Memory {
    listeners: RwLock<Vec<Listener>>,
}

impl Bus for Memory {
    fn publish(&self, notes: &[Note]) {
        for listener in self.listeners.read().iter() {
            listener(notes);
        }
    }

    fn listen(&self, listener: Listener) {
        self.listeners.write().push(listener);
    }

    fn close(&self) {}
}
