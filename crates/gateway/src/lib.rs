//! Live connections: who listens to which conversation, and how what happens reaches them.
//!
//! [`hub`] knows the listeners of this node; [`socket`] runs one WebSocket of one conversation, [`live`] one of many, and
//! [`stream`] one stream of server-sent events; [`channel`] passes messages between programs. Their words a dialect gives
//! them.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use parlor_engine::Engine;
use parlor_kit::App;
use parlor_model::{Error, Result};
use tokio::sync::mpsc;

pub mod channel;
pub mod hub;
pub mod live;
mod pulse;
mod seat;
pub mod socket;
pub mod stream;

use hub::Hub;
pub use seat::{Holder, Seat, Seats};

/// The live part of a server.
pub struct Gateway {
    /// Who listens.
    pub hub: Arc<Hub>,
    /// What programs pass to each other.
    pub channels: Arc<channel::Channels>,
    /// Who is connected.
    pub seats: Arc<Seats>,
    /// The times a connection keeps.
    pub pace: socket::Pace,
    pulse: Arc<pulse::Pulse>,
    /// Nothing is ever sent: each connection holds a sender, and the last one to go ends the wait.
    busy: Mutex<Option<mpsc::Sender<Infallible>>>,
    idle: tokio::sync::Mutex<mpsc::Receiver<Infallible>>,
}

/// For connections to end by themselves.
const DRAIN: Duration = Duration::from_secs(5);

impl Gateway {
    /// The live part of a server over an engine. Called on the runtime that serves.
    pub fn start(engine: &Arc<Engine>, pace: socket::Pace) -> Arc<Self> {
        let (busy, idle) = mpsc::channel(1);
        Arc::new(Self {
            hub: Hub::start(engine),
            channels: channel::Channels::start(engine),
            seats: Arc::new(Seats(Mutex::new(HashMap::new()))),
            pulse: pulse::Pulse::start(engine, pace),
            pace,
            busy: Mutex::new(Some(busy)),
            idle: idle.into(),
        })
    }

    /// The live part of the server that a handler runs in.
    pub fn of(app: &App) -> Result<Arc<Self>> {
        let found = app.sections.get::<Arc<Self>>().cloned();
        found.ok_or_else(|| Error::internal("the server has no live part"))
    }

    /// Tells every socket and stream to come back later, and waits until all are gone.
    pub async fn stop(&self) {
        self.busy.lock().take();
        self.pulse.stop();
        let gone = async { self.idle.lock().await.recv().await };
        if tokio::time::timeout(DRAIN, gone).await.is_err() {
            tracing::warn!("some sockets or streams were still open at the stop");
        }
    }

    /// Held by a socket or a stream while it is open.
    fn busy(&self) -> Option<mpsc::Sender<Infallible>> {
        self.busy.lock().clone()
    }
}
