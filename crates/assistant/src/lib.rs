//! Assistants: the programs that answer in conversations. So far this crate holds the providers of chat completions,
//! the servers that run language models, and the registry that finds the provider of a workspace.

pub mod provider;
pub mod registry;
mod turn_limits;

pub use turn_limits::TurnLimits;
