//! Outbound delivery: SMS, email and calls through an implementation of [`Carrier`]. Without one the engine uses
//! `NoopCarrier`.

mod agent_client;
mod call;
mod completions;
mod download;
mod file;
mod noop;

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use parlor_model::conversation::Medium;
use parlor_model::file::File;
use parlor_model::id::{ConversationId, WorkspaceId};
use parlor_model::outbox::DeliveryFailureReason;
use parlor_model::redacted::Redacted;
use uuid::Uuid;

pub(crate) use agent_client::NoopAgentClient;
pub use agent_client::{
    AgentChunkFuture, AgentClient, AgentResponseFuture, AgentResponseStream, AgentServerError,
    AgentServerRequest,
};
pub use call::{CallFuture, OutboundCall};
pub use completions::{
    CompletionPart, CompletionPartFuture, CompletionParts, CompletionPartsFuture, CompletionPrompt,
    CompletionWorkspace, Completions,
};
pub(crate) use download::NoDownloads;
pub use download::{Download, Downloading, Downloads};
pub use file::{OutboundFile, OutboundFileSource};
pub(crate) use noop::NoopCarrier;

/// A message to deliver.
#[derive(Debug, Clone)]
pub struct OutboundMessage {
    /// Its own id, by which a carrier can recognize it.
    pub id: Uuid,
    /// The workspace.
    pub workspace: WorkspaceId,
    /// The conversation's number.
    pub conversation: i64,
    /// The sender's address.
    pub from: Redacted<String>,
    /// The recipient's address.
    pub to: Redacted<String>,
    /// The content.
    pub content: OutboundContent,
    /// Its files, as the carrier gets them.
    pub files: Vec<OutboundFile>,
    /// Its files, before `load_files` has read them.
    pub(crate) stored_files: Vec<File>,
    /// It is a delivery of the outbox, which nobody has sent by hand: the carrier reports under its id what becomes of it.
    pub is_tracked: bool,
}

impl OutboundMessage {
    /// Returns the medium of its content.
    pub const fn medium(&self) -> Medium {
        match self.content {
            OutboundContent::Text(_) => Medium::Sms,
            OutboundContent::Email { .. } => Medium::Email,
        }
    }
}

/// The content of a delivery.
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
        /// Public id of the conversation, by which an answer finds it.
        conversation: ConversationId,
        /// `Message-ID` of the mail that it answers, without brackets.
        in_reply_to: Option<Redacted<String>>,
    },
}

/// A failed delivery. The carrier logs the reason itself, since it knows what may be logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeliveryError {
    /// It was surely not accepted, and another attempt may succeed.
    Transient {
        /// Why it failed.
        reason: DeliveryFailureReason,
        /// Pause that the carrier asks for.
        retry_after: Option<Duration>,
    },
    /// It was not accepted, and no attempt will succeed.
    Permanent(DeliveryFailureReason),
    /// It may have been accepted.
    Unknown(DeliveryFailureReason),
}

/// Future of [`Carrier::deliver`], boxed for dynamic dispatch.
pub type DeliveryFuture<'a> = Pin<Box<dyn Future<Output = Result<(), DeliveryError>> + Send + 'a>>;

/// Delivers messages and places calls. Called outside of transactions.
pub trait Carrier: Send + Sync + 'static {
    /// Delivers a message; it is delivered when the result is `Ok`.
    fn deliver(&self, dispatch: OutboundMessage) -> DeliveryFuture<'_>;

    /// Places a call, at most once. A carrier of messages alone places none.
    fn place_call(&self, _: OutboundCall) -> CallFuture<'_> {
        let none = DeliveryError::Permanent(DeliveryFailureReason::NoCarrier);
        Box::pin(std::future::ready(Err(none)))
    }

    /// Fetches at most `limit` bytes of a file that it has announced with a message.
    fn fetch_file(&self, _: Redacted<String>, _: u64) -> Downloading<'_> {
        Box::pin(std::future::ready(Err(AgentServerError::Unreachable)))
    }

    /// Returns the longest time of a delivery.
    fn max_duration(&self) -> Duration {
        Duration::from_secs(30)
    }
}
