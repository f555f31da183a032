//! Customers' own servers that answer what people ask: they are called through whatever implements [`AgentClient`].

use std::future::Future;
use std::pin::Pin;

use parlor_model::redacted::Redacted;

/// A question on its way to a customer's server.
#[derive(Debug, Clone)]
pub struct AgentServerRequest {
    /// Where it goes: an address of `http` or `https`.
    pub address: String,
    /// Headers beside those that every request has.
    pub headers: Vec<(&'static str, Redacted<String>)>,
    /// The body: JSON.
    pub body: Redacted<Vec<u8>>,
}

/// Why a server gives no answer, or not the rest of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AgentServerError {
    /// The address leads into a network that customers may not reach.
    AddressForbidden,
    /// Nobody is there.
    Unreachable,
    /// It took too long to begin, to go on or to end.
    TimedOut,
    /// It answered with another status than 200, or with something that is no stream of events.
    UnexpectedResponse,
    /// The answer is longer than any may be.
    TooLarge,
    /// The connection broke off.
    ConnectionLost,
}

/// What [`AgentResponseStream::next_chunk`] gives: a piece, or nothing at the end.
pub type AgentChunkFuture<'a> =
    Pin<Box<dyn Future<Output = Result<Option<Vec<u8>>, AgentServerError>> + Send + 'a>>;

/// An answer that is being received: the bytes of a stream of events.
pub trait AgentResponseStream: Send + 'static {
    /// The next piece. Nothing comes behind a failure.
    fn next_chunk(&mut self) -> AgentChunkFuture<'_>;
}

/// What [`AgentClient::send`] gives.
pub type AgentResponseFuture<'a> = Pin<
    Box<dyn Future<Output = Result<Box<dyn AgentResponseStream>, AgentServerError>> + Send + 'a>,
>;

/// The way to customers' servers. Called outside of every transaction.
pub trait AgentClient: Send + Sync + 'static {
    /// Asks, and gives the answer when it begins.
    fn send(&self, question: AgentServerRequest) -> AgentResponseFuture<'_>;
}

/// What an engine has that was given no way to them.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoopAgentClient;

impl AgentClient for NoopAgentClient {
    fn send(&self, _: AgentServerRequest) -> AgentResponseFuture<'_> {
        Box::pin(std::future::ready(Err(AgentServerError::Unreachable)))
    }
}
