//! Reasons to end a connection, and their close codes.

use tokio_tungstenite::tungstenite::Utf8Bytes;

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

/// Why the server disconnects a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DisconnectReason {
    /// The server shuts down; the client should reconnect.
    Shutdown,
    /// The client violated the WebSocket protocol.
    Protocol,
    /// A text or close reason is not UTF-8.
    InvalidText,
    /// A message exceeds the size limit.
    FrameTooLarge,
    /// Too many frames could not be decoded.
    TooManyInvalidFrames,
    /// The credential is no longer valid.
    CredentialRevoked,
    /// The subscriber no longer takes part or may not read the conversation.
    Forbidden,
    /// The conversation was closed.
    Closed,
    /// The conversation was deleted.
    Deleted,
    /// Nothing was received within the pong timeout.
    PongTimeout,
    /// A write blocked longer than the write timeout.
    SlowConsumer,
    /// Unexpected error.
    InternalError,
}

impl DisconnectReason {
    /// All reasons.
    pub const ALL: [Self; 12] = [
        Self::Shutdown,
        Self::Protocol,
        Self::InvalidText,
        Self::FrameTooLarge,
        Self::TooManyInvalidFrames,
        Self::CredentialRevoked,
        Self::Forbidden,
        Self::Closed,
        Self::Deleted,
        Self::PongTimeout,
        Self::SlowConsumer,
        Self::InternalError,
    ];

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

/// Close frame, with the error frame sent before it.
#[derive(Debug)]
pub struct Disconnect {
    /// Frame to send first.
    pub error_frame: Option<Utf8Bytes>,
    /// Close code: mostly [`DisconnectReason::close_code`].
    pub code: u16,
    /// Close reason, at most 123 bytes.
    pub reason: &'static str,
}
