//! Conversations as tools and resources of the Model Context Protocol (MCP).
//!
//! A tool is a verb of the engine that is called with the rights of an API key. The protocol is that of `rmcp`, the
//! official SDK, without sessions: each request is complete, so any node answers it. [`HttpService`] answers requests over
//! HTTP, [`answer_message`] single messages from another transport.

mod http_service;
mod message;
mod render;
mod resource;
mod server;
mod tool;
mod tool_error;

pub use http_service::HttpService;
pub use message::answer_message;
