//! A client of Parlor's tenant chats: the HTTP API, and a socket that comes back by itself and misses nothing.
//!
//! # Over HTTP
//!
//! A [`Client`] holds the server's address and a tenant's key. What can be repeated without harm is repeated a few
//! times when the server is not reached: making chats and sending messages are among it, because every one of them
//! carries an id of its own. What the server refuses is an [`Error::Refused`] with its status and its word.
//!
//! ```no_run
//! # async fn example() -> Result<(), parlor_client::Error> {
//! use parlor_client::{Client, NewChat, NewMessage};
//!
//! let client = Client::new("http://127.0.0.1:8080", "sk-parlor-...")?;
//! let chat = client.create_chat(NewChat::of("ada").title("Late parcel")).await?;
//! let said = client.post(&chat.id, NewMessage::new("Where is my parcel?")).await?;
//! println!("stored at {} as {}", said.message.seq, said.message.id);
//! # Ok(())
//! # }
//! ```
//!
//! # Over a socket
//!
//! [`Client::socket`] opens a chat's socket, in two halves. A [`Sender`] says things: what it says is sent again after
//! a lost connection until the server has confirmed it, and is stored once. [`Events`] hears things: every entry of the
//! chat's log once, in order, with no position left out, however often the connection is lost in between.
//!
//! ```no_run
//! # async fn example(client: parlor_client::Client, chat: String) -> Result<(), parlor_client::Error> {
//! use parlor_client::{Event, What};
//!
//! let (sender, mut events) = client.socket(&chat, "ada").connect().await?;
//! let receipt = sender.send("Hello").await?;
//! println!("stored at {}", receipt.seq);
//! while let Some(event) = events.next().await {
//!     if let Event::Entry(entry) = event
//!         && let What::MessageCreated(message) = entry.what
//!     {
//!         println!("{}: {}", entry.seq, message.content);
//!     }
//! }
//! # Ok(())
//! # }
//! ```
//!
//! A program that ends keeps [`Events::position`] and goes on there the next time with [`Socket::after`]: what was said
//! meanwhile comes first. [`Socket::from_start`] reads a chat from its first entry on.
//!
//! Where the tenant's key has no place, such as in a program that is given to users, a server of yours makes a
//! [`Token`] with [`Client::token`], and [`Socket::by_token`] opens the socket with it.
//!
//! # What is promised
//!
//! - An entry that [`Events::next`] gives has the position after the one before it. Only a log that was restored from
//!   a backup breaks that, and [`Start::Reset`] says so.
//! - A [`Sender::send`] that succeeds was stored once. One that fails was stored at most once.
//! - A reader that takes nothing holds up its own socket and nothing else: no more than [`Socket::queue`] events wait
//!   here, and the rest waits in the server's log. Drop [`Events`] where they are of no interest; confirmations come
//!   over the same socket.
//! - After a loss the socket waits a random time between nothing and a bound that doubles ([`Backoff`]), and never
//!   comes back where the server has said that there is no use in it ([`Closing`]).
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
pub use error::{Error, Fault, Refusal};
pub use http::chat::{Chat, ChatChange, Chats, Config, NewChat, Paging};
pub use http::client::Client;
pub use http::message::{Message, Messages, NewMessage, Posted, Stretch};
pub use http::token::Token;
pub use http::user::User;
pub use log::{Entry, Log, News, What};
pub use socket::Socket;
pub use socket::closing::{Closing, Lost};
pub use socket::event::{Connected, Event, Position, Start};
pub use socket::events::Events;
pub use socket::sender::{History, Receipt, Sender};
