//! What every live socket has in common: words out and in.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Error;
use axum::extract::ws::{Message, Utf8Bytes, WebSocket};
use futures_util::{FutureExt, Sink, Stream};
use tokio::time::Instant;

use super::close;
use super::outlet::{Handle, Shared};
use super::talk::{Ending, Farewell};

/// What is heard of a client before anything is answered.
const AT_ONCE: usize = 64;

/// The client is gone, or is to go.
pub(crate) enum Left {
    Away,
    With(Ending),
}

/// What came from the client.
pub(crate) enum Said {
    Text(Utf8Bytes),
    Binary,
    /// A ping or a pong.
    Nothing,
}

/// A socket, and how long it may take what is sent.
pub(crate) struct Wire {
    socket: Handle,
    drain: Duration,
}

impl Wire {
    pub(crate) fn new(socket: WebSocket, drain: Duration) -> Self {
        Self {
            socket: Handle::new(socket),
            drain,
        }
    }

    /// For who has frames while nothing else is said.
    pub(crate) fn outlet(&self) -> Arc<Shared> {
        self.socket.outlet()
    }

    /// Waits for the client. Nothing is lost when the wait is given up.
    pub(crate) async fn hear(&mut self) -> Result<Said, Left> {
        poll_fn(|cx| self.poll_hear(cx)).await
    }

    /// The same for one who waits for other things too.
    pub(crate) fn poll_hear(&mut self, cx: &mut Context<'_>) -> Poll<Result<Said, Left>> {
        Pin::new(&mut self.socket)
            .poll_next(cx)
            .map(|heard| match heard {
                Some(Ok(Message::Text(text))) => Ok(Said::Text(text)),
                Some(Ok(Message::Binary(_))) => Ok(Said::Binary),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => Ok(Said::Nothing),
                Some(Ok(Message::Close(_))) | None => Err(Left::Away),
                Some(Err(error)) if is_too_large(&error) => Err(Left::With(Ending::TooLarge)),
                Some(Err(_)) => Err(Left::Away),
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

    pub(crate) async fn close(&mut self, farewell: Farewell) {
        close(&mut self.socket, farewell).await;
    }

    /// Adds a message to those that leave with the next flush.
    pub(crate) async fn put(&mut self, message: Message) -> Result<(), Left> {
        self.drained(Sink::poll_ready).await?;
        Pin::new(&mut self.socket)
            .start_send(message)
            .map_err(|_| Left::Away)
    }

    /// Lets everything leave.
    pub(crate) async fn flush(&mut self) -> Result<(), Left> {
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

/// The library tells it only by its words.
fn is_too_large(error: &Error) -> bool {
    error.to_string().contains("too long") || error.to_string().contains("Space limit exceeded")
}
