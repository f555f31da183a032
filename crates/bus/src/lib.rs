//! How nodes tell each other that something happened.
//!
//! What is told may be lost, come twice or out of order: nothing durable rests on it. A listener that hears of a log's
//! growth reads the log, so order and delivery come from the database and only speed from here.

use parlor_model::live::{ChannelMessage, Growth, Presence, Signal};

mod memory;

pub use memory::Memory;

/// One thing that is told.
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
}

/// Called with what was told, on whatever thread told it: it must be quick and must not wait.
pub type Listener = Box<dyn Fn(&[Note]) + Send + Sync>;

/// A way to tell every node, this one included.
pub trait Bus: Send + Sync + 'static {
    /// Tells. Never waits.
    fn publish(&self, notes: &[Note]);
    /// Listens from now on.
    fn listen(&self, listener: Listener);
}
