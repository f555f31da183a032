//! What a dialect says on a socket of many conversations.

use std::future::Future;
use std::sync::Arc;

use crate::socket::Utf8Bytes;
use parlor_model::live::Sign;
use parlor_model::{Ctx, Timestamp};
use tokio::time::Instant;

use crate::hub::{Codec, Listed};
use crate::socket::{Ending, Farewell};

/// A dialect's side of one such socket. Conversations go by their numbers.
pub trait Desk: Send + 'static {
    /// What the client said. Refusals that leave the socket open are answers too.
    fn hear(&mut self, text: &str) -> impl Future<Output = Reply> + Send;
    /// The client said something that is no text.
    fn hear_binary(&mut self) -> Reply;
    /// When something is due that nobody asked for.
    fn due(&self) -> Option<Instant>;
    /// Does what is due.
    fn ring(&mut self) -> impl Future<Output = Reply> + Send;
    /// All of a conversation's log was told, and from now on whatever happens, also what passes.
    fn live(&self, conversation: i64) -> Option<Utf8Bytes>;
    /// The listener was too slow, and is fed from a conversation's log between these positions.
    fn lagged(&self, conversation: i64, from: i64, to: i64) -> Option<Utf8Bytes>;
    /// A conversation is followed no more.
    fn ended(&mut self, conversation: i64, why: Ending) -> impl Future<Output = Reply> + Send;
    /// What has changed in the list.
    fn listed(&mut self, listed: Listed) -> Vec<Utf8Bytes>;
    /// The list is followed no more: it could not be read.
    fn unlisted(&mut self) -> Vec<Utf8Bytes>;
    /// The socket is about to end: does what still waits.
    fn leave(&mut self) -> impl Future<Output = Reply> + Send;
    /// The last words before the socket is closed, and the code and reason to close it with.
    fn end(&self, why: Ending) -> Farewell;
    /// Whether the credential still opens what it opened. An error closes the socket.
    fn check(&mut self) -> impl Future<Output = Result<(), Ending>> + Send;
}

/// What to do after something was heard, in this order.
#[derive(Default)]
pub struct Reply {
    /// Things to do.
    pub acts: Vec<Act>,
    /// The socket is closed after them.
    pub end: Option<Ending>,
}

/// One thing to do.
pub enum Act {
    /// Say this now.
    Say(Utf8Bytes),
    /// Say this in place of the entry at a position of a conversation, when its turn in the log comes.
    Confirm(i64, i64, Utf8Bytes),
    /// Pass this on to the others in a conversation.
    Tell(i64, Sign),
    /// Follow a conversation that is not followed yet.
    Follow(Following),
    /// Follow a conversation no more.
    Leave(i64),
    /// Follow the list, from a position on or from the beginning.
    List(Option<Timestamp>),
    /// Follow the list no more.
    Unlist,
}

/// A conversation to follow.
pub struct Following {
    /// Which.
    pub conversation: i64,
    /// What the caller may.
    pub ctx: Ctx,
    /// How it is told.
    pub codec: Arc<dyn Codec>,
    /// Positions up to here the client has.
    pub after: i64,
}

impl Reply {
    /// Says one thing.
    pub fn say(text: Utf8Bytes) -> Self {
        Self {
            acts: vec![Act::Say(text)],
            end: None,
        }
    }
}
