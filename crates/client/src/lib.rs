//! Client of Parlor's tenant chats: the HTTP API, and a socket that reconnects and delivers every log entry once.
//!
//! # HTTP
//!
//! A [`Client`] holds the server's URL and a tenant's key. Idempotent requests are retried if the server is not
//! reached; creating chats and sending messages are idempotent since each carries an id. An error response is an
//! [`Error::Api`] with its status and error code.
//!
//! ```no_run
//! # async fn example() -> Result<(), parlor_client::Error> {
//! use parlor_client::{Client, CreateChatRequest, CreateMessageRequest};
//!
//! let client = Client::new("http://127.0.0.1:8080", "sk-parlor-...")?;
//! let chat = client.create_chat(CreateChatRequest::new("ada").title("Late parcel")).await?;
//! let result = client.send_message(&chat.id, CreateMessageRequest::new("Where is my parcel?")).await?;
//! println!("stored at {} as {}", result.message.seq, result.message.id);
//! # Ok(())
//! # }
//! ```
//!
//! # Socket
//!
//! [`Client::socket`] opens a chat's socket with two handles. A [`ChatSender`] sends messages: after a lost
//! connection they are sent again until the server acknowledges them, and each is stored once. An [`EventReceiver`]
//! delivers every entry of the chat's log once, in order and without gaps, across lost connections.
//!
//! ```no_run
//! # async fn example(client: parlor_client::Client, chat: String) -> Result<(), parlor_client::Error> {
//! use parlor_client::{ChatEvent, LogEvent};
//!
//! let (sender, mut events) = client.socket(&chat, "ada").connect().await?;
//! let receipt = sender.send("Hello").await?;
//! println!("stored at {}", receipt.seq);
//! while let Some(event) = events.next().await {
//!     if let ChatEvent::Entry(entry) = event
//!         && let LogEvent::MessageCreated(message) = entry.event
//!     {
//!         println!("{}: {}", entry.seq, message.content);
//!     }
//! }
//! # Ok(())
//! # }
//! ```
//!
//! To resume after a restart, store [`EventReceiver::position`] and pass it to [`SocketBuilder::resume_from`]:
//! entries written meanwhile are replayed first. [`SocketBuilder::replay_all`] reads a chat from its first entry.
//!
//! Programs that must not contain the tenant's key get a [`ChatTokenResponse`] that a server creates with
//! [`Client::create_token`], and open the socket with [`SocketBuilder::with_token`].
//!
//! # Guarantees
//!
//! - Entries returned by [`EventReceiver::next`] have consecutive seqs, unless the log was restored from a backup,
//!   which is reported as [`ResumeOutcome::Reset`].
//! - A [`ChatSender::send`] that succeeds stored the message once. One that fails stored it at most once.
//! - A slow reader blocks only its own socket: at most [`SocketBuilder::event_buffer`] events are queued, and the
//!   rest stays in the server's log. Drop the [`EventReceiver`] if events are not needed; acknowledgements use the
//!   same socket.
//! - After a lost connection the client waits a random time up to a bound that doubles ([`Backoff`]). It never
//!   reconnects after a final close code ([`CloseReason`]).
//!
//! # TLS
//!
//! The feature `tls` enables `https://`. Without it no TLS library is built.

mod backoff;
mod close;
mod error;
mod http;
mod log;
mod message;
mod socket;

pub use backoff::Backoff;
pub use close::{CloseReason, ConnectionError};
pub use error::{ApiError, Error, FieldError};
pub use http::chat::{
    ChatConfig, ChatResponse, CreateChatRequest, ListChatsResponse, PageQuery, UpdateChatRequest,
};
pub use http::client::Client;
pub use http::message::{ListMessagesQuery, ListMessagesResponse, SendMessageResult};
pub use http::token::ChatTokenResponse;
pub use http::user::UserResponse;
pub use log::{ChatChanges, ChatLogEntry, ListLogResponse, LogEvent};
pub use message::{CreateMessageRequest, MessageResponse};
pub use socket::SocketBuilder;
pub use socket::event::{ChatEvent, ConnectionInfo, ResumeOutcome, StreamPosition};
pub use socket::event_receiver::EventReceiver;
pub use socket::reply::{MessageHistory, SendReceipt};
pub use socket::sender::ChatSender;
