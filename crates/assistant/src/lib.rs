//! Assistants: the programs that answer in conversations. So far this crate holds the providers of chat completions,
//! the servers that run language models.

pub mod provider;
pub mod turn;
