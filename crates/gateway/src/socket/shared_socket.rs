//! WebSocket shared by its session and the broadcaster.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use futures_util::{Sink, Stream};
use parking_lot::Mutex;
use tokio_tungstenite::tungstenite::{Error, Message};

use super::WebSocket;
use crate::hub::{DirectSendResult, DirectSink, Frame, FrameEffect};

/// WebSocket behind a lock, which is never held across an await.
pub(crate) struct SharedSocket(Mutex<WebSocket>);

/// The session's handle.
pub(crate) struct SocketHandle(Arc<SharedSocket>);

impl SocketHandle {
    pub(crate) fn new(socket: WebSocket) -> Self {
        Self(Arc::new(SharedSocket(Mutex::new(socket))))
    }

    pub(crate) fn direct_sink(&self) -> Arc<SharedSocket> {
        self.0.clone()
    }

    pub(super) fn with_socket<T>(&self, poll: impl FnOnce(Pin<&mut WebSocket>) -> T) -> T {
        poll(Pin::new(&mut self.0.0.lock()))
    }
}

impl Stream for SocketHandle {
    type Item = Result<Message, Error>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.with_socket(|socket| socket.poll_next(cx))
    }
}

impl Sink<Message> for SocketHandle {
    type Error = Error;

    fn poll_ready(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.with_socket(|socket| socket.poll_ready(cx))
    }

    fn start_send(self: Pin<&mut Self>, message: Message) -> Result<(), Error> {
        self.with_socket(|socket| socket.start_send(message))
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.with_socket(|socket| socket.poll_flush(cx))
    }

    fn poll_close(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.with_socket(|socket| socket.poll_close(cx))
    }
}

impl DirectSink for SharedSocket {
    /// Writes frames. A socket that fails accepts none or needs a flush; its session finds the same error and ends.
    fn try_send(&self, frames: &[Frame]) -> DirectSendResult {
        let Some(mut socket) = self.0.try_lock() else {
            return DirectSendResult::default();
        };
        // The session registers its own waker when it flushes.
        let mut cx = Context::from_waker(Waker::noop());
        let mut accepted = 0;
        for frame in frames {
            // Several texts of one entry might be separated by a full buffer.
            let is_plain = matches!(frame.effect, FrameEffect::None) && frame.preceding.is_none();
            if !is_plain || frame.origin.is_some() {
                break;
            }
            if let Some(text) = &frame.text {
                let ready = Pin::new(&mut *socket).poll_ready(&mut cx);
                let message = Message::Text(text.clone());
                if !matches!(ready, Poll::Ready(Ok(())))
                    || Pin::new(&mut *socket).start_send(message).is_err()
                {
                    break;
                }
            }
            accepted += 1;
        }
        let mut is_flushed = || {
            matches!(
                Pin::new(&mut *socket).poll_flush(&mut cx),
                Poll::Ready(Ok(()))
            )
        };
        DirectSendResult {
            accepted,
            needs_flush: accepted > 0 && !is_flushed(),
        }
    }
}
