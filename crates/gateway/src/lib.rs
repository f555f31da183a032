//! Live connections: who listens to which conversation, and how what happens reaches them.
//!
//! [`hub`] knows the listeners of this node; [`socket`] runs one WebSocket of one conversation, [`multiplex`] one of many, and
//! [`sse`] one stream of server-sent events; [`channel`] passes messages between programs. Their words a dialect gives
//! them.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use parlor_engine::Engine;
use parlor_kit::AppState;
use parlor_model::{Error, Result};
use tokio::sync::mpsc;

pub mod channel;
mod connection_limit;
mod heartbeat;
pub mod hub;
pub mod multiplex;
pub mod socket;
pub mod sse;

pub use connection_limit::{ConnectionPermit, ConnectionRegistry, StreamOwner};
use hub::Hub;

/// The live part of a server.
pub struct Gateway {
    /// Who listens.
    pub hub: Arc<Hub>,
    /// What programs pass to each other.
    pub channels: Arc<channel::Channels>,
    /// Who is connected.
    pub connections: Arc<ConnectionRegistry>,
    /// The times a connection keeps.
    pub timeouts: socket::ConnectionTimeouts,
    heartbeat: Arc<heartbeat::HeartbeatScheduler>,
    /// Nothing is ever sent: each connection holds a sender, and the last one to go ends the wait.
    shutdown_sender: Mutex<Option<mpsc::Sender<Infallible>>>,
    shutdown_receiver: tokio::sync::Mutex<mpsc::Receiver<Infallible>>,
}

/// For connections to end by themselves.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(5);

impl Gateway {
    /// The live part of a server over an engine. Called on the runtime that serves.
    pub fn start(engine: &Arc<Engine>, pace: socket::ConnectionTimeouts) -> Arc<Self> {
        let (busy, idle) = mpsc::channel(1);
        Arc::new(Self {
            hub: Hub::start(engine),
            channels: channel::Channels::start(engine),
            connections: Arc::new(ConnectionRegistry(Mutex::new(HashMap::new()))),
            heartbeat: heartbeat::HeartbeatScheduler::start(engine, pace),
            timeouts: pace,
            shutdown_sender: Mutex::new(Some(busy)),
            shutdown_receiver: idle.into(),
        })
    }

    /// The live part of the server that a handler runs in.
    pub fn from_app(app: &AppState) -> Result<Arc<Self>> {
        let found = app.settings_by_type.get::<Arc<Self>>().cloned();
        found.ok_or_else(|| Error::internal("the server has no live part"))
    }

    /// Tells every socket and stream to come back later, and waits until all are gone.
    pub async fn stop(&self) {
        self.shutdown_sender.lock().take();
        self.heartbeat.stop();
        let gone = async { self.shutdown_receiver.lock().await.recv().await };
        if tokio::time::timeout(SHUTDOWN_TIMEOUT, gone).await.is_err() {
            tracing::warn!("some sockets or streams were still open at the stop");
        }
    }

    /// Held by a socket or a stream while it is open.
    fn shutdown_token(&self) -> Option<mpsc::Sender<Infallible>> {
        self.shutdown_sender.lock().clone()
    }
}
