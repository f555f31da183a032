//! How nodes tell each other that something happened.
//!
//! What is published may be lost, come twice or out of order: nothing durable rests on it. A listener that learns of a
//! log's growth reads the log, so order and delivery come from the database and only speed from here. Where a bus knows
//! that something may have been lost it says so with [`BusMessage::MessagesLost`].

use parlor_model::realtime::{ChannelMessage, EphemeralEvent, LogUpdate, PresenceAnnouncement};

mod local;
mod packet;
mod postgres;

pub use local::LocalBus;
pub use postgres::PostgresBus;

/// One thing that is published.
#[derive(Debug, Clone)]
pub enum BusMessage {
    /// A log has grown, or is gone.
    LogUpdate(LogUpdate),
    /// Something passing.
    Ephemeral(EphemeralEvent),
    /// Who has a conversation on screen.
    Presence(PresenceAnnouncement),
    /// What a credential of this workspace, by its number, may do may have changed: a member, a key, a role or a policy
    /// was changed. None stands for all workspaces.
    RightsChanged(Option<i64>),
    /// A message on a channel.
    Channel(ChannelMessage),
    /// Notes of other nodes may have been lost: whoever rests on them compares with the database. Never sent, only
    /// delivered.
    MessagesLost,
}

/// Called with notes, on whatever thread has them: it must be quick and must not wait.
pub type BusHandler = Box<dyn Fn(&[BusMessage]) + Send + Sync>;

/// A way to reach every node, this one included.
pub trait Bus: Send + Sync + 'static {
    /// Publishes: listeners of this node are called before it returns, other nodes reached soon. Never waits.
    fn publish(&self, notes: &[BusMessage]);
    /// Listens from now on.
    fn subscribe(&self, listener: BusHandler);
    /// Ends it: what was published is sent first, unless that takes too long. Blocks.
    fn close(&self);
}
