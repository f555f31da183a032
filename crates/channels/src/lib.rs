//! Outbound channels: calls from the server to customers' agent servers.

mod agent_server;
mod allowed_networks;

pub use agent_server::{AgentClientLimits, HttpAgentClient};
pub use allowed_networks::AllowedNetworks;
