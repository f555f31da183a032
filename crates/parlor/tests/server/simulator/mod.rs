//! The simulator: all channels of a server without a carrier, and faults by a seed.
//!
//! Proves INV-82 (`docs/invariants.md`).

mod api;
mod calls;
mod faults;
mod fixture;
mod mails;
mod page;
mod receivers;
mod refused;
mod texts;
