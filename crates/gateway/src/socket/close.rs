//! Closing handshake of a WebSocket (RFC 6455, section 7).

use std::future::poll_fn;
use std::pin::Pin;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_tungstenite::tungstenite::error::ProtocolError;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::{Error, Message, Utf8Bytes};

use super::connection::{ConnectionEnd, SocketConnection};
use super::protocol::{Disconnect, DisconnectReason};
use super::shared_socket::SocketHandle;

/// Time for the last frames, the client's close frame and its end of the TCP connection.
const CLOSE_HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(2);
/// Bytes of the buffer for discarded input.
const DISCARD_BUFFER_BYTES: usize = 1024;

impl SocketConnection {
    /// Closes the connection: sends the error frame and a close frame, and waits for the client's. Without `farewell`
    /// it answers the client's close frame. Further input is discarded. Takes at most [`CLOSE_HANDSHAKE_TIMEOUT`].
    pub async fn close(mut self, farewell: Option<Disconnect>) {
        let socket = &mut self.socket;
        let ending = async {
            close_handshake(socket, farewell).await;
            shutdown_tcp(socket).await
        };
        match tokio::time::timeout(CLOSE_HANDSHAKE_TIMEOUT, ending).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::debug!(%error, "a socket was gone before its end"),
            Err(_) => tracing::debug!("a socket was closed without its client"),
        }
    }
}

/// Runs the closing handshake; an error ends it.
async fn close_handshake(socket: &mut SocketHandle, farewell: Option<Disconnect>) {
    let is_first = farewell.is_some();
    if let Some(farewell) = farewell {
        let frame = CloseFrame {
            code: farewell.code.into(),
            reason: Utf8Bytes::from_static(farewell.reason),
        };
        let words = farewell.error_frame.map(Message::Text);
        for message in words.into_iter().chain([Message::Close(Some(frame))]) {
            // If the client has closed first, its close frame is answered and no other frame may be sent.
            if socket.feed(message).await.is_err() {
                break;
            }
        }
    }
    let has_left = socket.flush().await.is_ok();
    // After a protocol violation nothing can be decoded as frames; the client's close frame is then discarded with
    // the rest.
    while is_first && has_left && matches!(socket.next().await, Some(Ok(_))) {}
}

/// Closes the TCP connection after reading it to its end. With unread input the operating system would send a reset,
/// and the client might lose the close frame.
async fn shutdown_tcp(socket: &mut SocketHandle) -> std::io::Result<()> {
    poll_fn(|cx| {
        socket.with_socket(|socket| Pin::new(socket.get_mut().get_mut()).poll_shutdown(cx))
    })
    .await?;
    let mut room = [0; DISCARD_BUFFER_BYTES];
    loop {
        let mut read = ReadBuf::new(&mut room);
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

impl DisconnectReason {
    /// Returns the close code.
    pub const fn close_code(self) -> u16 {
        match self {
            Self::Shutdown => 1001,
            Self::Protocol => 1002,
            Self::InvalidText => 1007,
            Self::FrameTooLarge => 1009,
            Self::TooManyInvalidFrames => 4400,
            Self::CredentialRevoked => 4401,
            Self::Forbidden | Self::Closed => 4403,
            Self::PongTimeout | Self::SlowConsumer => 4408,
            Self::Deleted => 4410,
            Self::InternalError => 4500,
        }
    }
}

/// Maps an error of the WebSocket library to the end of the connection.
pub(super) fn connection_end_for(error: &Error) -> ConnectionEnd {
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
