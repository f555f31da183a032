//! `parlor requests` and `parlor explain`: what the running server has answered.

use serde_json::Value;

use super::print;
use super::run_command::run_on_server;
use crate::cli_error::CliError;
use crate::config::ServerConfig;
use crate::control::ControlCommand;
use crate::control::request_args::ListRequestsArgs;

pub(super) const EXAMPLES: &str = "\
Examples:
  parlor requests --failed
  parlor explain 0192f0c1-5a2b-7c3d-8e4f-a1b2c3d4e5f6";

/// Lists the last requests.
pub(super) fn list(settings: &ServerConfig, args: ListRequestsArgs) -> Result<Value, CliError> {
    run_on_server(settings, ControlCommand::RequestList(args))
}

/// Explains a request.
pub(super) fn explain(settings: &ServerConfig, id: String, json: bool) -> Result<(), CliError> {
    let found = run_on_server(settings, ControlCommand::RequestExplain { id })?;
    if json {
        print::result(&found, true);
        return Ok(());
    }
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let request = &found["request"];
    print::line(&format!(
        "{}  {} {}  {}  {} ms  {}",
        request["status"],
        text(&request["method"]),
        text(&request["route"]),
        text(&request["dialect"]),
        request["millis"],
        text(&request["at"]),
    ));
    for step in found["steps"].as_array().into_iter().flatten() {
        let line = format!(
            "  {:10}  {:11}  {}",
            text(&step["step"]),
            text(&step["outcome"]),
            step["detail"].as_str().unwrap_or_default(),
        );
        print::line(line.trim_end());
    }
    if let Some(remedy) = found["remedy"].as_str() {
        print::line(&format!("  -> {remedy}"));
    }
    Ok(())
}
