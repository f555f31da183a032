//! Outbound channels: calls from the server to customers' agent servers, and downloads of files from URLs that callers
//! give.
//!
//! Keeps INV-32 (`docs/invariants.md`).

mod agent_server;
mod allowed_networks;
mod dial;
mod download;
mod tls;

pub use agent_server::{AgentClientLimits, HttpAgentClient};
pub use allowed_networks::AllowedNetworks;
pub use download::HttpDownloads;
pub use tls::tls_client_config;
