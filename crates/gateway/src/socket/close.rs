//! Closing handshake of a WebSocket (RFC 6455, section 7).
//!
//! Keeps INV-44 (`docs/invariants.md`).

use std::future::poll_fn;
use std::pin::Pin;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};

use super::connection::SocketConnection;
use super::shared_socket::SocketHandle;
use crate::disconnect::Disconnect;

/// Time for the last frames, the client's close frame and its end of the TCP connection.
const CLOSE_HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(2);
/// Bytes of the buffer for discarded input.
const DISCARD_BUFFER_BYTES: usize = 1024;

impl SocketConnection {
    /// Closes the connection: sends the error frame and a close frame, and waits for the client's. Without `disconnect`
    /// it answers the client's close frame. Further input is discarded. Takes at most [`CLOSE_HANDSHAKE_TIMEOUT`].
    pub async fn close(mut self, disconnect: Option<Disconnect>) {
        let socket = &mut self.socket;
        let closing = async {
            close_handshake(socket, disconnect).await;
            shutdown_tcp(socket).await
        };
        match tokio::time::timeout(CLOSE_HANDSHAKE_TIMEOUT, closing).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::debug!(%error, "a socket was gone before its end"),
            Err(_) => tracing::debug!("a socket was closed without its client"),
        }
    }
}

/// Runs the closing handshake; an error ends it.
async fn close_handshake(socket: &mut SocketHandle, disconnect: Option<Disconnect>) {
    let is_first = disconnect.is_some();
    if let Some(disconnect) = disconnect {
        let frame = CloseFrame {
            code: disconnect.code.into(),
            reason: Utf8Bytes::from_static(disconnect.reason),
        };
        let error_frame = disconnect.error_frame.map(Message::Text);
        for message in error_frame.into_iter().chain([Message::Close(Some(frame))]) {
            // If the client has closed first, its close frame is answered and no other frame may be sent.
            if socket.feed(message).await.is_err() {
                break;
            }
        }
    }
    let is_flushed = socket.flush().await.is_ok();
    // After a protocol violation nothing can be decoded as frames; the client's close frame is then discarded with
    // the rest.
    while is_first && is_flushed && matches!(socket.next().await, Some(Ok(_))) {}
}

/// Closes the TCP connection after reading it to its end. With unread input the operating system would send a reset,
/// and the client might lose the close frame.
async fn shutdown_tcp(socket: &mut SocketHandle) -> std::io::Result<()> {
    poll_fn(|cx| {
        socket.with_socket(|socket| Pin::new(socket.get_mut().get_mut()).poll_shutdown(cx))
    })
    .await?;
    let mut buffer = [0; DISCARD_BUFFER_BYTES];
    loop {
        let mut read = ReadBuf::new(&mut buffer);
        poll_fn(|cx| {
            socket
                .with_socket(|socket| Pin::new(socket.get_mut().get_mut()).poll_read(cx, &mut read))
        })
        .await?;
        if read.filled().is_empty() {
            return Ok(());
        }
    }
}
