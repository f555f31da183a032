//! Live connections: who listens to which conversation, and how what happens reaches them.
//!
//! [`hub`] knows the listeners of this node; [`socket`] runs one WebSocket, whose words a dialect gives it.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;
use parlor_engine::Engine;
use parlor_kit::App;
use parlor_model::{Error, Result};
use tokio::sync::watch;

pub mod hub;
mod seat;
pub mod socket;

use hub::Hub;
pub use seat::{Seat, Seats};

/// The live part of a server.
pub struct Gateway {
    /// Who listens.
    pub hub: Arc<Hub>,
    /// Who is connected.
    pub seats: Arc<Seats>,
    /// The times a connection keeps.
    pub pace: socket::Pace,
    stop: watch::Sender<bool>,
}

impl Gateway {
    /// The live part of a server over an engine. Called on the runtime that serves.
    pub fn start(engine: Arc<Engine>, pace: socket::Pace) -> Arc<Self> {
        Arc::new(Self {
            hub: Hub::start(engine),
            seats: Arc::new(Seats(Mutex::new(HashMap::new()))),
            pace,
            stop: watch::Sender::new(false),
        })
    }

    /// The live part of the server that a handler runs in.
    pub fn of(app: &App) -> Result<Arc<Self>> {
        let found = app.sections.get::<Arc<Self>>().cloned();
        found.ok_or_else(|| Error::internal("the server has no live part"))
    }

    /// Tells every connection to come back later.
    pub fn stop(&self) {
        self.stop.send_replace(true);
    }
}
