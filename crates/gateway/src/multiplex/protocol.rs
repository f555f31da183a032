//! Dialect side of a multiplexed socket.

use std::future::Future;
use std::sync::Arc;

use parlor_model::realtime::EphemeralContent;
use parlor_model::{Ctx, Timestamp};
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::Utf8Bytes;

use crate::disconnect::{Disconnect, DisconnectReason};
use crate::hub::{FrameEncoder, ListUpdate};

/// Dialect side of one multiplexed socket. Conversations are named by number.
pub trait MultiplexProtocol: Send + 'static {
    /// Handles a text of the client. Errors that leave the socket open are replies too.
    fn on_text(&mut self, text: &str) -> impl Future<Output = MultiplexReply> + Send;
    /// Handles a binary message.
    fn on_binary(&mut self) -> MultiplexReply;
    /// Returns the time of the next [`Self::on_deadline`], if any.
    fn next_deadline(&self) -> Option<Instant>;
    /// Handles the deadline.
    fn on_deadline(&mut self) -> impl Future<Output = MultiplexReply> + Send;
    /// Waits for something that is sent without a frame of the client, other than of its subscriptions.
    ///
    /// # Cancel safety
    /// Nothing is lost when the wait is given up.
    fn next_reply(&mut self) -> impl Future<Output = MultiplexReply> + Send {
        std::future::pending()
    }
    /// Returns the frame that reports a subscription as caught up and live.
    fn on_caught_up(&self, conversation: i64) -> Option<Utf8Bytes>;
    /// Returns the frame that reports a lagged subscription, replayed between these seqs.
    fn lagged_frame(&self, conversation: i64, from: i64, to: i64) -> Option<Utf8Bytes>;
    /// Handles the end of a subscription.
    fn on_unsubscribed(
        &mut self,
        conversation: i64,
        reason: DisconnectReason,
    ) -> impl Future<Output = MultiplexReply> + Send;
    /// Encodes changes of the conversation list.
    fn on_list_update(&mut self, update: ListUpdate) -> Vec<Utf8Bytes>;
    /// Ends the list subscription after a read error.
    fn on_list_unsubscribed(&mut self) -> Vec<Utf8Bytes>;
    /// Finishes pending work before the socket closes.
    fn on_close(&mut self) -> impl Future<Output = MultiplexReply> + Send;
    /// Returns the last frame, close code and close reason.
    fn disconnect(&self, reason: DisconnectReason) -> Disconnect;
    /// Re-authorizes the credential. An error closes the socket.
    fn reauthorize(&mut self) -> impl Future<Output = Result<(), DisconnectReason>> + Send;
}

/// Result of handling client input; applied in this order.
#[derive(Default)]
pub struct MultiplexReply {
    /// Actions.
    pub actions: Vec<SocketAction>,
    /// Closes the socket after the actions.
    pub disconnect: Option<DisconnectReason>,
}

/// Action of the session.
pub enum SocketAction {
    /// Sends a frame now.
    Send(Utf8Bytes),
    /// Sends a frame in place of the log entry at a seq of a conversation, in log order.
    Ack(i64, i64, Utf8Bytes),
    /// Publishes an ephemeral event in a conversation.
    PublishEphemeral(i64, EphemeralContent),
    /// Subscribes to a conversation that has no subscription yet.
    Subscribe(SubscribeOptions),
    /// Ends the subscription to a conversation.
    Unsubscribe(i64),
    /// Subscribes to the conversation list, from a position or from the beginning.
    SubscribeList(Option<Timestamp>),
    /// Ends the subscription to the list.
    UnsubscribeList,
}

/// Subscription to start.
pub struct SubscribeOptions {
    /// Conversation number.
    pub conversation: i64,
    /// Context of the caller.
    pub ctx: Ctx,
    /// Encoder of frames.
    pub encoder: Arc<dyn FrameEncoder>,
    /// Last seq the client has.
    pub after_seq: i64,
}

impl MultiplexReply {
    /// Sends one frame.
    pub fn from_frame(text: Utf8Bytes) -> Self {
        Self {
            actions: vec![SocketAction::Send(text)],
            disconnect: None,
        }
    }
}
