//! One WebSocket connection that reads and writes concurrently.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::{Error as WebSocketError, Message, Utf8Bytes};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

/// Timeout of the closing handshake.
const CLOSE_TIMEOUT: Duration = Duration::from_millis(500);

pub(super) struct ClientConnection {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
    /// Frames to send.
    outgoing: VecDeque<Message>,
    /// Sent frames may not be flushed.
    needs_flush: bool,
}

/// Received frame.
pub(super) enum IncomingFrame {
    Text(Utf8Bytes),
    /// Ping or pong.
    Control,
    /// End of the connection, with the close code if there was one.
    Closed(Option<u16>),
}

impl ClientConnection {
    pub(super) fn new(stream: WebSocketStream<MaybeTlsStream<TcpStream>>) -> Self {
        Self {
            stream,
            outgoing: VecDeque::new(),
            needs_flush: false,
        }
    }

    /// Queues a text; it is sent by the next wait.
    pub(super) fn enqueue(&mut self, text: &str) {
        self.outgoing.push_back(Message::text(text));
    }

    /// Receives a frame while sending.
    ///
    /// # Cancel safety
    /// No frame is lost.
    pub(super) async fn next(&mut self) -> IncomingFrame {
        poll_fn(|cx| {
            let written = self.poll_write(cx);
            // After a write error the server's last frames are still read.
            match (self.stream.poll_next_unpin(cx), written) {
                (Poll::Ready(next), _) => Poll::Ready(IncomingFrame::from_message(next)),
                (Poll::Pending, Poll::Ready(Err(_))) => Poll::Ready(IncomingFrame::Closed(None)),
                (Poll::Pending, _) => Poll::Pending,
            }
        })
        .await
    }

    /// Receives a frame if `read`, otherwise only sends, for ever.
    pub(super) async fn next_if(&mut self, read: bool) -> IncomingFrame {
        if read {
            return self.next().await;
        }
        self.flush().await;
        std::future::pending().await
    }

    /// Sends queued frames without reading. A write error is reported by reading.
    async fn flush(&mut self) {
        let written = poll_fn(|cx| self.poll_write(cx)).await;
        if written.is_err() {
            self.outgoing.clear();
            self.needs_flush = false;
        }
    }

    fn poll_write(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), WebSocketError>> {
        while !self.outgoing.is_empty() {
            ready!(self.stream.poll_ready_unpin(cx))?;
            if let Some(message) = self.outgoing.pop_front() {
                self.stream.start_send_unpin(message)?;
                self.needs_flush = true;
            }
        }
        if self.needs_flush {
            ready!(self.stream.poll_flush_unpin(cx))?;
            self.needs_flush = false;
        }
        Poll::Ready(Ok(()))
    }

    /// Closes the connection, within the timeout.
    pub(super) async fn close(&mut self) {
        let closing = async {
            self.flush().await;
            self.stream.close(None).await?;
            while let Some(Ok(_)) = self.stream.next().await {}
            Ok::<_, WebSocketError>(())
        };
        // The peer may be gone.
        let _ = tokio::time::timeout(CLOSE_TIMEOUT, closing).await;
    }
}

impl IncomingFrame {
    fn from_message(next: Option<Result<Message, WebSocketError>>) -> Self {
        match next {
            Some(Ok(Message::Text(text))) => Self::Text(text),
            Some(Ok(Message::Close(frame))) => Self::Closed(frame.map(|frame| frame.code.into())),
            Some(Ok(_)) => Self::Control,
            Some(Err(_)) | None => Self::Closed(None),
        }
    }
}
