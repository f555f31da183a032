//! Customers' own servers that answer what people ask: they are called through whatever implements [`AgentServers`].

use std::future::Future;
use std::pin::Pin;

use parlor_model::private::Private;

/// A question on its way to a customer's server.
#[derive(Debug, Clone)]
pub struct AgentQuestion {
    /// Where it goes: an address of `http` or `https`.
    pub address: String,
    /// Headers beside those that every request has.
    pub headers: Vec<(&'static str, Private<String>)>,
    /// The body: JSON.
    pub body: Private<Vec<u8>>,
}

/// Why a server gives no answer, or not the rest of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AgentFailure {
    /// The address leads into a network that customers may not reach.
    Refused,
    /// Nobody is there.
    Unreachable,
    /// It took too long to begin, to go on or to end.
    Late,
    /// It answered with another status than 200, or with something that is no stream of events.
    Declined,
    /// The answer is longer than any may be.
    TooLong,
    /// The connection broke off.
    Broken,
}

/// What [`AgentAnswer::next`] gives: a piece, or nothing at the end.
pub type AgentPiece<'a> =
    Pin<Box<dyn Future<Output = Result<Option<Vec<u8>>, AgentFailure>> + Send + 'a>>;

/// An answer that is being received: the bytes of a stream of events.
pub trait AgentAnswer: Send + 'static {
    /// The next piece. Nothing comes behind a failure.
    fn next(&mut self) -> AgentPiece<'_>;
}

/// What [`AgentServers::ask`] gives.
pub type AgentAsking<'a> =
    Pin<Box<dyn Future<Output = Result<Box<dyn AgentAnswer>, AgentFailure>> + Send + 'a>>;

/// The way to customers' servers. Called outside of every transaction.
pub trait AgentServers: Send + Sync + 'static {
    /// Asks, and gives the answer when it begins.
    fn ask(&self, question: AgentQuestion) -> AgentAsking<'_>;
}

/// What an engine has that was given no way to them.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoAgentServers;

impl AgentServers for NoAgentServers {
    fn ask(&self, _: AgentQuestion) -> AgentAsking<'_> {
        Box::pin(std::future::ready(Err(AgentFailure::Unreachable)))
    }
}
