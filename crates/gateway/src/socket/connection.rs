//! WebSocket connection with a write timeout.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_util::{FutureExt, Sink, Stream};
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::Error;

use super::close::connection_end_for;
use super::shared_socket::{SharedSocket, SocketHandle};
use super::{DisconnectReason, Message, Utf8Bytes, WebSocket};

/// Client messages handled in one batch.
const MAX_READY_MESSAGES: usize = 64;

/// How a connection ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConnectionEnd {
    /// The client closed the socket, or the connection broke.
    PeerClosed,
    /// The server closes the socket.
    Disconnect(DisconnectReason),
}

impl ConnectionEnd {
    /// Logs a panic of the session, and disconnects with an internal error so that the client may reconnect.
    pub(crate) fn panicked() -> Self {
        tracing::error!("what serves a socket panicked");
        Self::Disconnect(DisconnectReason::InternalError)
    }
}

/// Message of the client.
#[derive(Debug)]
pub enum ClientMessage {
    /// Text.
    Text(Utf8Bytes),
    /// Bytes.
    Binary(Bytes),
    /// A ping, already answered, or a pong.
    Control,
}

/// WebSocket with a write timeout.
pub struct SocketConnection {
    pub(super) socket: SocketHandle,
    write_timeout: Duration,
    /// A ping was received and its pong may not be flushed.
    owes_pong: bool,
}

impl SocketConnection {
    /// Wraps a socket; a write that blocks longer than `drain` disconnects the client.
    pub fn new(socket: WebSocket, drain: Duration) -> Self {
        Self {
            socket: SocketHandle::new(socket),
            write_timeout: drain,
            owes_pong: false,
        }
    }

    /// Returns the sink for direct delivery.
    pub(crate) fn direct_sink(&self) -> Arc<SharedSocket> {
        self.socket.direct_sink()
    }

    /// Waits for a message of the client.
    ///
    /// # Cancel safety
    /// No message is lost.
    pub async fn recv(&mut self) -> Result<ClientMessage, ConnectionEnd> {
        poll_fn(|cx| self.poll_recv(cx)).await
    }

    /// Polls for a message of the client.
    pub(crate) fn poll_recv(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Result<ClientMessage, ConnectionEnd>> {
        // Flushes pongs before reading on. The library would otherwise buffer a pong for every ping of a client that
        // does not read.
        if self.owes_pong {
            match Pin::new(&mut self.socket).poll_flush(cx) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(_) => self.owes_pong = false,
            }
        }
        let heard = Pin::new(&mut self.socket).poll_next(cx);
        self.owes_pong = matches!(heard, Poll::Ready(Some(Ok(Message::Ping(_)))));
        heard.map(|heard| match heard {
            Some(Ok(Message::Text(text))) => Ok(ClientMessage::Text(text)),
            Some(Ok(Message::Binary(bytes))) => Ok(ClientMessage::Binary(bytes)),
            Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => {
                Ok(ClientMessage::Control)
            }
            Some(Ok(Message::Close(_))) | None => Err(ConnectionEnd::PeerClosed),
            Some(Err(error)) => Err(connection_end_for(&error)),
        })
    }

    /// Returns `first` and the texts that are already available, and the first other message, if any.
    pub(crate) fn recv_ready(
        &mut self,
        first: Utf8Bytes,
    ) -> (Vec<Utf8Bytes>, Option<Result<ClientMessage, ConnectionEnd>>) {
        let mut texts = vec![first];
        while texts.len() < MAX_READY_MESSAGES {
            match self.recv().now_or_never() {
                Some(Ok(ClientMessage::Text(text))) => texts.push(text),
                Some(Ok(ClientMessage::Control)) => {}
                other => return (texts, other),
            }
        }
        (texts, None)
    }

    pub(crate) async fn send_all(&mut self, words: Vec<Utf8Bytes>) -> Result<(), ConnectionEnd> {
        if words.is_empty() {
            return Ok(());
        }
        for words in words {
            self.feed(Message::Text(words)).await?;
        }
        self.flush().await
    }

    pub(crate) async fn ping(&mut self) -> Result<(), ConnectionEnd> {
        self.feed(Message::Ping(Default::default())).await?;
        self.flush().await
    }

    /// Buffers a message until the next flush.
    pub async fn feed(&mut self, message: Message) -> Result<(), ConnectionEnd> {
        self.with_write_timeout(Sink::poll_ready).await?;
        Pin::new(&mut self.socket)
            .start_send(message)
            .map_err(|_| ConnectionEnd::PeerClosed)
    }

    /// Flushes all buffered messages.
    pub async fn flush(&mut self) -> Result<(), ConnectionEnd> {
        self.with_write_timeout(Sink::poll_flush).await
    }

    /// Polls a write with the timeout. Mostly the socket accepts data at once; only otherwise is a timer allocated.
    async fn with_write_timeout(
        &mut self,
        mut poll: impl FnMut(Pin<&mut SocketHandle>, &mut Context<'_>) -> Poll<Result<(), Error>> + Send,
    ) -> Result<(), ConnectionEnd> {
        let socket = &mut self.socket;
        let at_once = poll_fn(|cx| Poll::Ready(poll(Pin::new(socket), cx))).await;
        match at_once {
            Poll::Ready(done) => done.map_err(|_| ConnectionEnd::PeerClosed),
            Poll::Pending => {
                let socket = &mut self.socket;
                let draining = poll_fn(move |cx| poll(Pin::new(socket), cx));
                match Box::pin(tokio::time::timeout(self.write_timeout, draining)).await {
                    Ok(done) => done.map_err(|_| ConnectionEnd::PeerClosed),
                    Err(_) => Err(ConnectionEnd::Disconnect(DisconnectReason::SlowConsumer)),
                }
            }
        }
    }
}

/// Waits for a deadline, for ever if there is none.
pub(crate) async fn sleep_until_opt(due: Option<Instant>) {
    match due {
        Some(due) => tokio::time::sleep_until(due).await,
        None => std::future::pending().await,
    }
}

/// Timer that is mostly not set.
#[derive(Default)]
pub(crate) struct OptionalTimer(Option<Pin<Box<tokio::time::Sleep>>>);

impl OptionalTimer {
    /// Sets another deadline, or none.
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
