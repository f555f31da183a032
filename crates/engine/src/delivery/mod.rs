//! Deliveries of the outbox: a worker on each node sends them, and a log shows what has become of them.
//!
//! The queue of a receiver is one job, which one worker at a time holds by a lease. It sends the queue's deliveries in order,
//! and repeats one under its id until it ends, also after a crash in the middle: a receiver gets each at least once and
//! tells repeats by the id. No transaction is open while the network is waited for.
//!
//! Keeps INV-69 (`docs/invariants.md`).

mod find;
mod payload;
mod replay;
mod resume;
mod retention;
mod work;

pub use find::{find, page};
pub use payload::{EventPayload, EventPayloadEncoder};
pub use replay::{replay, replay_since};
pub use resume::resume;
pub use retention::Retention;
pub use work::{DeliveryLease, DeliveryWork, NextDelivery, begin, claim, end, release};
