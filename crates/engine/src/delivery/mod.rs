//! Deliveries of the outbox: a worker on each node sends them, and a log shows what has become of them.
//!
//! The queue of a receiver is one job, which one worker at a time holds by a lease. It sends the queue's deliveries in order,
//! and repeats one under its id until it ends, also after a crash in the middle: a receiver gets each at least once and
//! tells repeats by the id. Carriers of text messages and mail tell no repeats: what may have left is not sent again. No transaction is open while the network is waited for.
//!
//! Keeps INV-69 (`docs/invariants.md`).

mod carrier;
mod find;
mod payload;
mod recipient;
mod record_bounce;
mod record_status;
mod replay;
mod resume;
mod retention;
mod send_over_carrier;
mod work;

pub use find::{QueuedDelivery, count_all_waiting, find, list, page};
pub use payload::{EventPayload, EventPayloadEncoder};
pub use record_bounce::{BouncedMail, UnknownRecipients, record_bounce};
pub use record_status::{CarrierReport, record_status};
pub use replay::{replay, replay_since};
pub use resume::resume;
pub use retention::Retention;
pub use send_over_carrier::{max_carrier_duration, send_over_carrier};
pub use work::{
    DeliveryLease, DeliveryTarget, DeliveryWork, NextDelivery, begin, claim, end, publish_new,
    release,
};
