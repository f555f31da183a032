//! A chat's socket.

pub(crate) mod closing;
mod command;
mod door;
mod ear;
pub(crate) mod event;
pub(crate) mod events;
mod frame;
mod ledger;
pub(crate) mod sender;
mod serve;
mod task;
mod wire;

use std::sync::Arc;

use tokio::sync::{Semaphore, mpsc, oneshot};

use crate::http::client::{Client, base};
use crate::{Backoff, Error};
use command::Line;
use door::{Door, Way};
use event::{Event, Position};
use events::Events;
use sender::Sender;
use task::{Begin, Task};

/// Events that wait for the reader.
const QUEUE: usize = 256;
/// Messages that wait for their confirmation.
const WINDOW: usize = 256;

/// A socket yet to be opened.
#[derive(Debug, Clone)]
#[must_use]
pub struct Socket {
    door: Door,
    begin: Begin,
    backoff: Backoff,
    queue: usize,
    window: usize,
}

impl Socket {
    /// A socket of a user in a chat, by the tenant's key. The same as [`Client::socket`].
    pub fn by_key(client: &Client, chat: &str, user: &str) -> Self {
        Self::of(Door {
            base: client.base.clone(),
            way: Way::Key {
                key: client.key.clone(),
                chat: chat.to_owned(),
                user: user.to_owned(),
            },
        })
    }

    /// A socket of whom a token was made for, on the server at an address.
    ///
    /// Once the token's time is over, a socket that has lost its connection does not come back. See
    /// [`Socket::by_tokens`].
    pub fn by_token(url: &str, token: &str) -> Result<Self, Error> {
        let way = Way::Token(token.to_owned());
        Ok(Self::of(Door {
            base: base(url)?,
            way,
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
    /// let socket = Socket::by_tokens("http://127.0.0.1:8080", from_my_server)?;
    /// # let _ = socket;
    /// # Ok(())
    /// # }
    /// ```
    pub fn by_tokens<F, Fut, E>(url: &str, find: F) -> Result<Self, Error>
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<String, E>> + Send + 'static,
        E: std::error::Error,
    {
        let way = Way::tokens(find);
        Ok(Self::of(Door {
            base: base(url)?,
            way,
        }))
    }

    fn of(door: Door) -> Self {
        Self {
            door,
            begin: Begin::Now,
            backoff: Backoff::default(),
            queue: QUEUE,
            window: WINDOW,
        }
    }

    /// Goes on after a position that [`Events::position`] gave: every entry after it is heard first. Otherwise only
    /// what happens from now on is.
    pub fn after(mut self, position: Position) -> Self {
        self.begin = Begin::After(position);
        self
    }

    /// Hears every entry there is, from the first one on. The first connection is made twice, since only the server
    /// knows which history its positions are of.
    pub fn from_start(mut self) -> Self {
        self.begin = Begin::Start;
        self
    }

    /// Changes when it comes back after a loss.
    pub fn backoff(mut self, backoff: Backoff) -> Self {
        self.backoff = backoff;
        self
    }

    /// How many events may wait for the reader: 256 otherwise. When they do, nothing more is read from the connection
    /// before one is taken, confirmations included.
    pub fn queue(mut self, events: usize) -> Self {
        self.queue = events.max(1);
        self
    }

    /// How many messages may wait for their confirmation: 256 otherwise. Who sends more waits.
    pub fn window(mut self, messages: usize) -> Self {
        self.window = messages.clamp(1, Semaphore::MAX_PERMITS);
        self
    }

    /// Opens the socket, and waits until the server has taken it or said that it never will. While the server cannot
    /// be reached, this tries again for as long as [`Backoff::tries`] says.
    ///
    /// The socket ends when both halves are dropped, with [`Sender::close`], or with [`Event::Closed`].
    pub async fn connect(self) -> Result<(Sender, Events), Error> {
        let (sender, events, opened) = self.start()?;
        match opened.await {
            Ok(()) => Ok((sender, events)),
            Err(_) => Err(sender.ended()),
        }
    }

    /// Opens the socket without waiting: [`Event::Connected`] tells when it is open. What is said meanwhile is sent
    /// then.
    pub fn open(self) -> Result<(Sender, Events), Error> {
        let (sender, events, _) = self.start()?;
        Ok((sender, events))
    }

    fn start(self) -> Result<(Sender, Events, oneshot::Receiver<()>), Error> {
        self.door.check()?;
        let (heard, queue) = mpsc::channel::<Event>(self.queue);
        let (said, commands) = mpsc::unbounded_channel();
        let (opened, is_open) = oneshot::channel();
        let line = Arc::new(Line::new(said, self.window));
        let ending = line.ending();
        let sender = Sender::new(line);
        let how = (self.door, self.begin, self.backoff);
        let task = Task::new(how, commands, heard, opened, ending);
        tokio::spawn(task.run());
        Ok((sender, Events::new(queue), is_open))
    }
}
