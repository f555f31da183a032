//! Library of the `parlor` binary: command line, configuration, first run, HTTP middleware and server.
//!
//! There is no global state, so several servers can run in one process (the tests do that). Entry points are
//! [`cli::run`] for the program and [`server::Server`] for an embedded server.

mod accept;
mod backup;
pub mod bus;
mod carrier_hooks;
pub mod cli;
mod cli_error;
pub mod config;
mod control;
pub mod dialects;
mod docs;
mod first_run;
mod local_url;
mod mcp;
pub mod middleware;
mod problem_response;
pub mod server;
mod signed_files;
mod simulator;
pub mod system;
mod telemetry;
mod terminal_text;
mod widget;
