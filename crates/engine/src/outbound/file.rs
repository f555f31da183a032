//! Files of a message that leaves.

use bytes::Bytes;
use parlor_model::redacted::Redacted;

/// A file of a message that leaves.
#[derive(Debug, Clone)]
pub struct OutboundFile {
    /// Its name.
    pub name: Redacted<String>,
    /// Its media type: that of its bytes, if they are a picture.
    pub media_type: String,
    /// Number of its bytes.
    pub size: u64,
    /// How the carrier gets it.
    pub source: OutboundFileSource,
}

/// How a carrier gets a file.
#[derive(Debug, Clone)]
pub enum OutboundFileSource {
    /// By a link: path and query at this server.
    Link(Redacted<String>),
    /// With the message.
    Bytes(Redacted<Bytes>),
}
