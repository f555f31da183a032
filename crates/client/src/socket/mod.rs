//! Socket of a chat.

mod command;
mod connection;
mod connection_loop;
mod connector;
mod delivery;
pub(crate) mod event;
mod event_queue;
pub(crate) mod event_receiver;
mod frame;
pub(crate) mod reply;
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

/// Default number of queued events.
const DEFAULT_EVENT_BUFFER: usize = 256;
/// Default number of unacknowledged messages.
const DEFAULT_MAX_IN_FLIGHT: usize = 256;

/// Configuration of a socket.
#[derive(Debug, Clone)]
#[must_use]
pub struct SocketBuilder {
    connector: Connector,
    start: StartPosition,
    backoff: Backoff,
    event_buffer: usize,
    max_in_flight: usize,
}

impl Client {
    /// Prepares a socket of a user in a chat. An unknown user is created and joins the chat.
    pub fn socket(&self, chat: &str, user: &str) -> SocketBuilder {
        SocketBuilder::with_key(self, chat, user)
    }
}

impl SocketBuilder {
    /// Prepares a socket of a user in a chat with the tenant's key, like [`Client::socket`].
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

    /// Prepares a socket with a token, on the server at a URL.
    ///
    /// After the token has expired, the socket does not reconnect. See [`SocketBuilder::with_token_provider`].
    pub fn with_token(url: &str, token: &str) -> Result<Self, Error> {
        let credential = ConnectCredential::Token(token.to_owned());
        Ok(Self::new(Connector {
            base_url: parse_base_url(url)?,
            credential,
        }))
    }

    /// Prepares a socket with a new token for each connection, so that it outlives any of them. A failing provider
    /// counts as an unreachable server: the client retries.
    ///
    /// ```no_run
    /// # async fn from_my_server() -> Result<String, std::io::Error> { Ok(String::new()) }
    /// # fn example() -> Result<(), parlor_client::Error> {
    /// use parlor_client::SocketBuilder;
    ///
    /// let socket = SocketBuilder::with_token_provider("http://127.0.0.1:8080", from_my_server)?;
    /// # let _ = socket;
    /// # Ok(())
    /// # }
    /// ```
    pub fn with_token_provider<F, Fut, E>(url: &str, provider: F) -> Result<Self, Error>
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<String, E>> + Send + 'static,
        E: std::error::Error,
    {
        let credential = ConnectCredential::from_provider(provider);
        Ok(Self::new(Connector {
            base_url: parse_base_url(url)?,
            credential,
        }))
    }

    fn new(connector: Connector) -> Self {
        Self {
            connector,
            start: StartPosition::Now,
            backoff: Backoff::default(),
            event_buffer: DEFAULT_EVENT_BUFFER,
            max_in_flight: DEFAULT_MAX_IN_FLIGHT,
        }
    }

    /// Resumes after a position of [`EventReceiver::position`]: later entries are replayed first. By default the
    /// socket starts at the head of the log.
    pub fn resume_from(mut self, position: StreamPosition) -> Self {
        self.start = StartPosition::After(position);
        self
    }

    /// Replays the log from its first entry. The first connection is made twice, since only the server knows the
    /// epoch of the log.
    pub fn replay_all(mut self) -> Self {
        self.start = StartPosition::Beginning;
        self
    }

    /// Sets the reconnect backoff.
    pub fn backoff(mut self, backoff: Backoff) -> Self {
        self.backoff = backoff;
        self
    }

    /// Sets the number of queued events: 256 by default. While the queue is full, nothing is read from the
    /// connection, including acknowledgements.
    pub fn event_buffer(mut self, events: usize) -> Self {
        self.event_buffer = events.max(1);
        self
    }

    /// Sets the number of unacknowledged messages: 256 by default. Further sends wait.
    pub fn max_in_flight(mut self, messages: usize) -> Self {
        self.max_in_flight = messages.clamp(1, Semaphore::MAX_PERMITS);
        self
    }

    /// Connects, and waits until the server accepts or finally rejects the socket. An unreachable server is retried
    /// up to [`Backoff::max_attempts`].
    ///
    /// The socket closes when both handles are dropped, with [`ChatSender::close`], or with [`ChatEvent::Closed`].
    ///
    /// # Errors
    /// [`Error::Closed`] if no connection was made.
    pub async fn connect(self) -> Result<(ChatSender, EventReceiver), Error> {
        let (sender, events, opened) = self.spawn_task()?;
        match opened.await {
            Ok(()) => Ok((sender, events)),
            Err(_) => Err(sender.closed_error()),
        }
    }

    /// Connects in the background: [`ChatEvent::Connected`] reports success. Messages sent earlier wait for it.
    pub fn connect_lazy(self) -> Result<(ChatSender, EventReceiver), Error> {
        let (sender, events, _) = self.spawn_task()?;
        Ok((sender, events))
    }

    fn spawn_task(self) -> Result<(ChatSender, EventReceiver, oneshot::Receiver<()>), Error> {
        self.connector.validate()?;
        let (event_sender, event_receiver) = mpsc::channel::<ChatEvent>(self.event_buffer);
        let (command_sender, command_receiver) = mpsc::unbounded_channel();
        let (opened_sender, opened_receiver) = oneshot::channel();
        let commands = Arc::new(CommandChannel::new(command_sender, self.max_in_flight));
        let close_notifier = commands.close_notifier();
        let sender = ChatSender::new(commands);
        let config = (self.connector, self.start, self.backoff);
        let task = ClientSocketTask::new(
            config,
            command_receiver,
            event_sender,
            opened_sender,
            close_notifier,
        );
        tokio::spawn(task.run());
        Ok((sender, EventReceiver::new(event_receiver), opened_receiver))
    }
}
