//! A client of Parlor's tenant chats: the HTTP API, and a socket that comes back by itself and misses nothing.
//!
//! # Over HTTP
//!
//! A [`Client`] holds the server's address and a tenant's key. What can be repeated without harm is repeated a few
//! times when the server is not reached: making chats and sending messages are among it, because every one of them
//! carries an id of its own. What the server refuses is an [`Error::Api`] with its status and its word.
//!
//! ```no_run
//! # async fn example() -> Result<(), parlor_client::Error> {
//! use parlor_client::{Client, CreateChatRequest, CreateMessageRequest};
//!
//! let client = Client::new("http://127.0.0.1:8080", "sk-parlor-...")?;
//! let chat = client.create_chat(CreateChatRequest::new("ada").title("Late parcel")).await?;
//! let said = client.send_message(&chat.id, CreateMessageRequest::new("Where is my parcel?")).await?;
//! println!("stored at {} as {}", said.message.seq, said.message.id);
//! # Ok(())
//! # }
//! ```
//!
//! # Over a socket
//!
//! [`Client::socket`] opens a chat's socket, in two halves. A [`ChatSender`] says things: what it says is sent again after
//! a lost connection until the server has confirmed it, and is stored once. [`EventReceiver`] hears things: every entry of the
//! chat's log once, in order, with no position left out, however often the connection is lost in between.
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
//! A program that ends keeps [`EventReceiver::position`] and goes on there the next time with [`SocketBuilder::resume_from`]: what was said
//! meanwhile comes first. [`SocketBuilder::replay_all`] reads a chat from its first entry on.
//!
//! Where the tenant's key has no place, such as in a program that is given to users, a server of yours makes a
//! [`ChatTokenResponse`] with [`Client::create_token`], and [`SocketBuilder::with_token`] opens the socket with it.
//!
//! # What is promised
//!
//! - An entry that [`EventReceiver::next`] gives has the position after the one before it. Only a log that was restored from
//!   a backup breaks that, and [`ResumeOutcome::Reset`] says so.
//! - A [`ChatSender::send`] that succeeds was stored once. One that fails was stored at most once.
//! - A reader that takes nothing holds up its own socket and nothing else: no more than [`SocketBuilder::event_buffer`] events wait
//!   here, and the rest waits in the server's log. Drop [`EventReceiver`] where they are of no interest; confirmations come
//!   over the same socket.
//! - After a loss the socket waits a random time between nothing and a bound that doubles ([`Backoff`]), and never
//!   comes back where the server has said that there is no use in it ([`CloseReason`]).
//!
//! # Transport security
//!
//! The feature `tls` brings what `https://` needs. Without it no such library is built.

mod backoff;
mod error;
mod http;
mod log;
mod socket;

pub use backoff::Backoff;
pub use error::{ApiError, Error, FieldError};
pub use http::chat::{
    ChatConfig, ChatResponse, CreateChatRequest, ListChatsResponse, PageQuery, UpdateChatRequest,
};
pub use http::client::Client;
pub use http::message::{
    CreateMessageRequest, ListMessagesQuery, ListMessagesResponse, MessageResponse,
    SendMessageResult,
};
pub use http::token::ChatTokenResponse;
pub use http::user::UserResponse;
pub use log::{ChatChanges, ChatLogEntry, ListLogResponse, LogEvent};
pub use socket::SocketBuilder;
pub use socket::close::{CloseReason, ConnectionError};
pub use socket::event::{ChatEvent, ConnectionInfo, ResumeOutcome, StreamPosition};
pub use socket::event_receiver::EventReceiver;
pub use socket::sender::{ChatSender, MessageHistory, SendReceipt};
