//! Streaming response of an agent server.

use std::future::Future;

use http_body_util::BodyExt;
use hyper::body::Incoming;
use parlor_engine::outbound::{AgentChunkFuture, AgentResponseStream, AgentServerError};
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout_at};

use super::AgentClientLimits;

/// Task that drives an HTTP connection; aborted on drop.
pub(crate) struct ConnectionTask(JoinHandle<()>);

impl ConnectionTask {
    pub(crate) fn spawn<E>(
        connection: impl Future<Output = Result<(), E>> + Send + 'static,
    ) -> Self {
        // A connection error also appears as an error of the response.
        Self(tokio::spawn(async move { drop(connection.await) }))
    }
}

impl Drop for ConnectionTask {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Response body with limits on size, idle time and total time.
pub(crate) struct HttpAgentResponseStream {
    body: Incoming,
    _connection: ConnectionTask,
    limits: AgentClientLimits,
    deadline: Instant,
    received_bytes: usize,
    is_finished: bool,
}

impl HttpAgentResponseStream {
    pub(crate) const fn new(
        body: Incoming,
        connection: ConnectionTask,
        limits: AgentClientLimits,
        deadline: Instant,
    ) -> Self {
        Self {
            body,
            _connection: connection,
            limits,
            deadline,
            received_bytes: 0,
            is_finished: false,
        }
    }

    async fn read_chunk(&mut self) -> Result<Option<Vec<u8>>, AgentServerError> {
        loop {
            let deadline = self.deadline.min(Instant::now() + self.limits.idle_timeout);
            let frame = timeout_at(deadline, self.body.frame())
                .await
                .map_err(|_| AgentServerError::TimedOut)?;
            let Some(frame) = frame else {
                return Ok(None);
            };
            let frame = frame.map_err(|_| AgentServerError::ConnectionLost)?;
            // Trailers are ignored.
            let Ok(data) = frame.into_data() else {
                continue;
            };
            self.received_bytes = self.received_bytes.saturating_add(data.len());
            if self.received_bytes > self.limits.max_bytes {
                return Err(AgentServerError::TooLarge);
            }
            return Ok(Some(data.to_vec()));
        }
    }
}

impl AgentResponseStream for HttpAgentResponseStream {
    fn next_chunk(&mut self) -> AgentChunkFuture<'_> {
        Box::pin(async {
            if self.is_finished {
                return Ok(None);
            }
            let chunk = self.read_chunk().await;
            self.is_finished = !matches!(chunk, Ok(Some(_)));
            chunk
        })
    }
}
