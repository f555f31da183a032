//! Commands to a simulator, from another program.

use std::time::Duration;

use reqwest::{Client, Method, RequestBuilder};
use serde_json::Value;
use thiserror::Error;

use crate::event_log::SimulatorEvent;

/// Longest wait for an answer. Events are waited for less.
const TIMEOUT: Duration = Duration::from_secs(45);
/// Seconds for which a request for events waits.
const EVENT_WAIT_SECONDS: u64 = 30;

/// Why a command to a simulator failed.
#[derive(Debug, Error)]
pub enum SimulatorClientError {
    /// No simulator answers.
    #[error("no simulator answers at {0}")]
    Unreachable(String),
    /// The simulator has refused the command.
    #[error("{message}")]
    Refused {
        /// Status of the answer.
        status: u16,
        /// Why.
        message: String,
    },
}

/// Commands to a simulator.
pub struct SimulatorClient {
    http: Client,
    url: String,
}

impl SimulatorClient {
    /// Creates a client of the simulator at a URL.
    ///
    /// # Errors
    /// If the HTTP client does not start.
    pub fn new(url: &str) -> Result<Self, SimulatorClientError> {
        let url = url.trim_end_matches('/').to_owned();
        let http = Client::builder().no_proxy().timeout(TIMEOUT).build();
        let http = http.map_err(|_| SimulatorClientError::Unreachable(url.clone()))?;
        Ok(Self { http, url })
    }

    /// Gets `/simulator/PATH`, or `/simulator` with an empty path.
    ///
    /// # Errors
    /// If no simulator answers, or it refuses.
    pub async fn get(&self, path: &str) -> Result<Value, SimulatorClientError> {
        self.send(self.request(Method::GET, path)).await
    }

    /// Posts a command to `/simulator/PATH`.
    ///
    /// # Errors
    /// If no simulator answers, or it refuses.
    pub async fn post(&self, path: &str, command: &Value) -> Result<Value, SimulatorClientError> {
        self.send(self.request(Method::POST, path).json(command))
            .await
    }

    /// Returns the events after a position; none after half a minute in which nothing has happened.
    ///
    /// # Errors
    /// If no simulator answers, or it refuses.
    pub async fn events_after(
        &self,
        seq: u64,
    ) -> Result<Vec<SimulatorEvent>, SimulatorClientError> {
        let path = format!("events?after={seq}&wait={EVENT_WAIT_SECONDS}");
        let events = self.get(&path).await?;
        serde_json::from_value(events).map_err(|_| self.unreachable())
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = match path {
            "" => format!("{}/simulator", self.url),
            path => format!("{}/simulator/{path}", self.url),
        };
        self.http.request(method, url)
    }

    async fn send(&self, request: RequestBuilder) -> Result<Value, SimulatorClientError> {
        let response = request.send().await.map_err(|_| self.unreachable())?;
        let status = response.status();
        let body: Value = response.json().await.map_err(|_| self.unreachable())?;
        if status.is_success() {
            return Ok(body);
        }
        Err(SimulatorClientError::Refused {
            status: status.as_u16(),
            message: body["error"].as_str().unwrap_or("refused").to_owned(),
        })
    }

    fn unreachable(&self) -> SimulatorClientError {
        SimulatorClientError::Unreachable(self.url.clone())
    }
}
