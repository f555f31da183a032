//! Files that callers name by an address: they are fetched through whatever implements [`Downloads`].

use std::future::Future;
use std::pin::Pin;

use super::{AgentResponseStream, AgentServerError};

/// A file that is being fetched.
pub struct Download {
    /// What its server says it is.
    pub media_type: Option<String>,
    /// Its bytes, which come as an agent server's answer does: piece by piece, and none behind a failure.
    pub body: Box<dyn AgentResponseStream>,
}

/// What [`Downloads::fetch`] gives.
pub type Downloading<'a> =
    Pin<Box<dyn Future<Output = Result<Download, AgentServerError>> + Send + 'a>>;

/// The way to files elsewhere. Called outside of every transaction.
pub trait Downloads: Send + Sync + 'static {
    /// Fetches what is at an address of `http` or `https`, as many bytes as the limit.
    fn fetch(&self, address: String, limit: u64) -> Downloading<'_>;
}

/// What an engine has that was given no way to them.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoDownloads;

impl Downloads for NoDownloads {
    fn fetch(&self, _: String, _: u64) -> Downloading<'_> {
        Box::pin(std::future::ready(Err(AgentServerError::Unreachable)))
    }
}
