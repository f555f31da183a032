//! One connection: frames out and in at the same time, so that neither side waits for the other to read.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::{Error as WebSocketError, Message, Utf8Bytes};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

/// For the last words to be exchanged.
const CLOSE_TIMEOUT: Duration = Duration::from_millis(500);

pub(super) struct ClientConnection {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
    /// To be sent.
    outgoing: VecDeque<Message>,
    /// Something was sent that may not have left.
    needs_flush: bool,
}

/// What came.
pub(super) enum IncomingFrame {
    Text(Utf8Bytes),
    /// A sign of life, and nothing more.
    Control,
    /// The connection is over, with this code where one was given.
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

    /// Has a text sent with the next wait.
    pub(super) fn enqueue(&mut self, text: &str) {
        self.outgoing.push_back(Message::text(text));
    }

    /// Waits for a frame and sends meanwhile. Nothing is lost when the wait is given up.
    pub(super) async fn next(&mut self) -> IncomingFrame {
        poll_fn(|cx| {
            let written = self.poll_write(cx);
            // What the server said last is still to be read where nothing can be sent any more.
            match (self.stream.poll_next_unpin(cx), written) {
                (Poll::Ready(next), _) => Poll::Ready(IncomingFrame::from_message(next)),
                (Poll::Pending, Poll::Ready(Err(_))) => Poll::Ready(IncomingFrame::Closed(None)),
                (Poll::Pending, _) => Poll::Pending,
            }
        })
        .await
    }

    /// The same, or only sends, for ever, where nothing is to be read now.
    pub(super) async fn next_if(&mut self, read: bool) -> IncomingFrame {
        if read {
            return self.next().await;
        }
        self.flush().await;
        std::future::pending().await
    }

    /// Sends what waits, without reading. Where nothing can be sent any more, reading will tell.
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

    /// Ends it well, where that does not take long.
    pub(super) async fn close(&mut self) {
        let ending = async {
            self.flush().await;
            self.stream.close(None).await?;
            while let Some(Ok(_)) = self.stream.next().await {}
            Ok::<_, WebSocketError>(())
        };
        // Whoever is gone needs no farewell.
        let _ = tokio::time::timeout(CLOSE_TIMEOUT, ending).await;
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
