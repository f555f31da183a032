//! `parlor health`: readiness check over HTTP, as a load balancer does it.

use std::io::{Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::time::Duration;

use serde_json::{Value, json};

use super::run_command;
use crate::cli_error::{CliError, ExitKind};
use crate::config::ServerConfig;
use crate::control::ControlCommand;
use crate::local_url::local_url;

/// Maximum time for connecting and for each read.
const PROBE_TIMEOUT: Duration = Duration::from_secs(5);

/// Requests `/readyz` from the URL that the running server reports, otherwise from the configured listen address.
///
/// # Errors
/// `Unreachable` without a response, `Failed` if the server is not ready.
pub(super) fn probe(settings: &ServerConfig) -> Result<Value, CliError> {
    let status = run_command::run_on_server(settings, ControlCommand::Status).ok();
    let url = status
        .and_then(|status| status["url"].as_str().map(str::to_owned))
        .unwrap_or_else(|| {
            settings
                .listen
                .resolve()
                .ok()
                .and_then(|addresses| addresses.first().copied())
                .map_or_else(|| format!("http://{}", settings.listen.as_str()), local_url)
        });
    let response = get(&url).map_err(|error| {
        CliError::new(
            ExitKind::Unreachable,
            format!("{url} does not answer: {error}"),
        )
        .with_hint("start the server: parlor serve, or name its address with --listen")
    })?;
    let body = response.split_once("\r\n\r\n").map_or("", |(_, body)| body);
    let mut report: Value = serde_json::from_str(body).unwrap_or_else(|_| json!({}));
    if !response.starts_with("HTTP/1.1 200 ") {
        let reason = report["database"].as_str().unwrap_or("unknown").to_owned();
        return Err(CliError::new(
            ExitKind::Failed,
            format!("{url} is not ready: database {reason}"),
        )
        .with_hint("see the server's log"));
    }
    report["url"] = json!(url);
    Ok(report)
}

fn get(url: &str) -> std::io::Result<String> {
    let host = url.trim_start_matches("http://");
    let address = host
        .to_socket_addrs()?
        .next()
        .ok_or_else(|| std::io::Error::other("no address"))?;
    let mut stream = TcpStream::connect_timeout(&address, PROBE_TIMEOUT)?;
    stream.set_read_timeout(Some(PROBE_TIMEOUT))?;
    write!(
        stream,
        "GET /readyz HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
    )?;
    let mut response = String::new();
    stream.read_to_string(&mut response)?;
    Ok(response)
}
