//! An answer that is being received.

use std::future::Future;

use http_body_util::BodyExt;
use hyper::body::Incoming;
use parlor_engine::outbound::{AgentChunkFuture, AgentResponseStream, AgentServerError};
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout_at};

use super::AgentClientLimits;

/// The task that keeps a connection going; it ends with this.
pub(crate) struct ConnectionTask(JoinHandle<()>);

impl ConnectionTask {
    pub(crate) fn spawn<E>(
        connection: impl Future<Output = Result<(), E>> + Send + 'static,
    ) -> Self {
        // How it ended shows in the answer.
        Self(tokio::spawn(async move { drop(connection.await) }))
    }
}

impl Drop for ConnectionTask {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// The body of an answer, as far as its limits allow.
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
        ends: Instant,
    ) -> Self {
        Self {
            body,
            _connection: connection,
            limits,
            deadline: ends,
            received_bytes: 0,
            is_finished: false,
        }
    }

    async fn read_chunk(&mut self) -> Result<Option<Vec<u8>>, AgentServerError> {
        loop {
            let until = self.deadline.min(Instant::now() + self.limits.idle_timeout);
            let frame = timeout_at(until, self.body.frame())
                .await
                .map_err(|_| AgentServerError::TimedOut)?;
            let Some(frame) = frame else {
                return Ok(None);
            };
            let frame = frame.map_err(|_| AgentServerError::ConnectionLost)?;
            // Trailers say nothing here.
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
            let piece = self.read_chunk().await;
            self.is_finished = !matches!(piece, Ok(Some(_)));
            piece
        })
    }
}
