//! Ways out of the server, beside what its clients ask for: the customers' own servers that answer, and files that callers
//! name by an address.

mod agent_server;
mod allowed_networks;
mod dial;
mod download;

pub use agent_server::{AgentClientLimits, HttpAgentClient};
pub use allowed_networks::AllowedNetworks;
pub use download::HttpDownloads;
