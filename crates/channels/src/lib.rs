//! Ways out of the server, beside what its clients ask for: the customers' own servers that answer.

mod agent_server;
mod allowed_networks;

pub use agent_server::{AgentClientLimits, HttpAgentClient};
pub use allowed_networks::AllowedNetworks;
