//! What a node knows of the turns of assistants without the database: their text so far, and counts.

mod counts;
mod live_turns;

pub use counts::{TurnCounts, TurnCountsSnapshot, TurnResult};
pub(crate) use live_turns::subscribe_to_bus;
pub use live_turns::{LiveTurn, LiveTurns};
