//! Files at addresses that callers name, fetched through an implementation of [`Downloads`].

use std::future::Future;
use std::pin::Pin;

use super::{AgentResponseStream, AgentServerError};

/// A file that is being received.
pub struct Download {
    /// The media type given by its server.
    pub media_type: Option<String>,
    /// Its bytes, in chunks. After an error there are no more.
    pub body: Box<dyn AgentResponseStream>,
}

/// Future of [`Downloads::fetch`].
pub type Downloading<'a> =
    Pin<Box<dyn Future<Output = Result<Download, AgentServerError>> + Send + 'a>>;

/// Client for files on other servers. Called outside of transactions.
pub trait Downloads: Send + Sync + 'static {
    /// Fetches at most `limit` bytes from an `http` or `https` address.
    fn fetch(&self, address: String, limit: u64) -> Downloading<'_>;
}

/// Client of an engine that was given none: no address is reachable.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct NoDownloads;

impl Downloads for NoDownloads {
    fn fetch(&self, _: String, _: u64) -> Downloading<'_> {
        Box::pin(std::future::ready(Err(AgentServerError::Unreachable)))
    }
}
