//! Client of the control socket.

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::os::fd::AsRawFd;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::{ControlCommand, ControlRequest, ControlResponse, PROTOCOL_VERSION, SOCKET_FILE};
use crate::backup::BackupProgress;
use crate::cli_error::{CliError, ExitKind};

/// Longest path that is bound directly; `sun_path` has room for about 108 bytes.
const MAX_SOCKET_PATH_BYTES: usize = 100;

/// Path of the socket. It is valid while this value lives.
pub(super) struct SocketPath {
    pub(super) path: PathBuf,
    _open_dir: Option<File>,
}

/// Returns the socket's path in a data folder. A path that is too long for a socket address is replaced by one through
/// `/proc/self/fd`.
pub(super) fn socket_path(data_dir: &Path) -> std::io::Result<SocketPath> {
    let path = data_dir.join(SOCKET_FILE);
    if path.as_os_str().len() <= MAX_SOCKET_PATH_BYTES {
        return Ok(SocketPath {
            path,
            _open_dir: None,
        });
    }
    let open_dir = File::open(data_dir)?;
    Ok(SocketPath {
        path: PathBuf::from(format!(
            "/proc/self/fd/{}/{SOCKET_FILE}",
            open_dir.as_raw_fd()
        )),
        _open_dir: Some(open_dir),
    })
}

/// Sends a command to the server of a data folder; returns `None` if none is running. `report` gets the progress of commands
/// that have one.
pub(crate) fn send_command(
    data_dir: &Path,
    workspace: Option<&str>,
    command: ControlCommand,
    report: &mut dyn FnMut(BackupProgress),
) -> Option<Result<Value, CliError>> {
    let socket = socket_path(data_dir).ok()?;
    let stream = UnixStream::connect(&socket.path).ok()?;
    let request = ControlRequest {
        version: PROTOCOL_VERSION,
        workspace: workspace.map(str::to_owned),
        command,
    };
    Some(exchange(stream, &request, report))
}

fn exchange(
    mut stream: UnixStream,
    request: &ControlRequest,
    report: &mut dyn FnMut(BackupProgress),
) -> Result<Value, CliError> {
    let connection_error = |error: std::io::Error| {
        CliError::new(
            ExitKind::Unreachable,
            format!("the server broke off the conversation: {error}"),
        )
    };
    stream
        .set_read_timeout(Some(request.command.max_duration()))
        .map_err(connection_error)?;
    let mut line =
        serde_json::to_string(request).map_err(|error| connection_error(error.into()))?;
    line.push('\n');
    stream
        .write_all(line.as_bytes())
        .map_err(connection_error)?;
    let mut lines = BufReader::new(stream);
    loop {
        let mut response = String::new();
        lines.read_line(&mut response).map_err(connection_error)?;
        match serde_json::from_str(&response) {
            Ok(ControlResponse::Result(value)) => return Ok(value),
            Ok(ControlResponse::Fault(fault)) => return Err(fault),
            Ok(ControlResponse::Progress(progress)) => report(progress),
            Err(error) => return Err(connection_error(error.into())),
        }
    }
}
