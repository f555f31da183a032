//! One timer for all connections of a server.
//!
//! It wakes each connection for pings, pong timeouts and re-authorization, so that an idle connection holds no timer
//! of its own. API keys are re-validated once per key, however many connections use them.
//!
//! Keeps INV-26 (`docs/invariants.md`).

mod entry;
mod handle;
mod scheduler;

pub(crate) use handle::{HeartbeatEvent, HeartbeatHandle};
pub(crate) use scheduler::HeartbeatScheduler;
