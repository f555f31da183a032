//! The asking end of the socket.

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::os::fd::AsRawFd;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::Value;

use super::{ControlCommand, ControlRequest, ControlResponse, PROTOCOL_VERSION, SOCKET_FILE};
use crate::cli_error::{CliError, ExitKind};

/// Nothing that is asked takes longer.
const RESPONSE_TIMEOUT: Duration = Duration::from_secs(60);
/// What fits into a socket's address, with room for its end.
const MAX_SOCKET_PATH_BYTES: usize = 100;

/// The socket's path, and what keeps it valid.
pub(super) struct SocketPath {
    pub(super) path: PathBuf,
    _folder: Option<File>,
}

/// A socket's address is short; a folder deep down is reached through its open descriptor instead.
pub(super) fn socket_path(folder: &Path) -> std::io::Result<SocketPath> {
    let path = folder.join(SOCKET_FILE);
    if path.as_os_str().len() <= MAX_SOCKET_PATH_BYTES {
        return Ok(SocketPath {
            path,
            _folder: None,
        });
    }
    let folder = File::open(folder)?;
    Ok(SocketPath {
        path: PathBuf::from(format!(
            "/proc/self/fd/{}/{SOCKET_FILE}",
            folder.as_raw_fd()
        )),
        _folder: Some(folder),
    })
}

/// Asks the server of a data folder; nothing where none runs.
pub fn send_command(
    folder: &Path,
    workspace: Option<&str>,
    command: ControlCommand,
) -> Option<Result<Value, CliError>> {
    let place = socket_path(folder).ok()?;
    let stream = UnixStream::connect(&place.path).ok()?;
    let request = ControlRequest {
        version: PROTOCOL_VERSION,
        workspace: workspace.map(str::to_owned),
        command,
    };
    Some(exchange(stream, &request))
}

fn exchange(mut stream: UnixStream, request: &ControlRequest) -> Result<Value, CliError> {
    let broken = |error: std::io::Error| {
        CliError::new(
            ExitKind::Unreachable,
            format!("the server broke off the conversation: {error}"),
        )
    };
    stream
        .set_read_timeout(Some(RESPONSE_TIMEOUT))
        .map_err(broken)?;
    let mut line = serde_json::to_string(request).map_err(|error| broken(error.into()))?;
    line.push('\n');
    stream.write_all(line.as_bytes()).map_err(broken)?;
    let mut answer = String::new();
    BufReader::new(stream)
        .read_line(&mut answer)
        .map_err(broken)?;
    match serde_json::from_str(&answer) {
        Ok(ControlResponse::Result(value)) => Ok(value),
        Ok(ControlResponse::Fault(fault)) => Err(fault),
        Err(error) => Err(broken(error.into())),
    }
}
