//! Start and end of a simulator.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::{Router, middleware};
use thiserror::Error;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::accept::serve_http;
use crate::control_error::ControlError;
use crate::event_log::SimulatorEvent;
use crate::mail::serve_smtp;
use crate::options::SimulatorOptions;
use crate::state::SimulatorState;
use crate::{control, rest};

/// Time for which an event is waited for at once.
const EVENT_WAIT: Duration = Duration::from_secs(3_600);

/// A simulator cannot start.
#[derive(Debug, Error)]
#[error("the simulator's HTTP client does not start")]
pub struct SimulatorStartError(#[source] reqwest::Error);

/// Ports of a simulator that does not run yet.
pub struct BoundSimulator {
    http: TcpListener,
    smtp: TcpListener,
    http_address: SocketAddr,
    smtp_address: SocketAddr,
}

impl BoundSimulator {
    /// Binds the ports. With port 0 the system chooses.
    ///
    /// # Errors
    /// If a port is taken.
    pub async fn bind(http: SocketAddr, smtp: SocketAddr) -> io::Result<Self> {
        let (http, smtp) = (
            TcpListener::bind(http).await?,
            TcpListener::bind(smtp).await?,
        );
        Ok(Self {
            http_address: http.local_addr()?,
            smtp_address: smtp.local_addr()?,
            http,
            smtp,
        })
    }

    /// Returns the URL of the API and of the commands.
    pub fn url(&self) -> String {
        format!("http://{}", self.http_address)
    }

    /// Returns where mails are taken.
    pub const fn smtp_address(&self) -> SocketAddr {
        self.smtp_address
    }

    /// Starts the simulator.
    ///
    /// # Errors
    /// If the HTTP client does not start.
    pub fn start(self, options: SimulatorOptions) -> Result<Simulator, SimulatorStartError> {
        let state = SimulatorState::new(options).map_err(SimulatorStartError)?;
        let mut servers = JoinSet::new();
        servers.spawn(serve_http(self.http, router(&state)));
        servers.spawn(serve_smtp(self.smtp, state.clone()));
        Ok(Simulator { state, servers })
    }
}

fn router(state: &Arc<SimulatorState>) -> Router {
    let guard = middleware::from_fn_with_state(state.clone(), control::refuse_pages);
    Router::new()
        .merge(rest::router())
        .merge(control::router())
        .fallback(async || ControlError::not_found("the simulator has no such address"))
        .layer(guard)
        .with_state(state.clone())
}

/// A running simulator. It ends when this is dropped.
pub struct Simulator {
    state: Arc<SimulatorState>,
    servers: JoinSet<()>,
}

impl Simulator {
    /// Returns the events after a position, and waits for the first one.
    ///
    /// # Cancel safety
    /// Nothing is lost when the wait is given up.
    pub async fn events_after(&self, seq: u64) -> Vec<SimulatorEvent> {
        self.state.events.wait_after(seq, EVENT_WAIT).await
    }

    /// Ends calls and reports under way, so that the server has no requests of the simulator any more. Messages are still
    /// accepted.
    pub fn end_calls(&self) {
        self.state.tasks.abort_all();
    }

    /// Ends the simulator: calls and reports under way end at once.
    pub async fn stop(mut self) {
        self.state.tasks.abort_all();
        self.servers.shutdown().await;
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        self.state.tasks.abort_all();
    }
}
