//! Customers' agent servers, called through an implementation of [`AgentClient`].

use std::future::Future;
use std::pin::Pin;

use parlor_model::redacted::Redacted;

/// A request to an agent server.
#[derive(Debug, Clone)]
pub struct AgentServerRequest {
    /// An `http` or `https` URL.
    pub address: String,
    /// Headers besides those of every request.
    pub headers: Vec<(&'static str, Redacted<String>)>,
    /// The JSON body.
    pub body: Redacted<Vec<u8>>,
}

/// Why a response is missing or incomplete.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AgentServerError {
    /// The URL resolves to a network that customers may not reach.
    AddressForbidden,
    /// The connection failed.
    Unreachable,
    /// The response took too long to begin, to continue or to end.
    TimedOut,
    /// The status is not 200, or the body is not an event stream.
    UnexpectedResponse,
    /// The response exceeds the size limit.
    TooLarge,
    /// The connection was lost.
    ConnectionLost,
}

/// Future of [`AgentResponseStream::next_chunk`]: a chunk, or `None` at the end.
pub type AgentChunkFuture<'a> =
    Pin<Box<dyn Future<Output = Result<Option<Vec<u8>>, AgentServerError>> + Send + 'a>>;

/// A response that is being received: the bytes of an event stream.
pub trait AgentResponseStream: Send + 'static {
    /// Returns the next chunk. After an error there are no more.
    fn next_chunk(&mut self) -> AgentChunkFuture<'_>;
}

/// Future of [`AgentClient::send`].
pub type AgentResponseFuture<'a> = Pin<
    Box<dyn Future<Output = Result<Box<dyn AgentResponseStream>, AgentServerError>> + Send + 'a>,
>;

/// Client of agent servers. Called outside of transactions.
pub trait AgentClient: Send + Sync + 'static {
    /// Sends a request, and returns the response when its headers have arrived.
    fn send(&self, request: AgentServerRequest) -> AgentResponseFuture<'_>;
}

/// Client of an engine that was given none: no server is reachable.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct NoopAgentClient;

impl AgentClient for NoopAgentClient {
    fn send(&self, _: AgentServerRequest) -> AgentResponseFuture<'_> {
        Box::pin(std::future::ready(Err(AgentServerError::Unreachable)))
    }
}
