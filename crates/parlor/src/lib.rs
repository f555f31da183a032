//! The binary's parts: the command line, configuration, the first run, wiring, the edge every request passes, and
//! serving.
//!
//! Everything is passed in: two servers can run in one process, as the tests do. Start at [`server::Server`], or at
//! [`cli::run`] for the program.

mod accept;
pub mod bus;
pub mod cli;
pub mod cli_error;
pub mod config;
pub mod control;
pub mod dialects;
mod docs;
pub mod first_run;
pub mod middleware;
pub mod server;
pub mod system;
mod telemetry;
mod terminal_text;
