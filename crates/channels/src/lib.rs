//! Ways out of the server, beside what its clients ask for: the customers' own servers that answer.

mod agent_server;
mod network;

pub use agent_server::{HttpAgentServers, Limits};
pub use network::Networks;
