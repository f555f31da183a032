//! One connection: frames out and in at the same time, so that neither side waits for the other to read.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::{Error as Fault, Message, Utf8Bytes};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

/// For the last words to be exchanged.
const FAREWELL: Duration = Duration::from_millis(500);

pub(super) struct Wire {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
    /// To be sent.
    waiting: VecDeque<Message>,
    /// Something was sent that may not have left.
    unflushed: bool,
}

/// What came.
pub(super) enum Heard {
    Text(Utf8Bytes),
    /// A sign of life, and nothing more.
    Noise,
    /// The connection is over, with this code where one was given.
    End(Option<u16>),
}

impl Wire {
    pub(super) fn new(stream: WebSocketStream<MaybeTlsStream<TcpStream>>) -> Self {
        Self {
            stream,
            waiting: VecDeque::new(),
            unflushed: false,
        }
    }

    /// Has a text sent with the next wait.
    pub(super) fn push(&mut self, text: &str) {
        self.waiting.push_back(Message::text(text));
    }

    /// Waits for a frame and sends meanwhile. Nothing is lost when the wait is given up.
    pub(super) async fn next(&mut self) -> Heard {
        poll_fn(|cx| {
            let written = self.poll_write(cx);
            // What the server said last is still to be read where nothing can be sent any more.
            match (self.stream.poll_next_unpin(cx), written) {
                (Poll::Ready(next), _) => Poll::Ready(Heard::of(next)),
                (Poll::Pending, Poll::Ready(Err(_))) => Poll::Ready(Heard::End(None)),
                (Poll::Pending, _) => Poll::Pending,
            }
        })
        .await
    }

    /// The same, or only sends, for ever, where nothing is to be read now.
    pub(super) async fn next_if(&mut self, read: bool) -> Heard {
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
            self.waiting.clear();
            self.unflushed = false;
        }
    }

    fn poll_write(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Fault>> {
        while !self.waiting.is_empty() {
            ready!(self.stream.poll_ready_unpin(cx))?;
            if let Some(message) = self.waiting.pop_front() {
                self.stream.start_send_unpin(message)?;
                self.unflushed = true;
            }
        }
        if self.unflushed {
            ready!(self.stream.poll_flush_unpin(cx))?;
            self.unflushed = false;
        }
        Poll::Ready(Ok(()))
    }

    /// Ends it well, where that does not take long.
    pub(super) async fn leave(&mut self) {
        let ending = async {
            self.flush().await;
            self.stream.close(None).await?;
            while let Some(Ok(_)) = self.stream.next().await {}
            Ok::<_, Fault>(())
        };
        // Whoever is gone needs no farewell.
        let _ = tokio::time::timeout(FAREWELL, ending).await;
    }
}

impl Heard {
    fn of(next: Option<Result<Message, Fault>>) -> Self {
        match next {
            Some(Ok(Message::Text(text))) => Self::Text(text),
            Some(Ok(Message::Close(frame))) => Self::End(frame.map(|frame| frame.code.into())),
            Some(Ok(_)) => Self::Noise,
            Some(Err(_)) | None => Self::End(None),
        }
    }
}
