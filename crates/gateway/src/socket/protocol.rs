//! Dialect side of a one-conversation socket.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use crate::socket::Utf8Bytes;
use parlor_model::realtime::EphemeralContent;
use tokio::time::Instant;

use crate::hub::FrameEncoder;

/// Dialect side of one socket: decodes client messages and encodes all frames.
pub trait SocketProtocol: Send + 'static {
    /// Returns the frame encoder.
    fn encoder(&self) -> Arc<dyn FrameEncoder>;
    /// Handles a text of the client. Errors that leave the socket open are replies too.
    fn on_text(&mut self, text: &str) -> impl Future<Output = SocketReply> + Send;
    /// Handles several texts in order. Texts after one that ends the socket are ignored.
    fn on_text_batch(
        &mut self,
        said: &[Utf8Bytes],
    ) -> impl Future<Output = Vec<SocketReply>> + Send {
        async move {
            let mut answers = Vec::with_capacity(said.len());
            for text in said {
                let answer = self.on_text(text).await;
                let is_end = answer.disconnect.is_some();
                answers.push(answer);
                if is_end {
                    break;
                }
            }
            answers
        }
    }
    /// Handles a binary message.
    fn on_binary(&mut self) -> SocketReply;
    /// Returns the time of the next [`Self::on_deadline`], if any, such as the end of a typing notification.
    fn next_deadline(&self) -> Option<Instant>;
    /// Handles the deadline.
    fn on_deadline(&mut self) -> impl Future<Output = SocketReply> + Send;
    /// Returns the frame that reports a lagged subscription, replayed between these seqs, if the dialect has one.
    fn lagged_frame(&self, from: i64, to: i64) -> Option<Utf8Bytes>;
    /// Finishes pending work before the socket closes, such as storing the read mark. Returns ephemeral events to
    /// publish.
    fn on_close(&mut self) -> impl Future<Output = Vec<EphemeralContent>> + Send;
    /// Returns the last frame, close code and close reason.
    fn disconnect(&self, why: DisconnectReason) -> Disconnect;
    /// Re-authorizes the credential. An error closes the socket.
    fn reauthorize(&mut self) -> impl Future<Output = Result<(), DisconnectReason>> + Send;
}

/// Result of handling client input.
#[derive(Debug, Default)]
pub struct SocketReply {
    /// Frames to send now.
    pub frames: Vec<Utf8Bytes>,
    /// Frame to send in place of the log entry at this seq, in log order.
    pub ack: Option<(i64, Utf8Bytes)>,
    /// Ephemeral event to publish.
    pub ephemeral: Option<EphemeralContent>,
    /// Closes the socket afterwards.
    pub disconnect: Option<DisconnectReason>,
}

impl SocketReply {
    /// Sends one frame.
    pub fn from_frame(text: Utf8Bytes) -> Self {
        Self {
            frames: vec![text],
            ..Self::default()
        }
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

/// Timeouts of a connection.
#[derive(Debug, Clone, Copy)]
pub struct ConnectionTimeouts {
    /// Time between two pings.
    pub ping_interval: Duration,
    /// Time without input after which a client is disconnected.
    pub pong_timeout: Duration,
    /// Time for which a write may block.
    pub write_timeout: Duration,
    /// Time between two checks of the credential.
    pub reauthorize_interval: Duration,
}

impl Default for ConnectionTimeouts {
    fn default() -> Self {
        Self {
            ping_interval: Duration::from_secs(25),
            pong_timeout: Duration::from_secs(60),
            write_timeout: Duration::from_secs(30),
            reauthorize_interval: Duration::from_secs(5),
        }
    }
}
