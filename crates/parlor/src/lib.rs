//! The binary's parts: configuration, wiring, the edge every request passes, and serving.
//!
//! Everything is passed in: two servers can run in one process, as the tests do. Start at [`server::Server`].

pub mod dialects;
pub mod edge;
mod serve;
pub mod server;
pub mod system;
