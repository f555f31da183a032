//! What a dialect says on a socket of many conversations.

use std::future::Future;
use std::sync::Arc;

use crate::socket::Utf8Bytes;
use parlor_model::realtime::EphemeralContent;
use parlor_model::{Ctx, Timestamp};
use tokio::time::Instant;

use crate::hub::{FrameEncoder, ListUpdate};
use crate::socket::{Disconnect, DisconnectReason};

/// A dialect's side of one such socket. Conversations go by their numbers.
pub trait MultiplexProtocol: Send + 'static {
    /// What the client said. Refusals that leave the socket open are answers too.
    fn on_text(&mut self, text: &str) -> impl Future<Output = MultiplexReply> + Send;
    /// The client said something that is no text.
    fn on_binary(&mut self) -> MultiplexReply;
    /// When something is due that nobody asked for.
    fn next_deadline(&self) -> Option<Instant>;
    /// Does what is due.
    fn on_deadline(&mut self) -> impl Future<Output = MultiplexReply> + Send;
    /// All of a conversation's log was told, and from now on whatever happens, also what passes.
    fn on_caught_up(&self, conversation: i64) -> Option<Utf8Bytes>;
    /// The listener was too slow, and is fed from a conversation's log between these positions.
    fn lagged_frame(&self, conversation: i64, from: i64, to: i64) -> Option<Utf8Bytes>;
    /// A conversation is followed no more.
    fn on_unsubscribed(
        &mut self,
        conversation: i64,
        why: DisconnectReason,
    ) -> impl Future<Output = MultiplexReply> + Send;
    /// What has changed in the list.
    fn on_list_update(&mut self, listed: ListUpdate) -> Vec<Utf8Bytes>;
    /// The list is followed no more: it could not be read.
    fn on_list_unsubscribed(&mut self) -> Vec<Utf8Bytes>;
    /// The socket is about to end: does what still waits.
    fn on_close(&mut self) -> impl Future<Output = MultiplexReply> + Send;
    /// The last words before the socket is closed, and the code and reason to close it with.
    fn disconnect(&self, why: DisconnectReason) -> Disconnect;
    /// Whether the credential still opens what it opened. An error closes the socket.
    fn reauthorize(&mut self) -> impl Future<Output = Result<(), DisconnectReason>> + Send;
}

/// What to do after something was heard, in this order.
#[derive(Default)]
pub struct MultiplexReply {
    /// Things to do.
    pub actions: Vec<SocketAction>,
    /// The socket is closed after them.
    pub disconnect: Option<DisconnectReason>,
}

/// One thing to do.
pub enum SocketAction {
    /// Say this now.
    Send(Utf8Bytes),
    /// Say this in place of the entry at a position of a conversation, when its turn in the log comes.
    Ack(i64, i64, Utf8Bytes),
    /// Pass this on to the others in a conversation.
    PublishEphemeral(i64, EphemeralContent),
    /// Follow a conversation that is not followed yet.
    Subscribe(SubscribeOptions),
    /// Follow a conversation no more.
    Unsubscribe(i64),
    /// Follow the list, from a position on or from the beginning.
    SubscribeList(Option<Timestamp>),
    /// Follow the list no more.
    UnsubscribeList,
}

/// A conversation to follow.
pub struct SubscribeOptions {
    /// Which.
    pub conversation: i64,
    /// What the caller may.
    pub ctx: Ctx,
    /// How it is told.
    pub encoder: Arc<dyn FrameEncoder>,
    /// Positions up to here the client has.
    pub after_seq: i64,
}

impl MultiplexReply {
    /// Says one thing.
    pub fn from_frame(text: Utf8Bytes) -> Self {
        Self {
            actions: vec![SocketAction::Send(text)],
            disconnect: None,
        }
    }
}
