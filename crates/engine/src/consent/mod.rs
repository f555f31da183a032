//! When something may leave for a person: not in the workspace's quiet hours, and no faster than its rates. Who has opted out is
//! decided where a message is addressed.
//!
//! Keeps INV-83 (`docs/invariants.md`).

mod hold;
mod quiet_hours;

pub(crate) use hold::{Hold, find_hold, is_quiet_for_calls, must_wait};
pub(crate) use quiet_hours::is_time_zone;
