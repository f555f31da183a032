//! The end of a WebSocket: the closing handshake of RFC 6455 (section 7), and why connections fail.

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

/// For the last words to be taken, the close frame to be answered, and the client to end its side.
const CLOSE_HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(2);
/// Bytes that are read at a time and thrown away.
const DISCARD_BUFFER_BYTES: usize = 1024;

impl SocketConnection {
    /// Ends the connection. The last words go first, then a close frame, which the client answers; without any the
    /// client's own close frame is answered. Whatever it sends meanwhile is thrown away. A client that takes its time is
    /// not waited for longer than two seconds.
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

/// The closing handshake. A connection that fails in between is at its end as well.
async fn close_handshake(socket: &mut SocketHandle, farewell: Option<Disconnect>) {
    let is_first = farewell.is_some();
    if let Some(farewell) = farewell {
        let frame = CloseFrame {
            code: farewell.code.into(),
            reason: Utf8Bytes::from_static(farewell.reason),
        };
        let words = farewell.error_frame.map(Message::Text);
        for message in words.into_iter().chain([Message::Close(Some(frame))]) {
            // The client may have closed first: then its close frame is answered, and nothing else may be said.
            if socket.feed(message).await.is_err() {
                break;
            }
        }
    }
    let has_left = socket.flush().await.is_ok();
    // After a violation nothing more can be read as frames: there the answer is thrown away with the rest.
    while is_first && has_left && matches!(socket.next().await, Some(Ok(_))) {}
}

/// The end of the connection below. Ended while something that was sent has not been read, the system would reset it,
/// and the client might never see the close frame.
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
    /// The code of the close frame.
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

/// What an error of the library's means for a connection.
pub(super) fn connection_end_for(error: &Error) -> ConnectionEnd {
    match error {
        Error::Capacity(_) => ConnectionEnd::Disconnect(DisconnectReason::FrameTooLarge),
        Error::Utf8(_) => ConnectionEnd::Disconnect(DisconnectReason::InvalidText),
        // The connection ended without a close frame, or is closed already.
        Error::Protocol(
            ProtocolError::ResetWithoutClosingHandshake
            | ProtocolError::ReceivedAfterClosing
            | ProtocolError::SendAfterClosing,
        ) => ConnectionEnd::PeerClosed,
        Error::Protocol(_) => ConnectionEnd::Disconnect(DisconnectReason::Protocol),
        _ => ConnectionEnd::PeerClosed,
    }
}
