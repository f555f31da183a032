//! Ways out of the server, beside what its clients ask for: the customers' own servers that answer, and files that callers
//! name by an address.

mod agent_server;
mod dial;
mod download;
mod network;

pub use agent_server::{HttpAgentServers, Limits};
pub use download::HttpDownloads;
pub use network::Networks;
