//! A chat's socket.

pub(crate) mod close;
mod command;
mod connection;
mod connection_loop;
mod connector;
mod delivery;
pub(crate) mod event;
mod event_queue;
pub(crate) mod event_receiver;
mod frame;
pub(crate) mod sender;
mod task;

use std::sync::Arc;

use tokio::sync::{Semaphore, mpsc, oneshot};

use crate::http::client::{Client, parse_base_url};
use crate::{Backoff, Error};
use command::CommandChannel;
use connector::{ConnectCredential, Connector};
use event::{ChatEvent, StreamPosition};
use event_receiver::EventReceiver;
use sender::ChatSender;
use task::{ClientSocketTask, StartPosition};

/// Events that wait for the reader.
const DEFAULT_EVENT_BUFFER: usize = 256;
/// Messages that wait for their confirmation.
const DEFAULT_MAX_IN_FLIGHT: usize = 256;

/// A socket yet to be opened.
#[derive(Debug, Clone)]
#[must_use]
pub struct SocketBuilder {
    connector: Connector,
    start: StartPosition,
    backoff: Backoff,
    event_buffer: usize,
    max_in_flight: usize,
}

impl SocketBuilder {
    /// A socket of a user in a chat, by the tenant's key. The same as [`Client::socket`].
    pub fn with_key(client: &Client, chat: &str, user: &str) -> Self {
        Self::new(Connector {
            base_url: client.base_url.clone(),
            credential: ConnectCredential::Key {
                key: client.api_key.clone(),
                chat: chat.to_owned(),
                user: user.to_owned(),
            },
        })
    }

    /// A socket of whom a token was made for, on the server at an address.
    ///
    /// Once the token's time is over, a socket that has lost its connection does not come back. See
    /// [`SocketBuilder::with_token_provider`].
    pub fn with_token(url: &str, token: &str) -> Result<Self, Error> {
        let way = ConnectCredential::Token(token.to_owned());
        Ok(Self::new(Connector {
            base_url: parse_base_url(url)?,
            credential: way,
        }))
    }

    /// The same with a token of its own for each connection, so that the socket outlives any of them. Where none can be
    /// had, that is as if the server had not been reached: it is tried again.
    ///
    /// ```no_run
    /// # async fn from_my_server() -> Result<String, std::io::Error> { Ok(String::new()) }
    /// # fn example() -> Result<(), parlor_client::Error> {
    /// use parlor_client::Socket;
    ///
    /// let socket = SocketBuilder::with_token_provider("http://127.0.0.1:8080", from_my_server)?;
    /// # let _ = socket;
    /// # Ok(())
    /// # }
    /// ```
    pub fn with_token_provider<F, Fut, E>(url: &str, find: F) -> Result<Self, Error>
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<String, E>> + Send + 'static,
        E: std::error::Error,
    {
        let way = ConnectCredential::from_provider(find);
        Ok(Self::new(Connector {
            base_url: parse_base_url(url)?,
            credential: way,
        }))
    }

    fn new(door: Connector) -> Self {
        Self {
            connector: door,
            start: StartPosition::Now,
            backoff: Backoff::default(),
            event_buffer: DEFAULT_EVENT_BUFFER,
            max_in_flight: DEFAULT_MAX_IN_FLIGHT,
        }
    }

    /// Goes on after a position that [`EventReceiver::position`] gave: every entry after it is heard first. Otherwise only
    /// what happens from now on is.
    pub fn resume_from(mut self, position: StreamPosition) -> Self {
        self.start = StartPosition::After(position);
        self
    }

    /// Hears every entry there is, from the first one on. The first connection is made twice, since only the server
    /// knows which history its positions are of.
    pub fn replay_all(mut self) -> Self {
        self.start = StartPosition::Beginning;
        self
    }

    /// Changes when it comes back after a loss.
    pub fn backoff(mut self, backoff: Backoff) -> Self {
        self.backoff = backoff;
        self
    }

    /// How many events may wait for the reader: 256 otherwise. When they do, nothing more is read from the connection
    /// before one is taken, confirmations included.
    pub fn event_buffer(mut self, events: usize) -> Self {
        self.event_buffer = events.max(1);
        self
    }

    /// How many messages may wait for their confirmation: 256 otherwise. Who sends more waits.
    pub fn max_in_flight(mut self, messages: usize) -> Self {
        self.max_in_flight = messages.clamp(1, Semaphore::MAX_PERMITS);
        self
    }

    /// Opens the socket, and waits until the server has taken it or said that it never will. While the server cannot
    /// be reached, this tries again for as long as [`Backoff::max_attempts`] says.
    ///
    /// The socket ends when both halves are dropped, with [`ChatSender::close`], or with [`ChatEvent::Closed`].
    pub async fn connect(self) -> Result<(ChatSender, EventReceiver), Error> {
        let (sender, events, opened) = self.spawn_task()?;
        match opened.await {
            Ok(()) => Ok((sender, events)),
            Err(_) => Err(sender.closed_error()),
        }
    }

    /// Opens the socket without waiting: [`ChatEvent::Connected`] tells when it is open. What is said meanwhile is sent
    /// then.
    pub fn connect_lazy(self) -> Result<(ChatSender, EventReceiver), Error> {
        let (sender, events, _) = self.spawn_task()?;
        Ok((sender, events))
    }

    fn spawn_task(self) -> Result<(ChatSender, EventReceiver, oneshot::Receiver<()>), Error> {
        self.connector.validate()?;
        let (heard, queue) = mpsc::channel::<ChatEvent>(self.event_buffer);
        let (said, commands) = mpsc::unbounded_channel();
        let (opened, is_open) = oneshot::channel();
        let line = Arc::new(CommandChannel::new(said, self.max_in_flight));
        let ending = line.close_notifier();
        let sender = ChatSender::new(line);
        let how = (self.connector, self.start, self.backoff);
        let task = ClientSocketTask::new(how, commands, heard, opened, ending);
        tokio::spawn(task.run());
        Ok((sender, EventReceiver::new(queue), is_open))
    }
}
