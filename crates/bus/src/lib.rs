//! Publish/subscribe between the nodes of one server.
//!
//! Messages may be lost, duplicated or reordered: nothing durable relies on the bus. A subscriber that receives a log
//! update reads the log, so order and completeness come from the database and only speed from the bus. A bus that may
//! have lost messages reports [`BusMessage::MessagesLost`].

use parlor_model::realtime::{ChannelMessage, EphemeralEvent, LogUpdate, PresenceAnnouncement};
use parlor_model::turn::TurnEvent;

mod local;
mod nats;
mod packet;
mod pending;
mod postgres;
mod remote_bus;

pub use local::LocalBus;
pub use nats::{NatsBus, NatsOptions};
pub use postgres::PostgresBus;
pub use remote_bus::RemoteBus;

/// Published message.
#[derive(Debug, Clone)]
pub enum BusMessage {
    /// A conversation's log has grown, or the conversation was deleted.
    LogUpdate(LogUpdate),
    /// Ephemeral event.
    Ephemeral(EphemeralEvent),
    /// Presence announcement.
    Presence(PresenceAnnouncement),
    /// Rights in this workspace, by number, may have changed: a member, a key, a role or a policy was changed. `None`
    /// stands for all workspaces.
    RightsChanged(Option<i64>),
    /// Message on a channel.
    Channel(ChannelMessage),
    /// A turn of an assistant has changed.
    Turn(TurnEvent),
    /// Messages of other nodes may have been lost: subscribers compare with the database. Only delivered, never
    /// published by callers.
    MessagesLost,
}

/// Callback for received messages, on any thread. It must be quick and must not block.
pub type BusHandler = Box<dyn Fn(&[BusMessage]) + Send + Sync>;

/// Message bus that reaches every node, including this one.
pub trait Bus: Send + Sync + 'static {
    /// Publishes messages: handlers of this node run before it returns, other nodes receive them later. Never blocks.
    fn publish(&self, messages: &[BusMessage]);
    /// Adds a handler for all later messages.
    fn subscribe(&self, handler: BusHandler);
    /// Sends pending messages, within a time limit, and closes the bus. Blocks.
    fn close(&self);
}
