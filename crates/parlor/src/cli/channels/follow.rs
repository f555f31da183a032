//! Follows what happens at a simulator.

use parlor_carrier_simulator::{SimulatorClient, SimulatorEvent};
use serde_json::Value;

use super::args::{SimulatorArgs, WatchArgs};
use super::client_error;
use super::event_text::{format_event, mask_parties};
use crate::cli::print;
use crate::cli_error::CliError;
use crate::config::ServerConfig;

/// Returns a client of the simulator that is named, or configured.
///
/// # Errors
/// If the HTTP client does not start.
pub(super) fn connect(
    settings: &ServerConfig,
    args: &SimulatorArgs,
) -> Result<SimulatorClient, CliError> {
    let configured = || format!("http://{}", settings.simulator.listen);
    let url = args.simulator_url.clone().unwrap_or_else(configured);
    SimulatorClient::new(&url).map_err(|error| client_error(&error))
}

/// `parlor channels watch`: prints events until the program or the simulator is ended.
///
/// # Errors
/// `Unreachable` if no simulator answers.
pub(super) async fn watch(
    settings: &ServerConfig,
    args: &WatchArgs,
    json: bool,
) -> Result<(), CliError> {
    let client = connect(settings, &args.simulator)?;
    let mut seq = 0;
    loop {
        let events = client.events_after(seq).await;
        for event in events.map_err(|error| client_error(&error))? {
            print_event(&event, args.show, json);
            seq = event.seq;
        }
    }
}

/// Follows a call to its end, and prints what is said in it. Returns whether it took place.
///
/// # Errors
/// `Unreachable` if the simulator does not answer any more.
pub(super) async fn follow_call(
    client: &SimulatorClient,
    sid: &str,
    json: bool,
) -> Result<bool, CliError> {
    let mut seq = 0;
    loop {
        let events = client.events_after(seq).await;
        for event in events.map_err(|error| client_error(&error))? {
            seq = event.seq;
            if event.id != sid {
                continue;
            }
            if let Some(text) = event.text.as_deref().filter(|_| !json) {
                let speaker = match event.event.as_str() {
                    "said" => "server",
                    "heard" => "person",
                    _ => "note",
                };
                print::line(&format!(
                    "{speaker}  {}",
                    crate::terminal_text::escape_text(text)
                ));
            }
            let is_over = !matches!(event.status.as_deref(), Some("ringing" | "in-progress"));
            if event.event == "status" && is_over {
                return Ok(event.status.as_deref() != Some("failed"));
            }
        }
    }
}

/// Prints an event.
pub(super) fn print_event(event: &SimulatorEvent, show: bool, json: bool) {
    if !json {
        print::line(&format_event(event, show));
        return;
    }
    let mut value = serde_json::to_value(event).unwrap_or(Value::Null);
    if !show {
        mask_parties(&mut value);
    }
    print::result(&value, true);
}
