//! The TypeScript client and the chat widget.

mod chat;
mod client;
mod host;
mod package;
