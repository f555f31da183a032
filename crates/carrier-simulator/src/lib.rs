//! The simulator: a carrier of text messages and calls with Twilio's REST API of 2010, and a mail server, with people who
//! answer. An integrator tries all channels of Parlor with it, without an account at a carrier.
//!
//! It depends on no other crate of the workspace: what it knows of Parlor is what a real carrier is told. Records of what
//! came out and commands for the simulated people are under `/simulator` of the same port.
//!
//! Keeps INV-82 (`docs/invariants.md`).

mod accept;
mod call_handle;
mod client;
mod control;
mod control_error;
mod destination;
mod event_log;
mod fault_plan;
mod history;
mod mail;
mod options;
mod record;
mod rest;
mod rest_error;
mod server;
mod server_client;
mod signature;
mod sms;
mod state;
mod task_group;
mod time_text;
mod twiml;
mod voice;

pub use client::{SimulatorClient, SimulatorClientError};
pub use event_log::{SimulatedChannel, SimulatorEvent};
pub use options::{SimulatorClock, SimulatorCredentials, SimulatorOptions, SimulatorRandom};
pub use server::{BoundSimulator, Simulator, SimulatorStartError};
