//! How nodes tell each other that something happened.
//!
//! What is published may be lost, come twice or out of order: nothing durable rests on it. A listener that learns of a
//! log's growth reads the log, so order and delivery come from the database and only speed from here. Where a bus knows
//! that something may have been lost it says so with [`Note::Resynced`].

use parlor_model::live::{ChannelMessage, Growth, Presence, Signal};

mod memory;
mod packet;
mod postgres;

pub use memory::Memory;
pub use postgres::Postgres;

/// One thing that is published.
#[derive(Debug, Clone)]
pub enum Note {
    /// A log has grown, or is gone.
    Grew(Growth),
    /// Something passing.
    Signal(Signal),
    /// Who has a conversation on screen.
    Presence(Presence),
    /// What a credential of this workspace, by its number, may do may have changed: a member, a key, a role or a policy
    /// was changed. None stands for all workspaces.
    RightsChanged(Option<i64>),
    /// A message on a channel.
    Channel(ChannelMessage),
    /// Notes of other nodes may have been lost: whoever rests on them compares with the database. Never sent, only
    /// delivered.
    Resynced,
}

/// Called with notes, on whatever thread has them: it must be quick and must not wait.
pub type Listener = Box<dyn Fn(&[Note]) + Send + Sync>;

/// A way to reach every node, this one included.
pub trait Bus: Send + Sync + 'static {
    /// Publishes: listeners of this node are called before it returns, other nodes reached soon. Never waits.
    fn publish(&self, notes: &[Note]);
    /// Listens from now on.
    fn listen(&self, listener: Listener);
    /// Ends it: what was published is sent first, unless that takes too long. Blocks.
    fn close(&self);
}
