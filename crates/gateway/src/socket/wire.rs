//! What every live socket has in common: words out and in.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_util::{FutureExt, Sink, Stream};
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::Error;

use super::close::left_by;
use super::outlet::{Handle, Shared};
use super::{Ending, Message, Utf8Bytes, WebSocket};

/// What is heard of a client before anything is answered.
const AT_ONCE: usize = 64;

/// The client is gone, or is to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Left {
    /// It has closed the socket, or the connection is no more.
    Away,
    /// The socket is to be closed, and why.
    With(Ending),
}

impl Left {
    /// What serves the socket has panicked: the client is told that something failed, and may come back.
    pub(crate) fn panicked() -> Self {
        tracing::error!("what serves a socket panicked");
        Self::With(Ending::Broken)
    }
}

/// What came from the client.
#[derive(Debug)]
pub enum Said {
    /// A text.
    Text(Utf8Bytes),
    /// Bytes.
    Binary(Bytes),
    /// A ping, which is answered already, or a pong.
    Nothing,
}

/// A socket, and how long it may take what is sent.
pub struct Wire {
    pub(super) socket: Handle,
    drain: Duration,
    /// A ping was heard, and its answer may still be here.
    owes_pong: bool,
}

impl Wire {
    /// A socket whose client is gone when it takes nothing for so long.
    pub fn new(socket: WebSocket, drain: Duration) -> Self {
        Self {
            socket: Handle::new(socket),
            drain,
            owes_pong: false,
        }
    }

    /// For who has frames while nothing else is said.
    pub(crate) fn outlet(&self) -> Arc<Shared> {
        self.socket.outlet()
    }

    /// Waits for the client. Nothing is lost when the wait is given up.
    pub async fn hear(&mut self) -> Result<Said, Left> {
        poll_fn(|cx| self.poll_hear(cx)).await
    }

    /// The same for one who waits for other things too.
    pub(crate) fn poll_hear(&mut self, cx: &mut Context<'_>) -> Poll<Result<Said, Left>> {
        // The library would keep the answers to all pings of a client that takes none.
        if self.owes_pong {
            match Pin::new(&mut self.socket).poll_flush(cx) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(_) => self.owes_pong = false,
            }
        }
        let heard = Pin::new(&mut self.socket).poll_next(cx);
        self.owes_pong = matches!(heard, Poll::Ready(Some(Ok(Message::Ping(_)))));
        heard.map(|heard| match heard {
            Some(Ok(Message::Text(text))) => Ok(Said::Text(text)),
            Some(Ok(Message::Binary(bytes))) => Ok(Said::Binary(bytes)),
            Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => Ok(Said::Nothing),
            Some(Ok(Message::Close(_))) | None => Err(Left::Away),
            Some(Err(error)) => Err(left_by(&error)),
        })
    }

    /// What else has come already: texts, and what came instead of one more.
    pub(crate) fn hear_more(
        &mut self,
        first: Utf8Bytes,
    ) -> (Vec<Utf8Bytes>, Option<Result<Said, Left>>) {
        let mut texts = vec![first];
        while texts.len() < AT_ONCE {
            match self.hear().now_or_never() {
                Some(Ok(Said::Text(text))) => texts.push(text),
                Some(Ok(Said::Nothing)) => {}
                other => return (texts, other),
            }
        }
        (texts, None)
    }

    pub(crate) async fn say(&mut self, words: Vec<Utf8Bytes>) -> Result<(), Left> {
        if words.is_empty() {
            return Ok(());
        }
        for words in words {
            self.put(Message::Text(words)).await?;
        }
        self.flush().await
    }

    pub(crate) async fn ping(&mut self) -> Result<(), Left> {
        self.put(Message::Ping(Default::default())).await?;
        self.flush().await
    }

    /// Adds a message to those that leave with the next flush.
    pub async fn put(&mut self, message: Message) -> Result<(), Left> {
        self.drained(Sink::poll_ready).await?;
        Pin::new(&mut self.socket)
            .start_send(message)
            .map_err(|_| Left::Away)
    }

    /// Lets everything leave.
    pub async fn flush(&mut self) -> Result<(), Left> {
        self.drained(Sink::poll_flush).await
    }

    /// Mostly a socket takes what it is given at once; a timer and room for it are needed only where it does not.
    async fn drained(
        &mut self,
        mut poll: impl FnMut(Pin<&mut Handle>, &mut Context<'_>) -> Poll<Result<(), Error>> + Send,
    ) -> Result<(), Left> {
        let socket = &mut self.socket;
        let at_once = poll_fn(|cx| Poll::Ready(poll(Pin::new(socket), cx))).await;
        match at_once {
            Poll::Ready(done) => done.map_err(|_| Left::Away),
            Poll::Pending => {
                let socket = &mut self.socket;
                let draining = poll_fn(move |cx| poll(Pin::new(socket), cx));
                match Box::pin(tokio::time::timeout(self.drain, draining)).await {
                    Ok(done) => done.map_err(|_| Left::Away),
                    Err(_) => Err(Left::With(Ending::Stuck)),
                }
            }
        }
    }
}

/// Waits for ever where nothing is due.
pub(crate) async fn until(due: Option<Instant>) {
    match due {
        Some(due) => tokio::time::sleep_until(due).await,
        None => std::future::pending().await,
    }
}

/// A time that is mostly not set.
#[derive(Default)]
pub(crate) struct Alarm(Option<Pin<Box<tokio::time::Sleep>>>);

impl Alarm {
    /// Sets it to another time, or to none.
    pub(crate) fn set(&mut self, due: Option<Instant>) {
        match (due, &mut self.0) {
            (None, set) => *set = None,
            (Some(due), Some(set)) if set.deadline() == due => {}
            (Some(due), set) => *set = Some(Box::pin(tokio::time::sleep_until(due))),
        }
    }

    pub(crate) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        match &mut self.0 {
            Some(set) => set.as_mut().poll(cx),
            None => Poll::Pending,
        }
    }
}
