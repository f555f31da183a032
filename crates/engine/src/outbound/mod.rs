//! The ways out: text messages, emails and calls leave through whatever implements [`Carrier`]. A server that was
//! given nothing has [`NoopCarrier`].

mod agent_client;
mod download;
mod noop;

use std::future::Future;
use std::pin::Pin;

use parlor_model::id::WorkspaceId;
use parlor_model::redacted::Redacted;
use uuid::Uuid;

pub use agent_client::{
    AgentChunkFuture, AgentClient, AgentResponseFuture, AgentResponseStream, AgentServerError,
    AgentServerRequest, NoopAgentClient,
};
pub use download::{Download, Downloading, Downloads, NoDownloads};
pub use noop::NoopCarrier;

/// Something that has to leave the server.
#[derive(Debug, Clone)]
pub struct OutboundMessage {
    /// The workspace it leaves from.
    pub workspace: WorkspaceId,
    /// The conversation it belongs to, by number.
    pub conversation: i64,
    /// The workspace's address it leaves from.
    pub from: Redacted<String>,
    /// The address it goes to.
    pub to: Redacted<String>,
    /// What it is.
    pub content: OutboundContent,
}

/// What leaves.
#[derive(Debug, Clone)]
pub enum OutboundContent {
    /// A text message.
    Text(Redacted<String>),
    /// An email.
    Email {
        /// Its subject line.
        subject: Option<Redacted<String>>,
        /// Its text.
        text: Redacted<String>,
    },
    /// A call, under an id by which it will be spoken of.
    Call(Uuid),
}

/// It did not leave. Why is for the carrier's own log, which knows what it may write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeliveryError;

/// What [`Carrier::deliver`] gives: a future that an object can give.
pub type DeliveryFuture<'a> = Pin<Box<dyn Future<Output = Result<(), DeliveryError>> + Send + 'a>>;

/// A way out. Called outside of every transaction.
pub trait Carrier: Send + Sync + 'static {
    /// Hands something to a carrier; it has left when this says so.
    fn deliver(&self, dispatch: OutboundMessage) -> DeliveryFuture<'_>;
}
