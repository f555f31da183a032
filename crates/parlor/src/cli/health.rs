//! `parlor health`: asks the server over HTTP, as a load balancer would.

use std::io::{Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::time::Duration;

use serde_json::{Value, json};

use super::run_command;
use crate::cli_error::{CliError, ExitKind};
use crate::config::ServerConfig;
use crate::control::ControlCommand;
use crate::first_run::curl::local_url;

/// A server that takes longer is not healthy.
const PROBE_TIMEOUT: Duration = Duration::from_secs(5);

/// Where the server of the data folder says it listens, otherwise where the settings say.
pub(super) fn probe(settings: &ServerConfig) -> Result<Value, CliError> {
    let told = run_command::run_on_server(settings, ControlCommand::Status).ok();
    let url = told
        .and_then(|status| status["url"].as_str().map(str::to_owned))
        .unwrap_or_else(|| {
            settings
                .listen
                .resolve()
                .ok()
                .and_then(|all| all.first().copied())
                .map_or_else(|| format!("http://{}", settings.listen.as_str()), local_url)
        });
    let answer = get(&url).map_err(|error| {
        CliError::new(
            ExitKind::Unreachable,
            format!("{url} does not answer: {error}"),
        )
        .with_hint("start the server: parlor serve, or name its address with --listen")
    })?;
    let body = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
    let mut said: Value = serde_json::from_str(body).unwrap_or_else(|_| json!({}));
    if !answer.starts_with("HTTP/1.1 200 ") {
        let why = said["database"].as_str().unwrap_or("unknown").to_owned();
        return Err(CliError::new(
            ExitKind::Failed,
            format!("{url} is not ready: database {why}"),
        )
        .with_hint("see the server's log"));
    }
    said["url"] = json!(url);
    Ok(said)
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
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}
