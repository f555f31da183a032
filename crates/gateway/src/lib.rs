//! Live connections: subscriptions to conversations over WebSockets and server-sent events.
//!
//! [`hub`] is the registry of subscribers on this node. [`socket`] runs a WebSocket of one conversation,
//! [`multiplex`] one of many, and [`sse`] a stream of server-sent events; [`channel`] delivers messages between
//! programs. Dialects define the wire formats.

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
mod disconnect;
mod heartbeat;
pub mod hub;
pub mod multiplex;
pub mod socket;
pub mod sse;
mod timeouts;
mod workspace_activity;

pub use connection_limit::{ConnectionPermit, ConnectionRegistry, StreamOwner};
pub use disconnect::{ConnectionEnd, Disconnect, DisconnectReason};
use hub::Hub;
pub use timeouts::ConnectionTimeouts;
pub use workspace_activity::WorkspaceActivity;

/// Live part of a server.
pub struct Gateway {
    /// Subscribers.
    pub hub: Arc<Hub>,
    /// Changes of workspaces.
    pub activity: Arc<WorkspaceActivity>,
    /// Channels between programs.
    pub(crate) channels: Arc<channel::Channels>,
    /// Connection counts.
    pub connections: Arc<ConnectionRegistry>,
    /// Timeouts of connections.
    pub timeouts: ConnectionTimeouts,
    heartbeat: Arc<heartbeat::HeartbeatScheduler>,
    /// Carries no values: each connection holds a clone of the sender, and the receiver ends when the last one is
    /// dropped.
    shutdown_sender: Mutex<Option<mpsc::Sender<Infallible>>>,
    shutdown_receiver: tokio::sync::Mutex<mpsc::Receiver<Infallible>>,
}

/// Time for connections to close on shutdown.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(5);

impl Gateway {
    /// Starts the live part of a server. Must be called on the serving runtime.
    pub fn start(engine: &Arc<Engine>, timeouts: ConnectionTimeouts) -> Arc<Self> {
        let (shutdown_sender, shutdown_receiver) = mpsc::channel(1);
        Arc::new(Self {
            hub: Hub::start(engine),
            activity: WorkspaceActivity::start(engine),
            channels: channel::Channels::start(engine),
            connections: Arc::new(ConnectionRegistry(Mutex::new(HashMap::new()))),
            heartbeat: heartbeat::HeartbeatScheduler::start(engine, timeouts),
            timeouts,
            shutdown_sender: Mutex::new(Some(shutdown_sender)),
            shutdown_receiver: shutdown_receiver.into(),
        })
    }

    /// Returns the gateway of a handler's server.
    ///
    /// # Errors
    /// `Internal` if the server was built without one.
    pub fn from_app(app: &AppState) -> Result<Arc<Self>> {
        let gateway = app.settings_by_type.get::<Arc<Self>>().cloned();
        gateway.ok_or_else(|| Error::internal("the server has no live part"))
    }

    /// Disconnects every socket and stream, and waits up to [`SHUTDOWN_TIMEOUT`] until all are closed.
    pub async fn stop(&self) {
        self.shutdown_sender.lock().take();
        self.heartbeat.stop();
        let all_closed = async { self.shutdown_receiver.lock().await.recv().await };
        if tokio::time::timeout(SHUTDOWN_TIMEOUT, all_closed)
            .await
            .is_err()
        {
            tracing::warn!("some sockets or streams were still open at the stop");
        }
    }

    /// Returns the token that a connection holds while it is open.
    fn shutdown_token(&self) -> Option<mpsc::Sender<Infallible>> {
        self.shutdown_sender.lock().clone()
    }
}
