//! What a dialect says on a socket.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use crate::socket::Utf8Bytes;
use parlor_model::realtime::EphemeralContent;
use tokio::time::Instant;

use crate::hub::FrameEncoder;

/// A dialect's side of one socket: it reads what the client says and finds the words for everything else.
pub trait SocketProtocol: Send + 'static {
    /// How the conversation is told on this socket.
    fn encoder(&self) -> Arc<dyn FrameEncoder>;
    /// What the client said. Refusals that leave the socket open are answers too.
    fn on_text(&mut self, text: &str) -> impl Future<Output = SocketReply> + Send;
    /// What the client said, several things at once, in order. What comes after one that ends the socket is not heard.
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
    /// The client said something that is no text.
    fn on_binary(&mut self) -> SocketReply;
    /// When something is due that nobody asked for, such as the end of a sign.
    fn next_deadline(&self) -> Option<Instant>;
    /// Does what is due.
    fn on_deadline(&mut self) -> impl Future<Output = SocketReply> + Send;
    /// The listener was too slow, and is fed from the log between these positions; nothing where there is no word.
    fn lagged_frame(&self, from: i64, to: i64) -> Option<Utf8Bytes>;
    /// The socket is about to end: does what still waits, such as storing how far was read, and gives what the others
    /// are told of it.
    fn on_close(&mut self) -> impl Future<Output = Vec<EphemeralContent>> + Send;
    /// The last words before the socket is closed, and the code and reason to close it with.
    fn disconnect(&self, why: DisconnectReason) -> Disconnect;
    /// Whether the credential still opens what it opened. An error closes the socket.
    fn reauthorize(&mut self) -> impl Future<Output = Result<(), DisconnectReason>> + Send;
}

/// What to do after something was heard.
#[derive(Debug, Default)]
pub struct SocketReply {
    /// Said at once.
    pub frames: Vec<Utf8Bytes>,
    /// Said in place of the entry at this position, when its turn in the log comes.
    pub ack: Option<(i64, Utf8Bytes)>,
    /// Passed on to the others.
    pub ephemeral: Option<EphemeralContent>,
    /// The socket is closed after that.
    pub disconnect: Option<DisconnectReason>,
}

impl SocketReply {
    /// Says one thing.
    pub fn from_frame(text: Utf8Bytes) -> Self {
        Self {
            frames: vec![text],
            ..Self::default()
        }
    }
}

/// Why a socket ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DisconnectReason {
    /// The server stops; another will answer.
    Shutdown,
    /// The client broke the rules of frames.
    Protocol,
    /// A text, or a close frame's reason, was not UTF-8.
    InvalidText,
    /// A message was larger than is read.
    FrameTooLarge,
    /// Too much could not be understood.
    TooManyInvalidFrames,
    /// The credential holds no more.
    CredentialRevoked,
    /// The listener takes part no more, or never may.
    Forbidden,
    /// The conversation is over.
    Closed,
    /// The conversation is gone.
    Deleted,
    /// Nothing was heard for too long.
    PongTimeout,
    /// What was sent was not taken.
    SlowConsumer,
    /// Something unforeseen.
    InternalError,
}

impl DisconnectReason {
    /// Each of them.
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

/// How a socket ends.
#[derive(Debug)]
pub struct Disconnect {
    /// Said before.
    pub error_frame: Option<Utf8Bytes>,
    /// The code of the close frame: mostly [`DisconnectReason::close_code`].
    pub code: u16,
    /// Its reason, of at most 123 bytes.
    pub reason: &'static str,
}

/// The times a connection keeps.
#[derive(Debug, Clone, Copy)]
pub struct ConnectionTimeouts {
    /// Between two pings.
    pub ping_interval: Duration,
    /// A client that was not heard for so long is gone.
    pub pong_timeout: Duration,
    /// A client that takes nothing for so long is gone.
    pub write_timeout: Duration,
    /// Between two looks at the credential.
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
