//! The asking end of the socket.

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::os::fd::AsRawFd;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::Value;

use super::{Answer, Command, Request, SOCKET, VERSION};
use crate::fault::{Exit, Fault};

/// Nothing that is asked takes longer.
const PATIENCE: Duration = Duration::from_secs(60);
/// What fits into a socket's address, with room for its end.
const LONGEST: usize = 100;

/// The socket's path, and what keeps it valid.
pub(super) struct Place {
    pub(super) path: PathBuf,
    _folder: Option<File>,
}

/// A socket's address is short; a folder deep down is reached through its open descriptor instead.
pub(super) fn place(folder: &Path) -> std::io::Result<Place> {
    let path = folder.join(SOCKET);
    if path.as_os_str().len() <= LONGEST {
        return Ok(Place {
            path,
            _folder: None,
        });
    }
    let folder = File::open(folder)?;
    Ok(Place {
        path: PathBuf::from(format!("/proc/self/fd/{}/{SOCKET}", folder.as_raw_fd())),
        _folder: Some(folder),
    })
}

/// Asks the server of a data folder; nothing where none runs.
pub fn ask(
    folder: &Path,
    workspace: Option<&str>,
    command: Command,
) -> Option<Result<Value, Fault>> {
    let place = place(folder).ok()?;
    let stream = UnixStream::connect(&place.path).ok()?;
    let request = Request {
        version: VERSION,
        workspace: workspace.map(str::to_owned),
        command,
    };
    Some(exchange(stream, &request))
}

fn exchange(mut stream: UnixStream, request: &Request) -> Result<Value, Fault> {
    let broken = |error: std::io::Error| {
        Fault::new(
            Exit::Away,
            format!("the server broke off the conversation: {error}"),
        )
    };
    stream.set_read_timeout(Some(PATIENCE)).map_err(broken)?;
    let mut line = serde_json::to_string(request).map_err(|error| broken(error.into()))?;
    line.push('\n');
    stream.write_all(line.as_bytes()).map_err(broken)?;
    let mut answer = String::new();
    BufReader::new(stream)
        .read_line(&mut answer)
        .map_err(broken)?;
    match serde_json::from_str(&answer) {
        Ok(Answer::Result(value)) => Ok(value),
        Ok(Answer::Fault(fault)) => Err(fault),
        Err(error) => Err(broken(error.into())),
    }
}
