//! Backups of a running server, their check, and their restoration.
//!
//! Proves INV-84 (`docs/invariants.md`).

mod cut_off;
mod fixture;
mod refused;
mod scheduled;
mod under_load;
