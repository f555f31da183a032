//! An answer that is being received.

use std::future::Future;

use http_body_util::BodyExt;
use hyper::body::Incoming;
use parlor_engine::outbound::{AgentAnswer, AgentFailure, AgentPiece};
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout_at};

use super::Limits;

/// The task that keeps a connection going; it ends with this.
pub(crate) struct Connection(JoinHandle<()>);

impl Connection {
    pub(crate) fn run<E>(connection: impl Future<Output = Result<(), E>> + Send + 'static) -> Self {
        // How it ended shows in the answer.
        Self(tokio::spawn(async move { drop(connection.await) }))
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// The body of an answer, as far as its limits allow.
pub(crate) struct Answer {
    body: Incoming,
    _connection: Connection,
    limits: Limits,
    ends: Instant,
    bytes: usize,
    is_over: bool,
}

impl Answer {
    pub(crate) const fn new(
        body: Incoming,
        connection: Connection,
        limits: Limits,
        ends: Instant,
    ) -> Self {
        Self {
            body,
            _connection: connection,
            limits,
            ends,
            bytes: 0,
            is_over: false,
        }
    }

    async fn piece(&mut self) -> Result<Option<Vec<u8>>, AgentFailure> {
        loop {
            let until = self.ends.min(Instant::now() + self.limits.silence);
            let frame = timeout_at(until, self.body.frame())
                .await
                .map_err(|_| AgentFailure::Late)?;
            let Some(frame) = frame else {
                return Ok(None);
            };
            let frame = frame.map_err(|_| AgentFailure::Broken)?;
            // Trailers say nothing here.
            let Ok(data) = frame.into_data() else {
                continue;
            };
            self.bytes = self.bytes.saturating_add(data.len());
            if self.bytes > self.limits.bytes {
                return Err(AgentFailure::TooLong);
            }
            return Ok(Some(data.to_vec()));
        }
    }
}

impl AgentAnswer for Answer {
    fn next(&mut self) -> AgentPiece<'_> {
        Box::pin(async {
            if self.is_over {
                return Ok(None);
            }
            let piece = self.piece().await;
            self.is_over = !matches!(piece, Ok(Some(_)));
            piece
        })
    }
}
