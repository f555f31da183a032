//! The ways out: text messages, emails and calls leave through whatever implements [`Outbound`]. A server that was
//! given nothing has [`NoCarrier`].

mod agent_server;
mod download;
mod none;

use std::future::Future;
use std::pin::Pin;

use parlor_model::id::WorkspaceId;
use parlor_model::private::Private;
use uuid::Uuid;

pub use agent_server::{
    AgentAnswer, AgentAsking, AgentFailure, AgentPiece, AgentQuestion, AgentServers, NoAgentServers,
};
pub use download::{Download, Downloading, Downloads, NoDownloads};
pub use none::NoCarrier;

/// Something that has to leave the server.
#[derive(Debug, Clone)]
pub struct Dispatch {
    /// The workspace it leaves from.
    pub workspace: WorkspaceId,
    /// The conversation it belongs to, by number.
    pub conversation: i64,
    /// The workspace's address it leaves from.
    pub from: Private<String>,
    /// The address it goes to.
    pub to: Private<String>,
    /// What it is.
    pub what: What,
}

/// What leaves.
#[derive(Debug, Clone)]
pub enum What {
    /// A text message.
    Text(Private<String>),
    /// An email.
    Email {
        /// Its subject line.
        subject: Option<Private<String>>,
        /// Its text.
        text: Private<String>,
    },
    /// A call, under an id by which it will be spoken of.
    Call(Uuid),
}

/// It did not leave. Why is for the carrier's own log, which knows what it may write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Undelivered;

/// What [`Outbound::deliver`] gives: a future that an object can give.
pub type Delivery<'a> = Pin<Box<dyn Future<Output = Result<(), Undelivered>> + Send + 'a>>;

/// A way out. Called outside of every transaction.
pub trait Outbound: Send + Sync + 'static {
    /// Hands something to a carrier; it has left when this says so.
    fn deliver(&self, dispatch: Dispatch) -> Delivery<'_>;
}
