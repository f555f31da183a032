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

use super::close::connection_end_for;
use super::shared_socket::{SharedSocket, SocketHandle};
use super::{DisconnectReason, Message, Utf8Bytes, WebSocket};

/// What is heard of a client before anything is answered.
const MAX_READY_MESSAGES: usize = 64;

/// The client is gone, or is to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConnectionEnd {
    /// It has closed the socket, or the connection is no more.
    PeerClosed,
    /// The socket is to be closed, and why.
    Disconnect(DisconnectReason),
}

impl ConnectionEnd {
    /// What serves the socket has panicked: the client is told that something failed, and may come back.
    pub(crate) fn panicked() -> Self {
        tracing::error!("what serves a socket panicked");
        Self::Disconnect(DisconnectReason::InternalError)
    }
}

/// What came from the client.
#[derive(Debug)]
pub enum ClientMessage {
    /// A text.
    Text(Utf8Bytes),
    /// Bytes.
    Binary(Bytes),
    /// A ping, which is answered already, or a pong.
    Control,
}

/// A socket, and how long it may take what is sent.
pub struct SocketConnection {
    pub(super) socket: SocketHandle,
    write_timeout: Duration,
    /// A ping was heard, and its answer may still be here.
    owes_pong: bool,
}

impl SocketConnection {
    /// A socket whose client is gone when it takes nothing for so long.
    pub fn new(socket: WebSocket, drain: Duration) -> Self {
        Self {
            socket: SocketHandle::new(socket),
            write_timeout: drain,
            owes_pong: false,
        }
    }

    /// For who has frames while nothing else is said.
    pub(crate) fn direct_sink(&self) -> Arc<SharedSocket> {
        self.socket.direct_sink()
    }

    /// Waits for the client. Nothing is lost when the wait is given up.
    pub async fn recv(&mut self) -> Result<ClientMessage, ConnectionEnd> {
        poll_fn(|cx| self.poll_recv(cx)).await
    }

    /// The same for one who waits for other things too.
    pub(crate) fn poll_recv(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Result<ClientMessage, ConnectionEnd>> {
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
            Some(Ok(Message::Text(text))) => Ok(ClientMessage::Text(text)),
            Some(Ok(Message::Binary(bytes))) => Ok(ClientMessage::Binary(bytes)),
            Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => {
                Ok(ClientMessage::Control)
            }
            Some(Ok(Message::Close(_))) | None => Err(ConnectionEnd::PeerClosed),
            Some(Err(error)) => Err(connection_end_for(&error)),
        })
    }

    /// What else has come already: texts, and what came instead of one more.
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

    /// Adds a message to those that leave with the next flush.
    pub async fn feed(&mut self, message: Message) -> Result<(), ConnectionEnd> {
        self.with_write_timeout(Sink::poll_ready).await?;
        Pin::new(&mut self.socket)
            .start_send(message)
            .map_err(|_| ConnectionEnd::PeerClosed)
    }

    /// Lets everything leave.
    pub async fn flush(&mut self) -> Result<(), ConnectionEnd> {
        self.with_write_timeout(Sink::poll_flush).await
    }

    /// Mostly a socket takes what it is given at once; a timer and room for it are needed only where it does not.
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

/// Waits for ever where nothing is due.
pub(crate) async fn sleep_until_opt(due: Option<Instant>) {
    match due {
        Some(due) => tokio::time::sleep_until(due).await,
        None => std::future::pending().await,
    }
}

/// A time that is mostly not set.
#[derive(Default)]
pub(crate) struct OptionalTimer(Option<Pin<Box<tokio::time::Sleep>>>);

impl OptionalTimer {
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
