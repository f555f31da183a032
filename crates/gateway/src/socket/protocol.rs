//! Dialect side of a one-conversation socket.

use std::future::Future;
use std::sync::Arc;

use parlor_model::realtime::EphemeralContent;
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::Utf8Bytes;

use crate::disconnect::{Disconnect, DisconnectReason};
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
        texts: &[Utf8Bytes],
    ) -> impl Future<Output = Vec<SocketReply>> + Send {
        async move {
            let mut replies = Vec::with_capacity(texts.len());
            for text in texts {
                let reply = self.on_text(text).await;
                let is_end = reply.disconnect.is_some();
                replies.push(reply);
                if is_end {
                    break;
                }
            }
            replies
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
    fn disconnect(&self, reason: DisconnectReason) -> Disconnect;
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
