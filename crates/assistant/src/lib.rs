//! Assistants: the programs that answer in conversations. [`provider`] has the servers that run language
//! models, [`registry`] finds that of a workspace, [`turn`] answers.

mod completions;
mod failure;
pub mod provider;
pub mod registry;
mod token_rate;
pub mod turn;
mod turn_limits;
mod workspace_provider;

pub use completions::RegistryCompletions;
pub use token_rate::TokenRates;
pub use turn_limits::TurnLimits;
