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
use tokio_tungstenite::tungstenite::error::ProtocolError;

use super::shared_socket::{SharedSocket, SocketHandle};
use super::{Message, Utf8Bytes, WebSocket};
use crate::disconnect::{ConnectionEnd, DisconnectReason};

/// Client messages handled in one batch.
const MAX_READY_MESSAGES: usize = 64;

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
    /// Wraps a socket; a write that blocks longer than `write_timeout` disconnects the client.
    pub fn new(socket: WebSocket, write_timeout: Duration) -> Self {
        Self {
            socket: SocketHandle::new(socket),
            write_timeout,
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
        let received = Pin::new(&mut self.socket).poll_next(cx);
        self.owes_pong = matches!(received, Poll::Ready(Some(Ok(Message::Ping(_)))));
        received.map(|received| match received {
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

    pub(crate) async fn send_all(&mut self, texts: Vec<Utf8Bytes>) -> Result<(), ConnectionEnd> {
        if texts.is_empty() {
            return Ok(());
        }
        for text in texts {
            self.feed(Message::Text(text)).await?;
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
        let immediate = poll_fn(|cx| Poll::Ready(poll(Pin::new(socket), cx))).await;
        match immediate {
            Poll::Ready(result) => result.map_err(|_| ConnectionEnd::PeerClosed),
            Poll::Pending => {
                let socket = &mut self.socket;
                let write = poll_fn(move |cx| poll(Pin::new(socket), cx));
                match Box::pin(tokio::time::timeout(self.write_timeout, write)).await {
                    Ok(result) => result.map_err(|_| ConnectionEnd::PeerClosed),
                    Err(_) => Err(ConnectionEnd::Disconnect(DisconnectReason::SlowConsumer)),
                }
            }
        }
    }
}

/// Maps an error of the WebSocket library to the end of the connection.
fn connection_end_for(error: &Error) -> ConnectionEnd {
    match error {
        Error::Capacity(_) => ConnectionEnd::Disconnect(DisconnectReason::FrameTooLarge),
        Error::Utf8(_) => ConnectionEnd::Disconnect(DisconnectReason::InvalidText),
        // The connection ended without a close frame, or is already closing.
        Error::Protocol(
            ProtocolError::ResetWithoutClosingHandshake
            | ProtocolError::ReceivedAfterClosing
            | ProtocolError::SendAfterClosing,
        ) => ConnectionEnd::PeerClosed,
        Error::Protocol(_) => ConnectionEnd::Disconnect(DisconnectReason::Protocol),
        _ => ConnectionEnd::PeerClosed,
    }
}

/// Waits for a deadline, for ever if there is none.
pub(crate) async fn sleep_until_opt(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => tokio::time::sleep_until(deadline).await,
        None => std::future::pending().await,
    }
}

/// Timer that is mostly not set.
#[derive(Default)]
pub(crate) struct OptionalTimer(Option<Pin<Box<tokio::time::Sleep>>>);

impl OptionalTimer {
    /// Sets another deadline, or none.
    pub(crate) fn set(&mut self, deadline: Option<Instant>) {
        match (deadline, &mut self.0) {
            (None, timer) => *timer = None,
            (Some(deadline), Some(timer)) if timer.deadline() == deadline => {}
            (Some(deadline), timer) => *timer = Some(Box::pin(tokio::time::sleep_until(deadline))),
        }
    }

    pub(crate) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        match &mut self.0 {
            Some(timer) => timer.as_mut().poll(cx),
            None => Poll::Pending,
        }
    }
}
